"""Keeps verdicts and alerts for the daemon, by the clock of the world, and sees to it that what is kept also ends."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scanner.alert._verdicts import Verdicts
from scanner.alert.reconsider import distrust, reconsider
from scanner.alert.suppress import Suppressions
from scanner.app.alerts import alert_store
from scanner.app.key import installation_key
from scanner.model.alert import Alert
from scanner.model.document import Identity
from scanner.model.verdict import Verdict
from scanner.settings.schema import AlertSettings

_TWINS = 8  # files with the same content, of which one may have been moved; a walk looks at all
_TIDY_EVERY = 3600.0  # seconds
_ASK_EVERY = 1.0  # seconds


class Records:
    """Keeps verdicts and alerts in the database of a state folder; whoever opened it commits."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, terms: Callable[[], AlertSettings]) -> None:
        """Take the database, its folder, and what says how long anything is kept.

        Raises:
            StoreError: the database or the key of the installation cannot be used.
        """
        self._store = alert_store(connection, folder)
        self._suppressions = Suppressions(connection, installation_key(folder))
        self._verdicts = Verdicts(connection)
        self._terms = terms
        self._tidied = self._asked = float("-inf")

    def record(self, verdict: Verdict, identity: Identity | None, ruleset: str) -> Alert | None:
        """Keep a verdict, and return the alert it raises; what somebody suppressed raises none."""
        now = time.time()
        return self._store.record(self._suppressions.judge(verdict, now), identity, ruleset, now)

    def head(self) -> tuple[int, str]:
        """Return the number and the hash of the last entry of the log of alerts; 0 and "" while there is none."""
        return self._store.head()

    def twins(self, verdict: Verdict) -> tuple[str, ...]:
        """Return some other files with the same content that stand in alerts."""
        return self._store.twins(verdict, _TWINS)

    def unread(self, folder: str) -> tuple[str, ...]:
        """Return the files below a folder that stand in alerts and were not read."""
        return self._store.unread(folder)

    def gone(self, paths: Sequence[str]) -> None:
        """Take files that are no more out of their alerts, and delete what was said of them."""
        self._store.gone(paths, time.time())
        self._suppressions.gone(paths)
        self._verdicts.gone(paths)

    def gone_below(self, folder: str) -> None:
        """Take files in a folder that is no more out of their alerts, and delete what was said of them."""
        self._store.gone_below(folder, time.time())
        self._suppressions.gone_below(folder)
        self._verdicts.gone_below(folder)

    def known_below(self, folder: str) -> tuple[str, ...]:
        """Return the files in a folder and below it of which something was said; read at once, for they may be left."""
        return tuple(self._verdicts.below(folder))

    def tidy(self) -> tuple[str, ...]:
        """Delete what was kept long enough, open again what is suppressed no more, and return what to look at again."""
        turn, now = time.monotonic(), time.time()
        if turn - self._tidied >= _TIDY_EVERY:
            terms = self._terms()
            self.reconsider()  # before anything is deleted, or nobody would hear that it ended
            self.distrust()
            self._store.forget(terms.keep, terms.keep_log, now)
            if terms.keep:
                self._suppressions.prune(now - terms.keep)
            self._tidied = turn
        if turn - self._asked < _ASK_EVERY:
            return ()
        self._asked = turn
        self.reconsider()
        return self._suppressions.take_files(now)

    def reconsider(self) -> None:
        """Open every alert whose suppression has ended and whose files are known to stand."""
        reconsider(self._store, self._suppressions, time.time())

    def distrust(self) -> None:
        """Open every alert whose suppression was altered or deleted by somebody who has not the key."""
        distrust(self._store, self._suppressions, time.time())

    def cover(self, root: str, why: str, since: float | None = None) -> Alert | None:
        """Keep why something below a root may go unseen, "" where that is over, and return the alert if it is news."""
        return self._store.cover(root, why, time.time(), since)

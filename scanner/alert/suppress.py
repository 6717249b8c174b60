"""Keeps suppressions in the state database, and tells which verdicts they keep from being raised."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from scanner.alert._chain import sealing_key
from scanner.alert._errors import told
from scanner.alert._log import Log
from scanner.alert._suppression_rows import SuppressionRows, kept_secret, make_tables
from scanner.alert._word_of_log import compare
from scanner.errors import StoreError, UsageError
from scanner.model.alert import Alert, Broken
from scanner.model.document import Reason
from scanner.model.finding import Kind
from scanner.model.suppression import SUPPRESSED, Suppression, Terms, until_words
from scanner.model.verdict import Breach, Verdict

_KEY = re.compile("[0-9a-f]{1,16}")
_SIZE = 8  # bytes, as the key of an alert
_BATCH = 1000
_told = partial(told, "the suppressions")
_LAST = "g"  # sorts after every hexadecimal digit


class Suppressions:
    """The suppressions in one database. Whoever opened the connection commits and closes it."""

    def __init__(self, connection: sqlite3.Connection, key: bytes | None = None) -> None:
        """Make the tables that are missing, in a transaction of their own unless one is open.

        `key` is the secret of the installation, which seals the suppressions as it does the alerts beside them: one
        that somebody wrote who does not have it hides nothing. Without a key, a secret in the database itself does.

        Raises:
            StoreError: the database cannot be used.
        """
        self._connection = connection
        with _told():
            alone = not connection.in_transaction
            make_tables(connection)
            self._secret = kept_secret(connection)
            seals = sealing_key(self._secret if key is None else key)
            self._log = Log(connection, seals, given=key is not None)
            self._rows = SuppressionRows(connection, seals)
            if key is not None:
                self._rows.take_over(self._log)
            if alone:
                connection.commit()

    def judge(self, verdict: Verdict, now: float) -> Verdict:
        """Return the verdict, and where a suppression fits it, one that is not raised and says why.

        Its outcome stays what it is: that nobody wants to be told makes no file clean. Nothing is committed.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            path = os.fsencode(verdict.document.path)
            found = self._fitting(verdict, now) if verdict.alerting else None
            if found is None:
                self._connection.execute("delete from hidden where path = ?", (path,))
                return verdict
            self._connection.execute("insert or replace into hidden values (?, ?)", (path, found.key))
        return replace(verdict, alerting=False, why=f"{verdict.why}; {_words(found)}")

    def add(self, alert: Alert, paths: Iterable[str], terms: Terms, now: float) -> Suppression:
        """Suppress what an alert is about, in all its files; a suppression of the same content is replaced.

        Raises:
            UsageError: the alert is about something that cannot be suppressed.
            StoreError: the database cannot be written.
        """
        verdict = alert.verdict
        if why := _why_not(alert):
            message = f"alert {alert.key} cannot be suppressed: {why}"
            raise UsageError(message)
        key = self._key(verdict)
        points = tuple(sorted(_points(verdict)))
        with _told():
            self._rows.put(Suppression(key, verdict.zone, points, terms, now, alert.key, verdict.document.path))
            self._connection.executemany(
                "insert or replace into hidden values (?, ?)", ((os.fsencode(path), key) for path in paths)
            )
            return self._rows.find("where key = ?", key)[0]

    def all(self) -> tuple[Suppression, ...]:
        """Return every suppression, those that end first first, and those that are over last.

        Raises:
            StoreError: the database cannot be read.
        """
        with _told():
            return tuple(self._rows.find("order by ended is not null, until is null, until, key"))

    def of_alert(self, alert: str) -> tuple[Suppression, ...]:
        """Return the suppressions that were made for an alert, the last of them first.

        Raises:
            StoreError: the database cannot be read.
        """
        with _told():
            return tuple(self._rows.find("where alert = ? order by begun desc", alert))

    def get(self, key_prefix: str) -> Suppression:
        """Return the one suppression whose key, or the key of whose alert, begins like this.

        Raises:
            UsageError: there is none, or more than one.
            StoreError: the database cannot be read.
        """
        prefix = key_prefix.lower()
        found: list[Suppression] = []
        if _KEY.fullmatch(prefix):
            with _told():
                for column in ("key", "alert"):
                    rest = f"where {column} >= ? and {column} < ? limit 2"
                    found = found or self._rows.find(rest, prefix, prefix + _LAST)
        if not found:
            message = f"no suppression {key_prefix!r}; `docwarden alerts suppressions` shows all"
            raise UsageError(message)
        if len(found) > 1:
            message = f"more than one suppression begins with {key_prefix!r}; write more of its key"
            raise UsageError(message)
        return found[0]

    def withdraw(self, key: str, who: str, now: float) -> None:
        """End a suppression before its time; `take_ended` and `take_files` tell what comes of that.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            for one in self._rows.find("where key = ? and ended is null", key):
                self._rows.put(replace(one, ended=now, ended_by=who))

    def take_ended(self, now: float) -> tuple[Suppression, ...]:
        """Return the suppressions that have ended; each is told once: whoever calls has to act on it.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            found = self._rows.whole("where told = 0 and (ended is not null or until <= ?) order by key", now)
            for one in found:
                self._rows.put(replace(one, told=True))
        return tuple(found)

    def take_files(self, now: float) -> tuple[str, ...]:
        """Return files that nothing hides any more and that have to be looked at again, at most a thousand of them.

        Each is told once: whoever calls has them looked at in the same transaction.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            rows = self._connection.execute(
                """select hidden.path from hidden left join suppression on key = suppression
                   where key is null or ended is not null or until <= ? limit ?""",
                (now, _BATCH),
            ).fetchall()
            if rows:
                self._connection.executemany("delete from hidden where path = ?", rows)
        return tuple(os.fsdecode(path) for (path,) in rows)

    def ask(self, paths: Iterable[str]) -> None:
        """Have files looked at again, as those that nothing hides any more; `take_files` tells which.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            rows = [(os.fsencode(path),) for path in paths]
            self._connection.executemany("insert or ignore into hidden values (?, '')", rows)

    def gone(self, paths: Iterable[str]) -> None:
        """Forget files that are no more.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            self._connection.executemany("delete from hidden where path = ?", [(os.fsencode(path),) for path in paths])

    def gone_below(self, folder: str) -> None:
        """Forget all files in a folder that is no more, and below it.

        Raises:
            StoreError: the database cannot be written.
        """
        prefix = os.path.join(os.fsencode(folder), b"")  # noqa: PTH118 - a name as the system gives it
        with _told():
            self._connection.execute(
                "delete from hidden where path > ? and path < ?", (prefix, prefix[:-1] + bytes([prefix[-1] + 1]))
            )

    def prune(self, before: float) -> int:
        """Delete suppressions that ended, or were withdrawn, before a time; return how many.

        One that was altered stays, for it is what shows that.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            old = self._rows.whole("where coalesce(min(ended, until), ended, until) < ?", before)
            self._connection.executemany("delete from suppression where key = ?", [(one.key,) for one in old])
        return len(old)

    def altered(self) -> tuple[Suppression, ...]:
        """Return the suppressions that are not as they were written, or not DocWarden's; they hide nothing.

        Raises:
            StoreError: the database cannot be read.
        """
        with _told():
            return tuple(one for one, whole in self._rows.proofs("order by key") if not whole)

    def orphans(self) -> tuple[str, ...]:
        """Return the keys of alerts that a suppression resolved, whose files stand and of which there is none any more.

        Raises:
            StoreError: the database cannot be read.
        """
        query = """select key from alert where state = 'resolved' and copies > 0 and resolution like ?
            and key not in (select alert from suppression)"""
        with _told():
            return tuple(key for (key,) in self._connection.execute(query, (f"{SUPPRESSED} %",)))

    def covers(self, verdict: Verdict, now: float) -> bool:
        """Tell whether a suppression keeps a verdict from being raised.

        Raises:
            StoreError: the database cannot be read.
        """
        with _told():
            return self._fitting(verdict, now) is not None

    def verify(self) -> Broken | None:
        """Return the first suppression that is not as it was written, or not what the log says; None where all are."""
        try:
            return compare(self._log, self._rows.proofs("order by key"))
        except (StoreError, ValueError, TypeError, sqlite3.DatabaseError) as error:
            return Broken(0, f"the suppressions cannot be read: {error}")

    def _fitting(self, verdict: Verdict, now: float) -> Suppression | None:
        if not verdict.document.sha256:
            return None
        in_force = "where key = ? and ended is null and (until is null or until > ?)"
        found = self._rows.whole(in_force, self._key(verdict), now)
        points = _points(verdict)
        return found[0] if found and points and points <= set(found[0].points) else None

    def _key(self, verdict: Verdict) -> str:
        parts = f"{verdict.document.sha256}\0{verdict.zone}"
        return hashlib.blake2b(parts.encode(), key=self._secret, digest_size=_SIZE).hexdigest()


def _points(verdict: Verdict) -> set[str]:
    """Return what there is to say about a verdict, each thing once."""
    labels = {f"label {label.scheme} {label}" for label in verdict.labels}
    others = (finding for finding in verdict.findings if finding.kind not in {Kind.MARKING, Kind.LABEL})
    rules = {f"rule {finding.rule} {finding.status.value}" for finding in others}
    unread = {f"not read {problem.reason.value}" for problem in verdict.problems}
    return labels | rules | unread | set(map(_wrong(verdict), verdict.breaches))


def _wrong(verdict: Verdict) -> Callable[[Breach], str]:
    """Return what says in what way a verdict is a violation: to more people than before is another one."""
    exposure = verdict.document.exposure

    def words(breach: Breach) -> str:
        to = f" to {exposure.audience.value}" if breach is Breach.EXPOSURE and exposure is not None else ""
        return f"breach {breach.value}{to}"

    return words


def _why_not(alert: Alert) -> str:
    """Say why an alert cannot be suppressed; nothing where it can."""
    if alert.coverage is not None:
        return "it is about what may have gone unseen, and is over when a walk has looked"
    if any(problem.reason is Reason.FORBIDDEN for problem in alert.verdict.problems):
        return "a document may have tried to take over its reader, and that is always raised"
    if not alert.verdict.document.sha256:
        return "the file could not be opened, so that nothing tells its content from another; acknowledge it"
    return "" if _points(alert.verdict) else "nothing was found that could be named"


def _words(one: Suppression) -> str:
    until = "" if one.terms.until is None else f" {until_words(one.terms.until, one.begun)}"
    return f"suppressed by {one.terms.author}{until}: {one.terms.reason}"

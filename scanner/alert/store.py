"""Keeps verdicts and alerts in the state database; what was raised once is not raised again for the same file state."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from scanner.alert import _next, _proof, _retention
from scanner.alert._book import Book
from scanner.alert._chain import sealing_key
from scanner.alert._coverage import coverage_key, next_coverage
from scanner.alert._errors import told
from scanner.alert._log import Log
from scanner.alert._originals import Originals, content_of
from scanner.alert._paths import Paths
from scanner.alert._rows import Kept, Rows
from scanner.alert._tables import GRAVEST_FIRST, is_whole, make_tables, secret_of
from scanner.alert._takeover import take_over
from scanner.alert._verdicts import Verdicts
from scanner.alert._wanted import condition
from scanner.errors import UsageError
from scanner.model.alert import Alert, Broken, Change, Entry, Standing, State
from scanner.model.document import Identity
from scanner.model.verdict import Outcome, Verdict
from scanner.model.wanted import Wanted

_ALL = Wanted()
_told = partial(told, "the alert store")


class AlertStore:
    """The verdicts and alerts in one database; whoever opened the connection commits and closes it.

    Each method may raise `StoreError`: the database cannot be used.
    """

    def __init__(self, connection: sqlite3.Connection, key: bytes | None = None) -> None:
        """Make the tables that are missing, in a transaction of their own unless one is open.

        `key` is the secret of the installation, which seals the log and the alerts: somebody who can write the
        database and does not have it can change nothing unseen. Without one, a secret in the database itself does.

        Raises:
            StoreError: the database cannot be used, or is that of a newer DocWarden.
        """
        self._connection = connection
        with _told():
            alone = not connection.in_transaction
            old = not is_whole(connection) and make_tables(connection)
            self._secret = secret_of(connection)
            seals = sealing_key(self._secret if key is None else key)
            log = Log(connection, seals, given=key is not None)
            rows, paths = Rows(connection, seals), Paths(connection, seals)
            self._book = Book(rows, paths, log, Originals(connection), self._secret)
            self._verdicts = Verdicts(connection)
            if old:
                take_over(connection, self._book)
            if alone and connection.in_transaction:
                connection.commit()

    def record(self, verdict: Verdict, identity: Identity | None, ruleset: str, now: float) -> Alert | None:
        """Keep a verdict on one state of a file, and return the alert it raises or repeats.

        None when this verdict on this state of the file is known, or does not alert. A file that is found in order
        leaves its alert; one of which somebody said that it is put right opens it, known or not. Nothing is committed:
        whoever calls does that together with what led here.
        """
        with _told():
            self._begin()
            new = self._verdicts.keep(verdict, identity, ruleset, now)
            path = verdict.document.path
            if not new and (not verdict.alerting or self._book.knows(path)):
                return None
            content = content_of(verdict, self._secret)
            if verdict.alerting:
                alert = self._book.see(verdict, content, now)
                self._book.know_original(verdict, content, now)
                return alert
            if verdict.outcome in {Outcome.CLEAN, Outcome.PERMITTED}:
                self._book.leave(self._book.paths.standing([path]), now, _next.IN_ORDER)
            self._book.know_original(verdict, content, now)
            return None

    def twins(self, verdict: Verdict, most: int) -> tuple[str, ...]:
        """Return other files with the same content that stand in alerts, at most so many: one may have been moved."""
        content = content_of(verdict, self._secret)
        if not content:
            return ()
        with _told():
            found = self._book.paths.with_content(content, most + 1)
        return tuple(path for path in found if path != verdict.document.path)[:most]

    def unread(self, folder: str) -> tuple[str, ...]:
        """Return the files below a folder that stand in alerts and were not read, so that no walk misses them."""
        with _told():
            return tuple(self._book.paths.unread(folder))

    def gone(self, paths: Sequence[str], now: float) -> None:
        """Take files that are no more out of their alerts; an alert without any other file is resolved by that."""
        with _told():
            if self._book.paths.any_stands():
                self._begin()
                self._book.leave(self._book.paths.standing(paths), now, _next.GONE)
            if self._book.originals.any_stands():
                self._begin()
                for path in paths:
                    self._book.originals.gone(path, now)

    def gone_below(self, folder: str, now: float) -> None:
        """Take the files in a folder that is no more, and below it, out of their alerts."""
        with _told():
            if self._book.paths.any_stands():
                self._begin()
                self._book.leave(self._book.paths.below(folder), now, _next.GONE)
            if self._book.originals.any_stands():
                self._begin()
                self._book.originals.gone_below(folder, now)

    def cover(self, root: str, why: str, now: float, since: float | None = None) -> Alert | None:
        """Keep that coverage of a root was lost, or with an empty `why` that it is whole again; return what is news.

        A loss that is known already is none, nor that a root is whole of which none was known. `since` is when a loss
        began that was noticed later. Nothing is committed.
        """
        with _told():
            self._begin()
            key = coverage_key(root, self._secret)
            kept = self._book.rows.get(key)
            found = next_coverage(None if kept is None else kept.alert, key, root, why, now, since)
            if found is None:
                return None
            alert, change = found
            return self._book.enter(change, alert, kept or Kept(alert), now)

    def alerts(
        self, where: Wanted = _ALL, limit: int | None = None, offset: int = 0, *, gravest: bool = False
    ) -> tuple[Alert, ...]:
        """Return the alerts that are wanted, the last seen first; at most `limit`, after leaving out `offset`.

        With `gravest` open ones come first, of these the gravest, and only of these the one that was seen last.
        """
        said, values = condition(where)
        rest = f"{said} order by {GRAVEST_FIRST if gravest else 'last_seen desc, key'} limit ? offset ?"
        with _told():
            found = self._book.rows.find(rest, (*values, -1 if limit is None else limit, offset))
            return tuple(kept.alert for kept in found)

    def count(self, where: Wanted = _ALL) -> int:
        """Return how many alerts are wanted."""
        said, values = condition(where)
        with _told():
            (number,) = self._connection.execute(f"select count(*) from alert {said}", values).fetchone()  # noqa: S608 - texts of ours
        return int(number)

    def counts(self) -> Counter[State]:
        """Return how many alerts are in each state."""
        with _told():
            rows = self._connection.execute("select state, count(*) from alert group by state").fetchall()
        return Counter({State(state): count for state, count in rows})

    def get(self, key_prefix: str) -> Alert:
        """Return the one alert whose key begins like this.

        Raises:
            UsageError: there is none, or more than one.
        """
        return self._get(key_prefix).alert

    def paths(self, key: str) -> Iterator[Standing]:
        """Yield every file an alert is or was about, by name; none for one about a loss of coverage."""
        with _told():
            yield from self._book.paths.of(self._get(key).alert.key)

    def content(self, verdict: Verdict) -> str:
        """Return the keyed hash of a document's content, by which copies are known; "" where that was not read."""
        return content_of(verdict, self._secret)

    def acknowledge(self, key: str, who: str, note: str, now: float) -> Alert:
        """Keep that somebody has seen an alert: from now on only news opens it.

        Raises:
            UsageError: there is no such alert, or it is acknowledged or resolved.
        """
        return self._change(key, Change.ACKNOWLEDGED, _next.acknowledged, who, note, now)

    def assign(self, key: str, assignee: str, who: str, note: str, now: float) -> Alert:
        """Keep who looks after an alert, with "" that nobody does.

        Raises:
            UsageError: there is no such alert, it is resolved, or that is known.
        """
        return self._change(key, Change.ASSIGNED, lambda alert: _next.assigned(alert, assignee), who, note, now)

    def note(self, key: str, note: str, who: str, now: float) -> Alert:
        """Keep what somebody has to say about an alert.

        Raises:
            UsageError: there is no such alert, or nothing is said.
        """
        return self._change(key, Change.NOTED, lambda alert: _next.noted(alert, note), who, note, now)

    def resolve(self, key: str, reason: str, who: str, now: float) -> Alert:
        """Keep that an alert is dealt with; it opens again on news, and when its file comes back.

        Raises:
            UsageError: there is no such alert, it is resolved, or no reason is given.
        """
        return self._change(key, Change.RESOLVED, lambda alert: _next.resolved(alert, reason), who, "", now)

    def suppress(self, key: str, reason: str, who: str, now: float, note: str = "") -> Alert:
        """Resolve an alert because a suppression covers it, or give other terms to one that is resolved by that.

        Raises:
            UsageError: there is no such alert, it is resolved in another way, or no reason is given.
        """
        return self._change(key, Change.SUPPRESSED, lambda alert: _next.suppressed(alert, reason), who, note, now)

    def reopen(self, key: str, who: str, note: str, now: float) -> Alert:
        """Open an alert that was resolved or acknowledged.

        Raises:
            UsageError: there is no such alert, or it is open.
        """
        return self._change(key, Change.REOPENED, _next.reopened, who, note, now)

    def history(self, key: str) -> tuple[Entry, ...]:
        """Return the entries of the log about the one alert whose key begins like this, the first of them first."""
        with _told():
            return self._book.log.history(self._get(key).alert.key)

    def entries(self, after: int, limit: int) -> tuple[Entry, ...]:
        """Return the entries of the log that follow on a number, in their order."""
        with _told():
            return self._book.log.entries(after, limit)

    def head(self) -> tuple[int, str]:
        """Return the number and the head of the last entry, 0 and "" while there is none."""
        with _told():
            return self._book.log.head()

    def verify(self, anchor: tuple[int, str] | None = None) -> Broken | None:
        """Return the first thing in the log or in the alerts that is not as it was written, None where all is.

        `anchor` is the number and the head of an entry as a receiver of heartbeats or a copy of the status has it.
        Without one, a whole database that was put back to what it was before is not noticed.
        """
        return _proof.verify(self._book, anchor)

    def forget(self, keep: float, keep_log: float, now: float) -> int:
        """Delete resolved alerts, and entries of the log, that are older than so many seconds, 0 for ever.

        Returns how many of both that were; the log says so.
        """
        with _told():
            self._begin()
            return _retention.forget(self._book, keep, keep_log, now)

    def cursor(self, sink: str) -> int | None:
        """Return the number of the last entry that a sink has passed on, None for one that is new."""
        with _told():
            row = self._connection.execute("select number from alert_cursor where sink = ?", (sink,)).fetchone()
        return None if row is None else int(row[0])

    def advance(self, sink: str, number: int) -> None:
        """Keep that a sink has passed on all entries up to a number."""
        with _told():
            self._connection.execute("insert or replace into alert_cursor values (?, ?)", (sink, number))

    def _get(self, key_prefix: str) -> Kept:
        said, values = condition(Wanted(keys=(key_prefix,)))
        with _told():
            found = list(self._book.rows.find(f"{said} order by key limit 2", values))
        if not found:
            message = f"no alert {key_prefix!r}; `docwarden alerts list` shows all"
            raise UsageError(message)
        if len(found) > 1:
            message = f"more than one alert begins with {key_prefix!r}; write more of its key"
            raise UsageError(message)
        return found[0]

    def _change(  # noqa: PLR0913, PLR0917 - they are what an entry is
        self, key: str, change: Change, after: Callable[[Alert], Alert], who: str, note: str, now: float
    ) -> Alert:
        """Change an alert as it is now: no other process can have changed it before this is committed."""
        with _told():
            self._begin()
            kept = self._get(key)
            return self._book.enter(change, after(kept.alert), kept, now, who=who, note=note)

    def _begin(self) -> None:
        """Begin to write, so that what is read from now on is what will be written about."""
        if not self._connection.in_transaction:
            self._connection.execute("begin immediate")

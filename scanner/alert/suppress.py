"""Keeps suppressions in the state database, and tells which verdicts they keep from being raised."""

import contextlib
import hashlib
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from scanner.errors import StoreError, UsageError
from scanner.model.alert import Alert
from scanner.model.document import Reason
from scanner.model.finding import Kind
from scanner.model.suppression import Suppression, Terms
from scanner.model.verdict import Breach, Verdict

_KEY = re.compile("[0-9a-f]{1,16}")
_SIZE = 8  # bytes, as the key of an alert
_BATCH = 1000
_LAST = "g"  # sorts after every hexadecimal digit

# A file has one content and stands in one zone: at most one suppression hides it.
_TABLES = """
    create table if not exists suppression_meta (name text primary key, value text not null) without rowid;
    create table if not exists suppression (
        key text primary key,
        zone text not null,
        points text not null,
        author text not null,
        reason text not null,
        until real,
        begun real not null,
        alert text not null,
        path blob not null,
        ended real,
        ended_by text not null default '',
        told integer not null default 0
    ) without rowid;
    create table if not exists hidden (path blob primary key, suppression text not null) without rowid;
    create index if not exists hidden_suppression on hidden (suppression);
"""
_COLUMNS = "key, zone, points, author, reason, until, begun, alert, path, ended, ended_by"
_Row = tuple[str, str, str, str, str, float | None, float, str, bytes, float | None, str, int]


class Suppressions:
    """The suppressions in one database. Whoever opened the connection commits and closes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Make the tables that are missing, in a transaction of their own unless one is open.

        Raises:
            StoreError: the database cannot be used.
        """
        self._connection = connection
        with _told():
            alone = not connection.in_transaction
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            self._secret = self._kept_secret()
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
        return replace(verdict, alerting=False, why=f"{verdict.why}; {_words(found.terms)}")

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
        made = Suppression(key, verdict.zone, points, terms, now, alert.key, verdict.document.path)
        values = (key, made.zone, json.dumps(points), terms.author, terms.reason, terms.until, now, made.alert)
        with _told():
            self._connection.execute(
                f"insert or replace into suppression ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, '')",  # noqa: S608 - a constant
                (*values, os.fsencode(made.path)),
            )
            self._connection.executemany(
                "insert or replace into hidden values (?, ?)", ((os.fsencode(path), key) for path in paths)
            )
            return self._find("where key = ?", key)[0]

    def all(self) -> tuple[Suppression, ...]:
        """Return every suppression, those that end first first, and those that are over last.

        Raises:
            StoreError: the database cannot be read.
        """
        with _told():
            return tuple(self._find("order by ended is not null, until is null, until, key"))

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
                    found = found or self._find(rest, prefix, prefix + _LAST)
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
            self._connection.execute(
                "update suppression set ended = ?, ended_by = ? where key = ? and ended is null", (now, who, key)
            )

    def take_ended(self, now: float) -> tuple[Suppression, ...]:
        """Return the suppressions that have ended; each is told once: whoever calls has to act on it.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            found = tuple(self._find("where told = 0 and (ended is not null or until <= ?) order by key", now))
            if found:
                keys = [(one.key,) for one in found]
                self._connection.executemany("update suppression set told = 1 where key = ?", keys)
        return found

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

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            query = "delete from suppression where coalesce(min(ended, until), ended, until) < ?"
            return self._connection.execute(query, (before,)).rowcount

    def _fitting(self, verdict: Verdict, now: float) -> Suppression | None:
        if not verdict.document.sha256:
            return None
        in_force = "where key = ? and ended is null and (until is null or until > ?)"
        found = self._find(in_force, self._key(verdict), now)
        points = _points(verdict)
        return found[0] if found and points and points <= set(found[0].points) else None

    def _key(self, verdict: Verdict) -> str:
        parts = f"{verdict.document.sha256}\0{verdict.zone}"
        return hashlib.blake2b(parts.encode(), key=self._secret, digest_size=_SIZE).hexdigest()

    def _kept_secret(self) -> bytes:
        query = "select value from suppression_meta where name = 'secret'"
        row = self._connection.execute(query).fetchone()
        if row is None:  # another process may do the same right now: the first one wins
            fresh = secrets.token_hex(32)
            self._connection.execute("insert or ignore into suppression_meta values ('secret', ?)", (fresh,))
            row = self._connection.execute(query).fetchone()
        return bytes.fromhex(row[0])

    def _find(self, rest: str, *values: object) -> list[Suppression]:
        hides = "(select count(*) from hidden where suppression = key)"
        rows = self._connection.execute(f"select {_COLUMNS}, {hides} from suppression {rest}", values)  # noqa: S608 - texts of ours
        return [_suppression(row) for row in rows]


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


def _words(terms: Terms) -> str:
    until = "" if terms.until is None else f" until {datetime.fromtimestamp(terms.until, UTC):%Y-%m-%d}"
    return f"suppressed by {terms.author}{until}: {terms.reason}"


def _suppression(row: _Row) -> Suppression:
    key, zone, points, author, reason, until, begun, alert, path, ended, ended_by, hides = row
    terms = Terms(author, reason, until)
    known = tuple(json.loads(points))
    return Suppression(key, zone, known, terms, begun, alert, os.fsdecode(path), ended, ended_by, hides)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what SQLite says into an error with a hint."""
    try:
        yield
    except sqlite3.Error as error:
        message = f"the suppressions cannot be used: {error}"
        raise StoreError(message) from error

"""Keeps verdicts and alerts in the state database; what was raised once is not raised again for the same file state."""

import json
import os
import re
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from scanner.alert._coverage import coverage_key, next_coverage
from scanner.alert.dedup import alert_key, is_news, substance
from scanner.errors import StoreError, UsageError
from scanner.model.alert import Alert, Coverage, State
from scanner.model.codec import decode, encode
from scanner.model.document import Identity
from scanner.model.finding import Severity
from scanner.model.record import record
from scanner.model.verdict import Outcome, Verdict

_VERSION = "1"
_KEY = re.compile("[0-9a-f]{1,16}")

_TABLES = """
    create table if not exists alert_meta (name text primary key, value text not null) without rowid;
    create table if not exists verdict (
        path blob not null,
        identity text not null,
        ruleset text not null,
        outcome text not null,
        substance text not null,
        time real not null,
        record text,
        primary key (path, identity, ruleset)
    ) without rowid;
    create table if not exists alert (
        key text primary key,
        path blob not null,
        first_seen real not null,
        last_seen real not null,
        count integer not null,
        state text not null,
        severity integer not null,
        verdict text not null,
        coverage text
    ) without rowid;
    create index if not exists alert_last_seen on alert (last_seen);
"""
_COLUMNS = "key, first_seen, last_seen, count, state, severity, verdict, coverage"
_Row = tuple[str, float, float, int, str, int, str, str | None]


class AlertStore:
    """The verdicts and alerts in one database. Whoever opened the connection commits and closes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Make the tables that are missing, in a transaction of their own unless one is open.

        Raises:
            StoreError: the database cannot be used, or is that of a newer DocWarden.
        """
        self._connection = connection
        with _told():
            alone = not connection.in_transaction
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            if not any(row[1] == "coverage" for row in connection.execute("pragma table_info (alert)")):
                connection.execute("alter table alert add column coverage text")
            version = self._meta("version", _VERSION)
            self._secret = bytes.fromhex(self._meta("secret", secrets.token_hex(32)))
            if alone:
                connection.commit()
        if version != _VERSION:
            message = f"the alert store has version {version}, this DocWarden reads {_VERSION}; use the newer one"
            raise StoreError(message)

    def record(self, verdict: Verdict, identity: Identity | None, ruleset: str, now: float) -> Alert | None:
        """Keep a verdict on one state of a file, and return the alert it raises or repeats.

        None when this verdict on this state of the file is known, or does not alert. A file that is found in order
        resolves its alert. Nothing is committed: whoever calls does that together with what led here.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            if not self._is_new(verdict, identity, ruleset, now):
                return None
            key = alert_key(verdict, self._secret)
            before = self._find("where key = ?", key)
            if verdict.alerting:
                alert = _next(before[0] if before else None, key, verdict, now)
                self._save(alert)
                return alert
            if before and verdict.outcome in {Outcome.CLEAN, Outcome.PERMITTED}:
                self._save(replace(before[0], state=State.RESOLVED))
            return None

    def cover(self, root: str, why: str, now: float) -> Alert | None:
        """Keep that coverage of a root was lost, or with an empty `why` that it is whole again; return what is news.

        A loss that is known already is none, nor that a root is whole of which none was known. Nothing is committed.

        Raises:
            StoreError: the database cannot be written.
        """
        with _told():
            key = coverage_key(root, self._secret)
            found = self._find("where key = ?", key)
            alert = next_coverage(found[0] if found else None, key, root, why, now)
            if alert is not None:
                self._save(alert)
            return alert

    def alerts(self, state: State | None = None, limit: int | None = None) -> tuple[Alert, ...]:
        """Return the alerts, of one state or of all, the last seen first.

        Raises:
            StoreError: the database cannot be read.
        """
        where, values = ("where state = ?", (state.value,)) if state is not None else ("", ())
        with _told():
            rest = f"{where} order by last_seen desc, key limit ?"
            return tuple(self._find(rest, *values, -1 if limit is None else limit))

    def get(self, key_prefix: str) -> Alert:
        """Return the one alert whose key begins like this.

        Raises:
            UsageError: there is none, or more than one.
            StoreError: the database cannot be read.
        """
        prefix = key_prefix.lower()
        found: list[Alert] = []
        if _KEY.fullmatch(prefix):
            with _told():
                found = self._find("where substr(key, 1, ?) = ? order by key limit 2", len(prefix), prefix)
        if not found:
            message = f"no alert {key_prefix!r}; `docwarden alerts list` shows all"
            raise UsageError(message)
        if len(found) > 1:
            message = f"more than one alert begins with {key_prefix!r}; write more of its key"
            raise UsageError(message)
        return found[0]

    def counts(self) -> Counter[State]:
        """Return how many alerts are in each state.

        Raises:
            StoreError: the database cannot be read.
        """
        with _told():
            rows = self._connection.execute("select state, count(*) from alert group by state").fetchall()
        return Counter({State(state): count for state, count in rows})

    def _meta(self, name: str, default: str) -> str:
        query = "select value from alert_meta where name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        if row is None:  # another process may do the same right now: the first one wins
            self._connection.execute("insert or ignore into alert_meta values (?, ?)", (name, default))
            row = self._connection.execute(query, (name,)).fetchone()
        return str(row[0])

    def _is_new(self, verdict: Verdict, identity: Identity | None, ruleset: str, now: float) -> bool:
        """Keep the verdict; tell whether it says something else than the last one on the same state of the file.

        A changed policy or rule set has every file decided anew; only where that comes out otherwise is it news.
        """
        told = verdict.findings or verdict.problems
        kept = json.dumps(record(verdict), ensure_ascii=True) if told else None
        state = (os.fsencode(verdict.document.path), json.dumps(encode(identity)))
        said = substance(verdict)
        query = "select substance from verdict where path = ? and identity = ? order by time desc limit 1"
        before: tuple[str] | None = self._connection.execute(query, state).fetchone()
        self._connection.execute(
            "insert or replace into verdict values (?, ?, ?, ?, ?, ?, ?)",
            (*state, ruleset, verdict.outcome.value, said, now, kept),
        )
        return before != (said,)

    def _save(self, alert: Alert) -> None:
        self._connection.execute(
            f"insert or replace into alert (path, {_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
            (
                os.fsencode(alert.verdict.document.path),
                alert.key,
                alert.first_seen,
                alert.last_seen,
                alert.count,
                alert.state.value,
                int(alert.severity),
                json.dumps(encode(alert.verdict), ensure_ascii=True),
                None if alert.coverage is None else json.dumps(encode(alert.coverage), ensure_ascii=True),
            ),
        )

    def _find(self, rest: str, *values: object) -> list[Alert]:
        rows = self._connection.execute(f"select {_COLUMNS} from alert {rest}", values)  # noqa: S608 - texts of ours
        return [_alert(row) for row in rows]


def _next(before: Alert | None, key: str, verdict: Verdict, now: float) -> Alert:
    if before is None:
        return Alert(key, now, now, 1, State.OPEN, verdict.severity, verdict)
    known = before.state is State.ACKNOWLEDGED and not is_news(verdict, before.verdict)
    return replace(
        before,
        last_seen=max(now, before.last_seen),  # a clock may be set back
        count=before.count + 1,
        state=State.ACKNOWLEDGED if known else State.OPEN,
        severity=verdict.severity,
        verdict=verdict,
    )


def _alert(row: _Row) -> Alert:
    key, first_seen, last_seen, count, state, severity, verdict, coverage = row
    try:
        known = decode(Verdict, json.loads(verdict))
        gap = None if coverage is None else decode(Coverage, json.loads(coverage))
        return Alert(key, first_seen, last_seen, count, State(state), Severity(severity), known, gap)
    except ValueError as error:
        message = f"alert {key} in the store cannot be read: {error}"
        raise StoreError(message) from error


@contextmanager
def _told() -> Iterator[None]:
    """Turn what SQLite says into an error with a hint."""
    try:
        yield
    except sqlite3.Error as error:
        message = f"the alert store cannot be used: {error}"
        raise StoreError(message) from error

"""Reads and writes the rows of suppressions, each with its seal."""

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.alert._chain import Value, seal
from scanner.alert._log import Log
from scanner.alert._word_of_log import vouches
from scanner.model.suppression import Suppression, Terms

# A file has one content and stands in one zone: at most one suppression hides it.
_TABLES = (
    "create table if not exists suppression_meta (name text primary key, value text not null) without rowid",
    """create table if not exists suppression (
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
        told integer not null default 0,
        seal blob
    ) without rowid""",
    "create table if not exists hidden (path blob primary key, suppression text not null) without rowid",
    "create index if not exists hidden_suppression on hidden (suppression)",
)
_SEALED = "key, zone, points, author, reason, until, begun, alert, path, ended, ended_by, told"
_HIDES = "(select count(*) from hidden where suppression = key)"
_ROW = b"a suppression"
_Row = tuple[str, str, str, str, str, float | None, float, str, bytes, float | None, str, int]  # those columns


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables that are missing."""
    for statement in _TABLES:
        connection.execute(statement)


def kept_secret(connection: sqlite3.Connection) -> bytes:
    """Return the secret that keys of suppressions are made with; the first call makes it."""
    query = "select value from suppression_meta where name = 'secret'"
    row = connection.execute(query).fetchone()
    if row is None:  # another process may do the same right now: the first one wins
        fresh = secrets.token_hex(32)
        connection.execute("insert or ignore into suppression_meta values ('secret', ?)", (fresh,))
        row = connection.execute(query).fetchone()
    return bytes.fromhex(row[0])


@dataclass(frozen=True, slots=True)
class SuppressionRows:
    """The rows of suppressions in one database, sealed with one key; nothing is committed here."""

    connection: sqlite3.Connection
    key: bytes

    def put(self, one: Suppression) -> None:
        """Write a suppression in the place of the one with its key."""
        terms = one.terms
        row: tuple[Value, ...] = (
            one.key, one.zone, json.dumps(one.points), terms.author, terms.reason, _float(terms.until),
            float(one.begun), one.alert, os.fsencode(one.path), _float(one.ended), one.ended_by, int(one.told),
        )  # fmt: skip
        self.connection.execute(
            f"insert or replace into suppression ({_SEALED}, seal) values ({', '.join('?' * len(row))}, ?)",  # noqa: S608 - constants
            (*row, seal(self.key, _ROW, *row)),
        )

    def find(self, rest: str, *values: Value) -> list[Suppression]:
        """Return suppressions; `rest` is what stands after the table in a query."""
        query = f"select {_SEALED}, {_HIDES} from suppression {rest}"  # noqa: S608 - texts of ours
        return [_suppression(row[:-1], row[-1]) for row in self.connection.execute(query, values)]

    def proofs(self, rest: str, *values: Value) -> Iterator[tuple[Suppression, bool]]:
        """Yield suppressions, without the number of their files, and whether each is as it was written."""
        for row in self.connection.execute(f"select {_SEALED}, seal from suppression {rest}", values):  # noqa: S608 - texts of ours
            whole = row[-1] is not None and seal(self.key, _ROW, *row[:-1]) == row[-1]
            yield _suppression(row[:-1], 0), whole

    def whole(self, rest: str, *values: Value) -> list[Suppression]:
        """Return suppressions that are as they were written."""
        return [one for one, whole in self.proofs(rest, *values) if whole]

    def take_over(self, log: Log) -> None:
        """Seal the suppressions of an earlier version, in which they had no seal: those that the log tells of."""
        if self._has_seals():
            return
        if not self.connection.in_transaction:  # broken off half-way, none of them would have a seal
            self.connection.execute("begin immediate")
        if self._has_seals():  # another process was first
            return
        self.connection.execute("alter table suppression add column seal blob")
        for one in self.find("order by key"):
            if vouches(log.history(one.alert), one):
                self.put(one)

    def _has_seals(self) -> bool:
        return "seal" in {row[1] for row in self.connection.execute("pragma table_info (suppression)")}


def _suppression(row: _Row, hides: int) -> Suppression:
    key, zone, points, author, reason, until, begun, alert, path, ended, ended_by, told = row
    terms = Terms(author, reason, until)
    known = tuple(json.loads(points))
    return Suppression(
        key, zone, known, terms, begun, alert, os.fsdecode(path), ended, ended_by, hides, told=bool(told)
    )


def _float(value: float | None) -> float | None:
    """Return a time as the database gives it back, for that is what is sealed."""
    return None if value is None else float(value)

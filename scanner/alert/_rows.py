"""Reads and writes the rows of alerts, each with its seal."""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.alert._chain import Value, seal, text, untext
from scanner.alert._tables import COLUMNS
from scanner.errors import StoreError
from scanner.model.alert import Alert, Coverage, State
from scanner.model.codec import decode, encode
from scanner.model.finding import Severity
from scanner.model.verdict import Verdict

_ALL = ", ".join(COLUMNS)
_WRITE = f"insert or replace into alert ({_ALL}) values ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - constants
_ROW = b"an alert"

SETTLED = ("first_seen", "state", "assignee", "resolution", "origin", "coverage")
"""What of an alert changes with no other than an entry of the log."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An alert as it is kept: with the keyed hash of the content it is about, its last entry and when that was."""

    alert: Alert
    content: str = ""
    entry: int = 0
    changed: float = 0.0


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of alerts in one database, sealed with one key; nothing is committed here."""

    connection: sqlite3.Connection
    key: bytes

    def put(self, kept: Kept) -> None:
        """Write an alert."""
        row = _row(kept)
        self.connection.execute(_WRITE, (*row, seal(self.key, _ROW, *row)))

    def get(self, key: str) -> Kept | None:
        """Return an alert by its whole key."""
        return next(self.find("where key = ?", (key,)), None)

    def of_content(self, content: str, zone: str) -> Kept | None:
        """Return the alert about a content in a zone; of several one that is not resolved, and the oldest."""
        rest = "where content = ? and content <> '' and zone = ? order by state = 'resolved', first_seen, key limit 1"
        return next(self.find(rest, (content, text(zone))), None)

    def find(self, rest: str, values: Sequence[Value] = ()) -> Iterator[Kept]:
        """Yield alerts; `rest` is what stands after the table in a query.

        Raises:
            StoreError: one cannot be read.
        """
        for row in self.connection.execute(f"select {_ALL} from alert {rest}", values):  # noqa: S608 - texts of ours
            yield _kept(row)

    def forget(self, key: str) -> None:
        """Delete an alert."""
        self.connection.execute("delete from alert where key = ?", (key,))

    def proofs(self) -> Iterator["Proof"]:
        """Yield what each alert is proved by."""
        for row in self.connection.execute(f"select {_ALL} from alert order by key"):  # noqa: S608 - a constant
            known = dict(zip(COLUMNS, row, strict=True))
            coverage = known["coverage"]
            yield Proof(
                known["key"],
                whole=seal(self.key, _ROW, *row[:-1]) == row[-1],
                entry=known["entry"],
                copies=known["copies"],
                counted=coverage is None,
                settled=(
                    known["first_seen"],
                    known["state"],
                    untext(known["assignee"]),
                    untext(known["resolution"]),
                    untext(known["origin"]),
                    None if coverage is None else json.loads(coverage),
                ),
            )


@dataclass(frozen=True, slots=True)
class Proof:
    """What an alert is proved by.

    `whole` tells that its row is as it was written; `settled` are the values of what `SETTLED` names. `counted` is
    False for one about a loss of coverage, which has no files.
    """

    key: str
    whole: bool
    entry: int
    copies: int
    counted: bool
    settled: tuple[object, ...]


def _row(kept: Kept) -> tuple[Value, ...]:
    alert = kept.alert
    verdict = alert.verdict
    return (
        alert.key,
        os.fsencode(verdict.document.path),
        text(verdict.zone),
        kept.content,
        text(words_of(verdict)),
        float(alert.first_seen),
        float(alert.last_seen),
        alert.count,
        alert.copies,
        alert.state.value,
        int(alert.severity),
        text(alert.assignee),
        text(alert.resolution),
        text(alert.origin),
        kept.entry,
        float(kept.changed),
        None if alert.coverage is None else json.dumps(encode(alert.coverage), ensure_ascii=True),
        json.dumps(encode(verdict), ensure_ascii=True),
    )


def words_of(verdict: Verdict) -> str:
    """Return the words that the labels of a verdict are looked for by, one a line, between two line feeds."""
    words = [word for label in verdict.labels for word in (str(label), label.level.name, label.scheme)]
    return "\n" + "".join(f"{word.casefold()}\n" for word in dict.fromkeys(words)) if words else ""


def _kept(row: tuple[Any, ...]) -> Kept:
    known: dict[str, Value] = dict(zip(COLUMNS, row, strict=True))
    try:
        coverage, verdict = known["coverage"], decode(Verdict, json.loads(_text(known["verdict"])))
        alert = Alert(
            _text(known["key"]),
            _number(known["first_seen"]),
            _number(known["last_seen"]),
            int(_number(known["count"])),
            State(_text(known["state"])),
            Severity(int(_number(known["severity"]))),
            verdict,
            None if coverage is None else decode(Coverage, json.loads(_text(coverage))),
            int(_number(known["copies"])),
            _text(known["assignee"]),
            _text(known["resolution"]),
            _text(known["origin"]),
        )
        return Kept(alert, _text(known["content"]), int(_number(known["entry"])), _number(known["changed"]))
    except ValueError as error:
        message = f"alert {row[0]} in the store cannot be read: {error}"
        raise StoreError(message) from error


def _text(value: Value) -> str:
    if isinstance(value, str | bytes):
        return untext(value)
    message = "not a text"
    raise ValueError(message)


def _number(value: Value) -> float:
    if isinstance(value, int | float):
        return value
    message = "not a number"
    raise ValueError(message)

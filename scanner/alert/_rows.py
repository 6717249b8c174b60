"""Reads and writes the rows of alerts, each with its seal."""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.alert._chain import Value, seal, text, untext
from scanner.alert._packed import unpack
from scanner.alert._tables import COLUMNS
from scanner.errors import StoreError
from scanner.model.alert import Alert, Coverage, State
from scanner.model.codec import decode, encode
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Verdict

_ALL = ", ".join(COLUMNS)
_READ = f"select {_ALL} from alert left join alert_verdict using (key)"  # noqa: S608 - constants
_FOUND_BY = [column for column in COLUMNS if column != "verdict"]
_WRITE = f"insert or replace into alert ({', '.join(_FOUND_BY)}) values ({', '.join('?' * len(_FOUND_BY))})"  # noqa: S608 - constants
_ROW = b"an alert"
_STATES = {state.value: state for state in State}
_SEVERITIES = {severity.value: severity for severity in Severity}
_LOST = "what was found in it was lost when the database was damaged; have it scanned again"


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

    def put(self, kept: Kept, packed: str) -> None:
        """Write an alert, with its verdict as it was packed."""
        row = (*_row(kept), packed)
        self.connection.execute(_WRITE, (*row[:-1], seal(self.key, _ROW, *row)))
        self.connection.execute("insert or replace into alert_verdict values (?, ?)", (row[0], row[-1]))

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
        for row in self.connection.execute(f"{_READ} {rest}", values):
            yield _kept(row)

    def forget(self, key: str) -> None:
        """Delete an alert."""
        for table in ("alert", "alert_verdict"):
            self.connection.execute(f"delete from {table} where key = ?", (key,))  # noqa: S608 - constants

    def proofs(self) -> Iterator["Proof"]:
        """Yield what each alert is proved by."""
        for row in self.connection.execute(f"{_READ} order by key"):
            known = dict(zip(COLUMNS, row, strict=True))
            whole = seal(self.key, _ROW, *row[:-1]) == row[-1]
            settled = _settled(known) if whole else ()
            counted = known["coverage"] is None
            yield Proof(known["key"], whole, known["entry"], known["copies"], counted, settled)


@dataclass(frozen=True, slots=True)
class Proof:
    """What an alert is proved by.

    `whole` tells that its row is as it was written; `settled` are the values of what `SETTLED` in `_data` names, none
    where it is not, for it might not be readable.
    `counted` is False for one about a loss of coverage, which has no files.
    """

    key: str
    whole: bool
    entry: int
    copies: int
    counted: bool
    settled: tuple[object, ...]


def _settled(known: Mapping[str, Any]) -> tuple[object, ...]:
    coverage = known["coverage"]
    texts = (untext(known[name]) for name in ("assignee", "resolution", "origin"))
    return known["first_seen"], known["state"], *texts, None if coverage is None else json.loads(coverage)


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
    )


def words_of(verdict: Verdict) -> str:
    """Return the words that the labels of a verdict are looked for by, one a line, between two line feeds."""
    words = [word for label in verdict.labels for word in (str(label), label.level.name, label.scheme)]
    return "\n" + "".join(f"{word.casefold()}\n" for word in dict.fromkeys(words)) if words else ""


def _kept(row: tuple[Any, ...]) -> Kept:
    key, _, _, content, _, first, last, count, copies, state, severity, *more, packed, _ = row
    assignee, resolution, origin, entry, changed, coverage = more
    try:
        alert = Alert(
            _text(key),
            _number(first),
            _number(last),
            int(_number(count)),
            _STATES[state],
            _SEVERITIES[severity],
            _lost(row) if packed is None else unpack(_text(packed)),
            None if coverage is None else decode(Coverage, json.loads(_text(coverage))),
            int(_number(copies)),
            _text(assignee),
            _text(resolution),
            _text(origin),
        )
        return Kept(alert, _text(content), int(_number(entry)), _number(changed))
    except (ValueError, KeyError) as error:
        why = error if isinstance(error, ValueError) else "its state or its severity is none that there is"
        message = f"alert {key} in the store cannot be read: {why}"
        raise StoreError(message) from error


def _lost(row: tuple[Any, ...]) -> Verdict:
    """Return what stands for a verdict that was lost with a part of the database: others can still be read."""
    known = dict(zip(COLUMNS, row, strict=True))
    document = Document(os.fsdecode(known["path"]))
    zone, severity = untext(known["zone"]), Severity(known["severity"])
    return Verdict(document, zone, Outcome.UNDETERMINED, severity=severity, why=_LOST, alerting=True)


def _text(value: Value) -> str:
    if type(value) is str:
        return value
    if isinstance(value, bytes):
        return untext(value)
    message = "not a text"
    raise ValueError(message)


def _number(value: Value) -> float:
    if isinstance(value, int | float):
        return value
    message = "not a number"
    raise ValueError(message)

"""Reads alerts as a page shows them, without building the verdicts: there may be very many, and each is read once."""

import json
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from scanner.alert._chain import untext
from scanner.alert._packed import labels_of
from scanner.alert._rows import Rows
from scanner.alert._wanted import condition
from scanner.errors import StoreError
from scanner.model.alert import State
from scanner.model.codec import encode
from scanner.model.document import Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.place import Part, Place, place_words
from scanner.model.shown import Found, Shown, ShownAlert, Unexamined, labels_said, shown_alert
from scanner.model.wanted import Wanted

_COLUMNS: Final = (
    "key, first_seen, last_seen, count, state, severity, copies, assignee, resolution, origin, coverage, verdict"
)
_READ: Final = f"select {_COLUMNS} from alert left join alert_verdict using (key)"  # noqa: S608 - a constant
_STATES: Final = {state.value: state for state in State}
_SEVERITIES: Final = {severity.value: severity for severity in Severity}
_REASONS: Final = {reason.value: reason for reason in Reason}
_LOADS: Final = json.JSONDecoder().raw_decode
_TEXT: Final = {str}
_OPTIONAL_TEXT: Final = (str, type(None))
_BODY: Final = Part.BODY.value
_YARA: Final = Kind.YARA.value
# What is left out is so by default.
_PLAIN: Any = encode(Finding(Kind.MARKING, "", Place("")))
_ROLE, _STATUS, _CONFIDENCE = _PLAIN["role"], _PLAIN["status"], _PLAIN["confidence"]


def shown(connection: sqlite3.Connection, where: Wanted) -> Iterator[ShownAlert]:
    """Yield the alerts that are wanted, the last seen first, out of the tables that an `AlertStore` has made.

    Raises:
        StoreError: the database cannot be read, or an alert in it.
    """
    said, values = condition(where)
    rows = Rows(connection, b"")  # a key seals what is written, and nothing is
    try:
        for row in connection.execute(f"{_READ} {said} order by last_seen desc, key", values):
            coverage, packed = row[-2:]
            if coverage is None and type(packed) is str and "\n" in packed:
                yield _alert(row)
            else:  # one of the few whose verdict is about no file, is lost, or was written whole
                yield from (shown_alert(kept.alert) for kept in rows.find("where key = ?", (row[0],)))
    except sqlite3.Error as error:
        message = f"the alert store cannot be used: {error}"
        raise StoreError(message) from error


def _alert(row: tuple[Any, ...]) -> ShownAlert:
    key, first, last, count, state, severity, copies, assignee, resolution, origin, _, packed = row
    try:
        return ShownAlert(
            key,
            float(first),
            float(last),
            int(count),
            _STATES[state],
            _SEVERITIES[severity],
            int(copies),
            assignee if type(assignee) is str else untext(assignee),
            resolution if type(resolution) is str else untext(resolution),
            origin if type(origin) is str else untext(origin),
            None,
            _verdict(packed),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        message = f"alert {key} in the store cannot be read: not what an alert should be"
        raise StoreError(message) from error


def _verdict(packed: str) -> Shown:
    line = packed.index("\n")
    known, end = _LOADS(packed, line + 1)
    if end != len(packed):
        raise ValueError
    document = known["document"]
    labels = _written(packed[:line])
    get, told = known.get, document.get
    verdict = Shown(
        document["path"],
        known["zone"],
        get("why", ""),
        get("guidance", ""),
        get("owner", ""),
        labels_said([labels[number] for number in get("labels", ())]),
        told("media_type", ""),
        told("claimed_type"),
        told("size", 0),
        [_found(finding, labels) for finding in get("findings", ())],
        [_unexamined(problem) for problem in get("problems", ())],
    )
    texts = {type(verdict.path), type(verdict.zone), type(verdict.why), type(verdict.guidance), type(verdict.owner)}
    texts.add(type(verdict.media_type))
    if texts != _TEXT or type(verdict.size) is not int or type(verdict.claimed_type) not in _OPTIONAL_TEXT:
        raise TypeError
    return verdict


def _found(finding: dict[str, Any], labels: tuple[str, ...]) -> Found:
    get = finding.get
    number, line, reasons = get("label"), get("line"), get("reasons", ())
    found = Found(
        finding["rule"],
        get("title", ""),
        "" if number is None else labels[number],
        get("evidence", ""),
        _where(finding["place"], line),
        get("role", _ROLE),
        get("status", _STATUS),
        get("confidence", _CONFIDENCE),
        tuple(reasons),
        finding["kind"] == _YARA,
    )
    texts = {type(found.rule), type(found.title), type(found.evidence), type(found.where), type(found.role)}
    texts.update(map(type, (found.status, *reasons)))
    if texts != _TEXT or type(found.confidence) not in {float, int}:
        raise TypeError
    return found


def _unexamined(problem: dict[str, Any]) -> Unexamined:
    where, detail = _where(problem["place"]), problem.get("detail", "")
    if type(where) is not str or type(detail) is not str:
        raise TypeError
    return Unexamined(where, _REASONS[problem["reason"]], detail)


def _where(place: dict[str, Any], line: int | None = None) -> str:
    get = place.get
    part = get("part", _BODY)
    where = place_words(place["file"], get("members", ()), part, get("number"), get("page"), get("title"))
    return where if line is None or part != _BODY else f"{where}, line {line}"


@lru_cache(256)
def _written(line: str) -> tuple[str, ...]:
    return tuple(map(str, labels_of(line)))

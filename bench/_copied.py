"""Makes a large alert store out of a small one, so that a measurement need not wait until each alert is recorded."""

import json
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.alert._chain import sealing_key
from scanner.alert._log import Log
from scanner.alert._packed import pack
from scanner.alert._paths import Paths
from scanner.alert._rows import Kept, Rows
from scanner.alert._tables import secret_of
from scanner.alert.store import AlertStore
from scanner.app.key import installation_key
from scanner.model.alert import Alert, Entry, Standing

_ALL = 1 << 40
_RECORDED = 10_000
_APART = 0.001  # seconds between an alert and its copy


def parts(number: int) -> tuple[int, int]:
    """Return how many of so many alerts are to be recorded, and how often these stand in the store in the end."""
    often = max(1, number // _RECORDED)
    while number % often:
        often -= 1
    return number // often, often


def copy_all(connection: sqlite3.Connection, folder: Path, store: AlertStore, number: int) -> None:
    """Add alerts until there are `number` times as many, as if each had happened again to a file of another name.

    Rows and the log are sealed as the store seals them, so that they prove to be whole. Each alert must be about one
    file, whose name comes after a slash; nothing else may be in the log.
    """
    seals = sealing_key(installation_key(folder))
    book = _Book(
        Log(connection, seals, given=True), Rows(connection, seals), Paths(connection, seals), secret_of(connection)
    )
    entries = store.entries(0, _ALL)
    records = connection.execute("select path, identity, ruleset, outcome, substance, time, record from verdict")
    verdicts = records.fetchall()
    for turn in range(1, number):
        with connection:
            connection.execute("begin immediate")
            book.repeat(entries, store, turn)
            connection.executemany(
                "insert into verdict values (?, ?, ?, ?, ?, ?, ?)", [_verdict(row, turn) for row in verdicts]
            )


@dataclass(frozen=True, slots=True)
class _Book:
    log: Log
    rows: Rows
    paths: Paths
    secret: bytes

    def repeat(self, entries: tuple[Entry, ...], store: AlertStore, turn: int) -> None:
        """Write every entry once more about another file, and what its alert came to."""
        kept: dict[str, tuple[Kept, str]] = {}
        packed: dict[str, str] = {}
        for entry in entries:
            alert = _again(entry.alert, turn)
            text = packed.get(alert.key) or packed.setdefault(alert.key, pack(alert.verdict))
            time = entry.time + turn * _APART
            number = self.log.append(entry.change, alert, time, who=entry.who, note=entry.note, packed=text)
            kept[alert.key] = (Kept(alert, "", number, time), text)
        for key, (last, text) in kept.items():
            alert = last.alert
            self.rows.put(replace(last, content=store.content(alert.verdict)), text)
            path = alert.verdict.document.path
            self.paths.write(key, Standing(path, alert.first_seen, alert.last_seen))


def _again(alert: Alert, turn: int) -> Alert:
    verdict = alert.verdict
    document = replace(
        verdict.document,
        path=_path(verdict.document.path, turn),
        sha256=f"{int(verdict.document.sha256, 16) ^ turn << 200:064x}",
    )
    return replace(
        alert,
        key=f"{int(alert.key, 16) ^ turn << 40:016x}",
        first_seen=alert.first_seen + turn * _APART,
        last_seen=alert.last_seen + turn * _APART,
        verdict=replace(verdict, document=document),
    )


def _path(path: str, turn: int) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/{turn}-{name}"


def _verdict(row: tuple[bytes, str, str, str, str, float, str | None], turn: int) -> tuple[object, ...]:
    path, identity, ruleset, outcome, substance, time, record = row
    other = _path(path.decode(), turn)
    if record is not None:
        record = json.dumps({**json.loads(record), "path": other})
    return other.encode(), identity, ruleset, outcome, substance, time + turn * _APART, record

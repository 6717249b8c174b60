"""Reads what is kept of single files, whether they stand in alerts or not."""

import json
import os
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from scanner.alert._errors import told
from scanner.errors import StoreError
from scanner.model.alert import Standing
from scanner.model.verdict import Outcome

_SAID = "select path, time, outcome, record from verdict"
_SUPPRESSIONS = "hidden"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a file when it was last looked at; `record` is empty where there was nothing to tell."""

    path: str
    time: float
    outcome: Outcome
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why something in it was not read, each reason once."""
        return tuple(dict.fromkeys(problem["reason"] for problem in self.record.get("problems", ())))


@dataclass(frozen=True, slots=True)
class KeptFile:
    """All that is kept of one file.

    `standings` are the keys of the alerts it stands or stood in, with when. `hidden_by` is the key of a suppression.
    `allowed` are zones in which it may stand with its marking. `owner` is the number of its owner while it waits to be
    read. `known` tells that its name and identity are kept so that it is not read twice; `entries` how many entries the
    log has about its alerts.
    """

    path: str
    said: Said | None
    standings: tuple[tuple[str, Standing], ...]
    hidden_by: str
    allowed: tuple[str, ...]
    owner: int | None
    known: bool
    entries: int

    @property
    def anything(self) -> bool:
        """Whether anything is kept at all."""
        return bool(
            self.said or self.standings or self.hidden_by or self.allowed or self.known or self.owner is not None
        )


def kept_of(connection: sqlite3.Connection, path: str) -> KeptFile:
    """Return all that is kept of a file.

    Raises:
        StoreError: the database cannot be read.
    """
    raw = os.fsencode(path)
    folder, name = os.path.split(raw)
    with told("the alert store"):
        tables = {table for (table,) in connection.execute("select name from sqlite_master where type = 'table'")}
        said = connection.execute(f"{_SAID} where path = ? order by time desc limit 1", (raw,)).fetchone()
        rows = connection.execute(
            "select alert, first_seen, last_seen, gone from alert_path where path = ? order by first_seen", (raw,)
        ).fetchall()
        hidden = (
            _SUPPRESSIONS in tables
            and connection.execute("select suppression from hidden where path = ?", (raw,)).fetchone()
        )
        allowed = connection.execute("select distinct zone from alert_original where path = ?", (raw,)).fetchall()
        owner = connection.execute("select owner from queue where path = ?", (raw,)).fetchone()
        query = "select 1 from file join folder on file.folder = folder.id where folder.path = ? and file.name = ?"
        known = connection.execute(query, (folder, name)).fetchone()
        query = "select count(*) from alert_log where alert in (select alert from alert_path where path = ?)"
        (entries,) = connection.execute(query, (raw,)).fetchone()
    return KeptFile(
        path,
        None if said is None else _said(said),
        tuple((key, Standing(path, first, last, gone)) for key, first, last, gone in rows),
        hidden[0] if hidden else "",
        tuple(os.fsdecode(zone) if isinstance(zone, bytes) else zone for (zone,) in allowed),
        None if owner is None else int(owner[0]),
        known is not None,
        int(entries),
    )


def not_read(connection: sqlite3.Connection, folder: str, after: str, limit: int) -> list[Said]:
    """Return files of which the last look left something unread, by name: those that follow on `after`.

    `folder` leaves out all that is not below it, "" nothing. At most `limit` are returned, -1 for all.

    Raises:
        StoreError: the database cannot be read.
    """
    begin, end = _below(folder)
    query = f"{_SAID} where outcome = ? and path > ? and path > ? and path < ? order by path limit ?"
    values = (Outcome.UNDETERMINED.value, os.fsencode(after), begin, end, limit)
    with told("the alert store"):
        return [_said(row) for row in connection.execute(query, values)]


def count_not_read(connection: sqlite3.Connection, folder: str) -> int:
    """Return how many files `not_read` would name.

    Raises:
        StoreError: the database cannot be read.
    """
    query = "select count(*) from verdict where outcome = ? and path > ? and path < ?"
    with told("the alert store"):
        (number,) = connection.execute(query, (Outcome.UNDETERMINED.value, *_below(folder))).fetchone()
    return int(number)


def _below(folder: str) -> tuple[bytes, bytes]:
    """Return two names between which all names below a folder are."""
    if not folder:
        return b"", b"\xff" * 2
    prefix = os.path.join(os.fsencode(folder), b"")  # noqa: PTH118 - bytes, as the system gives them
    return prefix, prefix.removesuffix(b"/") + b"0"


def _said(row: tuple[bytes, float, str, str | None]) -> Said:
    path, time, outcome, record = row
    try:
        return Said(os.fsdecode(path), time, Outcome(outcome), json.loads(record or "{}"))
    except ValueError as error:
        message = f"a verdict in the store cannot be read: {type(error).__name__}"
        raise StoreError(message) from error

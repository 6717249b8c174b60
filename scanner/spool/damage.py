"""Puts a damaged database aside, never away, and takes over of it what can be read and no walk finds again."""

import contextlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from scanner.errors import StoreError
from scanner.spool.database import DATABASE, told

# Result codes of SQLite: SQLITE_CORRUPT and SQLITE_NOTADB; the higher bits say more about them.
_DAMAGE = frozenset({11, 26})
_PRIMARY = 0xFF
# What a walk makes anew.
_OURS = ("queue", "queue_root", "folder", "file", "root")
_FILES = ("", "-wal", "-shm")


def check(connection: sqlite3.Connection, what: str) -> None:
    """Look at every page of the database.

    Raises:
        StoreError: it is damaged.
    """
    with told(what):
        (first,) = connection.execute("pragma quick_check(1)").fetchone()
        if first != "ok":
            said = sqlite3.DatabaseError(first)
            said.sqlite_errorcode = min(_DAMAGE)
            raise said


def is_damage(error: BaseException | None) -> bool:
    """Tell whether an error comes from a damaged database, and not from one that cannot be written just now."""
    while error is not None:
        if isinstance(error, sqlite3.DatabaseError):
            code = getattr(error, "sqlite_errorcode", None)
            return code is not None and code & _PRIMARY in _DAMAGE
        error = error.__cause__
    return False


def set_aside(folder: Path, now: float) -> Path:
    """Give the database in a state folder, which nobody may have open, another name, and return that.

    Raises:
        StoreError: it cannot be renamed.
    """
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    number = 0
    while os.path.lexists(target := folder / f"{DATABASE}.damaged-{stamp}{f'-{number}' if number else ''}"):
        number += 1
    try:
        for end in _FILES:
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{DATABASE}{end}").rename(folder / f"{target.name}{end}")
    except OSError as error:
        message = f"{folder / DATABASE} is damaged and cannot be set aside: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    return target


def salvage(damaged: Path, connection: sqlite3.Connection) -> int:
    """Copy what can be read of the tables that are not the queue's or the index's; return how many rows that were."""
    rows = 0
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(sqlite3.connect(damaged)) as old:
        tables = old.execute("select name, sql from sqlite_master where type = 'table'").fetchall()
        for name, sql in tables:
            if name not in _OURS and not name.startswith("sqlite_"):
                rows += _copy(old, connection, name, sql)
    return rows


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, name: str, sql: str) -> int:
    """Copy a table from its begin until it is damaged, then from its end."""
    rows = 0
    with contextlib.suppress(sqlite3.DatabaseError), new:
        new.execute(sql)
    columns = [f'"{row[1]}"' for row in old.execute(f'pragma table_info ("{name}")')]
    values = ", ".join("?" * len(columns))
    into = f'insert or ignore into "{name}" ({", ".join(columns)}) values ({values})'  # noqa: S608 - names of our own
    for order in ("asc", "desc"):
        with new:
            try:
                query = f'select {", ".join(columns)} from "{name}" order by 1 {order}'  # noqa: S608 - names of our own
                for row in old.execute(query):
                    rows += new.execute(into, row).rowcount
            except sqlite3.DatabaseError:
                continue
            return rows
    return rows

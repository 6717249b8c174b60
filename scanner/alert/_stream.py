"""Yields alerts one by one, all of one moment, where a list of them would take too much memory."""

import sqlite3
from collections.abc import Iterator

from scanner.alert._paths import Paths
from scanner.alert._rows import Rows
from scanner.alert._tables import GRAVEST_FIRST
from scanner.alert._wanted import condition
from scanner.errors import StoreError
from scanner.model.alert import Alert, Standing
from scanner.model.wanted import Wanted

_NO_KEY = b""  # a key seals what is written, and nothing is


def stream(connection: sqlite3.Connection, where: Wanted, *, gravest: bool = False) -> Iterator[Alert]:
    """Yield the alerts that are wanted, the last seen first, out of the tables that an `AlertStore` has made.

    With `gravest` they come in the order in which `AlertStore.alerts` puts the gravest first. What others write
    meanwhile is not seen before the last was taken.

    Raises:
        StoreError: the database cannot be read, or an alert in it.
    """
    said, values = condition(where)
    order = GRAVEST_FIRST if gravest else "last_seen desc, key"
    try:
        for kept in Rows(connection, _NO_KEY).find(f"{said} order by {order}", values):
            yield kept.alert
    except sqlite3.Error as error:
        message = f"the alert store cannot be used: {error}"
        raise StoreError(message) from error


def files_of(connection: sqlite3.Connection, key: str) -> Iterator[Standing]:
    """Yield every file of an alert by its whole key, in the order of their names.

    Raises:
        StoreError: the database cannot be read.
    """
    try:
        yield from Paths(connection, _NO_KEY).of(key)
    except sqlite3.Error as error:
        message = f"the alert store cannot be used: {error}"
        raise StoreError(message) from error

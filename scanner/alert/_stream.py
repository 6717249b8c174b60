"""Yields alerts one by one, all of one moment, where a list of them would take too much memory."""

import sqlite3
from collections.abc import Iterator

from scanner.alert._rows import Rows
from scanner.alert._wanted import condition
from scanner.errors import StoreError
from scanner.model.alert import Alert
from scanner.model.wanted import Wanted


def stream(connection: sqlite3.Connection, where: Wanted) -> Iterator[Alert]:
    """Yield the alerts that are wanted, the last seen first, out of the tables that an `AlertStore` has made.

    Raises:
        StoreError: the database cannot be read, or an alert in it.
    """
    said, values = condition(where)
    rows = Rows(connection, b"")  # a key seals what is written, and nothing is
    try:
        for kept in rows.find(f"{said} order by last_seen desc, key", values):
            yield kept.alert
    except sqlite3.Error as error:
        message = f"the alert store cannot be used: {error}"
        raise StoreError(message) from error

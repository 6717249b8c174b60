"""Turns what SQLite says into an error with a hint."""

import contextlib
import sqlite3
from collections.abc import Iterator

from scanner.errors import StoreError


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Say of what SQLite says that something cannot be used.

    Raises:
        StoreError: SQLite raised an error.
    """
    try:
        yield
    except sqlite3.Error as error:
        message = f"{what} cannot be used: {error}"
        raise StoreError(message) from error

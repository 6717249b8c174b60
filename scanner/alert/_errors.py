"""Says of errors what they are: of SQLite's, what cannot be used, and of others, their words alone."""

import contextlib
import sqlite3
from collections.abc import Iterator

from scanner.errors import StoreError
from scanner.model.visible import visible


def reason_of(error: object) -> str:
    """Return what an error says, without its number where it names no file: the words say it all."""
    if isinstance(error, OSError) and error.filename is None and error.strerror:
        return visible(error.strerror)
    return visible(str(error) or type(error).__name__)


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

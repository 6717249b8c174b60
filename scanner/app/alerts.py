"""Opens the alert store with the key that seals it."""

import sqlite3
from pathlib import Path

from scanner.alert.store import AlertStore
from scanner.app.key import installation_key


def alert_store(connection: sqlite3.Connection, folder: Path) -> AlertStore:
    """Return the alert store of a state folder, in a connection to its database.

    Raises:
        StoreError: the database or the key of the installation cannot be used.
    """
    return AlertStore(connection, installation_key(folder))

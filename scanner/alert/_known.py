"""Tells which zones and labels occur in the alerts that are kept."""

import sqlite3

from scanner.alert._chain import untext
from scanner.alert._errors import told


def known_zones(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the names of the zones that alerts are in.

    Raises:
        StoreError: the database cannot be read.
    """
    with told("the alert store"):
        rows = connection.execute("select distinct zone from alert where coverage is null")
        return frozenset(untext(zone) for (zone,) in rows)


def known_labels(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the words that alerts can be found by as labels, in small letters: labels, their levels and schemes.

    Raises:
        StoreError: the database cannot be read.
    """
    with told("the alert store"):
        rows = connection.execute("select distinct labels from alert")
        return frozenset(word for (words,) in rows for word in untext(words).split("\n") if word)

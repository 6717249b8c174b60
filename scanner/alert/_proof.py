"""Proves that the alerts are what the log says of them."""

import sqlite3

from scanner.alert._book import Book
from scanner.errors import StoreError
from scanner.model.alert import Broken, Change, State


def verify(book: Book, anchor: tuple[int, str] | None) -> Broken | None:
    """Return the first thing in the log or in the alerts that is not as it was written, None where all is."""
    try:
        return book.log.verify(anchor) or _rows(book) or _missing(book)
    except (StoreError, ValueError, TypeError, sqlite3.DatabaseError) as error:
        return Broken(0, f"cannot be read: {error}")


def _rows(book: Book) -> Broken | None:
    """Look at each alert, and at its files."""
    begin = book.log.begin()[0]
    last = book.log.last_numbers()
    for row in book.rows.proofs():
        number = last.get(row.key, 0)
        if not row.whole:
            return Broken(number, f"alert {row.key} was altered, or is not DocWarden's")
        if row.entry > max(begin, number):
            return Broken(row.entry, f"missing: the last entry about alert {row.key}")
        if number > row.entry:
            return Broken(number, f"alert {row.key} is as it was at entry {row.entry}")
        if number and book.log.settled(number) != row.settled:
            return Broken(number, f"alert {row.key} is not what the entry says of it")
        if row.counted and (why := _files(book, row.key, row.copies)):
            return Broken(row.entry, why)
    return None


def _files(book: Book, key: str, copies: int) -> str:
    standing = 0
    for _, stands, whole in book.paths.sealed(key):
        if not whole:
            return f"a file of alert {key} was altered, or is not DocWarden's"
        standing += stands
    return "" if standing == copies else f"alert {key} is about {copies} files, and {standing} of them are kept"


def _missing(book: Book) -> Broken | None:
    """Look for alerts that the log tells of and that are no more; old ones are deleted some time after they end."""
    bound = book.log.forgotten_before()
    query = """select number, alert, time, change from alert_log
        where number in (select max(number) from alert_log group by alert)
        and change <> ? and alert not in (select key from alert) order by number"""
    for number, key, time, change in book.log.connection.execute(query, (Change.FORGOTTEN.value,)):
        if time >= bound or book.log.settled(number)[1] != State.RESOLVED.value:
            return Broken(number, f"missing: alert {key}, of which the entry says that it is {change}")
    known = "select 1 from alert_log where alert = ?"
    strays = "select alert from alert_path where alert not in (select key from alert) limit 1"
    stray = book.log.connection.execute(strays).fetchone()
    if stray is not None:
        told = book.log.connection.execute(known, stray).fetchone() is not None
        return Broken(0, f"files of alert {stray[0]}, which {'is no more' if told else 'never was'}")
    return None

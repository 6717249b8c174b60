"""Proves that the alerts are what the log says of them."""

import sqlite3
from dataclasses import replace

from scanner.alert._book import Book
from scanner.errors import StoreError
from scanner.model.alert import Alert, Broken, Change, State
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Verdict


def verify(book: Book, anchor: tuple[int, str] | None) -> Broken | None:
    """Return the first thing in the log or in the alerts that is not as it was written, None where all is."""
    try:
        return book.log.verify(anchor) or _rows(book) or _missing(book)
    except (StoreError, ValueError, TypeError, sqlite3.DatabaseError) as error:
        return Broken(0, f"cannot be read: {error}")


def _rows(book: Book) -> Broken | None:
    """Look at each alert, and at its files."""
    begin = book.log.begin()[0]
    for key, whole in book.rows.sealed():
        if not whole:
            return Broken(_number(book, key), f"alert {key} was altered, or is not DocWarden's")
        kept = book.rows.get(key)
        if kept is None:
            continue
        last = book.log.last(key)
        if last is None and kept.entry > begin:
            return Broken(kept.entry, f"missing: the entry that alert {key} has as its last")
        if last is not None and last.number != kept.entry:
            return Broken(last.number, f"alert {key} is as it was at entry {kept.entry}")
        if last is not None and _settled(last.alert) != _settled(kept.alert):
            return Broken(last.number, f"alert {key} is not what the entry says of it")
        if kept.alert.coverage is None and (why := _files(book, key, kept.alert.copies)):
            return Broken(kept.entry, why)
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
    query = """select number, alert, time from alert_log
        where number in (select max(number) from alert_log group by alert)
        and change <> ? and alert not in (select key from alert) order by number"""
    for number, key, time in book.log.connection.execute(query, (Change.FORGOTTEN.value,)):
        last = book.log.last(key)
        if last is None or last.alert.state is not State.RESOLVED or time >= bound:
            return Broken(number, f"missing: alert {key}")
    return None


def _settled(alert: Alert) -> Alert:
    """Return what of an alert changes only with an entry of the log."""
    return replace(alert, last_seen=0.0, count=0, copies=0, severity=Severity.INFO, verdict=_NOTHING)


def _number(book: Book, key: str) -> int:
    last = book.log.last(key)
    return 0 if last is None else last.number


_NOTHING = Verdict(Document(""), "", Outcome.CLEAN)

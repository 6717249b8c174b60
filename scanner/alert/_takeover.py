"""Takes over the alerts of a database of version 1, in which each was about one file and had no log."""

import json
import sqlite3

from scanner.alert._book import Book
from scanner.alert._originals import content_of
from scanner.alert._rows import Kept
from scanner.alert._tables import drop_old, old_alerts
from scanner.errors import StoreError
from scanner.model.alert import Alert, Change, Coverage, Standing, State
from scanner.model.codec import decode
from scanner.model.verdict import Verdict

_NOTE = "taken over from a store of an earlier version"


def take_over(connection: sqlite3.Connection, book: Book) -> None:
    """Write the alerts of version 1 as they are written now, each with the first entry of its log.

    Raises:
        StoreError: one cannot be read.
    """
    for key, first, last, count, state, verdict, coverage in old_alerts(connection):
        try:
            known = decode(Verdict, json.loads(verdict))
            gap = None if coverage is None else decode(Coverage, json.loads(coverage))
            alert = Alert(key, first, last, count, State(state), known.severity, known, gap)
        except ValueError as error:
            message = f"alert {key} in the store cannot be read: {error}"
            raise StoreError(message) from error
        _write(book, alert, content_of(known, book.secret))
    drop_old(connection)


def _write(book: Book, alert: Alert, content: str) -> None:
    resolved = alert.state is State.RESOLVED
    if alert.coverage is None:
        gone = alert.last_seen if resolved else None
        book.paths.write(alert.key, Standing(alert.verdict.document.path, alert.first_seen, alert.last_seen, gone))
    copies = 0 if resolved and alert.coverage is None else 1
    ended = "it ended before this was kept" if resolved else ""
    known = Alert(
        alert.key,
        alert.first_seen,
        alert.last_seen,
        alert.count,
        alert.state,
        alert.severity,
        alert.verdict,
        alert.coverage,
        copies,
        resolution=ended,
    )
    change = Change.RESOLVED if resolved else Change.RAISED
    book.enter(change, known, Kept(known, content), alert.last_seen, note=_NOTE)

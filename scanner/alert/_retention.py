"""Deletes what was kept long enough, and writes down that it did."""

from scanner.alert._book import Book
from scanner.alert._log import what_is_forgotten
from scanner.model.alert import Alert, Change, State
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Verdict

_AT_ONCE = 10_000  # alerts; the rest is for the next time
_KEY = "0" * 16  # of no alert: it stands for what is no more


def forget(book: Book, keep: float, keep_log: float, now: float) -> int:
    """Delete what is older than so many seconds, 0 for ever; return how many alerts and entries that were.

    Of alerts these are the resolved ones of which no file stands where it was; entries are deleted from the begin of
    the log only, so that the chain of the others can still be followed.
    """
    keys = _old(book, now - keep) if keep else []
    for key in keys:
        book.paths.forget(key)
        book.rows.forget(key)
    if keep:
        book.originals.forget(now - keep)
    before = book.log.begin()
    begin = book.log.cut(now - keep_log) if keep_log else before
    entries = begin[0] - before[0]
    if keys or entries:
        why = f"{len(keys)} alerts and {entries} entries of the log were kept long enough and deleted"
        verdict = Verdict(Document(""), "", Outcome.CLEAN, why=why)
        alert = Alert(_KEY, now, now, 1, State.RESOLVED, Severity.INFO, verdict, copies=0)
        bound = now - keep if keep else None
        book.log.append(Change.FORGOTTEN, alert, now, note=what_is_forgotten(*begin, bound))
    return len(keys) + entries


def _old(book: Book, before: float) -> list[str]:
    query = "select key from alert where state = ? and changed < ? and (copies = 0 or coverage is not null) limit ?"
    return [key for (key,) in book.rows.connection.execute(query, (State.RESOLVED.value, before, _AT_ONCE))]

"""Makes reports out of the alert store: the page of what is wrong now, and the inspection of a period."""

import contextlib
import gc
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from scanner.alert._shown import shown
from scanner.alert._stream import stream
from scanner.alert._unexamined import unexamined
from scanner.alert.store import AlertStore
from scanner.app.alerts import alert_store
from scanner.model.alert import Entry, State
from scanner.model.shown import ShownAlert
from scanner.model.wanted import Wanted
from scanner.present._alerts import AlertsPage
from scanner.present._inspection import write_csv, write_json
from scanner.present._period import Period, measure
from scanner.present._unread import Unread, count_unread
from scanner.settings.schema import Settings
from scanner.spool.database import connect, told
from scanner.spool.readers import may_write, reading

_AT_ONCE: Final = 1000  # entries in memory
_PATHS: Final = 21


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: html, json or csv, of a time in seconds since the epoch; None is open to that side."""

    form: str
    since: float | None = None
    until: float | None = None

    @property
    def of_a_period(self) -> bool:
        """Whether a time was named."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class _Kept:
    store: AlertStore
    connection: sqlite3.Connection


def write_report(output: TextIO, folder: Path, settings: Settings, asked: Asked, now: float) -> int:
    """Write a report on what the store of a state folder holds, and return how many alerts are in it.

    All of it is of one moment, whatever the daemon does meanwhile.

    Raises:
        StoreError: the store cannot be read.
    """
    with _opened(folder) as kept:
        unread = count_unread(unexamined(kept.connection), settings.accept)
        allowed = settings.alerts.overdue
        if asked.form == "html" and not asked.of_a_period:
            return _page(output, kept, AlertsPage(now, allowed), unread, Wanted())
        period = _measured(kept, asked, allowed, now)
        if asked.form == "html":
            wanted = Wanted(since=period.since, until=period.until)
            return _page(output, kept, AlertsPage(now, allowed, period), unread, wanted)
        if asked.form == "csv":
            write_csv(output, period)
        else:
            write_json(output, period, unread)
        return len({turn.alert.key for turn in period.turns})


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[_Kept]:
    """Open the store of a state folder for reading, as it is at this moment."""
    mine = may_write(folder)
    with contextlib.closing(connect(folder)) if mine else reading(folder) as connection:
        store = alert_store(connection, folder) if mine else AlertStore(connection)
        with told("the alert store"):
            connection.execute("begin")
        yield _Kept(store, connection)
        connection.rollback()


def _page(output: TextIO, kept: _Kept, page: AlertsPage, unread: Unread, wanted: Wanted) -> int:
    number = 0
    with _uncollected():
        for alert in shown(kept.connection, wanted):
            page.take(alert, _others(kept.store, alert) if alert.copies > 1 else ())
            number += 1
    page.end(output, unread)
    return number


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Have nothing look for garbage: what a page is made of refers to nothing that refers to it, and is freed at once.

    The search goes over all that was kept, time and again, which takes a tenth of the time.
    """
    were = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if were:
            gc.enable()


def _others(store: AlertStore, alert: ShownAlert) -> list[str]:
    """Return some of the files that hold the same as the one an alert shows."""
    found: list[str] = []
    for standing in store.paths(alert.key):
        if standing.gone is None and standing.path != alert.shown.path:
            found.append(standing.path)
        if len(found) == _PATHS:
            break
    return found


def _measured(kept: _Kept, asked: Asked, allowed: float, now: float) -> Period:
    until = now if asked.until is None else min(asked.until, now)
    store = kept.store
    first = next(iter(store.entries(0, 1)), None)
    since = asked.since
    if since is None:
        since = until if first is None else min(first.time, until)
    older = () if first is None else stream(kept.connection, Wanted((State.OPEN, State.ACKNOWLEDGED), until=first.time))
    return measure(_entries(store), since, until, allowed, older)


def _entries(store: AlertStore) -> Iterable[Entry]:
    last = 0
    while entries := store.entries(last, _AT_ONCE):
        yield from entries
        last = entries[-1].number

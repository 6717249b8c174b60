"""Passes the log on to one sink: in order, at least once, and after a crash with the same ids."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scanner.alert import Sink
from scanner.alert._held import Held
from scanner.alert._pacing import Allowance
from scanner.alert._selection import Selection
from scanner.alert._sum import Sum, single
from scanner.alert.store import AlertStore
from scanner.model.alert import Entry, State
from scanner.model.notice import Heartbeat, Notice

_PAGE = 200
_KEEP_EVERY = 0.5  # seconds; what was taken since is sent once more after a crash
_IDLE = 3600.0
_SOON = 0.5
_LAST_SECONDS = 2.0
_SUM = "\nsum"  # no name of a sink has a line break in it


@dataclass(frozen=True, slots=True)
class Terms:
    """What one sink is told by: its name, what it wants, and how fast.

    `rate` notices go out in a minute at most (0: any number), and entries are gathered for `group` seconds. `heartbeat`
    is the time between two signs of life, 0 for none. `healthy` tells whether the agent has no troubles, None while
    that is not known yet: the sign of life waits for it.
    """

    name: str
    selection: Selection
    rate: int
    group: float
    heartbeat: float
    from_start: bool
    healthy: Callable[[], bool | None]


class Outbox:
    """What one sink was told, and is to be told next; used by one thread.

    The place in the log is kept after the sink took what stands there. A sum of entries is written down before it is
    sent, so that after a crash the same ones are summed up again and the notice has the same id.
    """

    def __init__(  # noqa: PLR0913 - clocks are given by tests only
        self,
        connection: sqlite3.Connection,
        sink: Sink,
        terms: Terms,
        *,
        stopping: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Find the place in the log; one that is new begins at its end.

        Raises:
            StoreError: the database cannot be used.
            sqlite3.Error: likewise.
        """
        self._connection = connection
        self._sink = sink
        self._terms = terms
        self._stopping = stopping
        self._clock = clock
        self._wall = wall
        self._store = AlertStore(connection)
        self._held = Held(connection, terms.name)
        with connection:
            self._held.prepare()
            self._name = f"{_origin(connection)}-{terms.name}"
            self._place = find_place(self._store, terms.name, from_start=terms.from_start)
        self._planned = self._store.cursor(terms.name + _SUM) or 0
        self._allowance = Allowance(terms.rate, clock())
        self._gathering: float | None = None
        self._next_beat = clock()
        self._until: float | None = None
        self.holding = self._held.count()
        self.sent = 0
        self.last: float | None = None

    @property
    def waiting(self) -> int:
        """How many entries of the log follow on the place."""
        return max(0, self._store.head()[0] - self._place)

    def step(self, *, last: bool = False) -> float:
        """Pass on what is due; return in how many seconds something may be, if nothing new comes.

        With `last` nothing is gathered any more, and what takes longer than two seconds is left.

        Raises:
            OSError: the sink cannot take something now.
            StoreError: the database cannot be used.
            sqlite3.Error: likewise.
        """
        self._until = self._clock() + _LAST_SECONDS if last else None
        if self._planned > self._place:
            self._send_sum(self._planned, None)
        rest = self._release()
        wait = self._blocked(self._clock(), last=last)
        while not wait and not self._ends() and (page := self._store.entries(self._place, _PAGE)):
            wait = self._page(page, last=last)
        rest = min(rest, wait or _IDLE)
        return rest if last else min(rest, self._beat())

    def _ends(self) -> bool:
        return self._stopping() if self._until is None else self._clock() > self._until

    def _page(self, page: tuple[Entry, ...], *, last: bool) -> float:
        """Pass some entries on, or return in how many seconds that may be done."""
        now, wall = self._clock(), self._wall()
        wanted = [entry for entry in page if self._terms.selection.wants(entry)]
        due = sum(not self._terms.selection.waits(entry, wall) for entry in wanted)
        if not due:
            self._each(page)
            return 0.0
        if wait := self._gather(now, last=last) or self._allowance.wait(now):
            return wait
        self._gathering = None
        if self._go_singly(due, now, more=len(page) == _PAGE):
            self._each(page)
        else:
            self._plan()
        return 0.0

    def _go_singly(self, due: int, now: float, *, more: bool) -> bool:
        """Tell whether entries go out one by one: as many are due as may go out, and none are gathered."""
        if not (self._terms.group or self._terms.rate):
            return True
        most = 1 if self._terms.group else self._allowance.left(now)
        return due <= most and not more

    def _blocked(self, now: float, *, last: bool) -> float:
        """Return in how many seconds what is known to be due may go out, without a look at it."""
        if self._gathering is None:
            return 0.0
        return self._gather(now, last=last) or self._allowance.wait(now)

    def _gather(self, now: float, *, last: bool) -> float:
        if self._gathering is None:
            self._gathering = now
        return 0.0 if last else max(0.0, self._gathering + self._terms.group - now)

    def _each(self, page: Iterable[Entry]) -> None:
        """Pass entries on one by one; keep the place now and then, and in any case in the end."""
        place, kept_at = self._place, self._clock()
        held: list[tuple[int, str]] = []
        try:
            for entry in page:
                if self._ends():
                    break
                if self._terms.selection.wants(entry):
                    if self._terms.selection.waits(entry, self._wall()):
                        held.append((entry.number, entry.alert.verdict.zone))
                    else:
                        self._send(single(self._name, entry))
                        self._allowance.spend(self._clock())
                place = entry.number
                if self._clock() - kept_at > _KEEP_EVERY:
                    self._keep(place, held)
                    kept_at = self._clock()
        finally:
            self._keep(place, held)

    def _keep(self, place: int, held: list[tuple[int, str]]) -> None:
        if place == self._place:
            return
        with self._connection:
            self._held.add(held)
            self._store.advance(self._terms.name, place)
        self._place = place
        self.holding += len(held)
        held.clear()

    def _plan(self) -> None:
        """Sum up everything that waits, write down what that is, and send it."""
        end, wall = self._store.head()[0], self._wall()
        summed, held = Sum(), list[tuple[int, str]]()
        for entry in self._between(self._place, end):
            if not self._terms.selection.wants(entry):
                continue
            if self._terms.selection.waits(entry, wall):
                held.append((entry.number, entry.alert.verdict.zone))
            else:
                summed.add(entry)
        with self._connection:
            self._held.add(held)
            self._store.advance(self._terms.name + _SUM, end)
        self._planned = end
        self.holding += len(held)
        self._send_sum(end, summed)

    def _send_sum(self, end: int, summed: Sum | None) -> None:
        """Send the sum of what stands between the place and an end; what is not known any more is summed up again."""
        if summed is None:
            summed, held = Sum(), self._held.numbers(self._place, end)
            for entry in self._between(self._place, end):
                if entry.number not in held and self._terms.selection.wants(entry):
                    summed.add(entry)
        if (notice := summed.notice(self._name)) is not None:
            self._send(notice)
            if self._terms.group:
                self._allowance.spend(self._clock())
            else:
                self._allowance.rest(self._clock())
        with self._connection:
            self._store.advance(self._terms.name, end)
        self._place = end

    def _release(self) -> float:
        """Send what waited for the end of quiet hours that are over: one notice for each zone."""
        if not self.holding:
            return _IDLE
        over = [zone for zone in self._held.zones() if not self._terms.selection.is_quiet(zone, self._wall())]
        if over:
            with self._connection:
                for zone in over:
                    self._held.gather(zone)
        while not self._ends() and (batch := self._held.batch()):
            if wait := self._allowance.wait(self._clock()):
                return wait
            summed = Sum()
            for number in batch[1]:
                for entry in self._store.entries(number - 1, 1):
                    if entry.number == number:
                        summed.add(entry)
            if (notice := summed.notice(self._name)) is not None:
                self._send(notice)
                self._allowance.spend(self._clock())
            with self._connection:
                self._held.forget(batch[0])
            self.holding = self._held.count()
        return _IDLE

    def _beat(self) -> float:
        """Give a sign of life where one is due; return in how many seconds the next one is."""
        every = self._terms.heartbeat
        if not every:
            return _IDLE
        now = self._clock()
        if now >= self._next_beat and not self._ends():
            healthy = self._terms.healthy()
            if healthy is None:
                return _SOON
            wall = self._wall()
            number, head = self._store.head()
            still_open = self._store.counts()[State.OPEN]
            beat = Heartbeat(wall, number, head, healthy, still_open)
            self._send(Notice(f"{self._name}-beat-{int(wall)}", heartbeat=beat))
            self._next_beat = now + every
        return max(0.0, self._next_beat - now)

    def _between(self, after: int, end: int) -> Iterator[Entry]:
        while page := self._store.entries(after, _PAGE):
            for entry in page:
                if entry.number > end:
                    return
                yield entry
            after = page[-1].number

    def _send(self, notice: Notice) -> None:
        self._sink.send(notice)
        self.sent += 1
        self.last = self._wall()


def find_place(store: AlertStore, name: str, *, from_start: bool) -> int:
    """Return the number of the last entry that a sink was told; one that is new begins at the end, or at the start.

    That is kept, and not committed: what is written into the log after the commit is told.

    Raises:
        StoreError: the database cannot be used.
    """
    place, head = store.cursor(name), store.head()[0]
    if place is not None and place <= head:
        return place
    # A place beyond the end is one of a log that was lost.
    begin = 0 if place is None and from_start else head
    store.advance(name, begin)
    return begin


def _origin(connection: sqlite3.Connection) -> str:
    """Return the random name of this store, which makes ids of notices differ from those of other machines."""
    connection.execute("insert or ignore into alert_meta values ('origin', ?)", (secrets.token_hex(8),))
    return str(connection.execute("select value from alert_meta where name = 'origin'").fetchone()[0])

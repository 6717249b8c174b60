"""Feeds one sink from the log, in a thread of its own: a receiver that is slow or away holds up nobody else."""

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping

from scanner.alert import Sink
from scanner.alert._errors import reason_of
from scanner.alert._outbox import Outbox, Terms, find_place
from scanner.alert._pacing import Backoff
from scanner.alert._selection import Selection
from scanner.alert.store import AlertStore
from scanner.errors import StoreError
from scanner.model.delivery import Delivery
from scanner.model.quiet import QuietHours
from scanner.model.route import Pace, Route

_LOOK_EVERY = 3.0  # seconds; the daemon says when there is news, and other processes write into the log, too
_SLOW = 60.0
_TURN = 0.2


class Courier:
    """Passes the log on to one sink until it is closed.

    `turn` belongs to all couriers of the same name in this process, of which one works at a time: after a reload, the
    new one begins where the old one has ended.
    """

    def __init__(  # noqa: PLR0913 - each is something else
        self,
        kind: str,
        sink: Sink,
        route: Route,
        pace: Pace,
        *,
        heartbeat: float,
        connect: Callable[[], sqlite3.Connection],
        hours: Mapping[str, tuple[QuietHours, ...]],
        healthy: Callable[[], bool | None],
        turn: threading.Lock,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Take the open sink, which is closed in the end, and what it is to be told; nothing is begun.

        `pace` stands for what the route leaves open, but for the time between two signs of life, `heartbeat`.
        `connect` opens the database of the log for one thread, `hours` are the quiet hours by zone.
        """
        self.name = route.name or kind
        self._kind = kind
        self._sink = sink
        self._terms = Terms(
            self.name,
            Selection(route, route.events or pace.events, pace.quiet if route.quiet is None else route.quiet, hours),
            pace.rate if route.rate is None else route.rate,
            pace.group if route.group is None else route.group,
            heartbeat,
            route.from_start,
            healthy,
        )
        self._connect = connect
        self._turn = turn
        self._clock = clock
        self._wall = wall
        self._backoff = Backoff()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"courier {self.name}", daemon=True)
        self._connection: sqlite3.Connection | None = None
        self._outbox: Outbox | None = None
        self._state = Delivery(self.name, kind)
        self._busy: float | None = None
        self._sent = 0

    def mark(self, store: AlertStore) -> None:
        """Find the place in the log, so that all is told that comes after the commit; nothing is committed here.

        Raises:
            StoreError: the database cannot be used.
        """
        find_place(store, self.name, from_start=self._terms.from_start)

    def begin(self) -> None:
        """Start to work."""
        self._thread.start()

    @property
    def lives(self) -> bool:
        """Whether it works, or waits for its turn."""
        return self._thread.is_alive()

    def poke(self) -> None:
        """Say that there is something new in the log; may be called from any thread."""
        self._wake.set()

    def report(self) -> Delivery:
        """Return how it gets on; may be called from any thread."""
        state, busy = self._state, self._busy
        if state.trouble or busy is None or self._wall() - busy < _SLOW:
            return state
        return Delivery(
            state.name,
            state.kind,
            state.waiting,
            state.held,
            state.sent,
            state.last,
            "it does not get done with what it was handed",
            busy,
        )

    def stop(self) -> None:
        """Have it try once more what is due, briefly, and end; it is not waited for."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is None:
            self._sink.close()

    def join(self, seconds: float) -> None:
        """Wait for its end, no longer than this; one that hangs is left behind, and keeps its turn."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        self._busy = self._wall()
        while not self._turn.acquire(timeout=_TURN):
            if self._stop.is_set():
                self._sink.close()
                return
        try:
            while not self._stop.is_set():
                rest = self._once()
                self._wake.wait(min(rest, _LOOK_EVERY))
                self._wake.clear()
            self._once(last=True)
        finally:
            self._let_go()
            try:
                self._sink.close()
            except OSError as error:
                self._fail(reason_of(error))
            finally:
                self._turn.release()

    def _once(self, *, last: bool = False) -> float:
        """Do what is due, and return in how many seconds to come back; while it fails, that is not soon."""
        now = self._clock()
        if now < self._backoff.until and not last:
            self._busy = None
            self._count()
            return self._backoff.until - now
        self._busy = self._wall()
        try:
            if self._outbox is None:
                self._outbox = self._open()
            rest = self._outbox.step(last=last)
        except OSError as error:
            return self._fail(reason_of(error))
        except (StoreError, sqlite3.Error) as error:
            self._let_go()
            return self._fail(f"the log cannot be read: {error}")
        except Exception as error:  # noqa: BLE001 - a fault in one sink must be told, and end neither it nor the others
            self._let_go()
            return self._fail(f"a fault in the sink: {type(error).__name__}: {error}")
        finally:
            self._busy = None
        self._backoff.reset()
        self._tell("", None)
        return rest

    def _open(self) -> Outbox:
        connection = self._connection = self._connect()
        # A place that is lost with the power is found again a little before: what was sent is sent once more.
        connection.execute("pragma synchronous = normal")
        return Outbox(
            connection, self._sink, self._terms, stopping=self._stop.is_set, clock=self._clock, wall=self._wall
        )

    def _fail(self, why: str) -> float:
        self._backoff.failed(self._clock())
        self._tell(why, self._state.since if self._state.since is not None else self._wall())
        return self._backoff.until - self._clock()

    def _count(self) -> None:
        self._tell(self._state.trouble, self._state.since)

    def _tell(self, trouble: str, since: float | None) -> None:
        """Write down how it is; what cannot be counted now is as it was."""
        known, outbox = self._state, self._outbox
        waiting, held, sent, last = known.waiting, known.held, known.sent, known.last
        if outbox is not None:
            held, sent, last = outbox.holding, self._sent + outbox.sent, outbox.last or last
            try:
                waiting = outbox.waiting
            except (StoreError, sqlite3.Error) as error:
                trouble = trouble or f"the log cannot be read: {error}"
                since = self._wall() if since is None else since
        self._state = Delivery(known.name, known.kind, waiting, held, sent, last, trouble, since)

    def _let_go(self) -> None:
        """Close the database; whatever was not written down is done again."""
        if self._outbox is not None:
            self._sent += self._outbox.sent
            self._outbox = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

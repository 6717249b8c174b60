"""Takes what changed, waits until it is whole, has it read, and keeps the verdict before it forgets."""

import contextlib
import sqlite3
import time
from collections.abc import Callable

from scanner.daemon.coverage import Coverage, Unread
from scanner.daemon.crew import Crew
from scanner.daemon.outage import outage
from scanner.daemon.pace import Pace
from scanner.daemon.plan import Records, Terms
from scanner.daemon.pulse import Pulse
from scanner.daemon.reload import Reload, Renew
from scanner.daemon.report import Now, Reporter
from scanner.daemon.rounds import Findings, Rounds
from scanner.daemon.shift import Shift, make_shift
from scanner.daemon.signals import answering
from scanner.errors import DocWardenError, StoreError
from scanner.model.alert import Alert
from scanner.spool.database import make_room, told
from scanner.spool.instance import hold
from scanner.spool.journal import Claim, Journal
from scanner.spool.roots import Roots
from scanner.watch.choice import Choice
from scanner.watch.pending import Batch, Pending, Wake
from scanner.watch.reader import OpenReader
from scanner.watch.supervisor import Supervisor, tell_systemd

_BATCH = 1000
_FULL = 20_000
_BUSY_WAIT = 0.1
_CHECK, _HEARTBEAT = 0.8, 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_LAST_SECONDS = 5.0


class Daemon:
    """Watches some roots until it is told to stop. All of it runs in one thread, but the readers.

    The connection belongs to whoever made it. The terms that are in force at the end are `terms`, and are to be closed
    by whoever runs the daemon; those that a reload replaced are closed here.
    """

    def __init__(  # noqa: PLR0913 - it is where everything comes together
        self,
        terms: Terms,
        connection: sqlite3.Connection,
        records: Records,
        *,
        renew: Renew | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        reader: OpenReader | None = None,
    ) -> None:
        """Take the terms, a connection of `spool.database`, who keeps, and what reads the terms anew on SIGHUP.

        Raises:
            WatchError: there is nothing to watch.
        """
        self._connection = connection
        self._clock = clock
        self._wall = wall
        self._records = records
        self._journal = Journal(connection)
        self._roots = Roots(connection)
        self._outage = outage(terms.plan.state, wall())
        shift = self._prepare(terms)
        self._crew = Crew(shift, clock)
        self._wake = Wake()
        self._pending = Pending(self._wake, clock)
        self._reader = reader
        plan = terms.plan
        self._supervisor = Supervisor(shift.scope, self._pending, reader or Choice(plan.reader), plan.reconcile)
        self._rounds = Rounds(
            shift.scope, shift.index, self._roots, self._supervisor.cover, Pace(plan.walk_rate, plan.io_pressure), clock
        )
        self._coverage = Coverage(self._roots, self._rounds, records)
        self._unread = Unread()
        parts = (self._journal, self._roots, self._rounds, self._supervisor, self._coverage, self._unread, records)
        self._reporter = Reporter(*parts, wall)
        self._reload = Reload(renew, self._prepare)
        self._pulse = Pulse(clock())
        self._trouble, self._pause = "", _FIRST_PAUSE
        self._resume_at = self._next_check = self._next_report = float("-inf")
        self._idle = self._stopping = self._walk_asked = False

    @property
    def terms(self) -> Terms:
        """What is in force."""
        return self._crew.shift.terms

    def run(self) -> None:
        """Watch until `stop`, SIGTERM or Ctrl-C; SIGHUP has the configuration read anew and everything walked.

        Raises:
            StoreError: another daemon runs on the state folder, or the journal is damaged.
            WorkerError: no worker can be started.
        """
        with hold(self.terms.plan.state), answering(stop=self.stop, reload=self.reload):
            try:
                with told("the journal"):
                    self.start()
                    while not self._stopping:
                        self.turn()
            finally:
                self.finish()

    def stop(self) -> None:
        """Make `run` end soon; may be called from a signal handler or another thread."""
        self._stopping = True
        self._wake.set()

    def walk_all(self) -> None:
        """Have every root walked; may be called from a signal handler or another thread."""
        self._walk_asked = True
        self._wake.set()

    def reload(self) -> None:
        """Have the configuration read anew and every root walked; may be called from where `walk_all` may."""
        self._reload.ask()
        self.walk_all()

    def start(self) -> None:
        """Put back what was claimed, doubt every root and start the readers; walks begin later: there is no gap."""
        now = self._clock()
        while not self._stopping:
            try:
                with self._connection:
                    self._journal.recover(now, now + self.terms.plan.patience.longest)
                    self._outage.begin(self._roots, self._crew.shift.scope.roots)
                break
            except sqlite3.OperationalError as error:
                self._trouble = f"the journal cannot be written: {error}"
                self._report()
                self._wake.wait(_FIRST_PAUSE)
        self._trouble = ""
        self._supervisor.start(now)
        tell_systemd("READY=1")

    def turn(self) -> None:
        """Wait for something to do, no longer than a second, and do it."""
        busy = self._busy or not self._crew.free
        if self._idle and not busy:
            self._wake.wait(self._rest(self._clock()))
        self._crew.hear(_BUSY_WAIT if self._idle and busy else 0.0)
        now = self._clock()
        fault, shift = self._reload.fault, self._reload.step()
        if shift is not None:
            self._change(shift, now)
        if self._reload.fault != fault:
            self._next_check = self._next_report = now
        if self._walk_asked:
            self._walk_asked = False
            for root in self._crew.shift.scope.roots:
                self._pending.ask(root, "it was asked for")
        if now >= self._resume_at:
            self._crew.begin(self._exchange(now, claiming=True), now)
        if now >= self._next_check:
            self._look_after(now)

    def finish(self) -> None:
        """Stop the readers, let running jobs end for a moment, and put the rest back."""
        tell_systemd("STOPPING=1")
        self._reload.give_up()
        self._supervisor.stop()
        until = self._clock() + _LAST_SECONDS
        with contextlib.suppress(DocWardenError, sqlite3.Error):  # what ended the daemon may end this, too
            while self._busy and self._clock() < until:
                self._crew.hear(_BUSY_WAIT)
            self._exchange(self._clock(), claiming=False)
        claims = self._crew.end()
        if tree := self._rounds.give_up():
            claims.append(tree)
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._journal.release(claims)
        with contextlib.suppress(sqlite3.Error, OSError):
            self._reporter.report(self._now())
        self._wake.close()

    @property
    def _busy(self) -> bool:
        return self._reload.busy or self._crew.scanning > 0

    def _prepare(self, terms: Terms) -> Shift:
        parts = (self._connection, self._journal, self._roots, self._records)
        return make_shift(terms, *parts, self._clock, self._wall)

    def _change(self, shift: Shift, now: float) -> None:
        """Work by other terms from now on; what is being read ends under the old ones."""
        plan, before = shift.terms.plan, self.terms.plan
        reader = None if plan.reader is before.reader else self._reader or Choice(plan.reader)
        self._crew.relieve(shift)
        self._supervisor.change(shift.scope, reader, plan.reconcile, now)
        if tree := self._rounds.change(shift.scope, shift.index, Pace(plan.walk_rate, plan.io_pressure)):
            self._crew.put_back(tree, now)
        self.walk_all()
        self._next_report = now
        tell_systemd("READY=1")

    def _exchange(self, now: float, *, claiming: bool) -> list[Claim]:
        """Write down all that happened, and take out what is due, in one transaction; all of it or nothing."""
        batch = self._pending.take(_BATCH)
        alerts: list[Alert] = []
        claims: list[Claim] = []
        trees: list[Claim] = []
        findings = Findings()
        try:
            if claiming and not self._journal.found_exceed(_FULL):
                findings = self._rounds.slice()
            with self._connection:
                self._crew.shift.ledger.changes(batch, now)
                self._crew.shift.ledger.findings(findings, now)
                for shift, result in self._crew.results:
                    alerts += shift.ledger.result(result)
                if claiming and (batch.lost or findings.ended or now >= self._next_check):
                    alerts += self._coverage.update(self._supervisor.posts)
                if claiming:
                    claims = self._journal.claim(now, self._crew.free)
                    if findings.ended or not self._rounds.top:
                        trees = self._journal.claim(now, 1, trees=True)
        except (sqlite3.OperationalError, StoreError) as error:
            self._not_written(error, batch, now)
            return []
        self._written(findings, alerts, now)
        walking = self._rounds.top and self._rounds.pace.ready(now)
        self._idle = not (batch.changes or claims or trees or walking)
        for tree in trees:
            self._rounds.begin_tree(tree)
        if claiming and self._rounds.top is None and self._rounds.begin_root():
            self._idle = False
        return claims

    def _written(self, findings: Findings, alerts: list[Alert], now: float) -> None:
        self._trouble, self._pause = "", _FIRST_PAUSE
        self._pulse.written(now)
        for _, result in self._crew.results:
            self._unread.file(result.claim.path, result.unopened)
            self._reporter.count(result)
        self._reporter.alerts += len(alerts)
        self._crew.results.clear()
        if (ended := findings.ended) is not None:
            self._rounds.end(ended)
            self._unread.walked(ended.top, ended.gaps)
            self._supervisor.walked(ended.top, now - ended.since, now)
        if alerts:
            self._next_report = now
            self._crew.tell(alerts)

    def _not_written(self, error: Exception, batch: Batch, now: float) -> None:
        """Keep everything for later: the disk may be full, or the database locked."""
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        if not isinstance(cause, sqlite3.OperationalError):
            raise error
        if self._connection.in_transaction:
            self._connection.rollback()
        make_room(self._connection, cause)
        self._pending.restore(batch)
        self._coverage.doubt()
        if tree := self._rounds.give_up():
            self._crew.put_back(tree, now)
        self._trouble = f"the journal cannot be written: {error}"
        self._resume_at = self._clock() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._next_report = now
        self._idle = True

    def _look_after(self, now: float) -> None:
        self._next_check = now + _CHECK
        self._supervisor.check(now)
        self._unread.retry(now, self._crew.shift.scope, self._pending)
        if now >= self._next_report:
            self._next_report = now + _HEARTBEAT
            self._report()

    def _report(self) -> None:
        try:
            self._reporter.report(self._now())
        except (sqlite3.OperationalError, OSError) as error:
            self._trouble = f"the status cannot be written: {error}"

    def _now(self) -> Now:
        late = self._pulse.late(self._clock(), self._supervisor.posts, self._crew)
        troubles = tuple(filter(None, (self._trouble, late, self._reload.fault)))
        return Now(self._crew.shift, self._crew.scanning, troubles, lives=not late)

    def _rest(self, now: float) -> float:
        """Return how long there is nothing to do, unless a reader says otherwise."""
        until = self._next_check
        if now < self._resume_at:
            return min(until, self._resume_at) - now
        if self._crew.results:
            return 0.0
        walking = self._rounds.top is not None
        with contextlib.suppress(sqlite3.OperationalError):
            soonest = self._journal.next_due(trees=not walking)
            until = until if soonest is None else min(until, soonest)
        if walking and not self._journal.found_exceed(_FULL):
            until = min(until, self._rounds.pace.resting)
        return until - now

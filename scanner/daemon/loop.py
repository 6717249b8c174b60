"""Takes what changed, waits until it is whole, has it read, and keeps the verdict before it forgets."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable

from scanner.daemon.ledger import Ledger
from scanner.daemon.look import Looker, Ready, Result
from scanner.daemon.plan import Plan, Workers
from scanner.daemon.report import Reporter
from scanner.daemon.rounds import Findings, Rounds
from scanner.daemon.signals import answering
from scanner.errors import DocWardenError, StoreError
from scanner.model.alert import Alert
from scanner.model.document import Document, Identity
from scanner.model.verdict import Examination, Verdict
from scanner.spool.database import told
from scanner.spool.index import Index
from scanner.spool.instance import hold
from scanner.spool.journal import Claim, Journal
from scanner.spool.roots import Roots
from scanner.watch.choice import Choice
from scanner.watch.pending import Batch, Pending, Wake
from scanner.watch.reader import OpenReader
from scanner.watch.scope import Scope
from scanner.watch.supervisor import Supervisor, tell_systemd

_BATCH = 1000
_FULL = 20_000
_BUSY_WAIT = 0.1
_CHECK = 1.0
_HEARTBEAT = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_LAST_SECONDS = 5.0


class Daemon:
    """Watches some roots until it is told to stop. All of it runs in one thread, but the readers.

    The connection and the workers belong to whoever made them, who closes them after `run`.
    """

    def __init__(  # noqa: PLR0913 - it is where everything comes together
        self,
        plan: Plan,
        connection: sqlite3.Connection,
        workers: Workers,
        *,
        decide: Callable[[Document, Examination], Verdict],
        record: Callable[[Verdict, Identity | None, str], Alert | None],
        notify: Callable[[Alert], None],
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        reader: OpenReader | None = None,
    ) -> None:
        """Take the plan, a connection of `spool.database`, who reads, who judges, who keeps and who is told.

        `record` writes with the same connection and commits nothing; `notify` is called once that is on the disk.

        Raises:
            WatchError: there is nothing to watch.
        """
        self._plan = plan
        self._connection = connection
        self._workers = workers
        self._notify = notify
        self._clock = clock
        self._scope = Scope(plan.roots, plan.exclude, os.fspath(plan.state))
        self._journal = Journal(connection)
        self._roots = Roots(connection)
        index = Index(connection, plan.ruleset)
        self._ledger = Ledger(plan, self._journal, index, self._roots, record, wall)
        self._wake = Wake()
        self._pending = Pending(self._wake, clock)
        self._supervisor = Supervisor(self._scope, self._pending, reader or Choice(plan.reader), plan.reconcile)
        self._rounds = Rounds(self._scope, index, self._roots, self._supervisor.cover, clock)
        self._reporter = Reporter(
            plan, self._journal, self._roots, self._rounds, self._supervisor, wall, lambda: workers.sandbox
        )
        self._looker = Looker(decide, index, plan.patience, clock, wall, self._scope.root_of)
        self._running: dict[str, Ready] = {}
        self._results: list[Result] = []
        self._trouble = self._unsent = ""
        self._pause = _FIRST_PAUSE
        self._resume_at = self._next_check = self._next_report = float("-inf")
        self._idle = False
        self._stopping = False
        self._walk_asked = False

    def run(self) -> None:
        """Watch until `stop`, SIGTERM or Ctrl-C; SIGHUP has everything walked.

        Raises:
            StoreError: another daemon runs on the state folder, or the journal is damaged.
            WorkerError: no worker can be started.
        """
        with hold(self._plan.state), answering(stop=self.stop, walk_all=self.walk_all):
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

    def start(self) -> None:
        """Put back what was claimed, doubt every root and start the readers; walks begin later: there is no gap."""
        now = self._clock()
        with self._connection:
            self._journal.recover(now, now + self._plan.patience.longest)
            for root in self._scope.roots:
                self._roots.doubt(root, "the daemon started")
        self._supervisor.start(now)
        tell_systemd("READY=1")

    def turn(self) -> None:
        """Wait for something to do, no longer than a second, and do it."""
        if self._idle and not self._running and self._workers.free:
            self._wake.wait(self._rest(self._clock()))
        self._hear(self._poll_wait() if self._idle else 0.0)
        now = self._clock()
        if self._walk_asked:
            self._walk_asked = False
            for root in self._scope.roots:
                self._pending.lose(root, "it was asked for")
        if now >= self._resume_at:
            for claim in self._exchange(now, claiming=True):
                self._begin(claim)
        if now >= self._next_check:
            self._look_after(now)

    def finish(self) -> None:
        """Stop the readers, let running jobs end for a moment, and put the rest back."""
        tell_systemd("STOPPING=1")
        self._supervisor.stop()
        until = self._clock() + _LAST_SECONDS
        with contextlib.suppress(DocWardenError, sqlite3.Error):  # what ended the daemon may end this, too
            while self._running and self._clock() < until:
                self._hear(_BUSY_WAIT)
            self._exchange(self._clock(), claiming=False)
        claims = [ready.claim for ready in self._running.values()]
        claims += [result.claim for result in self._results]
        if tree := self._rounds.give_up():
            claims.append(tree)
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._journal.release(claims)
        with contextlib.suppress(sqlite3.Error, OSError):
            self._reporter.report(0, self._trouble, self._unsent)
        self._wake.close()

    def _hear(self, wait: float) -> None:
        for job, examination in self._workers.poll(wait):
            ready = self._running.pop(job.path)
            self._results.append(self._looker.after(ready, examination))

    def _exchange(self, now: float, *, claiming: bool) -> list[Claim]:
        """Write down all that happened, and take out what is due, in one transaction; all of it or nothing."""
        batch = self._pending.take(_BATCH)
        alerts: list[Alert] = []
        claims: list[Claim] = []
        trees: list[Claim] = []
        findings = Findings()
        walking = False
        try:
            if claiming and not self._journal.found_exceed(_FULL):
                findings = self._rounds.slice()
                walking = True
            with self._connection:
                self._ledger.changes(batch)
                self._ledger.findings(findings, now)
                for result in self._results:
                    alerts += self._ledger.result(result)
                if claiming:
                    claims = self._journal.claim(now, self._workers.free)
                    if findings.ended or not self._rounds.top:
                        trees = self._journal.claim(now, 1, trees=True)
        except (sqlite3.OperationalError, StoreError) as error:
            self._not_written(error, batch, now)
            return []
        self._written(findings, alerts)
        self._idle = not (batch.changes or claims or trees or (walking and self._rounds.top))
        for tree in trees:
            self._rounds.begin_tree(tree)
        if claiming and self._rounds.top is None and self._rounds.begin_root():
            self._idle = False
        return claims

    def _written(self, findings: Findings, alerts: list[Alert]) -> None:
        self._trouble, self._pause = "", _FIRST_PAUSE
        self._reporter.outcomes.update(result.verdict.outcome.value for result in self._results if result.verdict)
        self._reporter.alerts += len(alerts)
        self._results.clear()
        if findings.ended is not None:
            self._rounds.end(findings.ended)
            now = self._clock()
            self._supervisor.walked(findings.ended.top, now - findings.ended.since, now)
        for alert in alerts:
            try:
                self._notify(alert)
                self._unsent = ""
            except OSError as error:  # the store has it; the other sinks and the next files go on
                self._unsent = f"an alert could not be passed on: {error}"

    def _not_written(self, error: Exception, batch: Batch, now: float) -> None:
        """Keep everything for later: the disk may be full, or the database locked."""
        if not isinstance(error, sqlite3.OperationalError) and not isinstance(
            error.__cause__, sqlite3.OperationalError
        ):
            raise error
        if self._connection.in_transaction:
            self._connection.rollback()
        self._pending.restore(batch)
        if tree := self._rounds.give_up():
            self._results.append(Result(tree, again=now))
        self._trouble = f"the journal cannot be written: {error}"
        self._resume_at = now + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._next_report = now
        self._idle = True

    def _begin(self, claim: Claim) -> None:
        if not self._scope.takes(claim.path):
            self._results.append(Result(claim, forget=True))
            return
        ready = self._looker.before(claim)
        if isinstance(ready, Result):
            self._results.append(ready)
        else:
            self._running[claim.path] = ready
            self._workers.submit(ready.job)

    def _look_after(self, now: float) -> None:
        self._next_check = now + _CHECK
        self._supervisor.check(now)
        if now < self._next_report:
            return
        self._next_report = now + _HEARTBEAT
        try:
            self._reporter.report(len(self._running), self._trouble, self._unsent)
        except (sqlite3.OperationalError, OSError) as error:
            self._trouble = f"the status cannot be written: {error}"

    def _poll_wait(self) -> float:
        """Wait for the workers while some read or are not yet up; else the readers are waited for."""
        return _BUSY_WAIT if self._running or not self._workers.free else 0.0

    def _rest(self, now: float) -> float:
        """Return how long there is nothing to do, unless a reader says otherwise."""
        until = self._next_check
        if now < self._resume_at:
            return min(until, self._resume_at) - now
        if self._results:
            return 0.0
        with contextlib.suppress(sqlite3.OperationalError):
            soonest = self._journal.next_due()
            until = until if soonest is None else min(until, soonest)
        return until - now

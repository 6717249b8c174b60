"""Takes what changed, waits until it is whole, has it read, and keeps the verdict before it forgets."""

# ruff: noqa: PTH119 - names as the system gives them, for each file of a tree: the quick form

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable

from scanner.daemon.look import Looker, Ready, Result
from scanner.daemon.plan import Plan, Workers
from scanner.daemon.report import Reporter
from scanner.daemon.rounds import Findings, Rounds
from scanner.daemon.signals import answering
from scanner.errors import StoreError
from scanner.model.alert import Alert
from scanner.model.change import ChangeKind
from scanner.model.document import Document, Identity
from scanner.model.verdict import Examination, Verdict
from scanner.spool.index import Index
from scanner.spool.instance import hold
from scanner.spool.journal import Claim, Journal, Request
from scanner.spool.roots import Roots
from scanner.watch.pending import Batch, Pending, Waiting, Wake
from scanner.watch.reader import OpenReader, open_reader
from scanner.watch.scope import Scope
from scanner.watch.settle import due
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
        reader: OpenReader = open_reader,
    ) -> None:
        """Take the plan, a connection of `spool.database`, who reads, who judges, who keeps and who is told.

        `record` writes with the same connection and commits nothing; `notify` is called once that is on the disk.

        Raises:
            WatchError: there is nothing to watch.
        """
        self._plan = plan
        self._connection = connection
        self._workers = workers
        self._record = record
        self._notify = notify
        self._clock = clock
        self._wall = wall
        self._scope = Scope(plan.roots, plan.exclude, os.fspath(plan.state))
        self._journal = Journal(connection)
        self._index = Index(connection, plan.ruleset)
        self._roots = Roots(connection)
        self._wake = Wake()
        self._pending = Pending(self._wake, clock)
        self._supervisor = Supervisor(self._scope, self._pending, reader, plan.reconcile)
        self._rounds = Rounds(self._scope, self._index, self._roots, self._supervisor.cover, clock)
        self._reporter = Reporter(plan, self._journal, self._roots, self._rounds, self._supervisor, wall)
        self._looker = Looker(decide, self._index, plan.patience, clock, wall)
        self._running: dict[str, Ready] = {}
        self._results: list[Result] = []
        self._trouble = ""
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
        """Put back what was claimed, start the readers, and only then doubt every root: no gap between the two."""
        now = self._clock()
        with self._connection:
            self._journal.recover(now, now + self._plan.patience.longest)
        self._supervisor.start(now)
        self._doubt_all("the daemon started")
        tell_systemd("READY=1")

    def turn(self) -> None:
        """Do what there is to do, or wait a little for something."""
        self._hear(0.0 if not self._idle else self._poll_wait())
        now = self._clock()
        if self._walk_asked:
            self._walk_asked = False
            self._doubt_all("it was asked for")
        if now >= self._resume_at:
            for claim in self._exchange(now, claiming=True):
                self._begin(claim)
        if now >= self._next_check:
            self._look_after(now)
        if self._idle and not self._running and self._workers.free:
            self._wake.wait(self._rest(now))

    def finish(self) -> None:
        """Stop the readers, let running jobs end for a moment, and put the rest back."""
        tell_systemd("STOPPING=1")
        self._supervisor.stop()
        until = self._clock() + _LAST_SECONDS
        while self._running and self._clock() < until:
            self._hear(_BUSY_WAIT)
        while len(self._pending) and not self._trouble:
            self._exchange(self._clock(), claiming=False)
        self._exchange(self._clock(), claiming=False)
        claims = [ready.claim for ready in self._running.values()]
        claims += [result.claim for result in self._results]
        if tree := self._rounds.give_up():
            claims.append(tree)
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._journal.release(claims)
        with contextlib.suppress(sqlite3.Error, OSError):
            self._reporter.report(0, self._trouble)
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
        try:
            if claiming and not self._journal.exceeds(_FULL):
                findings = self._rounds.slice()
            with self._connection:
                self._write_changes(batch)
                self._write_findings(findings, now)
                for result in self._results:
                    alerts += self._write_result(result)
                if claiming:
                    claims = self._journal.claim(now, self._workers.free)
                    trees = self._journal.claim(now, 1, trees=True) if self._rounds.top is None else []
        except (sqlite3.OperationalError, StoreError) as error:
            self._not_written(error, batch, now)
            return []
        self._written(findings, alerts)
        self._idle = not (batch.changes or claims or trees or self._rounds.top)
        for tree in trees:
            self._rounds.begin_tree(tree)
        if claiming and self._rounds.top is None and self._rounds.begin_root():
            self._idle = False
        return claims

    def _write_changes(self, batch: Batch) -> None:
        for root, why in batch.lost:
            self._roots.doubt(root, why)
        if batch.changes:
            self._journal.put(map(self._request, batch.changes), self._wall())

    def _write_findings(self, findings: Findings, now: float) -> None:
        if findings.changed:
            found = (Waiting(path, ChangeKind.FOUND, now, now) for path in findings.changed)
            self._journal.put_found(map(self._request, found), self._wall())
        if findings.gone:
            self._index.forget(findings.gone)
        for folder in findings.gone_folders:
            self._index.forget_folder(folder)
        walk = findings.ended
        if walk is not None and walk.claim is not None:
            self._journal.done(walk.claim)
        elif walk is not None:
            self._roots.end(walk.top, walk.begun, walk.landmark, self._wall())

    def _write_result(self, result: Result) -> list[Alert]:
        alert = None
        if result.verdict is not None:
            alert = self._record(result.verdict, result.identity, self._plan.ruleset)
        if result.settled and result.identity is not None:
            self._index.put(result.claim.path, result.identity)
        if result.forget:
            self._index.forget([result.claim.path])
        if result.again is None:
            self._journal.done(result.claim)
        else:
            self._journal.retry(result.claim, result.again, result.why, result.looked)
        return [] if alert is None else [alert]

    def _written(self, findings: Findings, alerts: list[Alert]) -> None:
        self._trouble, self._pause = "", _FIRST_PAUSE
        self._reporter.outcomes.update(result.verdict.outcome.value for result in self._results if result.verdict)
        self._reporter.alerts += len(alerts)
        self._results.clear()
        if findings.ended is not None:
            self._rounds.end(findings.ended)
        for alert in alerts:
            try:
                self._notify(alert)
            except OSError as error:  # the store has it; the other sinks and the next files go on
                self._trouble = f"an alert could not be passed on: {error}"

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

    def _request(self, waiting: Waiting) -> Request:
        name = os.path.basename(waiting.path)
        when = due(name, waiting.kind, waiting.first_seen, waiting.last_event, self._plan.patience)
        return Request(waiting.path, waiting.kind, when.at, when.latest, waiting.first_seen)

    def _doubt_all(self, why: str) -> None:
        for root in self._scope.roots:
            self._pending.lose(root, why)

    def _look_after(self, now: float) -> None:
        self._next_check = now + _CHECK
        self._supervisor.check(now)
        if now < self._next_report:
            return
        self._next_report = now + _HEARTBEAT
        try:
            self._reporter.report(len(self._running), self._trouble)
        except (sqlite3.OperationalError, OSError) as error:
            self._trouble = f"the status cannot be written: {error}"

    def _poll_wait(self) -> float:
        """Wait for the workers while some read or are not yet up; else the readers are waited for."""
        return _BUSY_WAIT if self._running or not self._workers.free else 0.0

    def _rest(self, now: float) -> float:
        """Return how long there is nothing to do, unless a reader says otherwise."""
        if self._results:
            return 0.0
        until = self._next_check
        if now < self._resume_at:
            return min(until, self._resume_at) - self._clock()
        with contextlib.suppress(sqlite3.OperationalError):
            soonest = self._journal.next_due()
            until = until if soonest is None else min(until, soonest)
        return until - self._clock()

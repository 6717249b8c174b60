"""A daemon over real files and events and a real journal, taken through its turns by a test; nothing is parsed."""

import os
import time

import pytest

from scanner.daemon import Daemon, Plan, Terms
from scanner.model.alert import Alert, State
from scanner.model.finding import Severity
from scanner.model.verdict import Examination, Outcome, Verdict
from scanner.spool.database import connect
from scanner.spool.status import read_status
from scanner.watch.settle import Patience

_SECONDS = 20
_QUICK = Patience(closed=0.02, created=0.1, temporary=0.3)


class _Workers:
    """Reads a file as soon as it is asked; what its text says, happens."""

    sandbox = None

    def __init__(self):
        self.free = 2
        self.jobs = []
        self.hold = False
        self.before_done = lambda _: None

    def submit(self, job):
        self.jobs.append(job)

    def poll(self, timeout):
        if self.hold:
            time.sleep(min(timeout, 0.01))
            return []
        done, self.jobs = self.jobs, []
        return [(job, self._read(job)) for job in done]

    def _read(self, job):
        text = os.pread(job.opened.fd, 1 << 16, 0).decode("utf-8", "replace")
        os.close(job.opened.fd)
        self.before_done(job)
        return Examination(sha256=text[:50])


def _decide(document, examination):
    leak = "SECRET" in examination.sha256
    outcome = Outcome.VIOLATION if leak else Outcome.UNDETERMINED if examination.problems else Outcome.CLEAN
    return Verdict(document, "zone", outcome, problems=examination.problems, why=examination.sha256, alerting=leak)


class _Stand:
    """A daemon, taken through its turns by the test itself."""

    def __init__(self, root, state, **given):
        self.root = root
        self.state = state
        self.workers = given.pop("workers", _Workers())
        self.connection = given.pop("connection", None) or connect(state)
        self.verdicts = []
        self.told = []
        self.deliveries = []
        self.gaps = []
        self.since = []
        self.forgotten = []
        self.alike = []
        self.unopened = []
        self.tidied = 0
        self.let_go = []
        self.closed = False
        self.notify = self.told.append
        with self.connection:
            self.connection.execute("create table if not exists kept (path blob, why text)")
        self.renew = given.pop("renew", None)
        self.clock = {name: given.pop(name) for name in ("clock", "wall") if name in given}
        self.daemon = Daemon(self.terms(**given), self.connection, self, renew=self.renew, **self.clock)
        self.daemon.start()

    def terms(self, workers=None, **given):
        given = {
            "exclude": (),
            "patience": _QUICK,
            "reconcile": 0.0,
            "ruleset": "rules",
            "roots": (str(self.root),),
        } | given
        plan = Plan(given.pop("roots"), self.state, given.pop("ruleset"), "1.0", given.pop("exclude"), **given)
        workers = workers or self.workers
        notify = lambda alert: self.notify(alert)  # noqa: E731, PLW0108 - a test may put another one in its place
        close = lambda: self.let_go.append(workers)  # noqa: E731 - as above
        return Terms(plan, workers, _decide, notify, close, lambda: tuple(self.deliveries))

    def cover(self, root, why, since=None):
        self.gaps.append((root, why))
        self.since.append(since)

    def head(self):
        return 7, "ab12"

    def twins(self, verdict):
        return tuple(self.alike) if verdict.alerting else ()

    def unread(self, folder):
        return tuple(path for path in self.unopened if path.startswith(folder))

    def gone(self, paths):
        self.forgotten += paths

    def gone_below(self, folder):
        self.forgotten.append(folder)

    def tidy(self):
        self.tidied += 1

    def record(self, verdict, identity, ruleset):
        row = (os.fsencode(verdict.document.path), verdict.why)
        self.connection.execute("insert into kept values (?, ?)", row)
        self.verdicts.append(verdict)
        assert identity is None or identity == verdict.document.identity
        assert ruleset.endswith("rules")
        key = verdict.document.path
        return Alert(key, 0, 0, 1, State.OPEN, Severity.HIGH, verdict) if verdict.alerting else None

    def until(self, condition):
        deadline = time.monotonic() + _SECONDS
        while not condition():
            self.daemon.turn()
            assert time.monotonic() < deadline, (self.seen(), self.queue())

    def until_quiet(self):
        """Go on until every root is walked and nothing waits."""
        self.until(lambda: not self.queue() and not self.doubts() and not self.daemon._pending._lost)

    def seen(self):
        return [(os.path.relpath(verdict.document.path, self.root), verdict.why) for verdict in self.verdicts]

    def names(self):
        return sorted(name for name, _ in self.seen())

    def queue(self):
        return self.connection.execute("select path, kind, why, due from queue").fetchall()

    def doubts(self):
        return self.connection.execute("select why from root where dirty > clean").fetchall()

    def status(self):
        self.daemon._next_report = 0
        self.daemon._look_after(time.monotonic())
        return read_status(self.state)

    def close(self):
        if not self.closed:
            self.closed = True
            self.workers.hold = False
            self.daemon.finish()
            self.connection.close()


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def make(root, tmp_path):
    stands = []

    def make(**given):
        stand = _Stand(root, tmp_path / "state", **given)
        stands.append(stand)
        return stand

    yield make
    for stand in stands:
        stand.close()


class _Nowhere:
    """Keeps nothing."""

    def record(self, *_):
        return None

    def cover(self, *_):
        return None

    def head(self):
        return 7, "ab12"

    def twins(self, *_):
        return ()

    def unread(self, *_):
        return ()

    def gone(self, *_):
        return None

    def gone_below(self, *_):
        return None

    def tidy(self):
        return None


@pytest.fixture
def plain(root, tmp_path):
    """Return what makes a daemon, in the thread that it will run in."""
    return lambda: _plain(root, tmp_path / "state")


def _plain(root, state):
    terms = Terms(Plan((str(root),), state, "rules"), _Workers(), _decide, lambda _: None, lambda: None)
    return Daemon(terms, connect(state), _Nowhere())

"""What people do about an alert is kept with who and when, and what cannot be is refused with what can."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from scanner.alert.store import AlertStore
from scanner.errors import StoreError, UsageError
from scanner.model.alert import Change, State
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome
from scanner.spool.database import connect
from tests.alert._alerts import Recorder


@pytest.fixture
def store(tmp_path):
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        yield AlertStore(connection, b"key")


@pytest.fixture
def see(store):
    return Recorder(store)


def test_every_step_is_an_entry_with_who_and_when_and_the_alert_after_it(store, see):
    key = see().key
    store.acknowledge(key, "ann", "looks bad", 2001.0)
    store.assign(key, "bob\udcff", "ann", "", 2002.0)
    store.note(key[:5], "called him\n", "ann", 2003.0)
    store.resolve(key, "taken away", "bob\udcff", 2004.0)
    store.reopen(key, "ann", "not quite", 2005.0)
    entries = store.history(key)[1:]

    assert [(entry.change, entry.who, entry.note, entry.time) for entry in entries] == [
        (Change.ACKNOWLEDGED, "ann", "looks bad", 2001.0),
        (Change.ASSIGNED, "ann", "", 2002.0),
        (Change.NOTED, "ann", "called him\n", 2003.0),
        (Change.RESOLVED, "bob\udcff", "", 2004.0),
        (Change.REOPENED, "ann", "not quite", 2005.0),
    ]
    assert [entry.alert.state for entry in entries] == [
        *[State.ACKNOWLEDGED] * 3,
        State.RESOLVED,
        State.OPEN,
    ]  # fmt: skip
    assert entries[3].alert.resolution == "taken away"
    assert (store.get(key).resolution, store.get(key).assignee) == ("", "bob\udcff")
    assert [entry.number for entry in store.entries(0, 99)] == [1, 2, 3, 4, 5, 6]
    assert store.head() == (6, entries[-1].head)
    assert store.verify() is None


@pytest.mark.parametrize(
    ("before", "step", "message"),
    [
        ("acknowledge", "acknowledge", "is acknowledged already"),
        ("resolve", "acknowledge", "is resolved; `docwarden alerts reopen"),
        ("resolve", "assign", "is resolved; `docwarden alerts reopen"),
        ("resolve", "resolve", "is resolved; `docwarden alerts reopen"),
        ("assign", "assign", "is assigned to 'bob' already"),
        ("", "reopen", "is open"),
        ("", "unassign", "is assigned to nobody"),
        ("", "say nothing", "nothing to note"),
        ("", "resolve for no reason", "without a reason"),
    ],
)
def test_a_step_that_cannot_be_taken_is_refused_and_changes_nothing(store, see, before, step, message):
    key = see().key
    steps = {
        "": lambda: None,
        "acknowledge": lambda: store.acknowledge(key, "ann", "", 2000.0),
        "assign": lambda: store.assign(key, "bob", "ann", "", 2000.0),
        "unassign": lambda: store.assign(key, "", "ann", "", 2000.0),
        "resolve": lambda: store.resolve(key, "done", "ann", 2000.0),
        "reopen": lambda: store.reopen(key, "ann", "", 2000.0),
        "say nothing": lambda: store.note(key, " ", "ann", 2000.0),
        "resolve for no reason": lambda: store.resolve(key, "\n", "ann", 2000.0),
    }
    steps[before]()
    head = store.head()

    with pytest.raises(UsageError, match=message):
        steps[step]()
    assert store.head() == head


def test_what_somebody_resolved_stays_so_until_there_is_news(store, see):
    key = see().key
    store.resolve(key, "it may stand", "ann", 2000.0)
    assert see().state is State.RESOLVED

    assert see(severity=Severity.CRITICAL).state is State.OPEN


def test_what_somebody_resolved_opens_when_the_file_holds_something_else(store, see):
    key = see().key
    store.resolve(key, "it may stand", "ann", 2000.0)

    assert see(content="two").state is State.OPEN


def test_repeats_are_counted_and_not_logged(store, see):
    for _ in range(20):
        alert = see()

    assert alert.count == 20
    assert store.head()[0] == 1
    assert store.verify() is None


def test_a_suppressed_alert_is_resolved_and_the_log_tells_by_what(store, see):
    key = see().key
    alert = store.suppress(key, "suppression 7", "ann", 2000.0)

    assert (alert.state, alert.resolution) == (State.RESOLVED, "suppression 7")
    assert store.history(key)[-1].change is Change.SUPPRESSED


def test_a_loss_of_coverage_that_somebody_resolved_is_not_raised_until_the_next_one(store):
    key = store.cover("/srv", "lost", 1.0).key
    store.resolve(key, "known", "ann", 2.0)

    assert store.cover("/srv", "lost", 3.0) is None
    assert store.cover("/srv", "", 4.0).coverage.ended == 4.0
    assert store.cover("/srv", "again", 5.0).state is State.OPEN
    assert [entry.change for entry in store.history(key)] == [
        Change.RAISED, Change.RESOLVED, Change.RESOLVED, Change.REOPENED
    ]  # fmt: skip
    assert store.verify() is None


def test_where_a_sink_has_got_to_is_kept(store):
    assert store.cursor("mail") is None
    store.advance("mail", 3)
    store.advance("mail", 5)

    assert store.cursor("mail") == 5


_PROCESS = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.alert._alerts import verdict
from scanner.alert.store import AlertStore
from scanner.model.document import Identity
from scanner.spool.database import connect
who, connection = int(sys.argv[2]), connect(Path(sys.argv[1]), wait=60.0)
store = AlertStore(connection, b"key")
for turn in range(10):
    with connection:
        store.record(verdict(f"/srv/{who}-{turn}"), Identity(1, 2, 3, 4, 5), "rules", 1.0 + turn)
    with connection:
        store.note(store.alerts(limit=1)[0].key, f"{who} {turn}", str(who), 1.0 + turn)
connection.close()
"""


def test_several_processes_write_one_log_without_a_gap(tmp_path):
    state, here = str(tmp_path / "state"), __file__.rpartition("/tests/")[0]
    processes = [
        subprocess.Popen([sys.executable, "-c", _PROCESS, state, str(number), here]) for number in range(3)
    ]  # fmt: skip
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with closing(connect(tmp_path / "state")) as connection:
        store = AlertStore(connection, b"key")
        notes = [entry for entry in store.entries(0, 1000) if entry.change is Change.NOTED]

        assert [alert.copies for alert in store.alerts()] == [30]
        assert len(notes) == len({entry.note for entry in notes}) == 30
        assert store.verify() is None


def test_a_writer_that_waits_too_long_is_told_so(tmp_path):
    with closing(connect(tmp_path)) as one, closing(connect(tmp_path, wait=0.0)) as other:
        first, second = AlertStore(one, b"key"), AlertStore(other, b"key")
        with one:
            key = Recorder(first)().key
        first.acknowledge(key, "ann", "", 1.0)

        with pytest.raises(StoreError, match="locked"):
            second.acknowledge(key, "bob", "", 1.0)
        one.commit()
        with pytest.raises(UsageError, match="is acknowledged already"):
            second.acknowledge(key, "bob", "", 1.0)


class _Life(RuleBasedStateMachine):
    """Whatever happens in whatever order, an alert has the files that stand in it, and the log proves it."""

    paths = st.sampled_from(["/z/a", "/z/b", "/z/c", "/y/a"])
    contents = st.sampled_from(["", "one", "two"])

    def __init__(self):
        super().__init__()
        self.connection = sqlite3.connect(":memory:")
        self.store = AlertStore(self.connection, b"key")
        self.see = Recorder(self.store)
        self.bad = set()
        self.numbers = 0

    @rule(path=paths, content=contents, severity=st.sampled_from([Severity.LOW, Severity.HIGH]))
    def leaks(self, path, content, severity):
        zone = path[1]
        self.see(path, content, zone=zone, severity=severity)
        self.bad.add(path)

    @rule(path=paths, content=contents, outcome=st.sampled_from([Outcome.CLEAN, Outcome.PERMITTED]))
    def is_in_order(self, path, content, outcome):
        self.see(path, content, outcome, zone=path[1])
        self.bad.discard(path)

    @rule(path=paths)
    def cannot_be_read(self, path):
        self.see(path, "", Outcome.UNDETERMINED, zone=path[1])

    @rule(paths=st.lists(paths, unique=True))
    def are_gone(self, paths):
        self.store.gone(paths, self.see.now)
        self.bad -= set(paths)

    @rule(folder=st.sampled_from(["/z", "/y", "/"]))
    def folder_is_gone(self, folder):
        self.store.gone_below(folder, self.see.now)
        self.bad = {path for path in self.bad if folder != "/" and not path.startswith(folder + "/")}

    @precondition(lambda self: self.store.count())
    @rule(step=st.sampled_from(["acknowledge", "assign", "note", "resolve", "reopen"]), data=st.data())
    def somebody_does(self, step, data):
        alert = data.draw(st.sampled_from(self.store.alerts()))
        steps = {
            "acknowledge": lambda: self.store.acknowledge(alert.key, "ann", "", self.see.now),
            "assign": lambda: self.store.assign(alert.key, "bob", "ann", "", self.see.now),
            "note": lambda: self.store.note(alert.key, "hm", "ann", self.see.now),
            "resolve": lambda: self.store.resolve(alert.key, "done", "ann", self.see.now),
            "reopen": lambda: self.store.reopen(alert.key, "ann", "", self.see.now),
        }
        try:
            after = steps[step]()
        except UsageError:
            assert step == "assign" or alert.state in {
                "acknowledge": {State.ACKNOWLEDGED, State.RESOLVED},
                "resolve": {State.RESOLVED},
                "reopen": {State.OPEN},
            }[step]  # fmt: skip
        else:
            assert after == self.store.get(alert.key)

    @rule()
    def time_passes(self):
        self.store.forget(100.0, 50.0, self.see.now)
        self.see.now += 30

    @invariant()
    def all_is_consistent(self):
        standing = []
        for alert in self.store.alerts():
            here = [path.path for path in self.store.paths(alert.key) if path.gone is None]
            standing += here
            assert alert.copies == len(here)
            assert here or alert.state is not State.ACKNOWLEDGED or alert.copies == 0
            assert alert.state is not State.RESOLVED or alert.resolution
            assert not here or alert.verdict.document.path in here
        assert sorted(standing) == sorted(self.bad)
        assert self.store.verify() is None

    def teardown(self):
        self.connection.close()


TestLife = _Life.TestCase
TestLife.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)

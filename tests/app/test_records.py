"""What somebody suppressed is kept and not raised, and is raised again when that ends."""

from contextlib import closing
from dataclasses import replace

import pytest

from scanner.alert.store import AlertStore
from scanner.alert.suppress import Suppressions
from scanner.app import records as module
from scanner.app.alerts import alert_store
from scanner.app.records import Records
from scanner.model.alert import Change, State
from scanner.model.document import Document, Identity
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.suppression import Terms
from scanner.model.verdict import Outcome, Verdict
from scanner.settings.schema import AlertSettings
from scanner.spool.database import connect

_LABEL = Label(Level("us", "s", "SECRET", 3, 4))
_FINDING = Finding(Kind.MARKING, "us", Place("a"), _LABEL)


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    monotonic = time


class _Made:
    """A store with the alert about one file, which a person has suppressed until second 2000."""

    def __init__(self, connection, folder, clock) -> None:
        self.connection = connection
        self.clock = clock
        self.records = Records(connection, folder, AlertSettings)
        self.store = alert_store(connection, folder)
        self.suppressions = Suppressions(connection)
        self.states = 0
        self.key = self.see("/srv/a").key
        alert = self.store.suppress(self.key, "suppressed until then: training", "alice", clock.now)
        self.suppression = self.suppressions.add(alert, ["/srv/a"], Terms("alice", "training", 2000.0), clock.now)

    def see(self, path: str, state: int | None = None, **changes):
        self.states += 1
        verdict = Verdict(
            Document(path, sha256="ab" * 32), "public", Outcome.VIOLATION, (_LABEL,), (_FINDING,),
            severity=Severity.HIGH, why="SECRET here", alerting=True,
        )  # fmt: skip
        number = self.states if state is None else state
        return self.records.record(replace(verdict, **changes), Identity(1, number, 1, 1, 1), "r1")

    @property
    def alert(self):
        return self.store.get(self.key)

    def changes(self) -> list[Change]:
        return [entry.change for entry in self.store.history(self.key)]


@pytest.fixture
def made(tmp_path, monkeypatch):
    clock = _Clock()
    monkeypatch.setattr(module, "time", clock)
    with closing(connect(tmp_path)) as connection:
        yield _Made(connection, tmp_path, clock)


def test_what_is_suppressed_is_not_raised_and_its_verdict_is_kept_with_the_reason(made):
    assert made.see("/srv/moved") is None
    (kept,) = made.connection.execute("select record from verdict where path = ?", (b"/srv/moved",)).fetchone()

    assert "suppressed by alice until 1970-01-01: training" in kept
    assert '"outcome": "violation"' in kept
    assert made.alert.state is State.RESOLVED


def test_another_content_at_the_same_place_is_raised(made):
    made.clock.now = 1100.0
    alert = made.see("/srv/a", document=Document("/srv/a", sha256="cd" * 32))

    assert alert.state is State.OPEN
    assert made.changes()[-1] is Change.REOPENED


def test_when_it_expires_a_file_that_was_not_touched_is_opened_again_at_once(made):
    made.clock.now = 2000.0
    files = made.records.tidy()

    assert files == ("/srv/a",)
    assert made.alert.state is State.OPEN
    assert made.changes() == [Change.RAISED, Change.SUPPRESSED, Change.REOPENED]
    assert made.store.history(made.key)[-1].note == "the suppression by alice has expired"


def test_looking_at_it_again_then_says_nothing_twice(made):
    made.clock.now = 2000.0
    made.records.tidy()
    made.see("/srv/a", state=1)

    assert made.changes()[-1] is Change.REOPENED
    assert made.changes().count(Change.REOPENED) == 1


def test_a_file_that_was_moved_meanwhile_is_opened_again_when_it_was_looked_at(made):
    made.clock.now = 1500.0
    made.see("/srv/moved", state=7)
    made.records.gone(["/srv/a"])
    made.clock.now = 2000.0
    files = made.records.tidy()

    assert files == ("/srv/moved",)
    assert made.alert.state is State.RESOLVED
    assert made.see("/srv/moved", state=7).key == made.key
    assert made.alert.state is State.OPEN


def test_a_file_that_is_gone_when_it_expires_is_raised_no_more(made):
    made.records.gone_below("/srv")
    made.clock.now = 2000.0

    assert made.records.tidy() == ()
    assert made.alert.state is State.RESOLVED


def test_an_alert_that_was_resolved_in_another_way_stays_so(made):
    made.store.reopen(made.key, "bob", "", made.clock.now)
    made.store.resolve(made.key, "fixed", "bob", made.clock.now)
    made.clock.now = 2000.0
    made.records.tidy()

    assert made.alert.resolution == "fixed"


def test_it_is_asked_for_what_has_ended_once_a_second(made):
    made.clock.now = 1999.5
    assert made.records.tidy() == ()
    made.clock.now = 2000.0
    assert made.records.tidy() == ()
    made.clock.now = 2000.5
    assert made.records.tidy() == ("/srv/a",)


def test_what_ended_long_ago_is_deleted_with_the_alerts_of_its_time(made):
    made.clock.now = 2000.0 + AlertSettings().keep + 2
    made.records.tidy()

    assert made.suppressions.all() == ()


def test_nothing_is_kept_of_a_file_that_is_no_more_but_its_alert(made):
    def paths() -> set[bytes]:
        return {path for (path,) in made.connection.execute("select path from verdict")}

    for path in ("/srv/b", "/srv/deep/c", "/srv/deeper", "/srv/d"):
        made.see(path)
    made.records.gone(["/srv/b"])
    made.records.gone_below("/srv/deep")

    assert paths() == {b"/srv/a", b"/srv/deeper", b"/srv/d"}


def test_of_a_file_that_changed_only_what_was_said_last_is_kept(made):
    made.see("/srv/a", why="first")
    made.see("/srv/a", why="second")
    rows = made.connection.execute("select record from verdict where path = ?", (b"/srv/a",)).fetchall()

    assert len(rows) == 1
    assert "second" in rows[0][0]


def test_the_log_and_the_alerts_hold_after_all_that(made):
    made.see("/srv/moved", state=7)
    made.clock.now = 2000.0
    made.records.tidy()
    made.see("/srv/moved", state=7)

    assert made.store.verify() is None
    assert isinstance(made.store, AlertStore)

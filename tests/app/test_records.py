"""What somebody suppressed is kept and not raised, and is raised again when that ends."""

from contextlib import closing
from dataclasses import replace

import pytest

from scanner.alert.reconsider import made as noted
from scanner.alert.store import AlertStore
from scanner.alert.suppress import Suppressions
from scanner.app import records as module
from scanner.app.alerts import alert_store
from scanner.app.key import installation_key
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
        self.suppressions = Suppressions(connection, installation_key(folder))
        self.states = 0
        self.key = self.see("/srv/a").key
        self.suppression = self.suppress(2000.0)
        connection.commit()

    def suppress(self, until: float | None):
        terms = Terms("alice", "training", until)
        one = self.suppressions.add(self.alert, ["/srv/a"], terms, self.clock.now)
        self.store.suppress(self.key, "suppressed until 1970-01-01: training", "alice", self.clock.now, noted(one))
        return one

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

    assert "suppressed by alice until 1970-01-01 00:33Z: training" in kept
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
    assert made.store.history(made.key)[-1].note == f"the suppression {made.suppression.key} by alice has expired"


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
    assert made.suppressions.verify() is None
    assert isinstance(made.store, AlertStore)


_ALTERED = {
    "extend": ("update suppression set until = 9000.0", "was altered"),
    "for ever": ("update suppression set until = null", "was altered"),
    "author": ("update suppression set author = 'bob'", "was altered"),
    "reason": ("update suppression set reason = 'none'", "was altered"),
    "points": ("""update suppression set points = '["label us SECRET", "rule x marked"]'""", "was altered"),
    "end": ("update suppression set ended = 1.0", "was altered"),
    "delete": ("delete from suppression", "missing: suppression"),
}


@pytest.mark.parametrize(("statement", "why"), _ALTERED.values(), ids=_ALTERED.keys())
def test_a_suppression_that_somebody_changed_is_named_and_what_it_hid_is_opened(made, statement, why):
    made.connection.execute(statement)
    broken = made.suppressions.verify()
    made.records.distrust()

    assert why in broken.why
    assert broken.number == 2  # the entry that it began with
    assert made.alert.state is State.OPEN
    assert made.store.verify() is None


def test_one_that_was_altered_hides_nothing_that_comes_later(made):
    made.connection.execute("update suppression set until = 9000.0")

    assert made.see("/srv/moved").state is State.OPEN


def test_the_daemon_finds_out_by_itself(made):
    made.connection.execute("delete from suppression")
    made.records.tidy()

    assert made.alert.state is State.OPEN
    assert made.store.history(made.key)[-1].note == "the suppression it was resolved by is missing"


def test_one_that_somebody_inserted_is_named_and_hides_nothing(made):
    row = made.connection.execute("select * from suppression").fetchone()
    made.connection.execute(f"insert into suppression values ({', '.join('?' * len(row))})", ("ab" * 8, *row[1:]))  # noqa: S608 - marks alone

    assert made.suppressions.verify().why == "suppression abababababababab was altered, or is not DocWarden's"
    assert [one.key for one in made.suppressions.altered()] == ["ab" * 8]


def test_one_with_a_seal_that_the_log_does_not_tell_of_is_named(made):
    alert = made.see("/srv/other", document=Document("/srv/other", sha256="cd" * 32))
    one = made.suppressions.add(alert, [], Terms("bob", "quietly", None), made.clock.now)

    assert made.suppressions.verify().why == f"the log tells of no suppression {one.key}"


@pytest.mark.parametrize("ends", [True, False])
def test_an_earlier_form_of_one_that_is_put_back_is_named(made, ends):
    made.clock.now = 1100.0
    before = made.connection.execute("select * from suppression").fetchone()
    if ends:
        made.suppressions.withdraw(made.suppression.key, "alice", 1100.0)
        made.records.reconsider()
    else:
        made.suppress(1200.0)
    assert made.suppressions.verify() is None
    made.connection.execute(f"insert or replace into suppression values ({', '.join('?' * len(before))})", before)  # noqa: S608 - marks alone
    broken = made.suppressions.verify()

    assert ("as it was before it ended" if ends else "another one than began") in broken.why
    assert broken.number == 3


def test_other_terms_are_told_of_as_such_and_stand_in_the_alert(made):
    made.clock.now = 1100.0
    made.suppress(None)

    assert made.changes() == [Change.RAISED, Change.SUPPRESSED, Change.SUPPRESSED]
    assert made.suppressions.verify() is None


def test_one_that_was_deleted_when_it_was_long_over_is_not_missing(made):
    made.records.gone(["/srv/a"])
    made.clock.now = 2000.0 + AlertSettings().keep + 2
    made.records.tidy()

    assert made.suppressions.all() == ()
    assert made.suppressions.verify() is None


@pytest.mark.parametrize("forged", [False, True])
def test_a_store_without_seals_keeps_the_suppressions_that_the_log_tells_of(made, tmp_path, forged):
    made.connection.execute("alter table suppression drop column seal")
    data = made.connection.execute("select note from alert_log where number = 2").fetchone()
    if forged:
        made.connection.execute("update suppression set until = until + 90000, reason = 'none'")
    made.connection.commit()
    found = Suppressions(made.connection, installation_key(tmp_path))

    assert data[0].startswith("suppression ")
    assert [one.key for one in found.altered()] == ([made.suppression.key] if forged else [])
    assert (found.verify() is None) is not forged


def test_what_is_altered_is_kept_as_its_own_proof_until_it_is_made_anew(made):
    made.connection.execute("update suppression set until = 1100.0")
    made.clock.now = 1100.0 + AlertSettings().keep + 2
    made.records.tidy()
    assert len(made.suppressions.altered()) == 1
    made.suppress(None)

    assert made.suppressions.altered() == ()
    assert made.suppressions.verify() is None

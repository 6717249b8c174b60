"""What was kept long enough is deleted, and what is left can still be proved."""

import sqlite3
from contextlib import closing

import pytest

from scanner.alert.store import AlertStore
from scanner.model.alert import Change, State
from scanner.model.verdict import Outcome
from tests.alert._alerts import Recorder

_DAY = 86400.0


@pytest.fixture
def store():
    with closing(sqlite3.connect(":memory:")) as connection:
        yield AlertStore(connection, b"key")


@pytest.fixture
def see(store):
    return Recorder(store)


def test_old_resolved_alerts_are_deleted_and_an_entry_says_so(store, see):
    old = see("/srv/a", "1").key
    store.gone(["/srv/a"], 2000.0)
    see("/srv/b", "2")

    assert store.forget(10 * _DAY, 0.0, 2000.0 + 9 * _DAY) == 0
    assert store.forget(10 * _DAY, 0.0, 2000.0 + 11 * _DAY) == 1
    assert [alert.verdict.document.path for alert in store.alerts()] == ["/srv/b"]
    assert not [entry for entry in store.entries(0, 99) if entry.alert.key == old and entry.change is Change.FORGOTTEN]
    last = store.entries(0, 99)[-1]
    assert (last.change, last.alert.state) == (Change.FORGOTTEN, State.RESOLVED)
    assert last.alert.verdict.why == "1 alerts and 0 entries of the log were kept long enough and deleted"
    assert store.verify() is None


def test_open_alerts_and_those_whose_file_still_stands_are_kept(store, see):
    see("/srv/a", "1")
    store.resolve(see("/srv/b", "2").key, "it may stand", "ann", 2000.0)

    assert store.forget(_DAY, 0.0, 1000 * _DAY) == 0
    assert store.count() == 2


def test_the_log_is_cut_at_its_begin_and_followed_from_there(store, see):
    for number in range(10):
        see(f"/srv/{number}", str(number))
    anchor = store.head()
    early = store.entries(2, 1)[0]

    assert store.forget(0.0, 5.0, see.now) == 4
    assert [entry.number for entry in store.entries(0, 99)] == [5, 6, 7, 8, 9, 10, 11]
    assert store.verify() is None
    assert store.verify(anchor) is None
    assert store.verify((early.number, early.head)) is None  # deleted since: nothing is left to compare
    store.forget(0.0, 3.0, see.now)
    assert store.verify() is None


def test_a_log_that_is_deleted_to_its_end_goes_on_where_it_was(store, see):
    see("/srv/a")
    assert store.forget(0.0, _DAY, 1000 * _DAY) == 1
    assert [entry.number for entry in store.entries(0, 99)] == [2]
    see("/srv/a", "2", labels=())
    store.note(store.alerts()[0].key, "hm", "ann", 1001 * _DAY)

    assert store.head()[0] == 3
    assert store.verify() is None


def test_a_cut_that_nobody_wrote_down_is_no_deletion(store, see):
    for number in range(10):
        see(f"/srv/{number}", str(number))
    store.forget(0.0, 5.0, see.now)
    store._connection.execute("delete from alert_log where number < 7")

    assert store.verify().number == 6


@pytest.mark.parametrize("damage", ["delete from alert_log where number = 2", "update alert_log set who = 'x'"])
def test_a_log_that_does_not_hold_is_not_cut(store, see, damage):
    for number in range(10):
        see(f"/srv/{number}", str(number))
    store._connection.execute(damage)
    before = store.entries(0, 99)

    assert store.forget(0.0, 3.0, see.now) == 0
    assert store.entries(0, 99) == before
    assert store.verify() is not None


def test_an_alert_that_was_deleted_too_early_is_missed(store, see):
    key = see("/srv/a", "1").key
    store.gone(["/srv/a"], 2000.0)
    see("/srv/b", "2")
    store.gone(["/srv/b"], 9000.0)
    store.forget(5000.0, 0.0, 8000.0)
    assert store.verify() is None
    other = store.alerts()[0].key
    for table, column in (("alert", "key"), ("alert_path", "alert")):
        store._connection.execute(f"delete from {table} where {column} = ?", (other,))  # noqa: S608 - tables

    assert other != key
    assert f"missing: alert {other}" in store.verify().why


def test_where_an_original_stood_is_forgotten_too(store, see):
    see("/srv/x/plan", outcome=Outcome.PERMITTED, zone="programme-x")
    store.gone(["/srv/x/plan"], 2000.0)
    store.forget(_DAY, 0.0, 1000 * _DAY)

    assert see("/srv/a").origin == ""


def test_nothing_is_deleted_where_it_is_to_be_kept_for_ever(store, see):
    see("/srv/a")
    store.gone(["/srv/a"], 2000.0)

    assert store.forget(0.0, 0.0, 1e12) == 0
    assert store.head()[0] == 2

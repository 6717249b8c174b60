"""That files are put right or gone is a claim: the next look at them tells whether it is so."""

import sqlite3
from contextlib import closing

import pytest

from scanner.alert.store import AlertStore
from scanner.alert.suppress import Suppressions
from scanner.model.alert import Change, State
from scanner.model.document import Identity
from scanner.model.verdict import Outcome
from tests.alert._alerts import Recorder, verdict


@pytest.fixture
def connection(tmp_path):
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        yield connection


@pytest.fixture
def store(connection):
    return AlertStore(connection, b"key")


def _look(store, path="/srv/a", now=2000.0):
    """Have one and the same state of a file looked at."""
    return store.record(verdict(path), Identity(1, 2, 3, 4, 1), "rules", now)


@pytest.mark.parametrize("reason", ["fixed", "gone", "fixed: by the desk"])
def test_what_was_said_to_be_fixed_opens_when_its_file_is_found_as_it_was(store, reason):
    key = _look(store).key
    store.resolve(key, reason, "ann", 1500.0)
    assert store.get(key).claimed
    alert = _look(store)
    entry = store.history(key)[-1]

    assert (alert.state, alert.resolution) == (State.OPEN, "")
    assert entry.change is Change.REOPENED
    assert "it was said to be" in entry.note
    assert store.verify() is None


@pytest.mark.parametrize("reason", ["false_positive", "accepted_risk: the board", "duplicate", "fixedly", "ok: fixed"])
def test_what_was_accepted_stays_resolved_for_the_same_state_of_the_file(store, reason):
    key = _look(store).key
    store.resolve(key, reason, "ann", 1500.0)

    assert _look(store) is None
    assert store.get(key).state is State.RESOLVED
    assert not store.get(key).claimed


def test_one_of_many_files_that_stands_opens_it_once_and_is_named(store):
    key = _look(store).key
    _look(store, "/srv/b")
    _look(store, "/srv/c")
    store.resolve(key, "fixed", "ann", 1500.0)
    store.gone(["/srv/a"], 1600.0)
    assert store.get(key).claimed
    _look(store, "/srv/b")
    _look(store, "/srv/b")

    assert [entry.change for entry in store.history(key)][-2:] == [Change.RESOLVED, Change.REOPENED]
    assert store.history(key)[-1].note.startswith("/srv/b: it was said")


def test_what_is_so_is_kept_in_the_log(store):
    see = Recorder(store)
    key = see().key
    store.resolve(key, "fixed", "ann", 1500.0)
    see("/srv/a", "fine", Outcome.CLEAN)
    alert = store.get(key)

    assert (alert.state, alert.copies, alert.claimed) == (State.RESOLVED, 0, False)
    assert store.history(key)[-1].change is Change.LEFT
    assert store.verify() is None


def test_files_that_are_to_be_looked_at_again_are_told_once(connection):
    suppressions = Suppressions(connection)
    suppressions.ask(["/srv/a", "/srv/\udcff"])

    assert set(suppressions.take_files(1.0)) == {"/srv/a", "/srv/\udcff"}
    assert suppressions.take_files(1.0) == ()

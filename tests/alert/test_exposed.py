"""A wider exposure and another way of being wrong are news, whichever of several files they come by."""

import sqlite3
from contextlib import closing

import pytest

from scanner.alert.dedup import is_news
from scanner.alert.store import AlertStore
from scanner.model.alert import Change, State
from scanner.model.document import Document
from scanner.model.exposure import Exposure, Right
from scanner.model.verdict import Breach, Outcome
from tests.alert._alerts import Recorder, verdict

_READ = frozenset({Right.READ})
_GROUP, _ALL = Exposure(0o640, group=_READ), Exposure(0o644, group=_READ, others=_READ)


@pytest.fixture
def store(tmp_path):
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        yield AlertStore(connection, b"key")


@pytest.fixture
def see(store):
    return Recorder(store)


def _exposed(path, exposure, *more):
    sha256 = verdict().document.sha256
    return {"document": Document(path, sha256=sha256, exposure=exposure), "breaches": (*more, Breach.EXPOSURE)}


@pytest.fixture
def key(store, see):
    """Return the key of an alert that somebody has seen: a file that its group may read."""
    alert = see("/srv/a", **_exposed("/srv/a", _GROUP))
    store.acknowledge(alert.key, "ann", "", 1500.0)
    return alert.key


def test_another_copy_says_where_it_stands(store, see, key):
    assert see("/srv/b\n", **_exposed("/srv/b\n", _GROUP)).state is State.ACKNOWLEDGED

    entry = store.history(key)[-1]
    assert (entry.change, entry.note) == (Change.COPIED, "/srv/b\n: permissions give it to group")


def test_a_copy_that_more_people_may_read_opens_what_was_seen(store, see, key):
    assert see("/srv/b", **_exposed("/srv/b", _ALL)).state is State.OPEN

    entry = store.history(key)[-1]
    assert (entry.change, entry.note) == (Change.WORSENED, "/srv/b: permissions give it to everyone")


def test_a_copy_that_might_stand_there_until_its_permissions_were_opened_is_news(store, see, key):
    see("/srv/b", outcome=Outcome.PERMITTED)
    assert store.get(key).state is State.ACKNOWLEDGED
    assert see("/srv/b", **_exposed("/srv/b", _GROUP)).state is State.OPEN

    entry = store.history(key)[-1]
    assert (entry.change, entry.note) == (Change.WORSENED, "/srv/b: permissions were opened to group")


def test_many_copies_that_are_opened_at_once_are_few_entries(store, see, key):
    for number in range(20):
        see(f"/srv/{number}", outcome=Outcome.PERMITTED)
    for number in range(20):
        see(f"/srv/{number}", **_exposed(f"/srv/{number}", _GROUP))

    changes = [entry.change for entry in store.history(key)]
    assert changes == [Change.RAISED, Change.ACKNOWLEDGED, Change.WORSENED, Change.COPIED]


def test_the_same_file_that_is_opened_further_says_so_and_one_that_is_closed_a_little_is_no_news(store, see, key):
    see("/srv/a", **_exposed("/srv/a", _ALL))
    assert store.history(key)[-1].note == "permissions were opened to everyone"
    store.acknowledge(key, "ann", "", 1600.0)

    assert see("/srv/a", **_exposed("/srv/a", _GROUP)).state is State.ACKNOWLEDGED


def test_a_file_that_was_in_order_until_its_permissions_were_opened_is_raised_with_that(store, see):
    see("/srv/a", outcome=Outcome.PERMITTED)
    key = see("/srv/a", **_exposed("/srv/a", _ALL)).key

    assert store.history(key)[-1].note == "permissions were opened to everyone"


def test_another_way_of_being_wrong_is_news_and_one_that_an_older_version_did_not_keep_is_none(store, see, key):
    assert see("/srv/b", **_exposed("/srv/b", _GROUP, Breach.LABEL)).state is State.OPEN
    assert store.history(key)[-1].change is Change.WORSENED

    before, now = verdict(), verdict(breaches=(Breach.LABEL,))
    assert not is_news(now, before)
    assert is_news(verdict(breaches=(Breach.LABEL, Breach.CONTENT)), now)


def test_the_same_state_of_a_file_that_a_new_policy_finds_wrong_in_another_way_is_looked_at(store):
    first = verdict(**_exposed("/srv/a", _GROUP))
    key = store.record(first, None, "r1", 1.0).key
    store.acknowledge(key, "ann", "", 2.0)
    store.record(verdict(**_exposed("/srv/a", _GROUP, Breach.LABEL)), None, "r2", 3.0)

    assert store.get(key).state is State.OPEN

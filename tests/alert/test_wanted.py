"""Alerts are found by what they are, and counted the same way."""

import sqlite3
from contextlib import closing

import pytest

from scanner.alert.store import AlertStore
from scanner.model.alert import State
from scanner.model.finding import Severity
from scanner.model.wanted import Wanted
from tests.alert._alerts import TOP, Recorder


@pytest.fixture(scope="module")
def store():
    with closing(sqlite3.connect(":memory:")) as connection:
        store = AlertStore(connection, b"key")
        see = Recorder(store)
        see("/srv/a", "1", severity=Severity.LOW)
        see("/srv/b[1]", "2", zone="other", labels=(TOP,))
        see("/srv/in/c", "3", severity=Severity.CRITICAL)
        see("/srv/in/d", "3", severity=Severity.CRITICAL)
        see("/srv/in0/e\udcff", "4")
        store.assign(store.alerts(Wanted(path="/srv/a"))[0].key, "ann", "bob", "", 2000.0)
        store.acknowledge(store.alerts(Wanted(path="/srv/in/c"))[0].key, "ann", "", 2000.0)
        store.cover("/srv", "lost", 3000.0)
        yield store


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), "v e\udcff d b[1] a"),
        (Wanted(states=(State.ACKNOWLEDGED,)), "d"),
        (Wanted(states=(State.ACKNOWLEDGED, State.OPEN)), "v e\udcff d b[1] a"),
        (Wanted(severity=Severity.HIGH), "v e\udcff d b[1]"),
        (Wanted(zones=("other", "none")), "b[1]"),
        (Wanted(labels=("secret//noforn",)), "e\udcff d a"),
        (Wanted(labels=("TOP SECRET", "x")), "b[1]"),
        (Wanted(labels=("us",)), "e\udcff d b[1] a"),
        (Wanted(labels=("SECRE",)), ""),
        (Wanted(path="/srv/in"), "d"),
        (Wanted(path="/srv/in/"), "d"),
        (Wanted(path="/srv/in/d"), "d"),
        (Wanted(path="/"), "v e\udcff d b[1] a"),
        (Wanted(path="/srv/in*"), "e\udcff d"),
        (Wanted(path="/srv/[!ab]*"), "e\udcff d"),
        (Wanted(path="*/e\udcff"), "e\udcff"),
        (Wanted(since=1003.0, until=1004.0), "d"),
        (Wanted(since=2500.0), "v"),
        (Wanted(until=1002.0), "a"),
        (Wanted(assignee="ann"), "a"),
        (Wanted(assignee=""), "v e\udcff d b[1]"),
        (Wanted(keys=("", "g", "%")), ""),
        (Wanted(severity=Severity.HIGH, path="/srv/in*", labels=("us",), states=(State.OPEN,)), "e\udcff"),
    ],
)
def test_what_is_wanted_is_found_and_nothing_else(store, wanted, names):
    found = store.alerts(wanted)

    assert [alert.verdict.document.path.rpartition("/")[2][:5] for alert in found] == names.replace("v", "srv").split()
    assert store.count(wanted) == len(found)


def test_the_beginning_of_a_key_is_enough(store):
    alert = store.alerts(limit=1)[0]

    assert alert in store.alerts(Wanted(keys=("ffffffffffffffff", alert.key[:4].upper())))


def test_pages_follow_on_each_other(store):
    whole = store.alerts()

    assert store.alerts(limit=2) + store.alerts(limit=2, offset=2) + store.alerts(offset=4) == whole

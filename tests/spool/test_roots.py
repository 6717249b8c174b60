"""A doubt about a root goes away only by a walk that began after it came."""

from contextlib import closing

import pytest

from scanner.spool.database import connect
from scanner.spool.roots import Root, Roots


@pytest.fixture
def roots(tmp_path):
    with closing(connect(tmp_path)) as connection:
        yield Roots(connection)


def test_nothing_is_known_of_a_new_root(roots):
    assert roots.get("/r") == Root()
    assert roots.begin("/r") == 0


def test_a_walk_that_began_later_clears_the_doubt(roots):
    roots.doubt("/r", "it started")
    assert roots.get("/r").why == "it started"
    roots.end("/r", roots.begin("/r"), "1:2", 7.0)

    assert roots.get("/r") == Root("", "1:2", 7.0)


def test_a_doubt_that_comes_during_a_walk_outlives_it(roots):
    roots.doubt("/r", "it started")
    begun = roots.begin("/r")
    roots.doubt("/r", "events were lost")
    roots.end("/r", begun, "1:2", 7.0)

    assert roots.get("/r") == Root("events were lost", "1:2", 7.0)


def test_a_doubt_is_on_the_disk_when_it_is_committed(tmp_path):
    with closing(connect(tmp_path)) as connection, connection:
        Roots(connection).doubt("/r\udcff", "events were lost")

    with closing(connect(tmp_path)) as connection:
        assert Roots(connection).get("/r\udcff").why == "events were lost"


def test_a_gap_is_open_until_a_walk_that_began_after_it_has_ended(roots):
    roots.doubt("/r", "the daemon started")
    before = roots.begin("/r")
    assert roots.get("/r").loss == ""
    roots.lose("/r", "the queue was full", 5.0)
    roots.lose("/r", "its reader died", 6.0)
    roots.end("/r", before, "1:2", 7.0)
    assert (roots.get("/r").loss, roots.get("/r").lost_since) == ("the queue was full", 5.0)
    roots.end("/r", roots.begin("/r"), "1:2", 8.0)
    assert (roots.get("/r").loss, roots.get("/r").lost_since, roots.get("/r").why) == ("", None, "")
    roots.lose("/r", "its reader died", 9.0)
    assert (roots.get("/r").loss, roots.get("/r").lost_since) == ("its reader died", 9.0)

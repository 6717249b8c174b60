"""A time in which no daemon ran is a loss of coverage, and is over when a walk of its successor has ended."""

import sqlite3
import time
from contextlib import closing

import pytest

from scanner.alert.store import AlertStore
from scanner.daemon.outage import outage
from scanner.model.alert import State
from scanner.spool.status import RootStatus, Status, write_status


def _was_there(state, root, before, wall=None):
    """Leave the last sign of life of a daemon that ended without a word, so many seconds ago."""
    state.mkdir(exist_ok=True)
    now = time.time() if wall is None else wall
    last = Status(1, "1.0", "rules", now - before - 10, now - before, (RootStatus(str(root), "inotify", live=True),))
    write_status(state, last)
    return last.heartbeat


def test_a_daemon_that_comes_back_tells_since_when_nobody_looked_until_it_has_walked(root, make, tmp_path):
    since = _was_there(tmp_path / "state", root, 3600)
    stand = make()
    with stand.connection:
        stand.daemon._coverage.update(stand.daemon._supervisor.posts)
    (begun,) = stand.gaps
    assert begun[0] == str(root)
    assert begun[1].startswith("the daemon did not run since 2")
    assert stand.since == [since]

    stand.until_quiet()
    stand.until(lambda: stand.gaps[-1] == (str(root), ""))


def test_a_restart_before_the_walk_has_ended_does_not_end_it(root, make, tmp_path):
    since = _was_there(tmp_path / "state", root, 3600)
    make().close()
    again = make()
    with again.connection:
        again.daemon._coverage.update(again.daemon._supervisor.posts)

    assert (again.gaps[0][1].startswith("the daemon did not run"), again.since) == (True, [since])


@pytest.mark.parametrize(("before", "other"), [(30, False), (-3600, False), (3600, True)])
def test_a_short_restart_a_clock_that_went_back_and_a_new_root_are_no_loss(root, make, tmp_path, before, other):
    _was_there(tmp_path / "state", tmp_path if other else root, before)
    stand = make()
    stand.until_quiet()

    assert not any(why for _, why in stand.gaps)


def test_a_status_that_cannot_be_read_says_nothing(tmp_path):
    assert outage(tmp_path, 1e9).since is None
    (tmp_path / "status.json").write_text("{}")
    assert outage(tmp_path, 1e9).since is None


def test_the_alert_has_the_whole_gap(tmp_path):
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        store = AlertStore(connection, b"key")
        alert = store.cover("/srv", "the daemon did not run", 5000.0, 1000.0)
        assert (alert.coverage.begun, alert.first_seen) == (1000.0, 5000.0)
        ended = store.cover("/srv", "", 5060.0)

        assert (ended.state, ended.coverage.seconds) == (State.RESOLVED, 4060.0)
        assert store.cover("/srv", "again", 6000.0, 7000.0).coverage.begun == 6000.0
        assert store.verify() is None

"""Small forms of the commands that measure the watch, and what they judge by."""

import json
import os
from contextlib import closing

import pytest

from bench.watching import reconcile, writers
from bench.watching._oracle import remember, sent_twice, take_account
from bench.watching.kills import Disturber
from bench.watching.latency import share
from scanner.alert.store import AlertStore
from scanner.model.change import ChangeKind
from scanner.model.document import Document
from scanner.model.verdict import Outcome, Verdict
from scanner.spool.database import connect
from scanner.spool.journal import Journal, Request
from scanner.worker.opening import identity_of


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    return root


@pytest.fixture
def database(tmp_path):
    remember(tmp_path / "state")
    with closing(connect(tmp_path / "state")) as connection:
        yield connection


def _record(connection, path, outcome=Outcome.CLEAN, ruleset="rules"):
    verdict = Verdict(Document(str(path), 1), "zone", outcome, alerting=outcome is Outcome.VIOLATION)
    with connection:
        AlertStore(connection).record(verdict, identity_of(path.lstat()), ruleset, 1.0)


def test_a_file_is_explained_by_a_verdict_on_its_present_state_or_by_its_row(root, database, tmp_path):
    for name in ("judged", "changed", "waiting", "unknown"):
        (root / name).write_text("a")
    _record(database, root / "judged")
    _record(database, root / "changed")
    (root / "changed").write_text("another")
    with database:
        Journal(database).put([Request(str(root / "waiting"), ChangeKind.CLOSED, 1.0, 2.0, 0.0)], 0.0)

    account = take_account(root, tmp_path / "state")

    assert account.outcomes == {"clean": 1}
    assert account.waiting == 1
    assert sorted(account.unexplained) == [str(root / "changed"), str(root / "unknown")]
    assert account.twice == account.repeated == []


def test_two_verdicts_on_one_state_are_told_and_so_are_more_alerts_than_states(root, database, tmp_path):
    (root / "twice").write_text("a")
    _record(database, root / "twice")
    _record(database, root / "twice", ruleset="others")
    (root / "marked").write_text("a")
    _record(database, root / "marked", Outcome.VIOLATION)
    assert take_account(root, tmp_path / "state").repeated == []
    with database:
        database.execute("update alert set count = 2")

    account = take_account(root, tmp_path / "state")

    assert account.twice == [str(root / "twice")]
    assert account.repeated == [str(root / "marked")]


def test_an_alert_that_was_written_twice_is_counted_but_not_a_torn_line_nor_one_about_a_root():
    alert = json.dumps({"notice": {"id": "a"}}).encode()
    again = json.dumps({"notice": {"id": "b"}}).encode()
    coverage = json.dumps({"coverage": {}, "notice": {"id": "c"}}).encode()

    assert sent_twice([alert, again, alert[:9], coverage, coverage]) == 0
    assert sent_twice([alert, again, alert]) == 1


def test_a_share_of_the_times_is_the_nearest_rank():
    times = [float(number) for number in range(100, 0, -1)]

    assert share(times, 0.5) == 50.0
    assert share(times, 0.99) == 99.0
    assert share([3.0], 0.99) == 3.0


def test_everything_that_disturbs_is_done_in_the_end(root):
    disturber = Disturber(root, seed=1)
    for _ in range(1500):
        disturber.step()

    assert set(disturber.done) == {"write", "append", "save", "move", "delete", "rename"}


def test_a_tree_is_made_once_and_its_index_knows_every_file(tmp_path):
    root = reconcile.make_tree(tmp_path / "tree", 250)
    assert reconcile.make_tree(tmp_path / "tree", 250) == root

    assert reconcile.build(root, tmp_path / "state") == 250
    assert reconcile.build(root, tmp_path / "state") == 0
    _, _, rows, _ = reconcile.take_turns(root, tmp_path / "state")

    assert rows == 0


def test_a_clean_verdict_counts_as_too_soon_unless_the_file_was_closed_in_that_state(root, database, tmp_path):
    path = root / "slow"
    path.write_text("half")
    _record(database, path)
    half = {(path.lstat().st_size, path.lstat().st_mtime_ns)}
    path.write_text("the whole of it")
    _record(database, path, Outcome.VIOLATION)

    assert writers.judged(tmp_path / "state", path, half) == (0, Outcome.VIOLATION)
    assert writers.judged(tmp_path / "state", path, set()) == (1, Outcome.VIOLATION)
    path.write_text("something else")
    assert writers.judged(tmp_path / "state", path, half) == (0, None)


def test_every_way_of_writing_ends_with_the_whole_document(root, monkeypatch):
    monkeypatch.setattr(writers, "_STALL", 0.0)
    monkeypatch.setattr(writers.time, "sleep", lambda _: None)
    ways = (writers.slow, writers.preallocated, writers.mapped, writers.reopened, writers.temporary, writers.backdated)

    for write in ways:
        path = root / write.__name__
        closed = write(path)

        assert path.read_bytes().endswith(b"SECRET//NOFORN\n")
        assert (os.lstat(path).st_size, os.lstat(path).st_mtime_ns) in closed

"""The daemon over real files, real events and a real journal; only the reading of documents is made up."""

import itertools
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from scanner.daemon.look import UNSETTLED, WRITER
from scanner.errors import StoreError, WatchError
from scanner.model.change import Change, ChangeKind
from scanner.model.delivery import Delivery
from scanner.model.document import Problem, Reason
from scanner.model.place import Place
from scanner.model.verdict import Examination, Outcome
from scanner.model.way import Way
from scanner.spool.database import connect
from scanner.spool.instance import hold
from scanner.spool.journal import CHANGED
from scanner.watch.beneath import open_beneath
from scanner.watch.fanotify import refusal
from scanner.watch.settle import Patience, Writer

_SECONDS = 20


def test_what_is_there_is_read_and_then_what_comes(root, make):
    (root / "a").mkdir()
    (root / "a/old.txt").write_text("old")
    stand = make()
    stand.until_quiet()
    (root / "new.txt").write_text("SECRET")
    stand.until(lambda: stand.told)

    assert stand.seen() == [("a/old.txt", "old"), ("new.txt", "SECRET")]
    assert stand.connection.execute("select why from kept").fetchall() == [("old",), ("SECRET",)]


def test_an_alert_comes_within_two_seconds_of_the_default_patience(root, make):
    stand = make(patience=Patience())
    stand.until_quiet()
    began = time.monotonic()
    (root / "new.txt").write_text("SECRET")
    stand.until(lambda: stand.told)

    assert time.monotonic() - began < 2


def test_a_file_that_is_gone_leaves_its_alert(root, make):
    (root / "deep/er").mkdir(parents=True)
    for name in ("a", "b", "deep/er/c", "deep/d"):
        (root / name).write_text("SECRET")
    stand = make()
    stand.until_quiet()
    (root / "b").unlink()
    shutil.rmtree(root / "deep")
    stand.unopened = [str(root / "a"), str(root / "never read")]
    stand.daemon.walk_all()
    stand.daemon.turn()
    stand.until_quiet()

    assert sorted(set(stand.forgotten)) == [str(root / name) for name in ("b", "deep", "never read")]
    assert stand.tidied


def test_the_name_a_moved_file_had_leaves_its_alert_at_once(root, make):
    for name in ("a", "b"):
        (root / name).write_text("SECRET")
    stand = make()
    stand.until_quiet()
    stand.alike = [str(root / "a"), str(root / "b")]
    (root / "a").rename(root / "c")
    stand.until(lambda: stand.forgotten)

    assert stand.forgotten == [str(root / "a")]


def test_an_unchanged_file_is_not_read_again_by_the_next_daemon(root, make):
    for name in "abc":
        (root / name).write_text(name)
    first = make()
    first.until_quiet()
    first.close()
    (root / "b").write_text("changed")
    second = make()
    second.until_quiet()

    assert first.names() == ["a", "b", "c"]
    assert second.seen() == [("b", "changed")]


def test_other_rules_read_everything_again(root, make):
    (root / "a").write_text("a")
    first = make()
    first.until_quiet()
    first.close()
    second = make(ruleset="new rules")
    second.until_quiet()

    assert second.names() == ["a"]


def test_a_slowly_written_file_is_read_once_when_it_is_whole(root, make):
    stand = make()
    stand.until_quiet()
    waited = set()

    def write():
        with (root / "slow.txt").open("w") as file:
            for piece in range(8):
                file.write(str(piece))
                file.flush()
                time.sleep(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    stand.until(lambda: waited.update(why for _, _, why, _ in stand.queue()) or stand.verdicts)
    writer.join()
    stand.until_quiet()

    assert stand.seen() == [("slow.txt", "01234567")]
    assert WRITER in waited


def test_without_leases_a_file_has_to_be_quiet(root, make, monkeypatch):
    monkeypatch.setattr("scanner.daemon.look.writer_of", lambda _: Writer.UNKNOWN)
    stand = make()
    stand.until_quiet()
    (root / "a").write_text("a")
    stand.until(lambda: stand.queue() and stand.queue()[0][2] == UNSETTLED)
    assert stand.seen() == []
    stand.until_quiet()

    assert stand.seen() == [("a", "a")]


def test_a_file_that_is_never_closed_is_read_in_part_and_stays_queued(root, make):
    stand = make(patience=Patience(created=0.05, writer=0.2))
    stand.until_quiet()
    with (root / "log.txt").open("w") as file:
        file.write("x")
        file.flush()
        stand.until(lambda: stand.verdicts)

        assert stand.verdicts[0].outcome is Outcome.UNDETERMINED
        assert [problem.reason for problem in stand.verdicts[0].problems] == [Reason.PARTIAL]
        stand.until(lambda: stand.queue()[0][2] == WRITER)


def test_a_rename_into_place_is_read_under_its_last_name(root, make):
    stand = make(patience=Patience(closed=0.05, temporary=30))
    stand.until_quiet()
    (root / "plan.docx.part").write_text("whole")
    stand.until(stand.queue)
    (root / "plan.docx.part").rename(root / "plan.docx")
    stand.until(lambda: stand.verdicts)

    assert stand.seen() == [("plan.docx", "whole")]


def test_a_temporary_name_is_put_off_and_not_left_out(root, make):
    stand = make()
    stand.until_quiet()
    (root / "~$hidden.docx").write_text("SECRET")
    stand.until(lambda: stand.told)

    assert stand.names() == ["~$hidden.docx"]


def test_folders_made_and_filled_at_once_lose_nothing(root, make):
    stand = make()
    stand.until_quiet()
    for number in range(30):
        (root / f"{number}/a/b").mkdir(parents=True)
        (root / f"{number}/a/b/f").write_text("x")
    stand.until(lambda: len(set(stand.names())) == 30)
    stand.until_quiet()

    assert len(stand.names()) == 30


def test_a_tree_moved_in_is_read_whole(root, make, tmp_path):
    (tmp_path / "tree/a/b").mkdir(parents=True)
    for name in ("tree/x", "tree/a/y", "tree/a/b/z"):
        (tmp_path / name).write_text(name)
    stand = make()
    stand.until_quiet()
    (tmp_path / "tree").rename(root / "tree")
    stand.until(lambda: len(set(stand.names())) == 3)
    stand.until_quiet()

    assert stand.names() == ["tree/a/b/z", "tree/a/y", "tree/x"]


def test_a_name_that_is_no_text_is_read(root, make):
    (root / "caf\udce9\n.txt").write_text("SECRET")
    stand = make()
    stand.until(lambda: stand.told)

    assert stand.names() == ["caf\udce9\n.txt"]


def test_what_is_no_file_holds_nothing_up(root, make):
    os.mkfifo(root / "pipe")
    (root / "loop").symlink_to(root)
    stand = make()
    stand.until_quiet()
    os.mkfifo(root / "late pipe")
    (root / "late link").symlink_to(root / "a")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
    (root / "a").write_text("a")
    stand.until(lambda: stand.verdicts)
    stand.until_quiet()

    assert stand.names() == ["a"]


def test_excluded_files_and_our_own_state_are_not_read(root, make, tmp_path):
    stand = make(roots=(str(tmp_path),), exclude=("*.log", "cache"))
    stand.until_quiet()
    (root / "cache").mkdir()
    for name in ("a.log", "cache/a", "b"):
        (root / name).write_text(name)
    stand.until(lambda: stand.verdicts)
    stand.until_quiet()

    assert stand.names() == ["b"]


def test_a_file_that_is_gone_when_its_turn_comes_is_no_error(root, make):
    stand = make()
    stand.until_quiet()
    (root / "a").write_text("a")
    stand.until(stand.queue)
    (root / "a").unlink()
    stand.until_quiet()

    assert stand.seen() == []


def test_a_file_that_goes_while_it_is_read_is_no_error(root, make):
    stand = make()
    stand.workers.before_done = lambda job: os.unlink(job.path)
    (root / "a").write_text("SECRET")
    stand.until_quiet()

    assert stand.seen() == []


def test_a_file_that_may_not_be_read_is_said_and_asked_again_by_the_next_walk(root, make, monkeypatch):
    opening = open_beneath

    def denied(root, path):
        if path.endswith("/closed"):
            raise PermissionError(13, "Permission denied")
        return opening(root, path)

    monkeypatch.setattr("scanner.worker.opening.open_beneath", denied)
    (root / "closed").write_text("SECRET")
    stand = make()
    stand.until_quiet()

    assert [problem.reason for problem in stand.verdicts[0].problems] == [Reason.PERMISSION]
    monkeypatch.setattr("scanner.worker.opening.open_beneath", opening)
    stand.daemon.walk_all()
    stand.until(lambda: stand.told)


def test_an_input_error_is_tried_again_before_it_is_a_verdict(root, make, monkeypatch):
    opening = open_beneath
    tries = []

    def broken(root, path):
        if path.endswith("/broken"):
            tries.append(path)
            raise OSError(5, "Input/output error")
        return opening(root, path)

    monkeypatch.setattr("scanner.worker.opening.open_beneath", broken)
    monkeypatch.setattr("scanner.daemon.look.backoff", lambda _: 0.01)
    (root / "broken").write_text("x")
    stand = make()
    stand.until(lambda: stand.verdicts)

    assert [problem.reason for problem in stand.verdicts[0].problems] == [Reason.IO_ERROR]
    assert len(tries) == 4


def test_a_file_that_changes_while_it_is_read_gets_its_verdict_for_the_last_state(root, make):
    stand = make()
    texts = iter(["second, longer"])

    def change(job):
        if text := next(texts, None):
            Path(job.path).write_text(text)

    stand.workers.before_done = change
    (root / "a").write_text("first")
    stand.until(lambda: stand.verdicts)
    stand.until_quiet()

    assert stand.seen() == [("a", "second, longer")]


def test_a_file_that_never_holds_still_gets_an_honest_verdict_and_stays_queued(root, make, monkeypatch):
    monkeypatch.setattr("scanner.daemon.look.backoff", lambda _: 0.01)
    stand = make()
    stand.until_quiet()
    times = itertools.count(1)
    stand.workers.before_done = lambda job: os.utime(job.path, ns=(0, next(times)))
    (root / "a").write_text("a")
    stand.until(lambda: stand.verdicts)

    assert [problem.reason for problem in stand.verdicts[0].problems] == [Reason.CHANGED_WHILE_READ]
    assert stand.queue()[0][2] == CHANGED


def test_a_log_that_is_written_to_all_the_time_gets_an_honest_verdict_too(root, make, monkeypatch):
    monkeypatch.setattr("scanner.daemon.look.backoff", lambda _: 0.01)
    stand = make(patience=Patience(closed=0.01, longest=0.1))
    stand.until_quiet()

    def write(job):
        with open(job.path, "a", encoding="utf-8") as stream:
            stream.write("another line\n")
        stand.daemon._pending.put(str(root), Change(job.path, ChangeKind.CLOSED))

    stand.workers.before_done = write
    (root / "a.log").write_text("a")
    stand.until(lambda: stand.verdicts)

    assert [problem.reason for problem in stand.verdicts[0].problems] == [Reason.CHANGED_WHILE_READ]


def test_what_the_workers_saw_change_is_read_again(root, make):
    stand = make()
    seen = iter([True])
    read = stand.workers._read

    def once(job):
        examination = read(job)
        problem = Problem(Place("a"), Reason.CHANGED_WHILE_READ)
        return Examination(problems=(problem,)) if next(seen, False) else examination

    stand.workers._read = once
    (root / "a").write_text("a")
    stand.until(lambda: stand.verdicts)

    assert stand.seen() == [("a", "a")]


def test_a_file_that_ended_the_daemon_three_times_is_undetermined_and_not_read_again(root, make):
    (root / "poison").write_text("x")
    stand = make()
    stand.workers.hold = True
    for _ in range(3):
        stand.until(lambda: stand.workers.jobs)
        stand.workers.jobs.clear()
        stand.daemon._crew.shift.running.clear()
        stand.daemon.start()
    stand.until(lambda: stand.verdicts)
    stand.until_quiet()

    assert [problem.reason for problem in stand.verdicts[0].problems] == [Reason.CRASHED]
    assert stand.workers.jobs == []


def test_a_poisonous_file_that_is_gone_is_forgotten(root, make):
    (root / "poison").write_text("x")
    stand = make()
    stand.workers.hold = True
    stand.until(lambda: stand.workers.jobs)
    with stand.connection:
        stand.connection.execute("update queue set crashes = 3")
    stand.workers.jobs.clear()
    stand.daemon._crew.shift.running.clear()
    (root / "poison").unlink()
    stand.daemon.start()
    stand.until_quiet()

    assert stand.verdicts == []


def test_a_queued_path_that_is_watched_no_longer_is_dropped(make, tmp_path):
    stand = make()
    stand.until_quiet()
    with stand.connection:
        stand.connection.execute(
            "insert into queue (path, kind, rank, due, latest, first_seen, since) values (?, 'closed', 0, 0, 0, 0, 0)",
            (os.fsencode(tmp_path / "elsewhere"),),
        )
    stand.until_quiet()

    assert stand.verdicts == []


def test_lost_events_are_made_good_by_a_walk(root, make):
    stand = make(reader=Way.INOTIFY)
    stand.until_quiet()
    (post,) = stand.daemon._supervisor.posts
    post.reader._observer._inotify_fd.handle_event = lambda _: None
    (root / "a").mkdir()
    (root / "a/missed").write_text("SECRET")
    stand.daemon._pending.lose(str(root), "the kernel dropped events")
    stand.until(lambda: stand.told)

    assert stand.names() == ["a/missed"]


def test_an_overflow_of_the_kernels_queue_is_noticed_and_made_good(root, make):
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 20_000:
        pytest.skip("the queue of this system is too large to fill in a test")
    stand = make(reader=Way.INOTIFY)
    stand.until_quiet()
    (post,) = stand.daemon._supervisor.posts
    (emitter,) = post.reader._observer.emitters
    names = [str(number) for number in range(limit // 2 + 500)]
    with emitter._inotify._lock:  # the reader cannot read on
        (root / "first").touch()
        for name in names:
            (root / name).touch()
        (root / "folder").mkdir()
        (root / "folder/in").write_text("SECRET")
    stand.until(lambda: post.lost)
    stand.until(lambda: not stand.doubts() and not stand.daemon._pending._lost)

    waiting = {os.fsdecode(os.path.basename(row[0])) for row in stand.queue()}
    missing = {*names, "in"} - waiting - {os.path.basename(name) for name in stand.names()}
    assert missing == set()
    (root / "folder/late").write_text("SECRET")
    late = os.fsencode(root / "folder/late")
    stand.until(lambda: stand.connection.execute("select 1 from queue where path = ?", (late,)).fetchone())


@pytest.mark.parametrize("way", [Way.INOTIFY, Way.FANOTIFY])
def test_a_dead_reader_is_replaced_and_what_it_missed_is_found(root, make, way):
    if way is Way.FANOTIFY and (why := refusal(str(root))):
        pytest.skip(f"no fanotify: {why}")
    stand = make(reader=way)
    stand.until_quiet()
    (post,) = stand.daemon._supervisor.posts
    observer = post.reader._observer if way is Way.INOTIFY else post.reader._joined[0]
    observer.stop()
    observer.join()
    (root / "missed").write_text("SECRET")
    stand.until(lambda: stand.told)
    (root / "seen").write_text("SECRET")
    stand.until(lambda: len(stand.told) == 2)

    assert post.lost == 1


def test_a_doubt_outlives_the_daemon(root, make, tmp_path):
    stand = make()
    stand.until_quiet()
    stand.daemon._pending.lose(str(root), "events were lost")
    stand.daemon._exchange(time.monotonic(), claiming=False)

    with closing(connect(tmp_path / "state")) as other:
        assert other.execute("select why from root where dirty > clean").fetchall() == [("events were lost",)]


def test_a_root_that_goes_away_is_an_error_in_the_status_and_no_deletion(root, make, tmp_path):
    (root / "a").write_text("a")
    stand = make()
    stand.until_quiet()
    root.rename(tmp_path / "away")
    root.mkdir()
    stand.until(lambda: stand.daemon._rounds.troubles)
    (status,) = stand.status().roots

    assert "not mounted" in status.trouble
    assert status.degraded
    root.rmdir()
    (tmp_path / "away").rename(root)
    stand.daemon._rounds._not_before.clear()
    stand.daemon.walk_all()
    stand.until(lambda: not stand.daemon._rounds.troubles and not stand.doubts())
    assert stand.names() == ["a"]


def test_an_unreadable_folder_is_told_and_the_rest_goes_on(root, make, monkeypatch):
    for name in ("closed", "open"):
        (root / name).mkdir()
        (root / name / "a").write_text(name)
    opening = open_beneath

    def denied(root, path, flags):
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return opening(root, path, flags)

    monkeypatch.setattr("scanner.watch.beneath.open_beneath", denied)
    stand = make()
    stand.until_quiet()
    (status,) = stand.status().roots

    assert stand.names() == ["open/a"]
    assert (status.unreadable, status.gaps[0].why) == (1, "Permission denied")


def test_the_status_tells_how_it_is(root, make):
    (root / "a").write_text("SECRET")
    stand = make(reader=Way.INOTIFY)
    stand.until_quiet()
    status = stand.status()
    assert (status.entries, status.head) == (7, "ab12")

    assert (status.version, status.ruleset, status.alerts, status.trouble) == ("1.0", "rules", 1, "")
    assert [(entry.what, entry.number) for entry in status.outcomes] == [("violation", 1)]
    (seen,) = status.roots
    assert (seen.reader, seen.live, seen.files, seen.folders, seen.degraded) == ("inotify", True, 1, 1, False)


def test_a_locked_database_is_waited_for_and_nothing_is_lost(root, make, tmp_path):
    stand = make(connection=connect(tmp_path / "state", wait=0.01))
    stand.until_quiet()
    with closing(sqlite3.connect(tmp_path / "state/docwarden.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        (root / "a").write_text("SECRET")
        stand.until(lambda: "locked" in stand.daemon._trouble)
        assert "locked" in stand.status().trouble
        other.execute("rollback")
    stand.until(lambda: stand.told)

    assert stand.names() == ["a"]
    stand.until(lambda: not stand.daemon._trouble)


def test_a_verdict_that_cannot_be_kept_is_kept_later_with_its_alert_once(root, make, tmp_path):
    stand = make(connection=connect(tmp_path / "state", wait=0.01))
    stand.until_quiet()
    (root / "a").write_text("SECRET")
    stand.workers.hold = True
    stand.until(lambda: stand.workers.jobs)
    with closing(sqlite3.connect(tmp_path / "state/docwarden.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        stand.workers.hold = False
        stand.until(lambda: "locked" in stand.daemon._trouble)
        assert stand.told == []
        other.execute("rollback")
    stand.until(lambda: stand.told)
    stand.until_quiet()

    assert len(stand.told) == 1
    assert stand.connection.execute("select count(*) from kept").fetchone() == (1,)


def test_a_full_disk_during_a_walk_only_delays_it(root, make, monkeypatch):
    for number in range(5):
        (root / str(number)).write_text("x")
    stand = make()
    full = iter([True])
    put = stand.daemon._journal.put_found

    def fail(*given):
        if next(full, False):
            message = "database or disk is full"
            raise sqlite3.OperationalError(message)
        return put(*given)

    monkeypatch.setattr(stand.daemon._journal, "put_found", fail)
    stand.until(lambda: "full" in stand.daemon._trouble)
    stand.until_quiet()

    assert len(stand.names()) == 5


def test_a_broken_off_walk_of_a_moved_tree_is_walked_again(root, make, monkeypatch, tmp_path):
    stand = make()
    stand.until_quiet()
    full = iter([True])
    slice_of = stand.daemon._rounds.slice

    def fail():
        if stand.daemon._rounds.top and next(full, False):
            message = "disk I/O error"
            raise sqlite3.OperationalError(message)
        return slice_of()

    monkeypatch.setattr(stand.daemon._rounds, "slice", fail)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a").write_text("a")
    (tmp_path / "tree").rename(root / "tree")
    stand.until(lambda: "I/O" in stand.daemon._trouble)
    stand.until_quiet()

    assert stand.names() == ["tree/a"]


def test_a_store_that_is_broken_ends_the_daemon(make, monkeypatch):
    stand = make()

    def broken(*_):
        message = "the store is damaged"
        raise StoreError(message)

    monkeypatch.setattr(stand.daemon._roots, "doubt", broken)
    stand.daemon.walk_all()
    with pytest.raises(StoreError, match="damaged"):
        stand.daemon.turn()
    monkeypatch.undo()


def test_a_sink_that_fails_is_said_and_the_rest_goes_on(root, make, caplog):
    stand = make()
    stand.deliveries = [Delivery("desk", "smtp", waiting=7, trouble="nobody answers", since=1.0)]
    (root / "a").write_text("SECRET")
    stand.until(lambda: stand.told)
    status = stand.status()

    assert (status.sinks, status.trouble, status.degraded) == (tuple(stand.deliveries), "", True)
    assert "docwarden: sink desk: nobody answers" in caplog.text
    stand.deliveries = [Delivery("desk", "smtp")]
    assert not stand.status().degraded
    assert "docwarden: no longer: sink desk: nobody answers" in caplog.text


def test_a_status_that_cannot_be_written_is_said(make, monkeypatch):
    stand = make()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scanner.daemon.report.write_status", fail)
    stand.until(lambda: "status cannot be written" in stand.daemon._trouble)
    monkeypatch.undo()
    stand.until(lambda: not stand.daemon._trouble)

    assert stand.status().trouble == ""


def test_the_end_puts_back_what_is_being_read_without_counting_a_crash(root, make, monkeypatch):
    monkeypatch.setattr("scanner.daemon.loop._LAST_SECONDS", 0.05)
    (root / "a").write_text("a")
    stand = make()
    stand.workers.hold = True
    stand.until(lambda: stand.workers.jobs)
    stand.closed = True
    stand.daemon.finish()

    with closing(stand.connection):
        assert stand.connection.execute("select claimed, crashes from queue").fetchall() == [(0, 0)]
    os.close(stand.workers.jobs.pop().opened.fd)


def test_there_is_nothing_to_do_when_nothing_happens(make):
    stand = make()
    stand.until_quiet()
    turns, until = 0, time.monotonic() + 1.5
    while time.monotonic() < until:
        stand.daemon.turn()
        turns += 1

    assert turns < 10


def test_a_quiet_tree_makes_no_work_of_its_own(root, make):
    for number in range(20):
        (root / str(number)).write_text("x")
    stand = make()
    stand.until_quiet()
    written = []
    for _ in range(3):
        before = stand.connection.total_changes
        stand.daemon.walk_all()
        stand.daemon.turn()
        stand.until_quiet()
        written.append(stand.connection.total_changes - before)

    assert len(stand.verdicts) == 20
    assert written == [3, 2, 2]  # that a walk began and ended; and once that the folder is what it was


def test_nothing_to_watch_is_refused(make, tmp_path):
    with closing(connect(tmp_path / "state")) as connection, pytest.raises(WatchError):
        make(roots=(), connection=connection)


def _in_thread(daemon_of):
    """Run a daemon in a thread, as its connection has to be made there; return what ends it."""
    ready, daemons, errors = threading.Event(), [], []

    def run():
        try:
            daemon = daemon_of()
            daemons.append(daemon)
            ready.set()
            with closing(daemon._connection):
                daemon.run()
        except StoreError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(_SECONDS)
    return daemons[0], thread, errors


def test_a_second_daemon_on_the_same_state_is_refused(plain, tmp_path):
    with hold(tmp_path / "state"):
        _, thread, errors = _in_thread(plain)
        thread.join(_SECONDS)

    assert "another docwarden" in str(errors[0])


def test_it_stops_when_it_is_told_to(plain):
    daemon, thread, errors = _in_thread(plain)
    daemon.stop()
    thread.join(_SECONDS)

    assert (thread.is_alive(), errors) == (False, [])


_CHILD = Path(__file__).with_name("_child.py")


def _start(root, state, log, *, wait=0.0):
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD.read_text(), root, state, log, str(wait)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _until(condition):
    deadline = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(root, tmp_path, number):
    (root / "a").write_text("a")
    log = tmp_path / "log"
    with _start(root, tmp_path / "state", log) as process:
        _until(lambda: log.exists() and log.read_text().splitlines() == ["a"])
        process.send_signal(signal.SIGHUP)
        process.send_signal(number)
        _, errors = process.communicate(timeout=_SECONDS)

    assert (process.returncode, errors) == (0, b"")


def test_kill_9_between_journal_and_verdict_loses_nothing_and_doubles_nothing(root, tmp_path):
    state, log = tmp_path / "state", tmp_path / "log"
    expected = set()
    for life in range(4):
        with _start(root, state, log, wait=0.1) as process:
            process.stdout.read(1)
            for number in range(12):
                name = f"{life}-{number}"
                (root / name).write_text(name)
                expected.add(name)
            _until(lambda: _rows(state, "queue"))
            time.sleep(0.05 * life)
            process.send_signal(signal.SIGKILL)
    assert _rows(state, "queue")
    with _start(root, state, log) as process:
        _until(lambda: len(_rows(state, "kept")) >= len(expected) and not _rows(state, "queue"))
        process.send_signal(signal.SIGTERM)

    kept = [os.path.basename(path) for (path,) in _rows(state, "kept", "path")]
    assert process.returncode == 0
    assert sorted(kept) == sorted(os.fsencode(name) for name in expected)


def _rows(state, table, columns="*"):
    with closing(sqlite3.connect(state / "docwarden.db", timeout=_SECONDS)) as connection:
        return connection.execute(f"select {columns} from {table}").fetchall()  # noqa: S608 - our own names

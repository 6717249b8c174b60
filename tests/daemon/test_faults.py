"""What goes wrong around the daemon is said, mended by itself, and loses nothing."""

import os
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager

import pytest

from scanner.model.document import Reason
from scanner.model.verdict import Outcome
from scanner.resources import rule_sources
from scanner.spool.database import connect
from scanner.spool.status import read_status
from scanner.worker.pool import Pool, Setup

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")


@contextmanager
def _mounted(*options):
    """Mount something as long as the test runs; skip it where that is forbidden even to root, as in a container."""
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", options[-1]], check=True)


@as_root
def test_a_full_disk_is_said_loses_nothing_and_is_left_behind(root, make, tmp_path):
    (tmp_path / "state").mkdir(mode=0o700)
    with _mounted("-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", tmp_path / "state"):
        stand = make()
        stand.until_quiet()
        free = os.statvfs(tmp_path / "state")
        (tmp_path / "state/filler").write_bytes(bytes(free.f_bavail * free.f_bsize))
        names = [f"{number:03} {'x' * 200}" for number in range(300)]
        for name in names:
            (root / name).write_text("SECRET")
        stand.until(lambda: "full" in stand.daemon._trouble or "I/O" in stand.daemon._trouble)
        stand.until(lambda: "cannot be written" in read_status(tmp_path / "state").trouble)
        (tmp_path / "state/filler").unlink()
        stand.until(lambda: len(stand.told) >= len(names))
        stand.until_quiet()

        assert stand.names() == sorted(names)
        assert not stand.daemon._trouble
        stand.close()


@as_root
def test_a_root_that_is_unmounted_and_mounted_again_is_walked_and_nothing_was_forgotten(root, make, tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share/a").write_text("a")
    with _mounted("--bind", tmp_path / "share", root):
        stand = make()
        stand.until_quiet()
    stand.until(lambda: any("not mounted" in why for _, why in stand.gaps))
    assert stand.status().degraded
    (tmp_path / "share/meanwhile").write_text("b")
    with _mounted("--bind", tmp_path / "share", root):
        stand.daemon._rounds._not_before.clear()
        stand.until(lambda: stand.gaps[-1] == (str(root), ""))
        stand.until_quiet()
        (root / "later").write_text("c")
        stand.until(lambda: len(stand.verdicts) == 3)

        assert stand.names() == ["a", "later", "meanwhile"]
        stand.close()


def test_a_database_that_can_only_be_read_for_a_while_loses_nothing(root, make):
    stand = make()
    stand.until_quiet()
    stand.connection.execute("pragma query_only = on")
    (root / "a").write_text("SECRET")
    stand.until(lambda: "readonly" in stand.daemon._trouble)
    assert "readonly" in stand.status().trouble
    stand.connection.execute("pragma query_only = off")
    stand.until(lambda: stand.told)
    stand.until_quiet()

    assert stand.names() == ["a"]


def test_a_clock_that_is_set_back_delays_nothing(root, make):
    back = [0.0]
    stand = make(wall=lambda: time.time() - back[0])
    stand.until_quiet()
    (root / "a").write_text("SECRET")
    stand.until(lambda: stand.told)
    back[0] = 86_400.0
    (root / "b").write_text("SECRET")
    stand.daemon._pending.lose(str(root), "the kernel dropped events")
    stand.until(lambda: len(stand.told) == 2)
    stand.until_quiet()
    status = stand.status()

    assert status.trouble == ""
    assert status.heartbeat < time.time() - 86_000
    assert stand.gaps[-1] == (str(root), "")
    assert stand.names() == ["a", "b"]


def test_a_clock_that_is_set_forth_reads_no_file_that_is_being_written(root, make):
    forth = [0.0]
    stand = make(wall=lambda: time.time() + forth[0])
    stand.until_quiet()
    with (root / "a").open("w") as file:
        file.write("first ")
        file.flush()
        forth[0] = 86_400.0
        stand.until(stand.queue)
        for _ in range(3):
            stand.daemon.turn()
        file.write("SECRET")
    stand.until(lambda: stand.told)

    assert stand.seen() == [("a", "first SECRET")]


def test_a_start_with_a_locked_database_waits_and_then_begins(root, tmp_path, make, monkeypatch):
    connection = connect(tmp_path / "state", wait=0.01)
    with connection:
        connection.execute("create table kept (path blob, why text)")
    with closing(sqlite3.connect(tmp_path / "state/docwarden.db", isolation_level=None)) as other:
        waited = []

        def wait(*_):
            waited.append(read_status(tmp_path / "state").trouble)
            monkeypatch.undo()
            other.execute("rollback")

        monkeypatch.setattr("scanner.watch.pending.Wake.wait", wait)
        other.execute("begin immediate")
        stand = make(connection=connection)
    (root / "a").write_text("a")
    stand.until(lambda: stand.verdicts)

    assert "locked" in waited[0]
    assert stand.status().trouble == ""


def test_a_flood_in_one_folder_does_not_keep_a_file_in_another_waiting(root, make):
    (root / "flood").mkdir()
    (root / "quiet").mkdir()
    stand = make()
    stand.until_quiet()
    stand.workers.free = 0
    for number in range(3000):
        (root / f"flood/{number}").touch()
    stand.until(lambda: len(stand.queue()) == 3000)
    (root / "quiet/one").write_text("SECRET")
    stand.until(lambda: len(stand.queue()) == 3001)
    time.sleep(0.1)  # so long it has to be quiet
    stand.workers.free = 2
    stand.until(lambda: stand.told)

    assert len(stand.verdicts) <= 10
    stand.workers.free = 1000
    stand.until_quiet()
    assert len(set(stand.names())) == 3001


def test_a_file_that_breaks_its_readers_is_undetermined_and_holds_nothing_up(root, make):
    (root / "poison").write_text("Nothing of note.\n" * 1_000_000)  # read for longer than it takes to kill its reader
    with closing(Pool(Setup(rule_sources(), key="00" * 16), 2)) as pool:
        stand = make(workers=pool)
        killed = set()

        def poisoned():
            for slot in pool._slots:
                if slot.job is not None and slot.child is not None and slot.job.path.endswith("poison"):
                    pool._warden.kill(slot.child)
                    killed.add(slot.child.number)
            return stand.verdicts

        stand.until(poisoned)
        (root / "paper").write_text("SECRET")
        stand.until(lambda: len(stand.verdicts) == 2)
        stand.daemon.walk_all()
        stand.daemon.turn()
        stand.until_quiet()
        poison, paper = stand.verdicts
        stand.close()

    assert len(killed) == 3
    assert poison.outcome is Outcome.UNDETERMINED
    assert [problem.reason for problem in poison.problems] == [Reason.CRASHED]
    assert (os.path.basename(paper.document.path), paper.outcome) == ("paper", Outcome.CLEAN)


def test_what_is_queued_knows_its_root_and_its_owner(root, make):
    stand = make()
    stand.until_quiet()
    stand.workers.free = 0
    (root / "a").touch()
    if os.geteuid() == 0:
        os.chown(root / "a", 4711, -1)
    stand.until(stand.queue)
    query = "select queue_root.path, owner from queue join queue_root on id = root"

    assert stand.connection.execute(query).fetchall() == [(os.fsencode(root), os.lstat(root / "a").st_uid)]
    (seen,) = stand.status().roots
    assert seen.queued == 1
    assert seen.oldest is not None
    stand.workers.free = 2

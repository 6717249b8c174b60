"""A changed configuration is taken over whole or not at all, and nothing is lost meanwhile."""

import os
import socket
import time

import pytest

from scanner.daemon.rounds import Findings
from scanner.errors import ConfigError, Fault, WorkerError
from scanner.model.way import Way
from scanner.spool.status import read_status
from scanner.watch import remote


@pytest.fixture
def service(tmp_path, monkeypatch):
    """Return what reads the lines that the service manager was told since."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.setblocking(False)  # noqa: FBT003 - as the standard library has it
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def told():
            lines = []
            try:
                while True:
                    lines += channel.recv(1 << 16).decode().splitlines()
            except BlockingIOError:
                return lines

        yield told


@pytest.fixture
def reloading(make):
    """Return a stand, and what makes it take over what a test wants."""

    def begin(**given):
        wanted = []

        def renew():
            return wanted.pop()()

        stand = make(renew=renew, **given)

        def reload(make_terms):
            wanted.append(make_terms)
            stand.daemon.reload()

        return stand, reload

    return begin


def test_new_rules_read_everything_again(root, reloading):
    (root / "a").write_text("a")
    stand, reload = reloading()
    stand.until_quiet()
    reload(lambda: stand.terms(ruleset="new rules"))
    stand.until(lambda: len(stand.verdicts) == 2)
    stand.until_quiet()

    assert stand.names() == ["a", "a"]
    assert stand.status().ruleset == "new rules"


def test_what_is_being_read_ends_under_the_old_rules_and_is_read_again_under_the_new(root, reloading):
    stand, reload = reloading()
    stand.until_quiet()
    stand.workers.hold = True
    (root / "a").write_text("a")
    stand.until(lambda: stand.workers.jobs)
    new = type(stand.workers)()
    reload(lambda: stand.terms(workers=new, ruleset="new rules"))
    stand.until(lambda: stand.daemon.terms.workers is new)
    assert (stand.verdicts, stand.let_go, stand.status().scanning) == ([], [], 1)
    stand.workers.hold = False
    stand.until(lambda: len(stand.verdicts) == 2)
    stand.until_quiet()

    assert stand.names() == ["a", "a"]
    assert stand.let_go == [stand.workers]


def test_workers_that_die_after_they_were_replaced_lose_nothing(root, reloading, monkeypatch):
    stand, reload = reloading()
    stand.until_quiet()
    stand.workers.hold = True
    (root / "a").write_text("a")
    stand.until(lambda: stand.workers.jobs)
    reload(lambda: stand.terms(workers=type(stand.workers)()))
    stand.until(lambda: stand.daemon.terms.workers is not stand.workers)

    def gone(_):
        os.close(stand.workers.jobs.pop().opened.fd)
        message = "a worker process does not start"
        raise WorkerError(message)

    monkeypatch.setattr(stand.workers, "poll", gone)
    stand.until(lambda: stand.verdicts)
    stand.until_quiet()

    assert stand.names() == ["a"]


def test_a_faulty_configuration_changes_nothing_and_is_told(root, reloading, service):
    stand, reload = reloading()
    stand.until_quiet()
    service()

    def faulty():
        raise ConfigError((Fault("docwarden.toml", "watch.paths", "must be a list"), Fault("x", "y", "z")))

    (root / "unseen").write_text("x")
    stand.daemon._next_report = stand.daemon._next_check = stand.daemon._clock() + 60
    reload(faulty)
    stand.until(lambda: "must be a list" in read_status(stand.state).trouble)
    stand.until(lambda: stand.verdicts)
    stand.until_quiet()

    assert "docwarden.toml: watch.paths: must be a list; x: y: z" in stand.status().trouble
    told = service()
    assert [line for line in told if line in {"RELOADING=1", "READY=1"}] == ["RELOADING=1", "READY=1"]
    assert any(line.startswith("WATCHDOG=1") for line in told)  # it does its work
    reload(stand.terms)
    stand.until(lambda: not stand.daemon._reload.fault)
    assert stand.status().trouble == ""


def test_systemd_hears_of_the_end_when_the_new_workers_are_up(reloading, service):
    stand, reload = reloading()
    stand.until_quiet()
    service()
    new = type(stand.workers)()
    new.free = 0
    before = time.monotonic_ns() // 1000
    reload(lambda: stand.terms(workers=new))
    stand.daemon.turn()
    stand.daemon.turn()
    begun = service()
    assert begun[0] == "RELOADING=1"
    assert before <= int(begun[1].removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
    assert "READY=1" not in begun
    new.free = 2
    stand.until(lambda: stand.daemon.terms.workers is new)

    assert "READY=1" in service()


def test_new_workers_that_do_not_start_leave_the_old_ones_at_work(root, reloading, service, monkeypatch):
    stand, reload = reloading()
    stand.until_quiet()
    service()
    new = type(stand.workers)()

    def broken(_):
        message = "a worker process does not start"
        raise WorkerError(message)

    monkeypatch.setattr(new, "poll", broken)
    reload(lambda: stand.terms(workers=new))
    stand.until(lambda: stand.daemon._reload.fault)
    (root / "a").write_text("a")
    stand.until(lambda: stand.verdicts)

    assert "does not start" in stand.status().trouble
    assert stand.let_go == [new]
    assert "READY=1" in service()


def test_another_reload_while_workers_start_takes_the_last(reloading):
    stand, reload = reloading()
    first, last = type(stand.workers)(), type(stand.workers)()
    first.free = 0
    reload(lambda: stand.terms(workers=first))
    stand.daemon.turn()
    reload(lambda: stand.terms(workers=last))
    stand.until(lambda: len(stand.let_go) == 2)

    assert stand.daemon.terms.workers is last
    assert stand.let_go == [first, stand.workers]


def test_nothing_to_watch_is_refused_and_the_old_roots_are_watched_on(root, reloading):
    stand, reload = reloading()
    stand.until_quiet()
    reload(lambda: stand.terms(roots=()))
    stand.until(lambda: stand.daemon._reload.fault)
    (root / "a").write_text("a")
    stand.until(lambda: stand.verdicts)

    assert "nothing to watch" in stand.status().trouble


def test_new_roots_are_walked_and_watched_and_old_ones_are_left(root, reloading, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/there").write_text("x")
    stand, reload = reloading()
    stand.until_quiet()
    reload(lambda: stand.terms(roots=(str(tmp_path / "other"),)))
    stand.until(lambda: stand.names() == ["../other/there"])
    stand.until_quiet()
    (root / "left").write_text("x")
    (tmp_path / "other/late").write_text("x")
    stand.until(lambda: len(stand.verdicts) == 2)
    stand.until_quiet()

    assert stand.names() == ["../other/late", "../other/there"]
    assert [status.path for status in stand.status().roots] == [str(tmp_path / "other")]


def test_a_root_that_stays_has_no_gap_and_its_reader_goes_on(root, reloading, tmp_path):
    (tmp_path / "other").mkdir()
    stand, reload = reloading()
    stand.until_quiet()
    before = stand.daemon._supervisor.posts[0].reader
    reload(lambda: stand.terms(roots=(str(root), str(tmp_path / "other"))))
    stand.until(lambda: len(stand.daemon._supervisor.posts) == 2)
    stand.until_quiet()

    after = next(post for post in stand.daemon._supervisor.posts if post.root == str(root))
    assert after.reader is before
    assert {why for _, why in stand.gaps} == {""}


def test_another_way_to_watch_is_taken_without_a_gap(root, reloading):
    stand, reload = reloading(reader=Way.WALK)
    stand.until_quiet()
    assert not stand.status().roots[0].live
    reload(lambda: stand.terms(reader=Way.INOTIFY))
    stand.until(lambda: stand.daemon._supervisor.posts[0].live)
    (root / "a").write_text("a")
    stand.until(lambda: stand.verdicts)

    assert stand.status().roots[0].reader == "inotify"


def test_a_walk_of_a_moved_tree_that_a_reload_breaks_off_is_walked_again(root, reloading, tmp_path, monkeypatch):
    stand, reload = reloading()
    stand.until_quiet()
    monkeypatch.setattr(stand.daemon._rounds, "slice", Findings)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a").write_text("a")
    (tmp_path / "tree").rename(root / "tree")
    stand.until(lambda: stand.daemon._rounds.top == str(root / "tree"))
    reload(stand.terms)
    stand.until(lambda: stand.let_go)
    monkeypatch.undo()
    stand.until_quiet()

    assert stand.names() == ["tree/a"]


def test_without_anything_to_read_anew_a_reload_is_a_walk(root, make, service):
    stand = make()
    stand.until_quiet()
    service()
    (post,) = stand.daemon._supervisor.posts
    post.reader.stop()
    (root / "a").write_text("a")
    stand.daemon.reload()
    stand.until(lambda: stand.verdicts)

    assert [line for line in service() if line in {"RELOADING=1", "READY=1"}][:2] == ["RELOADING=1", "READY=1"]


def test_a_root_that_is_watched_no_more_has_no_gap_that_stays_open(root, reloading, tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.setattr(remote, "deaf", lambda _: "others write to it")
    stand, reload = reloading(reader=Way.AUTO)
    stand.until(lambda: any(why for _, why in stand.gaps))
    reload(lambda: stand.terms(roots=(str(tmp_path / "other"),), reader=Way.AUTO))
    stand.until(lambda: (str(root), "") in stand.gaps)

    assert (str(tmp_path / "other"), "") not in stand.gaps

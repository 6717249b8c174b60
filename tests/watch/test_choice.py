"""The best reader that can be had is taken, and why no better one is said."""

import errno
import os
import subprocess
import sys

import pytest

from scanner.errors import WatchError
from scanner.model.way import Way
from scanner.watch import choice, fanotify, remote
from scanner.watch.choice import Choice


def _nothing(_):
    pass


def _open(way, root):
    return Choice(way)(str(root), _nothing, _nothing)


@pytest.mark.usefixtures("fanotify")
def test_fanotify_is_taken_where_it_can_be_had(root):
    for way in (Way.AUTO, Way.FANOTIFY):
        reader = _open(way, root)

        assert (reader.name, reader.instead, reader.caveat) == ("fanotify", "", "")


@pytest.mark.usefixtures("fanotify")
def test_roots_of_one_choice_share_what_reads_for_them(root):
    opened = Choice()
    readers = [opened(str(path), _nothing, _nothing) for path in (root, root.parent)]

    assert readers[0]._observers is readers[1]._observers


def test_inotify_is_taken_otherwise_and_it_is_said_why(root, monkeypatch):
    monkeypatch.setattr(fanotify, "refusal", lambda _: "the kernel is older than 5.9")
    reader = _open(Way.AUTO, root)

    assert (reader.name, reader.instead, reader.caveat) == (
        "inotify",
        "not by fanotify: the kernel is older than 5.9",
        "",
    )


def test_an_ordinary_user_gets_inotify(root):
    code = "import sys; from scanner.watch.choice import Choice\nr = Choice()(sys.argv[1], print, print)\nr.start()\n"
    command = [sys.executable, "-c", code + "print(r.name, r.instead); r.stop()", str(root.parent)]
    if os.geteuid() == 0:
        root.parent.chmod(0o755)
        command = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", *command]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert said.startswith("inotify not by fanotify: it needs root, or CAP_SYS_ADMIN and")


def test_inotify_that_was_asked_for_is_taken_and_says_so(root):
    reader = _open(Way.INOTIFY, root)

    assert (reader.name, "asks for inotify" in reader.instead) == ("inotify", True)


def test_fanotify_that_was_asked_for_is_not_replaced(root, monkeypatch):
    monkeypatch.setattr(fanotify, "refusal", lambda _: "no")

    with pytest.raises(WatchError, match="cannot be watched by fanotify: no"):
        _open(Way.FANOTIFY, root)


def test_walks_that_were_asked_for_are_all_there_is(root):
    with pytest.raises(WatchError, match="by walks only, as `reader`"):
        _open(Way.WALK, root)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs", "virtiofs"])
def test_where_others_write_no_reader_seems_to_hear(root, monkeypatch, kind):
    monkeypatch.setattr(remote, "kind_of", lambda _: kind)

    with pytest.raises(WatchError, match=f"seen by walks only: {kind} is written to elsewhere"):
        _open(Way.AUTO, root)
    reader = _open(Way.INOTIFY, root)
    assert (reader.name, kind in reader.caveat) == ("inotify", True)


def test_what_the_kernel_makes_up_is_walked_only():
    with pytest.raises(WatchError, match="proc reports no changes"):
        _open(Way.AUTO, "/proc")


def test_a_root_that_is_not_there_is_said(tmp_path):
    for way in (Way.AUTO, Way.FANOTIFY, Way.INOTIFY):
        with pytest.raises(WatchError, match="none cannot be watched: No such file"):
            _open(way, tmp_path / "none")


def test_a_refused_root_names_both_reasons(root, monkeypatch):
    def refuse(**_):
        raise OSError(errno.EMFILE, "no")

    monkeypatch.setattr(fanotify, "refusal", lambda _: "no rights")
    reader = _open(Way.AUTO, root)
    monkeypatch.setattr("scanner.watch.inotify.InotifyObserver", refuse)

    with pytest.raises(WatchError, match=r"max_user_instances \(not by fanotify: no rights\)"):
        reader.start()


def test_a_system_without_inotify_leaves_walks(root, monkeypatch):
    monkeypatch.setattr(fanotify, "refusal", lambda _: "no")
    monkeypatch.setitem(sys.modules, "scanner.watch.inotify", None)

    with pytest.raises(WatchError, match="no file events"):
        _open(Way.AUTO, root)


def test_other_systems_have_their_own_reader_and_no_other(root, monkeypatch):
    monkeypatch.setattr(choice.sys, "platform", "darwin")
    reader = _open(Way.AUTO, root)

    assert (reader.name, "drops events" in reader.caveat) == ("native", True)
    with pytest.raises(WatchError, match="inotify, which this system does not have"):
        _open(Way.INOTIFY, root)
    monkeypatch.setitem(sys.modules, "scanner.watch.native", None)
    with pytest.raises(WatchError, match="no file events"):
        _open(Way.AUTO, root)

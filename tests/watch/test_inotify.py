"""What watchdog keeps to itself is said: overflows, folders that cannot be watched, threads that died."""

import errno
import os
import threading

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, inotify_rm_watch

from scanner.errors import WatchError
from scanner.model.change import Change, ChangeKind
from scanner.watch import _watchgroup, inotify
from scanner.watch.inotify import InotifyReader

_SECONDS = 10


@pytest.fixture
def reader(root, heard):
    reader = InotifyReader(str(root), heard.changes.put, heard.losses.put)
    reader.start()
    yield reader
    reader.stop()


def _group(reader):
    (emitter,) = reader._observer.emitters
    return emitter._inotify


def test_an_overflow_is_said_once_and_costs_no_watch_and_no_event(reader, root, heard, caplog):
    (root / "a").mkdir()
    heard.until(root / "a", ChangeKind.TREE)
    watches = dict(_group(reader)._active_callbacks_by_path)
    reader._observer._inotify_fd.handle_event(InotifyEvent(-1, InotifyConstants.IN_Q_OVERFLOW, 0, b""))

    assert "queue was full" in heard.losses.get(timeout=_SECONDS)
    assert _group(reader)._active_callbacks_by_path == watches
    assert caplog.text == ""
    (root / "a/b").write_text("x")
    heard.until(root / "a/b", ChangeKind.CLOSED)


def test_what_nobody_takes_is_bounded_and_its_loss_is_said_once(root, heard, monkeypatch):
    monkeypatch.setattr(_watchgroup, "WAITING", 10)
    monkeypatch.setattr(_watchgroup, "_MOST_WAITING", 50)
    going = threading.Event()
    reader = InotifyReader(str(root), lambda _: going.wait(), heard.losses.put)
    reader.start()
    try:
        for number in range(500):
            (root / f"{number}").touch()
        group, covered = _group(reader), threading.Event()
        add = group._add_callback
        monkeypatch.setattr(group, "_add_callback", lambda path: (add(path), covered.set()))
        (root / "folder").mkdir()

        assert covered.wait(_SECONDS)
        assert len(_group(reader)._move_event_grouper._queue._queue) < 60
        assert reader._observer.event_queue.qsize() <= 10
        assert "more events came" in heard.losses.get(timeout=_SECONDS)
        assert heard.losses.empty()
    finally:
        going.set()
        reader.stop()


def _deaf(reader, monkeypatch):
    """Let the events of the kernel be lost, as in an overflow."""
    monkeypatch.setattr(reader._observer._inotify_fd, "handle_event", lambda _: None)


def test_a_folder_whose_making_was_lost_is_watched_once_a_walk_comes_to_it(reader, root, heard, monkeypatch):
    with monkeypatch.context() as patch:
        _deaf(reader, patch)
        (root / "a").mkdir()
        _wait_until_read(reader, root)
    reader.cover(str(root / "a"))
    reader.cover(str(root / "a"))
    (root / "a/b").write_text("x")

    assert heard.until(root / "a/b", ChangeKind.CLOSED)[-1] == Change(str(root / "a/b"), ChangeKind.CLOSED)


def test_a_folder_whose_move_was_lost_is_known_by_its_new_name_once_a_walk_comes_to_it(
    reader, root, heard, monkeypatch
):
    (root / "old").mkdir()
    heard.until(root / "old", ChangeKind.TREE)
    with monkeypatch.context() as patch:
        _deaf(reader, patch)
        (root / "old").rename(root / "new")
        _wait_until_read(reader, root)
    reader.cover(str(root / "new"))
    (root / "new/b").write_text("x")

    assert heard.until(root / "new/b", ChangeKind.CLOSED)[-1] == Change(str(root / "new/b"), ChangeKind.CLOSED)


def _wait_until_read(reader, root):
    """Wait until the reader has dropped everything that happened so far."""
    dropped = threading.Event()
    name = b"the last one"

    def handle(event):
        if event.name == name:
            dropped.set()

    reader._observer._inotify_fd.handle_event = handle
    with open(os.path.join(os.fsencode(root), name), "wb"):
        pass

    assert dropped.wait(_SECONDS)


@pytest.mark.parametrize("error", [errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_watched_is_counted_until_it_can(root, heard, monkeypatch, error):
    """Root may watch everything, so the refusal is injected where watchdog meets it."""
    from watchdog.observers import inotify_c

    for name in ("a", "b", "c"):
        (root / name).mkdir()
    add = inotify_c.inotify_add_watch

    def refuse(fd, path, mask):
        if path.endswith((b"/a", b"/b")):
            inotify_c.ctypes.set_errno(error)
            return -1
        return add(fd, path, mask)

    reader = InotifyReader(str(root), heard.changes.put, heard.losses.put)
    with monkeypatch.context() as patch:
        patch.setattr(inotify_c, "inotify_add_watch", refuse)
        reader.start()
    try:
        assert reader.unwatched == 2
        reader.cover(str(root / "a"))
        assert reader.unwatched == 1
        (root / "a/f").write_text("x")
        heard.until(root / "a/f", ChangeKind.CLOSED)
        (root / "b").rmdir()
        assert reader.unwatched == 0
    finally:
        reader.stop()


def test_a_root_that_is_not_there_cannot_be_watched(tmp_path, heard):
    reader = InotifyReader(str(tmp_path / "none"), heard.changes.put, heard.losses.put)
    with pytest.raises(WatchError, match="No such file"):
        reader.start()

    assert not reader.alive()
    reader.stop()


def test_a_spent_limit_says_which_one(root, heard, monkeypatch):
    def refuse(**_options):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(inotify, "InotifyObserver", refuse)
    with pytest.raises(WatchError, match="max_user_instances"):
        InotifyReader(str(root), heard.changes.put, heard.losses.put).start()


def test_a_reader_is_alive_until_one_of_its_threads_ends(reader):
    assert reader.alive()
    (emitter,) = reader._observer.emitters
    emitter.stop()
    emitter.join(_SECONDS)

    assert reader._observer.is_alive()
    assert not reader.alive()


def test_a_dead_inner_thread_is_a_dead_reader(reader):
    reader._observer._inotify_fd.stop()
    reader._observer._inotify_fd.join(_SECONDS)

    assert not reader.alive()


def test_a_stopped_reader_leaves_no_thread(root, heard):
    before = threading.active_count()
    reader = InotifyReader(str(root), heard.changes.put, heard.losses.put)
    reader.start()
    reader.stop()
    reader.stop()

    assert threading.active_count() == before
    reader.cover(str(root))


def test_a_watchdog_that_hides_overflows_works_and_says_so(root, heard, monkeypatch):
    monkeypatch.setattr(inotify, "_watchgroup", None)
    reader = InotifyReader(str(root), heard.changes.put, heard.losses.put)
    reader.start()
    try:
        assert "watchdog before 7.1" in reader.caveat
        reader.cover(str(root))
        (root / "a").write_text("x")
        heard.until(root / "a", ChangeKind.CLOSED)
    finally:
        reader.stop()


def test_a_knock_comes_through_all_threads_and_changes_nothing(reader, root, heard):
    before = reader._observer._inotify_fd._watch_for_wd.copy()
    assert reader.knock()
    heard.wait_for(lambda: reader.heard == 1)
    (root / "a").write_text("x")
    heard.until(root / "a", ChangeKind.CLOSED)

    assert reader._observer._inotify_fd._watch_for_wd == before
    assert os.listdir(root) == ["a"]


def test_a_knock_tells_that_the_root_is_watched_no_longer(reader, root):
    group = _group(reader)
    inotify_rm_watch(group._inotify_fd._inotify_fd, group._active_callbacks_by_path[os.fsencode(root)])

    with pytest.raises(WatchError, match="lost its watch"):
        reader.knock()


def test_a_knock_is_not_answered_by_a_reader_that_hangs(reader, root):
    with _group(reader)._lock:
        reader._observer._inotify_fd.handle_event = lambda _: None
    assert reader.knock()
    _wait_until_read(reader, root)

    assert reader.heard == 0


def test_a_stopped_reader_cannot_be_knocked_at(reader):
    reader.stop()

    assert not reader.knock()

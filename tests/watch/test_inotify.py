"""What happens below a root is reported, in whatever way it happens, and what is lost is said."""

import errno
import os
import queue
import threading

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent

from scanner.errors import WatchError
from scanner.model.change import Change, ChangeKind
from scanner.watch import inotify
from scanner.watch.inotify import InotifyReader

_SECONDS = 10


class _Heard:
    """Collects what a reader says and waits for it."""

    def __init__(self):
        self.changes = queue.SimpleQueue()
        self.losses = queue.SimpleQueue()

    def until(self, path, kind):
        """Return every change up to the one that is waited for."""
        seen = []
        while not seen or seen[-1] != Change(str(path), kind):
            seen.append(self.changes.get(timeout=_SECONDS))
        return seen


@pytest.fixture
def heard():
    return _Heard()


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def reader(root, heard):
    reader = InotifyReader(str(root), heard.changes.put, heard.losses.put)
    reader.start()
    yield reader
    reader.stop()


@pytest.mark.usefixtures("reader")
class TestEvents:
    def test_a_written_file_is_created_and_closed(self, root, heard):
        (root / "a.txt").write_text("x")

        assert [change.kind for change in heard.until(root / "a.txt", ChangeKind.CLOSED)] == [
            ChangeKind.CREATED,
            ChangeKind.CLOSED,
        ]

    def test_a_rename_into_place_is_a_move_to_the_new_name(self, root, heard):
        (root / ".a.Xy12Zz").write_text("x")
        (root / ".a.Xy12Zz").rename(root / "a")

        assert heard.until(root / "a", ChangeKind.MOVED)[-1] == Change(str(root / "a"), ChangeKind.MOVED)

    def test_a_file_moved_in_is_a_move_and_one_moved_out_is_nothing(self, root, heard, tmp_path):
        (tmp_path / "in").write_text("x")
        (root / "out").write_text("x")
        (root / "out").rename(tmp_path / "out")
        (tmp_path / "in").rename(root / "in")
        kinds = {change.path: change.kind for change in heard.until(root / "in", ChangeKind.MOVED)}

        assert set(kinds) == {str(root / "out"), str(root / "in")}

    def test_a_folder_moved_in_has_to_be_walked_and_is_watched_from_then_on(self, root, heard, tmp_path):
        (tmp_path / "tree/a").mkdir(parents=True)
        (tmp_path / "tree/a/old").write_text("x")
        (tmp_path / "tree").rename(root / "tree")
        heard.until(root / "tree", ChangeKind.TREE)
        (root / "tree/a/new").write_text("x")

        heard.until(root / "tree/a/new", ChangeKind.CLOSED)

    def test_a_file_in_folders_made_a_moment_ago_is_not_missed(self, root, heard):
        for number in range(20):
            (root / f"{number}/a/b").mkdir(parents=True)
            (root / f"{number}/a/b/f").write_text("x")
        (root / "last").write_text("x")
        seen = {change.path for change in heard.until(root / "last", ChangeKind.CLOSED)}

        assert seen >= {str(root / f"{number}/a/b/f") for number in range(20)}

    def test_reading_and_listing_are_no_events(self, root, heard):
        (root / "a").write_text("x")
        heard.until(root / "a", ChangeKind.CLOSED)
        for _ in range(5):
            (root / "a").read_text()
            os.listdir(root)
        (root / "b").write_text("x")

        assert {change.path for change in heard.until(root / "b", ChangeKind.CLOSED)} == {str(root / "b")}

    def test_a_name_that_is_no_text_comes_through(self, root, heard):
        with open(os.path.join(os.fsencode(root), b"caf\xe9.txt"), "wb"):
            pass

        heard.until(f"{root}/caf\udce9.txt", ChangeKind.CLOSED)

    def test_links_are_not_followed(self, root, heard, tmp_path):
        (tmp_path / "outside").mkdir()
        (root / "link").symlink_to(tmp_path / "outside")
        (tmp_path / "outside/a").write_text("x")
        (root / "last").write_text("x")

        assert not any("outside" in change.path for change in heard.until(root / "last", ChangeKind.CLOSED))


def _group(reader):
    (emitter,) = reader._observer.emitters
    return emitter._inotify


def test_an_overflow_is_said_and_costs_no_watch_and_no_event(reader, root, heard):
    (root / "a").mkdir()
    heard.until(root / "a", ChangeKind.TREE)
    watches = dict(_group(reader)._active_callbacks_by_path)
    reader._observer._inotify_fd.handle_event(InotifyEvent(-1, InotifyConstants.IN_Q_OVERFLOW, 0, b""))

    assert "queue was full" in heard.losses.get(timeout=_SECONDS)
    assert _group(reader)._active_callbacks_by_path == watches
    (root / "a/b").write_text("x")
    heard.until(root / "a/b", ChangeKind.CLOSED)


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

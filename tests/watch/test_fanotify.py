"""fanotify: one mark for a file system, shared by the roots on it, and everything that goes wrong is said."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scanner.errors import WatchError
from scanner.model.change import Change, ChangeKind
from scanner.watch import _fanotify_kernel as kernel
from scanner.watch import _fanotify_observer as observing
from scanner.watch import _fanotify_places as placing
from scanner.watch._fanotify_places import Places, Root
from scanner.watch.fanotify import FanotifyReader, Observers, refusal

pytestmark = pytest.mark.usefixtures("fanotify")


@pytest.fixture
def observers():
    return Observers()


@pytest.fixture
def open_at(observers):
    readers = []

    def open_at(root, heard):
        reader = FanotifyReader(observers, str(root), heard.changes.put, heard.losses.put)
        readers.append(reader)
        reader.start()
        return reader

    yield open_at
    for reader in readers:
        reader.stop()


def test_two_roots_on_one_file_system_share_one_queue_and_hear_their_own_only(root, heard, listener, open_at):
    other = root.parent / "other"
    other.mkdir()
    first, second = open_at(root, heard), open_at(other, listener)
    (root / "a").write_text("x")
    (other / "b").write_text("x")
    seen = heard.paths([root / "a"]) + listener.paths([other / "b"])

    assert first._joined[0] is second._joined[0]
    assert {change.path for change in seen} == {str(root / "a"), str(other / "b")}


def test_one_of_two_roots_goes_on_when_the_other_stops(root, heard, listener, open_at, observers):
    other = root.parent / "other"
    other.mkdir()
    first, second = open_at(root, heard), open_at(other, listener)
    first.stop()
    (root / "a").write_text("x")
    (other / "b").write_text("x")
    listener.until(other / "b", ChangeKind.CLOSED)

    assert (first.alive(), second.alive(), heard.changes.empty()) == (False, True, True)
    second.stop()
    assert observers._observers == {}


def test_a_move_from_one_root_to_another_is_told_where_it_went(root, heard, listener, open_at):
    other = root.parent / "other"
    other.mkdir()
    (root / "a").write_text("x")
    open_at(root, heard)
    open_at(other, listener)
    (root / "a").rename(other / "a")
    listener.until(other / "a", ChangeKind.MOVED)

    assert heard.until(root / "a", ChangeKind.GONE) == [Change(str(root / "a"), ChangeKind.GONE)]


def test_a_tree_that_is_mounted_in_two_places_is_told_of_in_both(root, heard, listener, open_at, mount):
    other = root.parent / "other"
    other.mkdir()
    mount(other, "--bind", source=root)
    open_at(root, heard)
    open_at(other, listener)
    (other / "a").mkdir()
    (other / "a/f").write_text("x")

    heard.until(root / "a/f", ChangeKind.CLOSED)
    listener.until(other / "a/f", ChangeKind.CLOSED)


def test_a_part_of_a_file_system_that_is_mounted_elsewhere_is_heard_when_written_to_by_its_other_name(
    root, heard, open_at, mount
):
    (root / "inside").mkdir()
    point = root.parent / "point"
    point.mkdir()
    mount(point, "--bind", source=root / "inside")
    open_at(point, heard)
    (root / "inside/f").write_text("x")

    heard.until(point / "f", ChangeKind.CLOSED)


@pytest.mark.parametrize("kind", ["tmpfs", "ext4", "xfs", "btrfs"])
def test_a_whole_file_system_can_be_watched(root, heard, open_at, mount, kind):
    _mounted(root, kind, mount)
    reader = open_at(root, heard)
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/f").write_text("x")
    heard.until(root / "a/b/f", ChangeKind.CLOSED)
    (root / "a").rename(root / "c")
    heard.until(root / "c", ChangeKind.TREE)
    (root / "c/b/g").write_text("x")
    heard.until(root / "c/b/g", ChangeKind.CLOSED)

    assert reader.knock()
    assert reader.alive()


def _mounted(root, kind, mount):
    """Mount a new file system; one on a disk needs its program, and stands in a file."""
    if kind == "tmpfs":
        mount(root)
        return
    size = {"ext4": 8, "xfs": 320, "btrfs": 128}[kind]
    image = root.parent / "image"
    with image.open("wb") as file:
        file.truncate(size << 20)
    try:
        subprocess.run([f"mkfs.{kind}", "-q", image], check=True, capture_output=True)
        mount(root, "-t", kind, "-o", "loop", source=image)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no {kind} here: {error}")


def test_a_subvolume_of_btrfs_is_refused_and_a_snapshot_has_to_be_walked(root, heard, open_at, mount):
    _mounted(root, "btrfs", mount)
    open_at(root, heard)
    subprocess.run(["btrfs", "subvolume", "create", root / "sub"], check=True, capture_output=True)
    heard.until(root / "sub", ChangeKind.TREE)
    (root / "sub/f").write_text("x")
    heard.paths([root / "sub/f"])
    subprocess.run(["btrfs", "subvolume", "snapshot", root / "sub", root / "snap"], check=True, capture_output=True)

    heard.until(root / "snap", ChangeKind.TREE)
    assert "subvolume of btrfs" in refusal(str(root / "sub"))


def test_a_real_overflow_is_said_and_the_reader_goes_on(root, heard, open_at, mount):
    most = int(Path("/proc/sys/fs/fanotify/max_queued_events").read_text())
    if most > 20_000:
        pytest.skip("the queue of this system is too large to fill in a test")
    mount(root)
    reader = open_at(root, heard)
    with reader._joined[0]._listener._lock:
        for number in range(most + 2):
            os.mknod(root / str(number))
    assert "queue was full" in heard.losses.get(timeout=10)
    (root / "late").write_text("x")
    heard.until(root / "late", ChangeKind.CLOSED)

    assert reader.alive()
    assert heard.losses.empty()


def test_a_slow_taker_makes_the_kernel_wait_and_not_the_memory_grow(root, heard, open_at, monkeypatch):
    monkeypatch.setattr(observing, "WAITING", 5)
    reader = open_at(root, heard)
    gate = threading.Event()
    reader._translator._put = lambda change: (gate.wait(10), heard.changes.put(change))
    made = [root / str(number) for number in range(50)]
    for path in made:
        path.write_text("x")
    heard.wait_for(lambda: reader._joined[0].event_queue.qsize() >= 5)
    gate.set()

    assert reader._joined[0].event_queue.maxsize == 5
    heard.paths(made)


def test_a_reader_that_cannot_hand_on_can_be_stopped(root, heard, open_at, monkeypatch):
    monkeypatch.setattr(observing, "WAITING", 2)
    reader = open_at(root, heard)
    gate = threading.Event()
    reader._translator._put = lambda _: gate.wait(10)
    for number in range(20):
        (root / str(number)).write_text("x")
    heard.wait_for(reader._joined[0].event_queue.full)
    before = threading.active_count()
    threading.Timer(0.1, gate.set).start()
    reader.stop()

    heard.wait_for(lambda: threading.active_count() < before)
    assert not reader.alive()


def test_an_unmounted_file_system_is_noticed_though_nothing_says_so(root, heard, open_at, mount):
    mount(root)
    reader = open_at(root, heard)
    (root / "a").write_text("x")
    heard.until(root / "a", ChangeKind.CLOSED)
    assert reader.alive()
    subprocess.run(["umount", root], check=True)  # nothing of the reader's keeps it busy
    mount(root)

    heard.wait_for(lambda: not reader.alive())


def test_what_is_mounted_over_a_root_is_not_taken_for_it(root, mount):
    (root / "a").mkdir()
    handle = kernel.handle_of(str(root / "a"))
    here = Places([Root.at(str(root))])
    mount(root)

    assert here.of(handle) == ()


def test_a_dead_thread_is_a_dead_reader_and_the_next_one_gets_a_new_observer(root, heard, open_at, listener):
    reader = open_at(root, heard)
    observer = reader._joined[0]
    observer._listener.stop()
    observer._listener.join(10)
    assert not reader.alive()
    other = open_at(root, listener)

    assert other.alive()
    assert other._joined[0] is not observer


def test_a_handler_that_fails_is_a_dead_reader(root, heard, open_at, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    reader = open_at(root, heard)

    def fail(_change):
        raise MemoryError

    reader._translator._put = fail
    (root / "a").write_text("x")

    heard.wait_for(lambda: not reader.alive())


def test_a_stopped_reader_leaves_no_thread_and_no_descriptor(root, heard, observers):
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    reader = FanotifyReader(observers, str(root), heard.changes.put, heard.losses.put)
    reader.start()
    reader.stop()
    reader.stop()

    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before
    assert not reader.knock()


@pytest.mark.parametrize(("path", "why"), [("/none", "No such file"), ("/proc", "no numbers to know them by")])
def test_a_root_that_cannot_be_watched_leaves_nothing(heard, observers, path, why):
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    reader = FanotifyReader(observers, path, heard.changes.put, heard.losses.put)
    with pytest.raises(WatchError, match=why):
        reader.start()

    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM])
def test_a_folder_that_cannot_be_found_now_is_a_loss_and_not_silence(root, heard, open_at, monkeypatch, number):
    def fail(*_):
        raise OSError(number, "no")

    open_at(root, heard)
    with monkeypatch.context() as patch:
        patch.setattr(placing, "open_folder", fail)
        (root / "a").write_text("x")
        assert os.strerror(number) in heard.losses.get(timeout=10)
    (root / "b").write_text("x")
    heard.until(root / "b", ChangeKind.CLOSED)


def test_a_folder_that_is_gone_is_no_loss(root, heard, open_at):
    reader = open_at(root, heard)
    with reader._joined[0]._listener._lock:
        for number in range(20):
            (root / f"{number}").mkdir()
            (root / f"{number}/a").write_text("x")
            (root / f"{number}/a").unlink()
            (root / f"{number}").rmdir()
        (root / "last").write_text("x")
    seen = heard.until(root / "last", ChangeKind.CLOSED)

    assert heard.losses.empty()
    assert all("(deleted)" not in change.path for change in seen)


def test_places_are_remembered_up_to_a_limit(root):
    for name in "abc":
        (root / name).mkdir()
    known = Places([Root.at(str(root))], remembered=2)
    for name in "abc":
        assert known.of(kernel.handle_of(str(root / name))) == ((0, f"{root / name}/"),)

    assert len(known._known) == 1


def test_an_event_of_several_things_says_that_the_file_is_whole():
    mask = kernel.CREATE | kernel.CLOSE_WRITE
    assert [type(observing._event(bits, "/r/a")).__name__ for bits in (mask, kernel.CREATE, kernel.MOVED_TO)] == [
        "FileClosedEvent",
        "FileCreatedEvent",
        "FileMovedEvent",
    ]


def test_a_folder_that_was_made_is_empty_and_needs_no_walk_but_where_there_are_snapshots():
    made = kernel.CREATE | kernel.FOLDER

    assert observing._event(made, "/r/a") is None
    assert type(observing._event(made, "/r/a", snapshots=True)).__name__ == "DirCreatedEvent"
    assert type(observing._event(made | kernel.MOVED_TO, "/r/a")).__name__ == "DirMovedEvent"


def test_what_the_kernel_says_in_another_version_ends_the_reader():
    with pytest.raises(ValueError, match="version 4"):
        list(kernel.events(kernel._METADATA.pack(24, 4, 0, 24, 0, -1, 0)))


_REFUSED = """
import sys
from scanner.watch.fanotify import refusal
print(refusal(sys.argv[1]))
"""


@pytest.mark.parametrize("dropped", ["sys_admin", "dac_read_search"])
def test_without_a_right_it_is_refused_and_says_which(root, dropped):
    root.chmod(0o755)
    bound = [f"--bounding-set=-{dropped}", f"--inh-caps=-{dropped}"]
    command = ["setpriv", *bound, sys.executable, "-c", _REFUSED, str(root)]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("no rights to drop, or no setpriv")

    assert said == "it needs root, or CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH\n"


@pytest.mark.parametrize("path", ["/proc", "/sys"])
def test_a_file_system_without_handles_is_refused(path):
    assert refusal(path)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EINVAL, "older than 5.9"),
        (errno.ENOSYS, "has none"),
        (errno.EMFILE, "max_fanotify_groups"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_it_is_said_why_it_cannot_be_had(root, monkeypatch, number, said):
    def fail():
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(kernel, "Group", fail)

    assert said in refusal(str(root))


def test_what_happens_elsewhere_in_the_file_system_is_dropped(root, heard, open_at, tmp_path):
    open_at(root, heard)
    for number in range(200):
        (tmp_path / str(number)).write_text("x")
    (root / "a").write_text("x")

    assert {change.path for change in heard.until(root / "a", ChangeKind.CLOSED)} == {str(root / "a")}

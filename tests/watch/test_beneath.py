"""What stands below a root is opened; what a link leads to is not, whenever it was put there."""

import contextlib
import errno
import os
import sys
import threading
import time

import pytest

from scanner.watch import beneath
from scanner.watch.beneath import entries, open_beneath

_OPENS = 2000


@pytest.fixture(params=["in one step", "part by part"], autouse=True)
def way(request, monkeypatch):
    """Run everything in both ways; the first only where the kernel has it."""
    if request.param == "part by part":
        monkeypatch.setattr(beneath, "kernel_resolves", lambda: False)
    elif not beneath.kernel_resolves():
        pytest.skip("this kernel has no openat2")


@pytest.fixture
def root(tmp_path):
    path = tmp_path.resolve() / "root"
    (path / "a" / "b").mkdir(parents=True)
    (path / "a" / "b" / "c.txt").write_text("inside")
    return path


def _read(root, path):
    fd = open_beneath(str(root), str(path))
    try:
        return os.read(fd, 100)
    finally:
        os.close(fd)


def _number(root, path, flags=beneath.FLAGS):
    with pytest.raises(OSError) as raised:  # noqa: PT011 - the caller looks at its number
        os.close(open_beneath(str(root), str(path), flags))
    return raised.value.errno


def test_a_file_below_the_root_is_read(root):
    assert _read(root, root / "a" / "b" / "c.txt") == b"inside"
    assert _read("/", root / "a" / "b" / "c.txt") == b"inside"


def test_a_root_may_be_a_file(root):
    path = root / "a" / "b" / "c.txt"

    assert _read(path, path) == b"inside"
    assert _read(path.parent, path) == b"inside"


def test_no_link_below_the_root_is_followed(root, tmp_path):
    (tmp_path / "secret").write_text("outside")
    (root / "file").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "within").symlink_to("a")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nowhere")

    for path in ("file", "folder/secret", "within/b/c.txt", "loop", "loop/x", "dangling"):
        assert _number(root, root / path) == errno.ELOOP, path
    assert _number(root, root / "folder", beneath.FLAGS | os.O_DIRECTORY) == errno.ELOOP


def test_a_root_that_became_a_link_is_not_followed(root, tmp_path):
    (tmp_path / "other").symlink_to(root)

    assert _number(tmp_path / "other", tmp_path / "other" / "a" / "b" / "c.txt") in {errno.ELOOP, errno.ENOTDIR}
    assert _number(tmp_path / "other", tmp_path / "other") == errno.ELOOP


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such links")
def test_the_links_of_proc_are_not_followed(root):
    fd = os.open(root / "a" / "b" / "c.txt", os.O_RDONLY)
    try:
        assert _number("/proc", f"/proc/{os.getpid()}/fd/{fd}") == errno.ELOOP
    finally:
        os.close(fd)


def test_what_is_not_below_the_root_is_not_opened(root, tmp_path):
    (tmp_path / "rootless").write_text("x")

    for path in (
        tmp_path / "rootless",
        f"{root}/../rootless",
        f"{root}/a/../../rootless",
        tmp_path,
        "a",
        f"{root}/a\0",
    ):
        assert _number(root, path) == errno.EXDEV, path


def test_a_file_that_is_gone_is_told_from_one_that_is_in_the_way(root):
    assert _number(root, root / "a" / "nothing") == errno.ENOENT
    assert _number(root, root / "nothing" / "c.txt") == errno.ENOENT
    assert _number(root, root / "a" / "b" / "c.txt" / "d") == errno.ENOTDIR


def test_a_fifo_is_not_waited_for(root):
    os.mkfifo(root / "pipe")
    started = time.monotonic()
    os.close(open_beneath(str(root), str(root / "pipe")))

    assert time.monotonic() - started < 0.1


def test_the_time_of_access_stays_as_it_was(root):
    path = root / "a" / "b" / "c.txt"
    old = 1_000_000_000
    for touched in (path, path.parent):
        os.utime(touched, ns=(old, time.time_ns()))  # older than the change: even `relatime` would write it anew
    _read(root, path)
    with entries(str(root), str(path.parent)) as found:
        assert [entry.name for entry in found] == ["c.txt"]

    assert path.stat().st_atime_ns == path.parent.stat().st_atime_ns == old


def test_where_the_time_of_access_cannot_be_kept_the_file_is_read_all_the_same(root, monkeypatch):
    name = "_openat2" if beneath.kernel_resolves() else "_step"
    real = getattr(beneath, name)

    def as_another_user(folder, path, flags, *more):
        if flags & os.O_NOATIME:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return real(folder, path, flags, *more)

    monkeypatch.setattr(beneath, name, as_another_user)

    assert _read(root, root / "a" / "b" / "c.txt") == b"inside"


def test_a_folder_that_turns_into_a_link_again_and_again_never_leads_outside(root, tmp_path):
    outside = tmp_path / "outside"
    (outside / "b").mkdir(parents=True)
    (outside / "b" / "c.txt").write_text("outside")
    (root / "link").symlink_to(outside)
    swapping = threading.Event()

    def swap():
        while not swapping.is_set():
            for one, other in (("a", "kept"), ("link", "a"), ("a", "link"), ("kept", "a")):
                os.rename(root / one, root / other)

    thread = threading.Thread(target=swap)
    thread.start()
    seen = {b"inside": 0, b"": 0}
    try:
        while sum(seen.values()) < _OPENS:
            got = b""
            with contextlib.suppress(FileNotFoundError, NotADirectoryError), _no_link():
                got = _read(root, root / "a" / "b" / "c.txt")
            seen[got] += 1  # anything else is a KeyError: it was read outside
    finally:
        swapping.set()
        thread.join()

    assert seen[b""], "the race was never lost: this shows nothing"


@contextlib.contextmanager
def _no_link():
    try:
        yield
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise

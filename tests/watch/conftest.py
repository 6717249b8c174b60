"""What the tests of readers have in common: a root, somebody who listens, and file systems of their own."""

import ctypes
import os
import queue
import subprocess
import time

import pytest

from scanner.model.change import Change
from scanner.watch.fanotify import refusal

_SECONDS = 10


class Heard:
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

    def paths(self, wanted):
        """Return every change until each path that is waited for was named."""
        missing, seen = set(map(str, wanted)), []
        while missing:
            seen.append(self.changes.get(timeout=_SECONDS))
            missing.discard(seen[-1].path)
        return seen

    @staticmethod
    def wait_for(condition):
        """Wait for what another thread does and tells nobody."""
        deadline = time.monotonic() + _SECONDS
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.005)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def listener():
    """Somebody else who listens."""
    return Heard()


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def fanotify(root):
    """Leave out a test of fanotify where there is none for us."""
    if why := refusal(str(root)):
        pytest.skip(f"no fanotify: {why}")


@pytest.fixture
def mount():
    """Mount a file system, and take it away in the end; only root may."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a file system")
    mounted = []

    def mount(point, *options, source="none"):
        subprocess.run(["mount", *(options or ("-t", "tmpfs")), source, point], check=True, capture_output=True)
        mounted.append(point)

    yield mount
    lazily = 2  # MNT_DETACH
    for point in reversed(mounted):
        ctypes.CDLL(None).umount2(os.fsencode(point), lazily)

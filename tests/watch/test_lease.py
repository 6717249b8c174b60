"""The kernel says whether somebody writes to a file."""

import contextlib
import fcntl
import mmap
import os
import subprocess
import sys

import pytest

from scanner.watch.lease import writer_of
from scanner.watch.settle import Writer


@contextlib.contextmanager
def _reading(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        yield fd
    finally:
        os.close(fd)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 4096)
    with _reading(path) as fd:
        if writer_of(fd) is Writer.UNKNOWN:
            pytest.skip("this file system grants no leases")
    return path


def test_a_file_nobody_writes_to_has_no_writer(path):
    with _reading(path) as fd, _reading(path):
        assert writer_of(fd) is Writer.NONE


def test_a_writer_is_seen_until_it_closes(path):
    with _reading(path) as fd:
        with path.open("ab"):
            assert writer_of(fd) is Writer.PRESENT

        assert writer_of(fd) is Writer.NONE


def test_a_mapping_that_may_be_written_counts(path):
    with _reading(path) as fd:
        with path.open("r+b") as file:
            mapping = mmap.mmap(file.fileno(), 0)

        assert writer_of(fd) is Writer.PRESENT
        mapping.close()
        assert writer_of(fd) is Writer.NONE


def test_a_descriptor_that_can_hold_no_lease_says_nothing(path, monkeypatch):
    def refused(_fd, _command, _argument):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(fcntl, "fcntl", refused)
    with _reading(path) as fd:
        assert writer_of(fd) is Writer.UNKNOWN


def test_a_lease_that_is_broken_ends_nobody(path):
    """Whoever writes while we hold the lease sends us a signal; its default action must not be ours."""
    code = """if True:
        import fcntl, os, signal, sys
        unlock = fcntl.F_UNLCK
        from scanner.watch.lease import writer_of
        held = fcntl.fcntl
        def slow(fd, command, argument):
            if argument == unlock:  # somebody comes just before we let go
                if os.fork() == 0:
                    try:
                        os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)
                    except BlockingIOError:
                        os._exit(7)
                    os._exit(0)
                _, status = os.wait()
                print("broken" if os.waitstatus_to_exitcode(status) == 7 else "not broken")
            return held(fd, command, argument)
        fcntl.fcntl = slow
        print(writer_of(os.open(sys.argv[1], os.O_RDONLY)))
    """
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)

    assert (done.stdout.split(), done.returncode) == (["broken", "none"], 0)

"""Sees to it that one daemon at a time runs on a state folder."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import StoreError
from scanner.model.visible import visible
from scanner.spool.database import make_folder, private

_LOCK = "docwarden.lock"
_TRIES = 10
_PAUSE = 0.05


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold the lock of a state folder; the kernel lets it go when the process ends, however that happens.

    Raises:
        StoreError: another process holds it.
    """
    make_folder(folder)
    path = folder / _LOCK
    private(path)
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        message = f"{visible(str(path))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    try:
        _lock(fd, path)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(fd)


def is_held(folder: Path) -> bool:
    """Tell whether a daemon runs on a state folder.

    Raises:
        StoreError: the lock cannot be looked at.
    """
    try:
        fd = os.open(folder / _LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        message = f"{visible(str(folder / _LOCK))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def _lock(fd: int, path: Path) -> None:
    for _ in range(_TRIES):  # `is_held` has it for an instant
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_PAUSE)
    pid = os.pread(fd, 32, 0).decode("ascii", "replace").strip()
    message = f"another docwarden (process {pid or 'unknown'}) runs with the state folder {visible(str(path.parent))}"
    error = StoreError(message)
    error.hint = "Stop it first, or give this one a folder of its own with --state."
    raise error

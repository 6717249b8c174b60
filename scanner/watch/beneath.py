"""Opens what stands below a root, and never what a link leads to: not even one put there a moment ago."""

import ctypes
import errno
import os
import platform
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""Reading, without waiting for a FIFO's writer and without taking a terminal over."""

_FOLDER = os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_NOATIME = getattr(os, "O_NOATIME", 0)
# openat2(2), Linux 5.6; the number is the same on every architecture but Alpha.
_OPENAT2 = 437
_MACHINES = frozenset({"x86_64", "aarch64"})
_NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH = 0x02, 0x04, 0x08
_AT_FDCWD = -100
_TRIES = 3


def open_beneath(root: str, path: str, flags: int = FLAGS) -> int:
    """Open `path`, which is `root` or lies below it, and return the descriptor; its time of access stays as it was.

    Both are absolute. `root` is a path in which every link was resolved, as `os.path.realpath` does: one that stands
    there now was put there since. The time of access is kept where the kernel allows that: to the owner and to root.

    Raises:
        OSError: it cannot be opened. ELOOP: a symbolic link stands in the path; EXDEV: the path leads out of the root.
    """
    # Without links and without "..", what is written below the root is below it: the kernel goes the way once.
    return _without_trace("/".join((root.rstrip("/"), *_parts(root, path))) or "/", flags)


@contextmanager
def entries(root: str, folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """List a folder that is `root` or lies below it. An entry knows its name only, and is asked before the end.

    Raises:
        OSError: it cannot be listed; NotADirectoryError where it is a file, ELOOP where a link stands in its path.
    """
    fd = open_beneath(root, folder, FLAGS | os.O_DIRECTORY)
    try:
        with os.scandir(fd) as scan:
            yield scan
    finally:
        os.close(fd)


def _parts(root: str, path: str) -> list[str]:
    base = root.rstrip("/") + "/"
    if not f"{path}/".startswith(base) or not base.startswith("/") or "\0" in path:
        raise _error(errno.EXDEV, path)
    parts = [part for part in path[len(base) :].split("/") if part not in {"", "."}]
    if ".." in parts:
        raise _error(errno.EXDEV, path)
    return parts


def _without_trace(path: str, flags: int) -> int:
    try:
        return _open(path, flags | _NOATIME)
    except PermissionError as error:
        if error.errno != errno.EPERM or not _NOATIME:
            raise
    return _open(path, flags)


def _open(path: str, flags: int) -> int:
    """Open an absolute path without links, in one step where the kernel can, else part by part."""
    if not kernel_resolves():
        return _step_by_step(path, flags)
    for _ in range(_TRIES):
        try:
            return _openat2(path, flags, _NO_SYMLINKS | _NO_MAGICLINKS)
        except InterruptedError:
            continue
    return _openat2(path, flags, _NO_SYMLINKS | _NO_MAGICLINKS)


class _How(ctypes.Structure):
    """`struct open_how` of openat2(2)."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


@cache
def kernel_resolves() -> bool:
    """Tell whether openat2 can be used: the kernel may be too old for it, or a filter of a container forbid it."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    try:
        os.close(_openat2("/", _FOLDER, _BENEATH | _NO_SYMLINKS | _NO_MAGICLINKS))
    except OSError as error:
        return error.errno == errno.EXDEV  # "/" is not beneath this folder: the kernel knows what that means
    return True


@cache
def _system_call() -> "ctypes._NamedFuncPointer":
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.POINTER(_How), ctypes.c_size_t)
    call.restype = ctypes.c_long
    return call


def _openat2(path: str, flags: int, resolve: int) -> int:
    how = _How(flags, 0, resolve)
    fd = _system_call()(_OPENAT2, _AT_FDCWD, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how))
    if fd < 0:
        raise _error(ctypes.get_errno(), path)
    return int(fd)


def _step_by_step(path: str, flags: int) -> int:
    """Open one part of an absolute path after the other, each of them no link: as safe as in one step, and slower."""
    here = os.open("/", _FOLDER)
    *folders, last = path.strip("/").split("/")
    try:
        for name in folders:
            there = _step(here, name, _FOLDER)
            os.close(here)
            here = there
        return _step(here, last or ".", flags)
    finally:
        os.close(here)


def _step(folder: int, name: str, flags: int) -> int:
    try:
        return os.open(name, flags | os.O_NOFOLLOW, dir_fd=folder)
    except NotADirectoryError:  # what a link is called where a folder was asked for
        if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise _error(errno.ELOOP, name) from None
        raise


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)

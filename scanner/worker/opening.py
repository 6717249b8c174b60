"""Opens a document on the agent's side without harm: regular files only, no links, no waiting."""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import PurePath

from scanner.model.document import Identity, Problem, Reason
from scanner.model.place import Place


@dataclass(frozen=True, slots=True)
class Opened:
    """A regular file open for reading; whoever holds it closes `fd`."""

    fd: int
    identity: Identity


def open_document(path: str) -> Opened | Problem:
    """Open a regular file for reading, or say why not.

    A FIFO, socket, device or folder is `not_a_file` and is never waited for; a symbolic link is not followed.
    """
    place = Place(PurePath(path).name or path)
    try:
        fd = os.open(path, _FLAGS)
    except OSError as error:
        return Problem(place, _REASONS.get(error.errno or 0, Reason.IO_ERROR), _words(error))
    try:
        status = os.fstat(fd)
    except OSError as error:
        os.close(fd)
        return Problem(place, Reason.IO_ERROR, _words(error))
    if not stat.S_ISREG(status.st_mode):
        os.close(fd)
        return Problem(place, Reason.NOT_A_FILE, f"{_kind(status.st_mode)}, not a regular file")
    return Opened(fd, identity_of(status))


def identity_of(status: os.stat_result) -> Identity:
    """Return what tells this state of a file from any other."""
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_REASONS = {
    errno.EACCES: Reason.PERMISSION,
    errno.EPERM: Reason.PERMISSION,
    errno.ENOENT: Reason.VANISHED,
    errno.ENOTDIR: Reason.VANISHED,
    errno.ESTALE: Reason.VANISHED,
    errno.ELOOP: Reason.NOT_A_FILE,
    errno.ENXIO: Reason.NOT_A_FILE,
    errno.ENODEV: Reason.NOT_A_FILE,
    errno.EISDIR: Reason.NOT_A_FILE,
}
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
    (stat.S_ISLNK, "a symbolic link"),
)


def _kind(mode: int) -> str:
    return next((words for test, words in _KINDS if test(mode)), "something else")


def _words(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "a symbolic link, not followed"
    if error.errno == errno.ENXIO:
        return "a socket or device, not a regular file"
    return os.strerror(error.errno) if error.errno else "unreadable"

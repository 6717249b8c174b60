"""Opens a document on the agent's side without harm: regular files only, no links, no waiting."""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import PurePath

from scanner.model.document import Identity, Problem, Reason
from scanner.model.exposure import Exposure
from scanner.model.place import Place
from scanner.watch.beneath import open_beneath
from scanner.worker.exposure import exposure_of


@dataclass(frozen=True, slots=True)
class Opened:
    """A regular file open for reading; whoever holds it closes `fd`. `exposure` is there where it was asked for."""

    fd: int
    identity: Identity
    exposure: Exposure | None = None


def open_document(path: str, root: str | None = None, *, permissions: bool = False) -> Opened | Problem:
    """Open a regular file for reading, or say why not.

    `path` is absolute and lies below `root`, which is a path without links; without a root, or where it is its own
    root, that is the folder it stands in. A FIFO, socket, device or folder is `not_a_file` and is never waited for. No
    symbolic link is followed, be it the file itself or a folder above it that was replaced by one. With `permissions`,
    it is also asked who may read or change the file.
    """
    place = Place(PurePath(path).name or path)
    folder = os.path.dirname(path) if root is None or root == path else root  # noqa: PTH120 - bytes that are no text
    try:
        fd = open_beneath(folder, path)
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
    return Opened(fd, identity_of(status), exposure_of(fd, status) if permissions else None)


def identity_of(status: os.stat_result) -> Identity:
    """Return what tells this state of a file from any other."""
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


_REASONS = {
    errno.EACCES: Reason.PERMISSION,
    errno.EPERM: Reason.PERMISSION,
    errno.ENOENT: Reason.VANISHED,
    errno.ENOTDIR: Reason.VANISHED,
    errno.ESTALE: Reason.VANISHED,
    errno.ELOOP: Reason.NOT_A_FILE,
    errno.EXDEV: Reason.NOT_A_FILE,
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
    if error.errno == errno.EXDEV:
        return "outside the folder that is scanned"
    if error.errno == errno.ENXIO:
        return "a socket or device, not a regular file"
    return os.strerror(error.errno) if error.errno else "unreadable"

"""Tells whether somebody else could have written a file, or could put another one in its place."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import Fault
from scanner.model.visible import visible

try:
    import grp
    import pwd
except ImportError:  # pragma: no cover - only POSIX has them, and only POSIX is asked
    grp = pwd = None  # type: ignore[assignment]  # stands for a module that is not there


def read_ours(path: Path, most: int) -> tuple[bytes, tuple[Fault, ...]]:
    """Return what a file holds and what is wrong with trusting it; nothing is wrong where only we can change it.

    `most` is the largest size in bytes. A FIFO or device is not waited for.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no regular file, or larger.
    """
    data, faults = _read(path, most)
    return data, (*faults, *above_faults(path))


def read_secret(path: Path, most: int, trusted: int = 0) -> tuple[bytes, str]:
    """Return what a file holds that nobody else may read, and who may nevertheless ("" where nobody may).

    A file of the user `trusted` is trusted as well as one of root and our own.

    Raises:
        OSError: it cannot be read, or is a link.
        ValueError: it is no regular file, or larger than `most` bytes.
    """
    data, faults = _read(path, most, os.O_NOFOLLOW, trusted)
    status = path.lstat()
    shared = status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return data, "others may read or write it" if shared else "; ".join(map(str, faults))


def file_faults(path: Path, status: os.stat_result, trusted: int = 0) -> tuple[Fault, ...]:
    """Say who else may write a file or folder in this state: anybody but root, this user and the user `trusted`."""
    if os.name != "posix":  # pragma: no cover - other systems guard files in other ways
        return ()
    return (*_owner_faults(path, status, trusted), *_mode_faults(path, status))


def above_faults(path: Path, trusted: int = 0) -> tuple[Fault, ...]:
    """Say who else could put another file in this one's place: the folders above it, as given and without links.

    A folder that is not there is passed over: whoever makes it decides. Folders of the user `trusted` are trusted as
    well as those of root and our own.

    Raises:
        OSError: a folder cannot be asked about.
    """
    given = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would hide a link that others can turn elsewhere
    folders = sorted({*given.parents, *path.resolve().parents})
    return tuple(fault for folder in folders if folder.exists() for fault in folder_faults(folder, trusted))


def folder_faults(folder: Path, trusted: int = 0) -> tuple[Fault, ...]:
    """Say who else could put another file in the place of one in this folder.

    Raises:
        OSError: the folder cannot be asked about.
    """
    if os.name != "posix":  # pragma: no cover - other systems guard files in other ways
        return ()
    found = folder.stat()
    faults = tuple(_owner_faults(folder, found, trusted))
    # In a sticky folder only its owner can replace another's file.
    return faults if found.st_mode & stat.S_ISVTX else (*faults, *_mode_faults(folder, found))


def open_private(path: Path, flags: int, trusted: int = 0) -> int:
    """Open a file of ours and return its descriptor; one that is not there is made for this user alone.

    That is so whatever the umask is. No link is followed, and no FIFO waited for. `flags` are those of `os.open` for
    reading or writing. A file of the user `trusted` is trusted as well as one of root and our own.

    Raises:
        OSError: it cannot be opened or made.
        ValueError: it is no regular file, or others may write it.
    """
    always = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    try:
        fd = os.open(path, flags | always | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fd = os.open(path, flags | always)
    else:
        os.fchmod(fd, 0o600)
        return fd
    try:
        wrong = _unfit(path, os.fstat(fd), trusted)
    except OSError:
        os.close(fd)
        raise
    if wrong:
        os.close(fd)
        raise ValueError(wrong)
    return fd


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, for this user alone, whatever the umask is.

    Raises:
        OSError: one cannot be made, or a file is in the way.
    """
    if not folder.parent.is_dir():
        make_private_folder(folder.parent)
    try:
        folder.mkdir(0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(0o700)


def _read(path: Path, most: int, flags: int = 0, trusted: int = 0) -> tuple[bytes, tuple[Fault, ...]]:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | flags)
    with open(fd, "rb") as stream:  # noqa: PTH123 - a descriptor, no path
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            message = "not a regular file"
            raise ValueError(message)
        if status.st_size > most:
            message = f"over {most:,} bytes"
            raise ValueError(message)
        return stream.read(most), file_faults(path, status, trusted)


def _unfit(path: Path, status: os.stat_result, trusted: int) -> str:
    """Say why an open file is not to be used; nothing where it may be."""
    if not stat.S_ISREG(status.st_mode):
        return f"{visible(str(path))} is not a regular file"
    return "; ".join(map(str, file_faults(path, status, trusted)))


def _owner_faults(path: Path, status: os.stat_result, trusted: int = 0) -> Iterator[Fault]:
    if status.st_uid not in {0, os.geteuid(), trusted}:
        message = f"belongs to user {status.st_uid}, who could change it; it must be yours or root's"
        yield Fault(visible(str(path)), "", message)


def _mode_faults(path: Path, status: os.stat_result) -> Iterator[Fault]:
    others = "o-w" if status.st_mode & stat.S_IWOTH else ""
    group = "g-w" if status.st_mode & stat.S_IWGRP and not _is_private(status) else ""
    if change := ",".join(filter(None, (group, others))):
        who = "everyone" if others else f"group {status.st_gid}"
        name = visible(str(path))
        yield Fault(name, "", f"{who} may write it; run: chmod {change} {shlex.quote(name)}")


def _is_private(status: os.stat_result) -> bool:
    """Tell whether a file's group is its owner's own, as where the usual umask is 002."""
    try:
        owner, group = pwd.getpwuid(status.st_uid), grp.getgrgid(status.st_gid)
    except KeyError:
        return False
    return owner.pw_gid == status.st_gid and group.gr_name == owner.pw_name and set(group.gr_mem) <= {owner.pw_name}

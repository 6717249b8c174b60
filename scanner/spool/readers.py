"""Lets a group read the state database, and opens it for somebody who may read and not write."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from scanner.errors import StoreError
from scanner.model.visible import visible
from scanner.spool.database import DATABASE, told
from scanner.trust import above_faults, file_faults, folder_faults

try:
    import grp
except ImportError:  # pragma: no cover - only POSIX has groups
    grp = None  # type: ignore[assignment]  # stands for a module that is not there

# SQLite gives its two other files the rights of the first one, when it makes them.
_FILES = ("", "-wal", "-shm")
_GROUP = stat.S_IRWXG
_READ = stat.S_IRGRP
_ENTER = stat.S_IRGRP | stat.S_IXGRP


def share(folder: Path, group: str) -> str:
    """Let a group read the database in a state folder, or with an empty name nobody but its owner.

    The folder can be listed and the database read; nothing can be written, and every other file stays as it is. It is
    called while the database is open. Returns why a group cannot be given that right, "" where it has it.

    Raises:
        StoreError: the right cannot be taken back.
    """
    if not group:
        _take_back(folder)
        return ""
    try:
        gid = grp.getgrnam(group).gr_gid
        _give(folder, gid, _ENTER)
        for end in _FILES:
            with contextlib.suppress(FileNotFoundError):
                _give(folder / f"{DATABASE}{end}", gid, _READ)
    except KeyError:
        return f"there is no group {visible(group)} on this machine, so that nobody in it can read the alerts"
    except OSError as error:
        said = os.strerror(error.errno or 0)
        return (
            f"group {visible(group)} cannot read the alerts: this process may not give it files ({said}); "
            f"under systemd, `systemctl edit docwarden` and `Group={visible(group)}` do that"
        )
    return ""


def may_write(folder: Path) -> bool:
    """Tell whether this process may change the database in a state folder."""
    return os.access(folder / DATABASE, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


@contextlib.contextmanager
def reading(folder: Path, wait: float = 5.0) -> Iterator[sqlite3.Connection]:
    """Open the database for reading alone, while a daemon runs or not; nothing is made and nothing changed.

    Raises:
        StoreError: others than its owner may write it, it cannot be read, or it was changed in a way that what was
            read may be wrong.
    """
    path = folder / DATABASE
    _check(folder, path)
    log = path.with_name(f"{DATABASE}-wal")
    # Without its log nobody has it open, and who may make no file can read it only as one that nobody changes.
    alone = not log.exists()
    before = path.stat()
    uri = f"file:{quote(os.fsencode(path))}?mode=ro{'&immutable=1' if alone else ''}"
    with told(visible(str(path))), contextlib.closing(sqlite3.connect(uri, timeout=wait, uri=True)) as connection:
        connection.execute("pragma trusted_schema = off")
        yield connection
    after = path.stat()
    if alone and (log.exists() or (before.st_mtime_ns, before.st_ino) != (after.st_mtime_ns, after.st_ino)):
        message = f"{visible(str(path))}: it was opened for writing while it was read; do it again"
        raise StoreError(message)


def _check(folder: Path, path: Path) -> None:
    """Make sure that nobody but the owner of the folder and root can have written what is read.

    Raises:
        StoreError: somebody else can.
    """
    try:
        owner = folder.stat().st_uid
        faults = [*above_faults(folder, owner), *folder_faults(folder, owner)]
        status = path.lstat()
    except OSError as error:
        message = f"{visible(str(path))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    if not stat.S_ISREG(status.st_mode):
        message = f"{visible(str(path))} is not a regular file"
        raise StoreError(message)
    faults += file_faults(path, status, owner)
    if faults:
        raise StoreError("; ".join(map(str, faults)))


def _give(path: Path, gid: int, rights: int) -> None:
    status = path.stat()
    if status.st_gid != gid:
        os.chown(path, -1, gid)
    if status.st_mode & _GROUP != rights:
        path.chmod(stat.S_IMODE(status.st_mode) & ~_GROUP | rights)


def _take_back(folder: Path) -> None:
    try:
        for path in (folder, *(folder / f"{DATABASE}{end}" for end in _FILES)):
            with contextlib.suppress(FileNotFoundError):
                mode = stat.S_IMODE(path.stat().st_mode)
                if mode & _GROUP:
                    path.chmod(mode & ~_GROUP)
    except OSError as error:
        message = f"{visible(str(folder))}: its group cannot be kept out: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error

"""Reads a file an operator wrote, unless others could have written it."""

import os
import stat
from collections.abc import Iterator
from errno import EACCES, EPERM
from pathlib import Path

from scanner.errors import ConfigError, Fault
from scanner.model.visible import visible

try:
    import grp
    import pwd
except ImportError:  # pragma: no cover - only POSIX has them, and only POSIX is asked
    grp = pwd = None  # type: ignore[assignment]  # stands for a module that is not there

_LARGEST = 1 << 20  # bytes; a policy of thousands of zones is far below


def read_trusted(path: Path) -> str:
    """Return the text of a file that only root and this user can change.

    Raises:
        ConfigError: it cannot be read, is no text, or others may write it or a folder above it.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a FIFO would wait for its writer
        with open(fd, "rb") as stream:  # noqa: PTH123 - a descriptor, no path
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                raise _unreadable(path, "not a regular file")
            if status.st_size > _LARGEST:
                raise _unreadable(path, f"over {_LARGEST:,} bytes; this is no configuration")
            data = stream.read(_LARGEST)
        faults = tuple(_untrusted(path, status))
    except OSError as error:
        way_out = "; DOCWARDEN_CONFIG set to nothing goes without it" if error.errno in {EACCES, EPERM} else ""
        raise _unreadable(path, f"cannot be read: {error.strerror}{way_out}") from error
    if faults:
        raise ConfigError(faults)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"not UTF-8 text: byte {error.start + 1}") from error


def _untrusted(path: Path, status: os.stat_result) -> Iterator[Fault]:
    if os.name != "posix":  # pragma: no cover - other systems guard files in other ways
        return
    given = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would hide a link that others can turn elsewhere
    real = path.resolve()
    yield from _owner_faults(path, status)
    yield from _mode_faults(path, status)
    for folder in sorted({*given.parents, *real.parents}):
        found = folder.stat()
        yield from _owner_faults(folder, found)
        if not found.st_mode & stat.S_ISVTX:  # in a sticky folder only its owner can replace another's file
            yield from _mode_faults(folder, found)


def _owner_faults(path: Path, status: os.stat_result) -> Iterator[Fault]:
    if status.st_uid not in {0, os.geteuid()}:
        message = f"belongs to user {status.st_uid}, who could change it; it must be yours or root's"
        yield Fault(visible(str(path)), "", message)


def _mode_faults(path: Path, status: os.stat_result) -> Iterator[Fault]:
    others = "o-w" if status.st_mode & stat.S_IWOTH else ""
    group = "g-w" if status.st_mode & stat.S_IWGRP and not _is_private(status) else ""
    if change := ",".join(filter(None, (group, others))):
        who = "everyone" if others else f"group {status.st_gid}"
        name = visible(str(path))
        yield Fault(name, "", f"{who} may write it; run: chmod {change} {name}")


def _is_private(status: os.stat_result) -> bool:
    """Tell whether a file's group is its owner's own, as where the usual umask is 002."""
    try:
        owner, group = pwd.getpwuid(status.st_uid), grp.getgrgid(status.st_gid)
    except KeyError:
        return False
    return owner.pw_gid == status.st_gid and group.gr_name == owner.pw_name and set(group.gr_mem) <= {owner.pw_name}


def _unreadable(path: Path, message: str) -> ConfigError:
    return ConfigError((Fault(visible(str(path)), "", message),))

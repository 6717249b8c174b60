"""Opens the state database: a folder nobody else can write, one SQLite file in it."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.errors import Fault, StoreError
from scanner.model.visible import visible
from scanner.trust import above_faults, file_faults, make_private_folder, open_private

DATABASE = "docwarden.db"
SYSTEM_STATE = Path("/var/lib/docwarden")
"""Where systemd keeps the state of the shipped units (`StateDirectory=docwarden`, systemd.exec(5))."""

_VERSION = 3

# Times in `queue` are of the clock of the process that runs, but for `since`, which is seconds since the epoch. A path
# waits until it is due, is ready until its turn comes, and is claimed until it is done: it stands in one index of these
# two at a time, so that a million paths that are not due cost those that are nothing.
_SCHEMA = """
    create table if not exists queue (
        path blob primary key,
        kind text not null,
        generation integer not null default 1,
        claimed integer not null default 0,
        ready integer not null default 0,
        rank integer not null,
        root integer not null default 0,
        owner integer not null default 0,
        turn integer not null default 0,
        due real not null,
        latest real not null,
        first_seen real not null,
        since real not null,
        why text not null default '',
        tries integer not null default 0,
        crashes integer not null default 0,
        size integer,
        mtime_ns integer,
        looked real
    ) without rowid;
    create index if not exists queue_due on queue (due) where claimed = 0 and ready = 0;
    create index if not exists queue_turn on queue (rank, root, owner, turn) where claimed = 0 and ready = 1;
    create index if not exists queue_since on queue (root, since);
    create index if not exists queue_why on queue (why) where why <> '';
    create table if not exists queue_root (id integer primary key, path blob not null unique);
    create table if not exists folder (id integer primary key, path blob not null unique, seal blob);
    create table if not exists file (
        folder integer not null references folder (id) on delete cascade,
        name blob not null,
        mark blob not null,
        primary key (folder, name)
    ) without rowid;
    create table if not exists root (
        path blob primary key,
        dirty integer not null default 0,
        clean integer not null default 0,
        why text not null default '',
        landmark text not null default '',
        walked real,
        lost integer not null default 0,
        loss text not null default '',
        lost_since real
    ) without rowid;
"""
# The queue of version 1 is made anew: the walk at the start of every daemon finds what waited in it.
_FROM_1 = """
    drop table queue;
    alter table root add column lost integer not null default 0;
    alter table root add column loss text not null default '';
    alter table root add column lost_since real;
"""
_FROM_2 = "alter table folder add column seal blob;"


def state_folder(explicit: str | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the journal and the alerts: the one named, systemd's, or the user's.

    Of root it is that of the service where there is one and root's own holds no database: who asks as root how it is
    means the service, which alone is told of its folder by systemd.

    Raises:
        StoreError: no folder is named and there is no home.
    """
    if explicit:
        return Path(explicit).absolute()
    if given := environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])
    if given := environ.get("XDG_STATE_HOME"):
        return Path(given) / "docwarden"
    try:
        own = Path("~/.local/state/docwarden").expanduser()
    except RuntimeError as error:
        message = "there is no home folder to keep the state in; --state names a folder"
        raise StoreError(message) from error
    return SYSTEM_STATE if os.geteuid() == 0 and SYSTEM_STATE.is_dir() and not (own / DATABASE).exists() else own


def connect(folder: Path, wait: float = 5.0) -> sqlite3.Connection:
    """Open the database in a state folder; what is missing is made, for its owner alone.

    A transaction begins with the first change and ends with the connection's `commit`, or a `with` on it; every commit
    is on the disk when it returns. Another process's transaction is waited for `wait` seconds.

    Raises:
        StoreError: the folder is not ours alone, or the database cannot be used.
    """
    make_folder(folder)
    path = folder / DATABASE
    _check(path)
    with told(visible(str(path))):
        connection = sqlite3.connect(path, timeout=wait, isolation_level="IMMEDIATE")
    try:
        with told(visible(str(path))):
            _prepare(connection, path)
    except StoreError:
        connection.close()
        raise
    return connection


def make_room(connection: sqlite3.Connection, error: BaseException | None) -> None:
    """Where `error` says that the disk is full, move what the log holds into the database, and cut the log.

    The log is reused only after that, and SQLite does it by itself only after a commit, for which there is no room.
    """
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("pragma wal_checkpoint(truncate)").fetchone()


def make_folder(folder: Path) -> None:
    """Make a state folder, or check the one there is.

    Raises:
        StoreError: it cannot be made, or others may write into it.
    """
    try:
        for fault in above_faults(folder, folder.stat().st_uid if folder.exists() else 0):
            raise _replaceable(folder, fault)
        make_private_folder(folder)
        status = folder.stat()
    except OSError as error:
        message = f"{visible(str(folder))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    if os.geteuid() not in {status.st_uid, 0}:  # SQLite gives what root makes in there to the owner of the database
        message = f"{visible(str(folder))} belongs to another user (uid {status.st_uid})"
        raise StoreError(message)
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        message = f"{visible(str(folder))} can be written by others; `chmod go-w` it, or name another folder"
        raise StoreError(message)


def private(path: Path) -> None:
    """Make an empty file in a state folder for its owner alone, or check the one there is.

    What root makes in the folder of another user is given to that one, whose daemon could not open it otherwise.

    Raises:
        StoreError: it cannot be made, is a link, or others may write it.
    """
    try:
        above = path.parent.stat()
        fd = open_private(path, os.O_RDWR, above.st_uid)
        try:
            made = os.fstat(fd)
            # An empty file of root under one name is the one just made: nobody else can put another one here.
            if os.geteuid() == 0 and made.st_uid == 0 != above.st_uid and (made.st_size, made.st_nlink) == (0, 1):
                os.fchown(fd, above.st_uid, above.st_gid)
        finally:
            os.close(fd)
    except OSError as error:
        message = f"{visible(str(path))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    except ValueError as error:
        raise StoreError(str(error)) from error


def _check(path: Path) -> None:
    """Make the database for its owner alone, or check the one there is, without opening it.

    Whoever closes a file gives up all locks that the process has on it, also those of SQLite in another connection
    (POSIX, fcntl). The next process would take itself for the only one, and delete the log under the others.

    Raises:
        StoreError: it cannot be made, is no file, or others may write it.
    """
    try:
        status = path.lstat()
        owner = path.parent.stat().st_uid
    except FileNotFoundError:
        private(path)
        return
    except OSError as error:
        message = f"{visible(str(path))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    if not stat.S_ISREG(status.st_mode):
        what = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "not a regular file"
        message = f"{visible(str(path))} is {what}"
        raise StoreError(message)
    if faults := file_faults(path, status, owner):
        raise StoreError("; ".join(map(str, faults)))


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Turn what SQLite raises into a `StoreError` about `what`."""
    try:
        yield
    except sqlite3.Error as error:
        message = f"{what} cannot be used: {error}"
        raise StoreError(message) from error


def _replaceable(folder: Path, fault: Fault) -> StoreError:
    return StoreError(
        f"{visible(str(folder))} stands in a folder of others, who could put another one in its place: {fault}"
    )


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("pragma foreign_keys = on")
    (mode,) = connection.execute("pragma journal_mode = wal").fetchone()
    if mode != "wal":
        message = (
            f"{visible(str(path))}: this file system cannot hold the state; --state names a folder on a local disk"
        )
        raise StoreError(message)
    connection.execute("pragma synchronous = full")
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > _VERSION:
        message = f"{visible(str(path))} has version {version}, this DocWarden reads {_VERSION}; use the newer one"
        raise StoreError(message)
    if version < _VERSION:
        before = (_FROM_1 if version == 1 else "") + (_FROM_2 if version else "")
        connection.executescript(f"begin immediate; {before} {_SCHEMA} pragma user_version = {_VERSION}; commit;")

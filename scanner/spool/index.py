"""Remembers in which state each file had its last verdict, under which rules, so that nothing is scanned twice."""

# ruff: noqa: PTH118 - names as the system gives them, for each file of a tree: the quick form

import os
import sqlite3
import struct
from collections.abc import Iterable

from scanner.model.document import Identity

_MARK = struct.Struct("<QQqqq")
_UNSIGNED = (1 << 64) - 1
_SEPARATOR = b"/"
_AFTER_SEPARATOR = b"0"
_LEAST = b"\0"  # in no name


class Index:
    """The files with a verdict, by folder and name. Nothing is committed here.

    A mark is the identity of a file and the rule set in one string of bytes; two are compared for equality only. A seal
    stands for all that a folder held when nothing in it differed; it is broken by whatever is put or forgotten there.
    """

    def __init__(self, connection: sqlite3.Connection, ruleset: str) -> None:
        """Take a connection of `spool.database` and the digest of the rules in force."""
        self._connection = connection
        self._ruleset = ruleset.encode()

    @property
    def rules(self) -> bytes:
        """The rules in force."""
        return self._ruleset

    def mark(self, status: os.stat_result) -> bytes:
        """Return the mark of a file in the given state under the rules in force."""
        return self._mark(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def put(self, path: str, identity: Identity) -> None:
        """Remember that a file in this state has its verdict."""
        known = (identity.device, identity.inode, identity.size, identity.mtime_ns, identity.ctime_ns)
        folder, name = _split(path)
        made = self._connection.execute("insert or ignore into folder (path) values (?)", (folder,)).rowcount
        self._break([*_above(folder), folder] if made else [folder])
        self._connection.execute(
            "insert or replace into file select id, ?, ? from folder where path = ?", (name, self._mark(*known), folder)
        )

    def knows(self, path: str, identity: Identity) -> bool:
        """Tell whether a file in this state has its verdict under the rules in force."""
        known = (identity.device, identity.inode, identity.size, identity.mtime_ns, identity.ctime_ns)
        folder, name = _split(path)
        row = self._connection.execute(
            "select mark from file where folder = (select id from folder where path = ?) and name = ?", (folder, name)
        ).fetchone()
        return row is not None and row[0] == self._mark(*known)

    def folder(self, path: str) -> dict[str, bytes]:
        """Return the marks of the files in one folder, by name."""
        rows = self._connection.execute(
            "select name, mark from file where folder = (select id from folder where path = ?)", (os.fsencode(path),)
        )
        return {os.fsdecode(name): mark for name, mark in rows}

    def subfolders(self, path: str) -> set[str]:
        """Return the names of the folders in this one that hold known files, at any depth."""
        prefix = os.path.join(os.fsencode(path), b"")
        end = prefix[:-1] + _AFTER_SEPARATOR
        names: set[str] = set()
        least = prefix + _LEAST
        while True:
            row = self._connection.execute(
                "select path from folder where path >= ? and path < ? order by path limit 1", (least, end)
            ).fetchone()
            if row is None:
                return names
            name, inside, _ = row[0][len(prefix) :].partition(_SEPARATOR)
            names.add(os.fsdecode(name))
            # What else is in that folder is skipped in one step.
            least = prefix + name + (_AFTER_SEPARATOR if inside else _LEAST)

    def holds(self, root: str) -> bool:
        """Tell whether files below a root are known."""
        return bool(self.subfolders(root) or self.folder(root))

    def count(self, root: str) -> int:
        """Return how many files below a root are known."""
        folder = os.fsencode(root)
        prefix = os.path.join(folder, b"")
        (number,) = self._connection.execute(
            """select count(*) from folder join file on folder = id
               where path = ? or (path > ? and path < ?)""",
            (folder, prefix, prefix[:-1] + _AFTER_SEPARATOR),
        ).fetchone()
        return int(number)

    def seal(self, path: str) -> bytes | None:
        """Return the seal of a folder, None where it is broken or there was none."""
        row = self._connection.execute("select seal from folder where path = ?", (os.fsencode(path),)).fetchone()
        return None if row is None else row[0]

    def keep_seal(self, path: str, seal: bytes, files: int) -> None:
        """Remember the seal of a folder in which nothing differed, unless other files of it are known by now."""
        self._connection.execute(
            """update folder set seal = ? where path = ? and seal is not ?
               and (select count(*) from file where folder = id) = ?""",
            (seal, os.fsencode(path), seal, files),
        )

    def forget(self, paths: Iterable[str]) -> None:
        """Forget files that are no more."""
        gone = [_split(path) for path in paths]
        self._break({folder for folder, _ in gone})
        self._connection.executemany(
            "delete from file where folder = (select id from folder where path = ?) and name = ?", gone
        )

    def forget_folder(self, path: str) -> None:
        """Forget all files in a folder and below it."""
        folder = os.fsencode(path)
        prefix = os.path.join(folder, b"")
        self._connection.execute(
            "delete from folder where path = ? or (path > ? and path < ?)",
            (folder, prefix, prefix[:-1] + _AFTER_SEPARATOR),
        )

    def _break(self, folders: Iterable[bytes]) -> None:
        self._connection.executemany(
            "update folder set seal = null where path = ? and seal is not null", [(folder,) for folder in folders]
        )

    def _mark(self, device: int, inode: int, size: int, mtime_ns: int, ctime_ns: int) -> bytes:
        return _MARK.pack(device & _UNSIGNED, inode & _UNSIGNED, size, mtime_ns, ctime_ns) + self._ruleset


def _split(path: str) -> tuple[bytes, bytes]:
    folder, name = os.path.split(os.fsencode(path))
    return folder, name


def _above(folder: bytes) -> list[bytes]:
    """Return the folders that a folder stands in."""
    above: list[bytes] = []
    while (parent := os.path.dirname(folder)) != folder:  # noqa: PTH120 - the path may hold bytes that are no text
        above.append(parent)
        folder = parent
    return above

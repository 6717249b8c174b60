"""Remembers durably which roots have to be walked: a doubt is gone only when a walk that began after it has ended."""

import os
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Root:
    """A root: why it has to be walked ("" if it has not), what it was, and when a walk last ended (epoch seconds)."""

    why: str = ""
    landmark: str = ""
    walked: float | None = None


class Roots:
    """The roots in the state database. Nothing is committed here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection of `spool.database`."""
        self._connection = connection

    def doubt(self, root: str, why: str) -> None:
        """Say that a root has to be walked; a walk that is under way does not count."""
        self._connection.execute(
            """insert into root (path, dirty, why) values (?, 1, ?)
               on conflict (path) do update set dirty = dirty + 1, why = excluded.why""",
            (os.fsencode(root), why),
        )

    def begin(self, root: str) -> int:
        """Return what `end` has to be told when the walk that begins now has ended."""
        row = self._connection.execute("select dirty from root where path = ?", (os.fsencode(root),)).fetchone()
        return 0 if row is None else int(row[0])

    def end(self, root: str, begun: int, landmark: str, wall: float) -> None:
        """Clear every doubt from before the walk began."""
        self._connection.execute(
            "update root set clean = max(clean, ?), landmark = ?, walked = ? where path = ?",
            (begun, landmark, wall, os.fsencode(root)),
        )

    def get(self, root: str) -> Root:
        """Return what is known of a root."""
        row = self._connection.execute(
            "select iif(dirty > clean, why, ''), landmark, walked from root where path = ?", (os.fsencode(root),)
        ).fetchone()
        return Root() if row is None else Root(*row)

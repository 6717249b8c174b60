"""Remembers durably which roots have to be walked: a doubt is gone only when a walk that began after it has ended."""

import os
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Root:
    """A root: why it has to be walked ("" if it has not), what it was, and when a walk last ended (epoch seconds).

    `loss` says why events were lost that no walk has made good yet ("" for none), `lost_since` when that was noticed.
    """

    why: str = ""
    landmark: str = ""
    walked: float | None = None
    loss: str = ""
    lost_since: float | None = None


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

    def lose(self, root: str, why: str, wall: float) -> None:
        """Say that events of a root were lost: it has to be walked, and until then there is a gap since `wall`.

        A gap that is open keeps its first reason and time.
        """
        self.doubt(root, why)
        self._connection.execute(
            """update root set loss = iif(lost > clean, loss, ?1), lost_since = iif(lost > clean, lost_since, ?2),
                   lost = dirty where path = ?3""",
            (why, wall, os.fsencode(root)),
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
            """select iif(dirty > clean, why, ''), landmark, walked, iif(lost > clean, loss, ''),
                   iif(lost > clean, lost_since, null) from root where path = ?""",
            (os.fsencode(root),),
        ).fetchone()
        return Root() if row is None else Root(*row)

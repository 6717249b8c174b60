"""Gives turns in the queue: round by root, by owner and by folder, so that one flood does not starve the rest."""

import os
import sqlite3

_FOLDERS_REMEMBERED = 50_000
_NO_OWNER = -2

Lane = tuple[int, int, int]
"""A rank, a root by its number, and an owner by the user id."""


class Turns:
    """Knows whose turn it is, of those who have something ready.

    Roots alternate, and in a root the owners. The files of one owner have a number each: a folder's next file has one
    more than its last, and a folder that had none for a while goes on where the others are (start-time fair queueing,
    Goyal, Vin and Cheng 1996). So a file that is alone in its folder comes before the second of any other folder.
    What is remembered here may be lost at any time: it decides the order only.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection of `spool.database`."""
        self._connection = connection
        self._last_root: dict[int, int] = {}
        self._last_owner: dict[tuple[int, int], int] = {}
        self._reached: dict[Lane, int] = {}
        self._given: dict[tuple[Lane, bytes], int] = {}

    def root(self, path: str) -> int:
        """Return the number of a root, in the transaction that is open."""
        query, known = "select id from queue_root where path = ?", (os.fsencode(path),)
        row = self._connection.execute(query, known).fetchone()
        if row is None:
            self._connection.execute("insert into queue_root (path) values (?)", known)
            row = self._connection.execute(query, known).fetchone()
        return int(row[0])

    def give(self, lane: Lane, folder: bytes) -> int:
        """Return the number of the next file in a folder."""
        reached = self._reached.get(lane)
        if reached is None:
            reached = self._reached[lane] = self._first(lane)
        turn = max(reached, self._given.get((lane, folder), -1) + 1)
        if len(self._given) >= _FOLDERS_REMEMBERED:
            self._forget()
        self._given[lane, folder] = turn
        return turn

    def next(self, rank: int) -> Lane | None:
        """Return whose turn it is among what is ready in a rank, None when nothing is."""
        root = self._after("root", (rank,), self._last_root.get(rank, -1))
        if root is None:
            return None
        owner = self._after("owner", (rank, root), self._last_owner.get((rank, root), _NO_OWNER))
        if owner is None:
            return None
        self._last_root[rank] = root
        self._last_owner[rank, root] = owner
        return rank, root, owner

    def reached(self, lane: Lane, turn: int) -> None:
        """Take note of the number of what was claimed."""
        self._reached[lane] = max(turn, self._reached.get(lane, 0))

    def _after(self, column: str, known: tuple[int, ...], last: int) -> int | None:
        """Return the next value of a column after the last one, or the first one again."""
        where = "".join(f" and {name} = ?" for name in ("rank", "root")[: len(known)])
        query = f"""select {column} from queue where claimed = 0 and ready = 1{where} and {column} > ?
                    order by {column} limit 1"""  # noqa: S608 - texts of ours
        row = self._connection.execute(query, (*known, last)).fetchone()
        if row is None and last != _NO_OWNER:
            row = self._connection.execute(query, (*known, _NO_OWNER)).fetchone()
        return None if row is None else int(row[0])

    def _first(self, lane: Lane) -> int:
        (turn,) = self._connection.execute(
            "select min(turn) from queue where claimed = 0 and ready = 1 and rank = ? and root = ? and owner = ?", lane
        ).fetchone()
        return int(turn or 0)

    def _forget(self) -> None:
        """Forget the folders that are no longer ahead of the others; all of them where each one is."""
        self._given = {key: turn for key, turn in self._given.items() if turn > self._reached.get(key[0], 0)}
        if len(self._given) > _FOLDERS_REMEMBERED // 2:
            self._given.clear()

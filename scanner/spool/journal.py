"""The durable queue: every path that waits for a verdict, once; nothing leaves it but by `done`."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.model.change import ChangeKind

_LIVE, _FOUND = 0, 1


@dataclass(frozen=True, slots=True)
class Request:
    """Asks for a path to be looked at when it is `due`, and whatever comes, no later than `latest`."""

    path: str
    kind: ChangeKind
    due: float
    latest: float
    first_seen: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A path taken out to be worked on; `generation` tells whether it changed meanwhile.

    `tries` counts how often it was put back for the reason `why`, `crashes` how often the daemon died over it.
    `looked` is the size, modification time and time of the last look, where one is to be compared.
    """

    path: str
    kind: ChangeKind
    generation: int
    first_seen: float
    why: str = ""
    tries: int = 0
    crashes: int = 0
    looked: tuple[int, int, float] | None = None


class Journal:
    """The queue in the state database. Nothing is committed here: whoever calls does, with what belongs to it.

    Signs of a change come before what a walk found. A path that changes while it is claimed stays queued.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection of `spool.database`."""
        self._connection = connection

    def recover(self, now: float, latest: float) -> int:
        """Put back what a daemon that died had claimed, make everything due, and return how many paths wait."""
        done = self._connection.execute(
            """update queue set crashes = crashes + claimed, claimed = 0, due = ?1, latest = ?2, first_seen = ?1,
                   why = '', tries = 0, size = null, mtime_ns = null, looked = null""",
            (now, latest),
        )
        return done.rowcount

    def put(self, requests: Iterable[Request], wall: float) -> None:
        """Queue paths that changed; one that waits already begins its wait anew, up to its `latest`."""
        self._connection.executemany(
            """insert into queue (path, kind, rank, due, latest, first_seen, since) values (?, ?, ?, ?, ?, ?, ?)
               on conflict (path) do update set
                   kind = excluded.kind, generation = generation + 1, rank = excluded.rank, tries = 0, why = '',
                   due = iif(claimed, excluded.due, min(excluded.due, latest)),
                   latest = iif(claimed, excluded.latest, latest),
                   first_seen = iif(claimed, excluded.first_seen, first_seen)""",
            [_row(ask, _LIVE, wall) for ask in requests],
        )

    def put_found(self, requests: Iterable[Request], wall: float) -> None:
        """Queue files that a walk found; what waits or is worked on already is left as it is."""
        self._connection.executemany(
            """insert or ignore into queue (path, kind, rank, due, latest, first_seen, since)
               values (?, ?, ?, ?, ?, ?, ?)""",
            [_row(ask, _FOUND, wall) for ask in requests],
        )

    def claim(self, now: float, most: int, *, trees: bool = False) -> list[Claim]:
        """Take up to `most` paths that are due, the longest due first; `trees` takes folders to walk, else files."""
        claims: list[Claim] = []
        for rank in (_LIVE, _FOUND):
            rows = self._connection.execute(
                f"""select path, kind, generation, first_seen, why, tries, crashes, size, mtime_ns, looked from queue
                    where claimed = 0 and rank = ? and due <= ? and kind {"=" if trees else "<>"} ?
                    order by due limit ?""",  # noqa: S608 - a text of ours
                (rank, now, ChangeKind.TREE.value, most - len(claims)),
            )
            claims += [_claim(*row) for row in rows]
        if claims:
            self._connection.executemany(
                "update queue set claimed = 1 where path = ?", [(os.fsencode(claim.path),) for claim in claims]
            )
        return claims

    def done(self, claim: Claim) -> bool:
        """Take a path out of the queue for good; False, and it stays, when it changed since it was claimed."""
        path = os.fsencode(claim.path)
        gone = self._connection.execute(
            "delete from queue where path = ? and generation = ?", (path, claim.generation)
        ).rowcount
        if not gone:
            self._connection.execute("update queue set claimed = 0 where path = ?", (path,))
        return gone > 0

    def retry(self, claim: Claim, due: float, why: str, looked: tuple[int, int, float] | None = None) -> None:
        """Put a path back until `due`, or sooner if it changed since it was claimed."""
        size, mtime_ns, at = looked or (None, None, None)
        self._connection.execute(
            """update queue set claimed = 0, size = ?, mtime_ns = ?, looked = ?,
                   due = iif(generation = ?, ?, due), tries = iif(why = ?6, tries + 1, 1), why = ?6
               where path = ?7""",
            (size, mtime_ns, at, claim.generation, due, why, os.fsencode(claim.path)),
        )

    def release(self, claims: Iterable[Claim]) -> None:
        """Put paths back as they were, because the daemon ends."""
        self._connection.executemany(
            "update queue set claimed = 0 where path = ?", [(os.fsencode(claim.path),) for claim in claims]
        )

    def next_due(self) -> float | None:
        """Return when the next path is due, None when none waits."""
        (soonest,) = self._connection.execute(
            """select min(due) from (select min(due) as due from queue where claimed = 0 and rank = 0
               union all select min(due) from queue where claimed = 0 and rank = 1)"""
        ).fetchone()
        return None if soonest is None else float(soonest)

    def exceeds(self, number: int) -> bool:
        """Tell whether more paths wait than this; quick however many there are."""
        row = self._connection.execute("select 1 from queue limit 1 offset ?", (number,)).fetchone()
        return row is not None

    def length(self) -> int:
        """Return how many paths wait or are worked on."""
        (count,) = self._connection.execute("select count(*) from queue").fetchone()
        return int(count)

    def oldest(self) -> float | None:
        """Return since when the oldest path waits, in seconds since the epoch."""
        (since,) = self._connection.execute("select min(since) from queue").fetchone()
        return None if since is None else float(since)

    def deferred(self) -> Counter[str]:
        """Return how many paths were put back, by reason."""
        return Counter(dict(self._connection.execute("select why, count(*) from queue where why <> '' group by why")))


def _row(ask: Request, rank: int, wall: float) -> tuple[bytes, str, int, float, float, float, float]:
    return os.fsencode(ask.path), ask.kind.value, rank, ask.due, ask.latest, ask.first_seen, wall


def _claim(  # noqa: PLR0913, PLR0917 - one argument a column
    path: bytes,
    kind: str,
    generation: int,
    first_seen: float,
    why: str,
    tries: int,
    crashes: int,
    size: int | None,
    mtime_ns: int | None,
    looked: float | None,
) -> Claim:
    last = None if size is None or mtime_ns is None or looked is None else (size, mtime_ns, looked)
    return Claim(os.fsdecode(path), ChangeKind(kind), generation, first_seen, why, tries, crashes, last)

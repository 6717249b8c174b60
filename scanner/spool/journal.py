"""The durable queue: every path that waits for a verdict, once; nothing leaves it but by `done`."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.model.change import ChangeKind
from scanner.spool.turns import Turns

_LIVE, _FOUND, _TREE = 0, 1, 2
_RANKS = {ChangeKind.TREE: _TREE, ChangeKind.FOUND: _FOUND}
_RIPEN, _RIPEN_LAST = 4000, 1000
_ASKED_AT_ONCE = 500
CHANGED = "changed while it was read"
"""Why a path is put back that would wait for ever if it began anew with each change."""

_AGAIN = 60.0  # seconds after the last change; a file that changes faster than it can be read is read that often
_INSERT = """insert into queue (path, kind, rank, root, owner, turn, due, latest, first_seen, since)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_COLUMNS = "path, kind, generation, first_seen, why, tries, crashes, size, mtime_ns, looked"
_READY = "from queue where claimed = 0 and ready = 1"


@dataclass(frozen=True, slots=True)
class Request:
    """Asks for a path to be looked at when it is `due`, and whatever comes, no later than `latest`.

    Those of one `root` and one `owner` (a user id) share a turn, so that nobody's many files keep others waiting.
    """

    path: str
    kind: ChangeKind
    due: float
    latest: float
    first_seen: float
    root: str = ""
    owner: int = 0


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


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many paths below one root wait or are worked on, and since when the oldest does (epoch seconds)."""

    number: int
    oldest: float


class Journal:
    """The queue in the state database. Nothing is committed here: whoever calls does, with what belongs to it.

    Signs of a change come before what a walk found. Among each, roots take turns, in a root the owners of files, and
    for an owner the folders. A path that changes while it is claimed stays queued.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection of `spool.database`."""
        self._connection = connection
        self._turns = Turns(connection)

    def recover(self, now: float, latest: float) -> int:
        """Put back what a daemon that died had claimed, make everything due, and return how many paths wait."""
        done = self._connection.execute(
            """update queue set crashes = crashes + claimed, claimed = 0, ready = 1, due = ?1, latest = ?2,
                   first_seen = ?1, why = '', tries = 0, size = null, mtime_ns = null, looked = null""",
            (now, latest),
        )
        return done.rowcount

    def put(self, requests: Iterable[Request], wall: float) -> None:
        """Queue paths that changed; one that waits already begins its wait anew, up to its `latest`.

        One that changed while it was read does not begin anew: its next turn comes as it was to.
        """
        self._connection.executemany(
            f"""{_INSERT} on conflict (path) do update set
                    kind = excluded.kind, generation = generation + 1, rank = excluded.rank,
                    tries = iif(why = '{CHANGED}', tries, 0), why = iif(why = '{CHANGED}', why, ''), ready = 0,
                    due = iif(claimed, excluded.due,
                              iif(why = '{CHANGED}', min(max(due, excluded.due), excluded.due + {_AGAIN}),
                                  min(excluded.due, latest))),
                    latest = iif(claimed, excluded.latest, latest),
                    first_seen = iif(claimed, excluded.first_seen, first_seen)""",
            self._rows(list(requests), wall),
        )

    def put_found(self, requests: Iterable[Request], wall: float) -> None:
        """Queue files that a walk found; what waits or is worked on already is left as it is."""
        self._connection.executemany(f"{_INSERT} on conflict do nothing", self._rows(list(requests), wall))

    def claim(self, now: float, most: int, *, trees: bool = False) -> list[Claim]:
        """Take up to `most` paths that are due, each in its turn; `trees` takes folders to walk, else files."""
        self._ripen(now)
        claims: list[Claim] = []
        for rank in (_TREE,) if trees else (_LIVE, _FOUND):
            while len(claims) < most and (lane := self._turns.next(rank)):
                row = self._connection.execute(
                    f"select turn, {_COLUMNS} {_READY} and rank = ? and root = ? and owner = ? order by turn limit 1",
                    lane,
                ).fetchone()
                self._turns.reached(lane, row[0])
                self._connection.execute("update queue set claimed = 1 where path = ?", (row[1],))
                claims.append(_claim(*row[1:]))
        return claims

    def _ripen(self, now: float) -> None:
        """Make ready what is due, at most so much at once: what came first, and what came last behind a flood."""
        due = "select path from queue where claimed = 0 and ready = 0 and due <= ? order by due"
        for order, most in (("asc", _RIPEN), ("desc", _RIPEN_LAST)):
            # Asking first begins no transaction for nothing.
            if self._connection.execute(f"{due} {order} limit 1", (now,)).fetchone():
                self._connection.execute(
                    f"update queue set ready = 1 where path in ({due} {order} limit ?)",  # noqa: S608 - texts of ours
                    (now, most),
                )

    def _rows(self, requests: Sequence[Request], wall: float) -> Iterator[tuple[object, ...]]:
        """Yield the rows of requests; only what does not wait yet takes a turn."""
        roots = {root: self._turns.root(root) for root in {ask.root for ask in requests}}
        for start in range(0, len(requests), _ASKED_AT_ONCE):
            piece = requests[start : start + _ASKED_AT_ONCE]
            paths = [os.fsencode(ask.path) for ask in piece]
            marks = ", ".join("?" * len(paths))
            query = f"select path from queue where path in ({marks})"  # noqa: S608 - question marks only
            waiting = self._connection.execute(query, paths)
            known = {path for (path,) in waiting}
            for path, ask in zip(paths, piece, strict=True):
                rank = _RANKS.get(ask.kind, _LIVE)
                lane = rank, roots[ask.root], ask.owner
                turn = 0 if path in known else self._turns.give(lane, path.rpartition(b"/")[0])
                yield path, ask.kind.value, *lane, turn, ask.due, ask.latest, ask.first_seen, wall

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
        """Put a path back until `due`, or sooner if it changed since, and that is not `why`."""
        size, mtime_ns, at = looked or (None, None, None)
        self._connection.execute(
            """update queue set claimed = 0, ready = 0, size = ?, mtime_ns = ?, looked = ?,
                   due = iif(generation = ? or ?6 = ?8, ?5, due), tries = iif(why = ?6, tries + 1, 1), why = ?6
               where path = ?7""",
            (size, mtime_ns, at, claim.generation, due, why, os.fsencode(claim.path), CHANGED),
        )

    def release(self, claims: Iterable[Claim]) -> None:
        """Put paths back as they were, because the daemon ends."""
        self._connection.executemany(
            "update queue set claimed = 0, ready = 0 where path = ?", [(os.fsencode(claim.path),) for claim in claims]
        )

    def next_due(self, *, trees: bool = True) -> float | None:
        """Return when the next path is due, None when none waits; one that is ready has been due since ever.

        Without `trees`, folders to walk that are ready do not count.
        """
        last = _TREE if trees else _FOUND
        if self._connection.execute(f"select 1 {_READY} and rank <= ? limit 1", (last,)).fetchone():
            return float("-inf")
        (soonest,) = self._connection.execute("select min(due) from queue where claimed = 0 and ready = 0").fetchone()
        return None if soonest is None else float(soonest)

    def found_exceed(self, number: int) -> bool:
        """Tell whether more paths wait that a walk found than this; quick however many there are."""
        rest = f"{_READY} and rank = ? limit 1 offset ?"
        return self._connection.execute(f"select 1 {rest}", (_FOUND, number)).fetchone() is not None

    def backlog(self) -> dict[str, Backlog]:
        """Return what waits, by root; a root with nothing is left out."""
        rows = self._connection.execute(
            """select path, number, oldest from (select root, count(*) as number, min(since) as oldest from queue
               group by root) left join queue_root on id = root"""
        )
        return {os.fsdecode(path or b""): Backlog(number, oldest) for path, number, oldest in rows}

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

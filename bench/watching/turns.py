"""Fills the queue with a million paths and takes them out: how fast, and who waits for whom.

Paths of forty owners in ten thousand folders below three roots are queued, made ready, and claimed and done two and 64
at a time. Then 50,000 files of one folder are queued before a single one of another folder of the same owner: it has to
be among the next ten. Times are of the processor, with commits that reach the disk when the kernel likes; a commit that
has to be on the disk takes what the disk takes. Goals: 10,000 paths a second put, 2,000 claimed and done two at a time.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from scanner.model.change import ChangeKind
from scanner.spool.database import connect
from scanner.spool.journal import Journal, Request

_ROWS, _BATCH = 1_000_000, 1000
_CLAIMS = 20_000
_FLOOD = 50_000
_PUT, _CLAIMED, _WAITS = 10_000, 2_000, 10


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure."""
    rows = _ROWS // 10 if small else _ROWS
    with closing(connect(scratch / "state")) as connection:
        connection.execute("pragma synchronous = normal")
        journal = Journal(connection)
        began = time.process_time()
        for start in range(0, rows, _BATCH):
            with connection:
                journal.put(map(_ask, range(start, start + _BATCH)), 0.0)
        put = rows / (time.process_time() - began)
        began, rounds = time.process_time(), 0
        while connection.execute("select 1 from queue where ready = 0 limit 1").fetchone():
            with connection:
                journal.claim(5.0, 0)
            rounds += 1
        ready = rows / (time.process_time() - began)
        began = time.process_time()
        waiting = sum(entry.number for entry in journal.backlog().values())
        told = time.process_time() - began
        rates: dict[int, float] = {}
        for most in (2, 64):
            began, done = time.process_time(), 0
            while done < _CLAIMS:
                with connection:
                    claims = journal.claim(5.0, most)
                    for claim in claims:
                        journal.done(claim)
                done += len(claims)
            rates[most] = done / (time.process_time() - began)
        print(f"  {waiting:,} paths: {put:,.0f}/s put, {ready:,.0f}/s made ready, backlog told in {told * 1000:.0f} ms")
        print(f"  claimed and done: {rates[2]:,.0f}/s two at a time, {rates[64]:,.0f}/s 64 at a time", flush=True)
        if put < _PUT or rates[2] < _CLAIMED:
            yield f"{put:,.0f} paths put a second, {rates[2]:,.0f} claimed"
    yield from _alone(scratch)


def _alone(scratch: Path) -> Iterator[str]:
    with closing(connect(scratch / "alone")) as connection:
        journal = Journal(connection)
        for start in range(0, _FLOOD, _BATCH):
            with connection:
                flood = range(start, start + _BATCH)
                journal.put([_request(f"/srv/flood/{number}", 1.0 + number / 1e5, "/srv", 7) for number in flood], 0.0)
        with connection:
            journal.claim(5.0, 2)
            journal.put([_request("/srv/alone/one", 2.0, "/srv", 7)], 0.0)
            claims = 0
            while claims < _FLOOD:
                claims += 1
                if journal.claim(5.0, 1)[0].path == "/srv/alone/one":
                    break
    print(f"  alone behind {_FLOOD:,} of another folder: claim number {claims}")
    if claims > _WAITS:
        yield f"a file alone in its folder was claim number {claims}"


def _ask(number: int) -> Request:
    folder = f"/srv/share{number % 3}/department {number % 10}/folder {number // 50 % 10_000}"
    return _request(f"{folder}/a document {number}.docx", 1.0, f"/srv/share{number % 3}", 1000 + number % 40)


def _request(path: str, due: float, root: str, owner: int) -> Request:
    return Request(path, ChangeKind.CLOSED, due, 30.0, 0.0, root, owner)

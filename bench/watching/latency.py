"""Closes small text files one by one, and waits for the verdict on each: half within 30 ms of the settling time.

The time is from the end of the close to the moment in which the verdict can be read from the database; the settling
time, 0.3 s, is part of it. 99 of a hundred come within 250 ms of it. The machine has to be quiet.
"""

import math
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.watching._daemon import watching, ways
from bench.watching._oracle import asking
from scanner.watch.settle import Patience

_FILES, _SMALL = 300, 100
_HALF, _MOST = 0.030, 0.250
_LONGEST = 30.0
_LOOK = 0.001
_TEXT = "A note about nothing of note, with the number {}.\n"


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure every reader that can be had, with the product behind it."""
    files = _SMALL if small else _FILES
    settle = Patience().closed
    chance = random.Random(files)  # noqa: S311 - moments, no secret
    for way in ways(scratch):
        root, state = scratch / f"{way}", scratch / f"{way}-state"
        root.mkdir()
        with watching(root, state, way, parse=True):
            _wait_for(root, state, "first")
            times: list[float] = []
            for number in range(files):
                time.sleep(chance.uniform(0, 0.05))
                times.append(_wait_for(root, state, str(number)))
        half, most = share(times, 0.5) - settle, share(times, 0.99) - settle
        print(
            f"  {way}: {files} files, close to verdict less {settle * 1000:.0f} ms: p50 {half * 1000:.0f} ms, p90"
            f" {(share(times, 0.9) - settle) * 1000:.0f} ms, p99 {most * 1000:.0f} ms,"
            f" worst {(max(times) - settle) * 1000:.0f} ms",
            flush=True,
        )
        if half > _HALF or most > _MOST:
            yield f"{way}: p50 {half * 1000:.0f} ms, p99 {most * 1000:.0f} ms over the settling time"


def share(times: Sequence[float], part: float) -> float:
    """Return the time within which this part of all came: the nearest rank."""
    return sorted(times)[max(0, math.ceil(part * len(times)) - 1)]


def _wait_for(root: Path, state: Path, name: str) -> float:
    path = root / f"{name}.txt"
    with asking(state) as connection:
        with path.open("w") as stream:
            stream.write(_TEXT.format(name) * 20)
        closed = time.monotonic()
        version = None
        while time.monotonic() - closed < _LONGEST:
            (now,) = connection.execute("pragma data_version").fetchone()
            if now != version:
                version = now
                if connection.execute("select 1 from verdict where path = ?", (os.fsencode(path),)).fetchone():
                    return time.monotonic() - closed
            time.sleep(_LOOK)
    message = f"no verdict on {path} within {_LONGEST:g} s"
    raise RuntimeError(message)

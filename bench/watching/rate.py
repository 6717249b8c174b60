"""Writes small files faster and faster: a thousand a second and more are journalled, and none is lost.

A rate is sustained when two seconds after the last file all are in the journal or have a verdict, and no event was
lost. The workers read nothing, so that every file also gets its verdict meanwhile, which takes the agent its time.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from bench.watching._daemon import Watch, watching, ways
from bench.watching._oracle import asking

_GOAL = 1_000
_RATES = (1_000, 2_000, 4_000, 8_000)
_SECONDS, _SHORT = 20.0, 8.0
_SOON = 2.0
_SAID = 6.0
_FOLDERS = 100
_TICK = 0.01
_LONGEST = 600.0


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure every reader that can be had."""
    seconds = _SHORT if small else _SECONDS
    for way in ways(scratch):
        root, state = scratch / f"{way}", scratch / f"{way}-state"
        for number in range(_FOLDERS):
            (root / f"{number}").mkdir(parents=True)
        best = 0.0
        with watching(root, state, way) as watch:
            for rate in _RATES:
                reached, lag, lost = _at(watch, state, rate, seconds)
                sustained = lost == 0 and lag is not None
                said = f"all journalled {lag:.2f} s after the last" if lag is not None else "not journalled in time"
                print(
                    f"  {way}: {reached:,.0f} files a second for {seconds:.0f} s: {said}, lost {lost} times", flush=True
                )
                if not sustained:
                    break
                best = max(best, reached)
            watch.until_quiet(_LONGEST)
            missing = watch.missing()
        print(f"  {way}: {best:,.0f} a second sustained, {len(missing)} files without a verdict in the end", flush=True)
        if best < _GOAL * 0.98:  # a pacer is never quite as quick as it is told
            yield f"{way}: {best:,.0f} files a second are sustained"
        if missing:
            yield f"{way}: {len(missing)} have no verdict, such as {missing[0]}"


def _at(watch: Watch, state: Path, rate: int, seconds: float) -> tuple[float, float | None, int]:
    """Return the rate that the writer reached, how long the journal took after the last file, and the losses."""
    lost, before = watch.status().lost, _known(state)
    began, number = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        while number < rate * passed:
            path = f"{watch.root}/{number % _FOLDERS}/at{rate}-{number}.txt"
            fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o644)
            os.write(fd, b"A note of no importance.\n")
            os.close(fd)
            number += 1
        time.sleep(_TICK)
    ended = time.monotonic()
    lag = None
    while (passed := time.monotonic() - ended) < _SOON:
        if _known(state) - before >= number:
            lag = passed
            break
        time.sleep(_TICK)
    watch.until_quiet(_LONGEST)
    time.sleep(_SAID)  # the status is written every five seconds
    return number / seconds, lag, watch.status().lost - lost


def _known(state: Path) -> int:
    """Return how many files have a verdict, or wait in the journal for their first."""
    with asking(state) as connection:
        (known,) = connection.execute(
            """select (select count(*) from verdict) + (select count(*) from queue where not exists
                   (select 1 from verdict where verdict.path = queue.path))"""
        ).fetchone()
        return int(known)

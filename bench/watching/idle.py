"""Watches 100,000 folders in which nothing happens, then while much happens elsewhere on the file system.

Quiet, no more than half a percent of a core is used; the time and the memory that it takes to begin are shown.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from bench._processes import resident
from bench.watching._daemon import watching, ways
from bench.watching._writers import Writer

_FOLDERS, _SMALL = 100_000, 2_000
_SECONDS, _MOST = 30.0, 0.005
_ELSEWHERE = 50_000


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure every reader that can be had."""
    writer = Writer(scratch)
    root = scratch / "root"
    folders = _SMALL if small else _FOLDERS
    for number in range(folders):
        (root / f"{number // 1000}/{number}").mkdir(parents=True)
    for way in ways(scratch):
        began = time.monotonic()
        with watching(root, scratch / f"{way}-state", way) as watch:
            ready = time.monotonic() - began
            memory = resident(watch.process.pid) / (1 << 20)
            busy = watch.busy()
            time.sleep(_SECONDS)
            idle = (watch.busy() - busy) / _SECONDS
            elsewhere = scratch / f"{way}-elsewhere"
            elsewhere.mkdir()
            busy, began = watch.busy(), time.monotonic()
            writer.write("burst", elsewhere, _SMALL if small else _ELSEWHERE)
            time.sleep(1)
            noise = (watch.busy() - busy) / (time.monotonic() - began)
            print(
                f"  {way}: {folders} folders walked and watched after {ready:.1f} s, {memory:.0f} MB; idle {idle:.2%}"
                f" of a core; {noise:.1%} while files are made elsewhere",
                flush=True,
            )
        if idle > _MOST:
            yield f"{way}: idle {idle:.2%} of a core"

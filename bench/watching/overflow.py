"""Fills the kernel's queue over more than 16,384 folders, also during a walk and twice in a row: one walk mends all.

The daemon is held while links that are left out fill the queue, and files are written that it has no room for, half of
them in fresh folders. Then everything has to have a verdict, the reader has to hear a late file, and there has to be
rest: no walk after walk, and no more than half a percent of a core.
"""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

from bench.watching._daemon import NOISE, Watch, watching, ways

_FOLDERS, _LINKS, _FILES = 18_000, 17_000, 2_000
_LONGEST = 1800.0
_IDLE, _MOST = 20.0, 0.005


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure every reader that can be had."""
    folders = _FOLDERS // 9 if small else _FOLDERS
    for way in ways(scratch):
        root = scratch / f"{way}"
        paths = [root / f"{number // 100}/{number}" for number in range(folders)]
        for path in paths:
            path.mkdir(parents=True)
        with watching(root, scratch / f"{way}-state", way) as watch:
            lost = watch.status().lost
            with watch.stopped():
                _fill(paths, "once")
            yield from _mended(watch, f"{way}: overflow with {folders} folders", lost)
            lost = watch.status().lost
            watch.process.send_signal(signal.SIGHUP)
            time.sleep(0.2)
            with watch.stopped():
                _fill(paths, "walk")
            yield from _mended(watch, f"{way}: overflow during a walk", lost)
            lost = watch.status().lost
            for turn in ("first", "second"):
                with watch.stopped():
                    _fill(paths, turn)
                if turn == "first":
                    watch.until(lambda: not watch.quiet(), 60)
            yield from _mended(watch, f"{way}: two overflows in a row", lost)


def _fill(paths: list[Path], name: str) -> None:
    for number in range(_LINKS):
        (paths[number % len(paths)] / f"{name}{number}{NOISE}").symlink_to("nothing")
    for number in range(_FILES):
        folder = paths[number]
        if number % 2:
            folder /= f"{name}/fresh"
            folder.mkdir(parents=True)
        (folder / f"{name}.txt").write_text(f"{name} {number}\n")


def _mended(watch: Watch, what: str, lost: int) -> Iterator[str]:
    if not watch.until(lambda: watch.status().lost > lost, 60):
        yield f"{what}: no loss was said"
    took = watch.until_quiet(_LONGEST)
    missing = watch.missing()
    late = watch.root / f"0/0/late-{time.monotonic_ns()}.txt"
    late.write_text(f"late: {what}\n")
    heard = watch.until(lambda: watch.quiet() and str(late) in watch.verdicts(), 120)
    watch.until_quiet(60)
    busy = watch.busy()
    time.sleep(_IDLE)
    idle = (watch.busy() - busy) / _IDLE
    times = watch.status().lost - lost
    print(
        f"  {what}: {len(missing)} without a verdict after {took:.0f} s; lost {times} times, then {idle:.2%} of a core"
        f" idle, a late file {'heard' if heard else 'NOT heard'}",
        flush=True,
    )
    if missing:
        yield f"{what}: {len(missing)} have no verdict, such as {missing[0]}"
    if idle > _MOST or not heard or not watch.quiet():
        yield f"{what}: no rest afterwards, {idle:.2%} of a core"

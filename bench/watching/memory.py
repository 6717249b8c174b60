"""Writes a million files while no worker takes any: the agent keeps below 300 MB, and loses none.

The journal takes them all, or says that a walk is due; when the workers begin, each file gets its verdict. The memory
is the most that the agent ever held, from its start to the last verdict.
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.watching._daemon import Watch, ways
from bench.watching._memory import peak
from bench.watching._oracle import asking
from bench.watching._writers import Writer

_FILES, _SMALL = 1_000_000, 200_000
_MOST = 300 << 20
_STEADY = 5.0
_LONGEST = 3600.0


def measure(scratch: Path, *, small: bool, files: int | None = None) -> Iterator[str]:
    """Measure the best reader that can be had, and in the long form all of them."""
    files = files or (_SMALL if small else _FILES)
    writer = Writer(scratch)
    for way in list(ways(scratch))[-1 if small else 0 :]:
        root, state, go = scratch / f"{way}", scratch / f"{way}-state", scratch / f"{way}-go"
        root.mkdir()
        state.mkdir(mode=0o700)
        command = [sys.executable, "-m", "bench.watching._stalled", str(root), str(state), str(way), str(go)]
        with _running(command, root, state) as watch:
            start = peak(watch.process.pid)
            began = time.monotonic()
            writer.write("burst", root, files)
            wrote = time.monotonic() - began
            queued = _steady(state)
            journalled, stalled = time.monotonic() - began - _STEADY, peak(watch.process.pid)
            lost = watch.status().lost
            go.touch()
            began = time.monotonic()
            watch.until_quiet(_LONGEST)
            drained, most = time.monotonic() - began, peak(watch.process.pid)
            missing = watch.missing()
        megabytes = [size / (1 << 20) for size in (start, stalled, most)]
        print(
            f"  {way}: {files} files by {writer.name} in {wrote:.0f} s, {queued} in the journal after {journalled:.0f}"
            f" s, events lost {lost} times; then read in {drained:.0f} s, {len(missing)} without a verdict; it held"
            f" {megabytes[0]:.0f} MB at the start, {megabytes[1]:.0f} at most while stalled, {megabytes[2]:.0f} in all",
            flush=True,
        )
        if most > _MOST:
            yield f"{way}: the agent held {megabytes[2]:.0f} MB"
        if missing:
            yield f"{way}: {len(missing)} have no verdict, such as {missing[0]}"


@contextlib.contextmanager
def _running(command: list[str], root: Path, state: Path) -> Iterator[Watch]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        watch = Watch(process, root, state)
        try:
            if not watch.until((state / "status.json").exists, 60):
                message = "the daemon did not begin"
                raise RuntimeError(message)
            watch.until(lambda: watch.status().walked is not None, 60)
            yield watch
        finally:
            process.terminate()
            process.wait(60)


def _steady(state: Path) -> int:
    """Wait until the queue has not grown for a while, and return how long it is."""
    length, since = -1, time.monotonic()
    while time.monotonic() - since < _STEADY:
        with asking(state) as connection:
            (now,) = connection.execute("select count(*) from queue").fetchone()
        if now != length:
            length, since = now, time.monotonic()
        time.sleep(0.5)
    return length

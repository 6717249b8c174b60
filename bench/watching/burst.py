"""Writes 50,000 small files into 600 fresh nested folders at once: each has a verdict in the end.

A walk by the clock would hide a loss, so there is none meanwhile; a loss that the reader notices and a walk mends is
counted and shown. The figures of the reader alone, without the daemon behind it, tell how many files were reported, and
how many of them as closed, which need no second look.
"""

import os
import queue
import time
from collections.abc import Iterator
from pathlib import Path

from bench.watching._daemon import watching, ways
from bench.watching._writers import Writer
from scanner.model.change import Change, ChangeKind
from scanner.model.way import Way
from scanner.watch.choice import Choice

_FILES, _SMALL = 50_000, 2_000
_LONGEST = 1800.0
_SILENCE = 2.0


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure every reader alone, then the daemon with it, then the product."""
    writer = Writer(scratch)
    files = _SMALL if small else _FILES
    for way in ways(scratch):
        yield from _alone(scratch / f"{way}-alone", way, writer, files)
    for way in ways(scratch):
        yield from _whole(scratch / f"{way}", way, writer, files, parse=False)
    for way in ways(scratch):
        yield from _whole(scratch / f"{way}-read", way, writer, files, parse=True)


def _alone(root: Path, way: Way, writer: Writer, files: int) -> Iterator[str]:
    root.mkdir()
    heard: queue.SimpleQueue[Change] = queue.SimpleQueue()
    losses: list[str] = []
    reader = Choice(way)(str(root), heard.put, losses.append)
    reader.start()
    try:
        began, used = time.monotonic(), time.process_time()
        writer.write("burst", root, files)
        wrote = time.monotonic() - began
        seen: dict[str, set[ChangeKind]] = {}
        last = time.monotonic()
        try:
            while True:
                change = heard.get(timeout=_SILENCE)
                last = time.monotonic()
                seen.setdefault(change.path, set()).add(change.kind)
        except queue.Empty:
            used = time.process_time() - used
    finally:
        reader.stop()
    made = {os.path.join(top, name) for top, _, names in os.walk(root) for name in names}  # noqa: PTH118 - many
    reported = made & seen.keys()
    closed = sum(ChangeKind.CLOSED in seen[path] for path in reported)
    print(
        f"  {way} alone: {files} files by {writer.name} in {wrote:.1f} s; reported {len(reported) / files:.2%}, closed"
        f" {closed / files:.1%}, lost {len(losses)} times, {used:.2f} s of processor, {last - began - wrote:.1f} s on",
        flush=True,
    )
    if len(reported) < files and not losses:
        yield f"{way}: {files - len(reported)} files were not reported, and nothing was said"


def _whole(root: Path, way: Way, writer: Writer, files: int, *, parse: bool) -> Iterator[str]:
    root.mkdir()
    what = f"{way}, {'read by workers' if parse else 'nothing read'}"
    with watching(root, root.with_name(f"{root.name}-state"), way, parse=parse) as watch:
        began = time.monotonic()
        writer.write("burst", root, files)
        wrote = time.monotonic() - began
        watch.until(lambda: len(watch.verdicts()) >= files, _LONGEST)
        took = time.monotonic() - began
        watch.until_quiet(_LONGEST)
        missing = watch.missing()
        time.sleep(6)  # the status is written every five seconds
        print(
            f"  {what}: {files} files by {writer.name} in {wrote:.1f} s; {(files - len(missing)) / files:.2%} with a"
            f" verdict after {took:.0f} s; events were lost {watch.status().lost} times",
            flush=True,
        )
    if missing:
        yield f"{what}: {len(missing)} files have no verdict, such as {missing[0]}"

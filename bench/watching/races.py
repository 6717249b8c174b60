"""Makes 2,000 times `mkdir -p a/b/c` and a file in it, and moves and renames trees while they are read: all is found.

Back to back, then one every 2 ms; a tree of 10,000 files moved in; the same renamed while it is read; 500 files saved
over themselves by a temporary name, as editors do.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from bench.watching._daemon import Watch, watching, ways
from bench.watching._writers import Writer

_TIMES, _TREE, _SAVES = 2_000, 10_000, 500
_LONGEST = 900.0
_REST = 0.002


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure every reader that can be had."""
    writer = Writer(scratch)
    share = 10 if small else 1
    for way in ways(scratch):
        root, aside = scratch / f"{way}", scratch / f"{way}-aside"
        root.mkdir()
        aside.mkdir()
        with watching(root, scratch / f"{way}-state", way) as watch:
            (root / "quick").mkdir()
            writer.write("race", root / "quick", _TIMES // share)
            yield from _all(watch, f"{way}: folders and files back to back", _TIMES // share)
            for number in range(_TIMES // share):
                folder = root / f"slow/{number}/b/c"
                folder.mkdir(parents=True)
                (folder / "f.txt").write_text(f"A note, number {number}.\n")
                time.sleep(_REST)
            yield from _all(watch, f"{way}: folders and files every 2 ms", _TIMES // share)
            writer.write("burst", aside, _TREE // share)
            (aside / "0").rename(root / "moved")
            yield from _all(watch, f"{way}: a tree moved in", _TREE // share)
            writer.write("burst", aside, _TREE // share, 1)
            (aside / "1").rename(root / "first")
            watch.until(lambda: any("/first/" in path for path in watch.verdicts()), _LONGEST)
            (root / "first").rename(root / "second")
            (root / "second/late.txt").write_text("A late note.\n")
            yield from _all(watch, f"{way}: a tree renamed while it is read", _TREE // share + 1)
            for number in range(_SAVES // share):
                saved = root / "saves" / f"{number}.txt"
                saved.parent.mkdir(exist_ok=True)
                for turn in range(3):
                    fresh = saved.with_name(f".{number}.tmp")
                    fresh.write_text(f"Turn {turn}.\n")
                    fresh.replace(saved)
            yield from _all(watch, f"{way}: files saved over themselves", _SAVES // share)


def _all(watch: Watch, what: str, files: int) -> Iterator[str]:
    """Wait until nothing is left to do, and see whether all has a verdict."""
    took = watch.until_quiet(_LONGEST)
    missing = watch.missing()
    print(f"  {what}: {files - len(missing)} of {files} with a verdict, {took:.0f} s", flush=True)
    if missing:
        yield f"{what}: {len(missing)} without a verdict, such as {os.fsencode(missing[0])!r}"

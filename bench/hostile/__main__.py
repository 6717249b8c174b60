"""Has the product read all hostile documents: `python -m bench.hostile [--folder F] [--keep]`.

The documents and some traps of the file system are written to a folder, or to `--folder`, which is kept with `--keep`.
Then the real scan goes over them, with `--seconds` for each. Exits with 1 when a document has not exactly one outcome,
took longer than its time and a second, is a known bomb and was called clean, or hides a marking that was not found;
when the agent wrote a traceback, or grew by more than 20 MB.
"""

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.hostile import BOMB, MARKED, Hostile, documents
from bench.hostile._run import Result
from bench.hostile._traps import set_traps, take_away

_GROWTH = 20_000_000  # bytes
_GRACE = 1.0  # seconds
_CALM = {"clean", "permitted"}


def write(folder: Path, family: str, *, heavy: bool = True) -> dict[str, Hostile]:
    """Write documents, those of each family in a folder; return them by their paths."""
    written: dict[str, Hostile] = {}
    for one in documents(family):
        if one.heavy and not heavy:
            continue
        path = folder / one.family / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.writelines(one.pieces())
        written[str(path)] = one
    return written


def faults(known: dict[str, Hostile], results: Sequence[Result], seconds: float) -> Iterator[str]:
    """Yield what is not as it should be, a line each."""
    times = Counter(result.path for result in results)
    yield from (f"{times[path]} outcomes: {path}" for path in sorted({*known, *times}) if times[path] != 1)
    for result in results:
        if result.seconds > seconds + _GRACE:
            yield f"{result.seconds:.1f} s: {result.path}"
        one = known.get(result.path)
        if one is None:
            continue
        if BOMB in one.claim and result.outcome in _CALM:
            yield f"a bomb called {result.outcome}: {result.path}"
        if MARKED in one.claim and not result.marked and not one.known_miss:
            yield f"its marking is missed ({result.outcome}; {', '.join(result.details)}): {result.path}"
        if one.known_miss and result.marked:
            yield f"found, though it is called a known miss: {result.path}"
        if any(detail.startswith("its reader failed") for detail in result.details):
            yield f"crashed ({', '.join(result.details)}): {result.path}"


def _scan(folder: Path, options: argparse.Namespace) -> tuple[list[Result], int, str]:
    """Return what the agent says of all files, by how many bytes it grew, and what it wrote to standard error."""
    command = [sys.executable, "-m", "bench.hostile._run", str(folder), str(options.jobs), str(options.seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, errors="surrogateescape")
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()] or [{}]
    results = [
        Result(**{**line, "reasons": tuple(line["reasons"]), "details": tuple(line["details"])}) for line in lines
    ]
    return results, last.get("growth", 0) if isinstance(last, dict) else 0, done.stderr


def _report(
    known: dict[str, Hostile], results: Sequence[Result], traps: int, options: argparse.Namespace
) -> Iterator[str]:
    """Yield what is missed."""
    outcomes = Counter(result.outcome for result in results)
    reasons = Counter(reason for result in results for reason in set(result.reasons))
    bombs = sum(BOMB in one.claim for one in known.values())
    marked = sum(MARKED in one.claim for one in known.values())
    misses = sum(bool(one.known_miss) for one in known.values())
    print(f"{len(known)} documents, of them {bombs} bombs, {marked} marked ({misses} known misses)")
    print(f"files among the traps: {traps}")
    print("outcomes:", ", ".join(f"{name} {count}" for name, count in outcomes.most_common()))
    print("reasons:", ", ".join(f"{name} {count}" for name, count in reasons.most_common()))
    slowest = sorted(results, key=lambda result: -result.seconds)[: options.slowest]
    print("slowest:", ", ".join(f"{Path(result.path).name} {result.seconds:.1f} s" for result in slowest))
    documents_ = [result for result in results if result.path in known]
    yield from faults(known, documents_, options.seconds)
    others = [result for result in results if result.path not in known]
    yield from faults({}, others, options.seconds)
    if len({result.path for result in others}) != traps:
        yield f"{len(others)} outcomes for {traps} files among the traps"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where to write the documents")
    parser.add_argument("--keep", action="store_true", help="do not delete them")
    parser.add_argument("--family", default="", help="only this one")
    parser.add_argument("--light", action="store_true", help="only those that take no second and little room")
    parser.add_argument("--seconds", type=float, default=20.0, help="the time limit of a file")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    parser.add_argument("--slowest", type=int, default=5)
    options = parser.parse_args()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="docwarden-hostile-")).resolve()
    tree = folder / "hostile"
    try:
        began = time.monotonic()
        shutil.rmtree(tree, ignore_errors=True)
        known = write(tree, options.family, heavy=not options.light)
        (tree / "traps").mkdir(parents=True)
        traps = set_traps(tree / "traps", heavy=not options.light)
        size = sum(path.stat().st_blocks * 512 for path in map(Path, known))
        print(f"written in {time.monotonic() - began:.0f} s, {size / 1e6:.0f} MB", flush=True)
        began = time.monotonic()
        results, growth, said = _scan(tree, options)
        missed = list(_report(known, results, traps, options))
        print(
            f"scanned in {time.monotonic() - began:.0f} s; the agent grew by {growth / 1e6:.1f} MB, at most 20 wanted"
        )
    finally:
        take_away(tree / "traps")
        if not options.keep:
            with contextlib.suppress(OSError):
                shutil.rmtree(tree)
    if growth > _GROWTH:
        missed.append(f"the agent grew by {growth} bytes")
    if said:
        missed.append(f"on standard error: {said.splitlines()[-1]}")
    for line in missed:
        print("MISSED", line.encode("unicode_escape").decode())
    print(f"{len(missed)} missed")
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    _main()

"""Measures what the sandbox costs with small documents: `python -m bench.overhead [--rounds N] [--files N] [FOLDER]`.

Small office documents of FOLDER (the shared corpus where none is named) are read by the same pool with two workers in
several ways, which take turns in one run, in an order that changes with each round. Each round has documents of its
own: what has read a document before reads it faster, and no scan does. The ways:

  open      no sandbox, and a child that reads any number of files: what all others are compared with
  forked    no sandbox, and a new child after as many files as is shipped
  shipped   the sandbox as it is shipped
  N         the sandbox, and a new child after N files

Of each the table has the milliseconds that pass for each file, half of the files and 19 of 20 being read within, the
milliseconds of processor time (agent, warden and children) and the page faults, for each file; then the medians over
rounds of the ratios to `open`. Exits with 1 when `shipped` takes more than 1.25 times as long as `open`, or as much
processor time.
"""

import argparse
import os
import random
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench._processes import children
from scanner.errors import WorkerError
from scanner.resources import rule_sources
from scanner.watch.walk import Sight, walk
from scanner.worker import pool as pools
from scanner.worker import process
from scanner.worker.opening import Opened, open_document
from scanner.worker.pool import Job, Pool
from scanner.worker.setup import FILES_OF_ONE_CHILD, Setup

_CORPUS: Final = Path(__file__).parents[2] / "shared" / "corpus"
_KINDS: Final = (".docx", ".xlsx", ".pptx", ".odt", ".pdf", ".rtf", ".eml", ".txt")
_SMALL: Final = 60 << 10
_GOAL: Final = 1.25
_SHIPPED: Final = FILES_OF_ONE_CHILD
_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Way:
    """One way to read, its pool, and what each round took: seconds, processor seconds and page faults."""

    name: str
    module: str
    files_of_one_child: int
    pool: Pool
    took: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    faulted: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def read(self, paths: Sequence[str], *, count: bool) -> None:
        """Read all documents once."""
        pools.FILES_OF_ONE_CHILD = self.files_of_one_child  # type: ignore[attr-defined] # what is varied
        worked, faulted = self._cost()
        began = time.perf_counter()
        waits = _read(self.pool, paths)
        took = time.perf_counter() - began
        if count:
            now_worked, now_faulted = self._cost()
            self.took.append(took)
            self.worked.append(now_worked - worked)
            self.faulted.append(now_faulted - faulted)
            self.waits += waits

    def _cost(self) -> tuple[float, int]:
        """Return the processor seconds and page faults so far, of the agent, the warden, and its children."""
        warden = self.pool._warden.pid  # noqa: SLF001 - the pool tells nobody
        seconds, faults = _cost(warden, "mine", "theirs")
        for child in children(warden):
            more, others = _cost(child, "mine")
            seconds, faults = seconds + more, faults + others
        return seconds + time.process_time(), faults + resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _cost(pid: int, *whose: str) -> tuple[float, int]:
    """Return the processor seconds and page faults of a process, and those of its children that it buried (proc(5))."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0, 0
    at = {"mine": (7, 11, 12), "theirs": (8, 13, 14)}
    faults = sum(int(fields[at[who][0]]) for who in whose)
    return sum(int(fields[at[who][1]]) + int(fields[at[who][2]]) for who in whose) * _TICK, faults


def _read(pool: Pool, paths: Sequence[str]) -> list[float]:
    """Return how long each answer took from its file being handed over."""
    handed: dict[int, float] = {}
    waits: list[float] = []

    def collect() -> None:
        for job, _ in pool.poll(1.0):
            waits.append(time.perf_counter() - handed.pop(job.opened.fd))

    for path in paths:
        opened = open_document(path)
        if not isinstance(opened, Opened):
            continue
        while not pool.free:
            collect()
        handed[opened.fd] = time.perf_counter()
        pool.submit(Job(path, opened))
    while handed:
        collect()
    return waits


def small_documents(folder: str) -> list[str]:
    """Return the small office documents in a folder: one of each kind after the other, for as long as there are."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for entry in walk(folder, ()):
        kind = os.path.splitext(entry.path)[1].lower()  # noqa: PTH122 - the path may hold bytes that are no text
        if entry.sight is Sight.FILE and kind in _KINDS and os.stat(entry.path).st_size < _SMALL:  # noqa: PTH116 - see above
            kinds[kind].append(entry.path)
    chosen: list[str] = []
    order = random.Random(1)  # noqa: S311 - an order, no secret
    piles = [order.sample(sorted(paths), len(paths)) for _, paths in sorted(kinds.items())]
    while any(piles):
        chosen += [pile.pop() for pile in piles if pile]
    return chosen


def rounds_of(paths: Sequence[str], number: int, most: int) -> list[list[str]]:
    """Deal the documents out, so that each round has as many, and as many of each kind."""
    each = min(len(paths) // number, most)
    return [list(paths[first::number][:each]) for first in range(number)]


def _started(name: str, module: str, files_of_one_child: int, workers: int) -> Way:
    before = process._MODULE  # noqa: SLF001 - the stand-in is for this command only
    process._MODULE = module  # type: ignore[misc] # noqa: SLF001 - see above
    try:
        pool = Pool(Setup(rule_sources(), key="00" * 32), workers)
    finally:
        process._MODULE = before  # type: ignore[misc] # noqa: SLF001 - see above
    while not pool.free:
        pool.poll(1.0)
    return Way(name, module, files_of_one_child, pool)


def _ways(counts: Sequence[int], workers: int) -> list[Way]:
    stand_in, shipped = "bench._unconfined", process._MODULE  # noqa: SLF001 - what is shipped
    wanted = [
        ("open", stand_in, sys.maxsize),
        ("forked", stand_in, _SHIPPED),
        ("shipped", shipped, _SHIPPED),
        *((str(count), shipped, count) for count in counts),
    ]
    return [_started(name, module, count, workers) for name, module, count in wanted]


def _table(ways: Sequence[Way], files: int) -> None:
    print(f"{'':<10}{'ms/file':>9}{'p50':>8}{'p95':>8}{'CPU ms':>9}{'faults':>8}{'time':>8}{'CPU':>7}{'p50':>7}")
    for way in ways:
        waits = sorted(way.waits)
        middle, late = (1000 * waits[int(len(waits) * share)] for share in (0.5, 0.95))
        milliseconds, worked = (1000 * statistics.median(what) / files for what in (way.took, way.worked))
        usual = statistics.median(ways[0].waits)
        print(
            f"{way.name:<10}{milliseconds:>9.1f}{middle:>8.1f}{late:>8.1f}{worked:>9.1f}"
            f"{statistics.median(way.faulted) / files:>8.0f}{ratio(way.took, ways[0].took):>7.2f}x"
            f"{ratio(way.worked, ways[0].worked):>6.2f}x{statistics.median(way.waits) / usual:>6.2f}x"
        )


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios of two rows, round by round."""
    return statistics.median(value / other for value, other in zip(values, others, strict=True))


def main() -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=str(_CORPUS), metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="after one that does not count")
    parser.add_argument("--files", type=int, default=100, metavar="N", help="documents of a round")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument(
        "--children", type=int, nargs="*", default=[1, 4, 16, 32], metavar="N", help="files of one child"
    )
    options = parser.parse_args()
    rounds = rounds_of(small_documents(str(Path(options.folder).resolve())), options.rounds + 1, options.files)
    if not rounds[-1]:
        print(
            f"{options.folder} has too few small office documents: name another folder, or less rounds", file=sys.stderr
        )
        return 1
    try:
        ways = _ways(options.children, options.workers)
    except WorkerError as error:
        print(error, file=sys.stderr)
        return 1
    order = random.Random(1)  # noqa: S311 - an order, no secret
    for number, part in enumerate(rounds):
        for way in order.sample(ways, len(ways)):
            way.read(part, count=number > 0)
        if sys.stderr.isatty():
            print(f"\r{number} of {options.rounds} rounds", end="", file=sys.stderr, flush=True)
    for way in ways:
        way.pool.close()
    shape = f"{options.rounds} rounds of {len(rounds[0])} documents, {options.workers} workers"
    print(f"{shape}; shipped is {_SHIPPED} files of one child")
    _table(ways, len(rounds[0]))
    shipped = next(way for way in ways if way.name == "shipped")
    costs = {"time": ratio(shipped.took, ways[0].took), "CPU": ratio(shipped.worked, ways[0].worked)}
    for name, value in costs.items():
        missed = "" if value <= _GOAL else ": MISSED"
        print(f"{name}: {value:.2f} times as much as without the sandbox, goal <= {_GOAL}{missed}")
    return 1 if max(costs.values()) > _GOAL else 0


if __name__ == "__main__":
    sys.exit(main())

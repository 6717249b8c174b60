"""Reads documents through one pool for long and looks for what grows: `python -m bench.soak [--minutes 60] [FOLDER]`.

All documents of FOLDER (the shared corpus where none is named) are read again and again, each time in another order.
Every few seconds, in a moment when nothing is read, the memory and the descriptors of the agent and of the warden and
the number of children are noted. The first part of the time, 5 minutes or a quarter, does not count. After it, the
medians of the first and of the last tenth of what was noted are compared. Exits with 1 when the agent grew by 10 MiB or
more, the warden by 5 MiB or more, either by one descriptor, when there were more than two children for each worker,
when a warden had to be replaced, or when a file did not have exactly one answer.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench._processes import children, descriptors, resident
from scanner.errors import WorkerError
from scanner.model.document import Reason
from scanner.resources import rule_sources
from scanner.watch.walk import Sight, walk
from scanner.worker.opening import Opened, open_document
from scanner.worker.pool import Job, Pool, Setup

_CORPUS: Final = Path(__file__).parents[2] / "shared" / "corpus"
_WARM_UP: Final = 5 * 60.0
_AGENT: Final = 10 << 20
_WARDEN: Final = 5 << 20
_MIB: Final = 1 << 20
_PATIENCE: Final = 300.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at one moment: seconds since the start, bytes, numbers of descriptors and children."""

    at: float
    agent: int
    warden: int
    agent_open: int
    warden_open: int
    children: int


@dataclass(slots=True)
class Soak:
    """What happened so far."""

    samples: list[Sample] = field(default_factory=list)
    wardens: set[int] = field(default_factory=set)
    files: int = 0
    twice: int = 0
    lost: int = 0
    unopened: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)


def soak(paths: Sequence[str], workers: int, seconds: float, every: float, seed: int) -> Soak:
    """Read the documents for so many seconds, and look at the processes each `every` seconds."""
    pool = Pool(Setup(rule_sources(), key="00" * 32), workers)
    seen = Soak()
    due = every
    waiting: dict[Opened, str] = {}
    try:
        while not pool.free:
            pool.poll(1.0)
        began = time.monotonic()
        for path in _endless(paths, random.Random(seed)):  # noqa: S311 - an order, no secret
            while not pool.free or (waiting and time.monotonic() - began >= due):
                _collect(pool, waiting, seen)
                if time.monotonic() - began > seconds + _PATIENCE:
                    seen.lost = len(waiting)
                    return seen
            now = time.monotonic() - began
            if now >= due:
                _look(pool, now, seen)
                due = now + every
            if now >= seconds and not waiting:
                return seen
            opened = open_document(path)
            if isinstance(opened, Opened):
                waiting[opened] = path
                pool.submit(Job(path, opened))
            else:
                seen.unopened += 1
    finally:
        pool.close()
    return seen


def _endless(paths: Sequence[str], order: random.Random) -> Iterator[str]:
    while True:
        yield from order.sample(paths, len(paths))


def _collect(pool: Pool, waiting: dict[Opened, str], seen: Soak) -> None:
    for job, examination in pool.poll(0.5):
        seen.files += 1
        seen.twice += waiting.pop(job.opened, None) is None
        seen.reasons.update({problem.reason for problem in examination.problems})


def _look(pool: Pool, now: float, seen: Soak) -> None:
    warden = pool._warden.pid  # noqa: SLF001 - the pool tells nobody
    seen.wardens.add(warden)
    sample = Sample(
        now,
        resident(os.getpid()),
        resident(warden),
        descriptors(os.getpid()) or 0,
        descriptors(warden) or 0,
        len(children(warden)),
    )
    minute = int(now // 60)
    if not seen.samples or int(seen.samples[-1].at // 60) < minute:
        print(
            f"{minute:>6} min {seen.files:>8} files  agent {sample.agent / _MIB:6.1f} MiB {sample.agent_open:>3} open"
            f"  warden {sample.warden / _MIB:6.1f} MiB {sample.warden_open:>3} open  {sample.children} children",
            flush=True,
        )
    seen.samples.append(sample)


def faults(seen: Soak, workers: int) -> Iterator[str]:
    """Yield what misses its goal, and print what grew by how much."""
    length = seen.samples[-1].at if seen.samples else 0.0
    counted = [sample for sample in seen.samples if sample.at >= min(_WARM_UP, length / 4)]
    if not counted:
        yield "nothing was noted: let it run longer"
        return
    tenth = max(1, len(counted) // 10)
    first, last = counted[:tenth], counted[-tenth:]
    for name, most in (("agent", _AGENT), ("warden", _WARDEN)):
        was, became = (statistics.median(getattr(sample, name) for sample in part) for part in (first, last))
        grown = became - was
        print(f"{name}: {was / _MIB:.1f} MiB, then {grown / _MIB:+.2f} MiB, goal < {most / _MIB:+g}")
        if grown >= most:
            yield f"the {name} grew"
    for name in ("agent_open", "warden_open"):
        was, became = (max(getattr(sample, name) for sample in part) for part in (first, last))
        print(f"{name.replace('_open', '')}: at most {was} descriptors, then {became} ({became - was:+}), goal +0")
        if became > was:
            yield f"{name.replace('_open', '')}: more descriptors than before"
    most_children = max(sample.children for sample in counted)
    print(f"children: at most {most_children}, goal <= {2 * workers}")
    if most_children > 2 * workers:
        yield "children are not buried"
    if len(seen.wardens) > 1:
        yield f"{len(seen.wardens)} wardens instead of one"
    if seen.lost:
        yield f"{seen.lost} files had no answer"
    if seen.twice:
        yield f"{seen.twice} files had an answer that nobody waited for"


def main() -> int:
    """Read, print what was seen, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=str(_CORPUS), metavar="FOLDER")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="look at the processes so often")
    parser.add_argument("--seed", type=int, default=1, help="another one reads in another order")
    options = parser.parse_args()
    paths = [entry.path for entry in walk(str(Path(options.folder).resolve()), ()) if entry.sight is Sight.FILE]
    if not paths:
        print(f"{options.folder} has no documents: name a folder that does", file=sys.stderr)
        return 1
    print(f"{len(paths)} documents, {options.workers} workers, {options.minutes:g} minutes", flush=True)
    try:
        seen = soak(paths, options.workers, options.minutes * 60, options.every, options.seed)
    except WorkerError as error:
        print(error, file=sys.stderr)
        return 1
    missed = [*faults(seen, options.workers)]
    took = seen.samples[-1].at if seen.samples else options.minutes * 60
    reasons = ", ".join(f"{reason} {count}" for reason, count in seen.reasons.most_common())
    print(f"{seen.files} files, {seen.files / took:.1f} each second, {seen.unopened} could not be opened")
    print(f"problems: {reasons or 'none'}")
    for fault in missed:
        print(f"MISSED: {fault}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

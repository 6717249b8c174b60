"""Has the product read hostile documents, and tells what became of each: the agent's side, in a process of its own."""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, cast

from scanner.app.parts import Bench, Judge
from scanner.app.scan import Scan
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.sandbox import Sandbox
from scanner.model.verdict import Examination, Verdict
from scanner.resources import rule_sources
from scanner.settings.schema import Settings
from scanner.worker.pool import Job, Pool

_ALREADY_READ = 20  # documents after which the agent has loaded all it needs


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file."""

    path: str
    outcome: str
    seconds: float
    marked: bool
    reasons: tuple[str, ...]
    details: tuple[str, ...]

    @classmethod
    def of(cls, verdict: Verdict, seconds: float) -> Self:
        """Return what is asked of a verdict."""
        problems = sorted({(problem.reason.value, problem.detail) for problem in verdict.problems})
        return cls(
            path=verdict.document.path,
            outcome=verdict.outcome.value,
            seconds=seconds,
            marked=any(finding.label is not None for finding in verdict.findings),
            reasons=tuple(reason for reason, _ in problems),
            details=tuple(detail for _, detail in problems),
        )


class _TimedPool:
    """A pool that knows how long each file took."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._began: dict[str, float] = {}
        self.seconds: dict[str, float] = {}

    @property
    def free(self) -> int:
        return self._pool.free

    @property
    def sandbox(self) -> Sandbox | None:
        return self._pool.sandbox

    def submit(self, job: Job) -> None:
        self._began[job.path] = time.monotonic()
        self._pool.submit(job)

    def poll(self, timeout: float) -> list[tuple[Job, Examination]]:
        done = self._pool.poll(timeout)
        for job, _ in done:
            self.seconds[job.path] = time.monotonic() - self._began.pop(job.path)
        return done

    def close(self) -> None:
        self._pool.close()


class _TimedBench:
    """The parts of a scan, with such a pool; `started` is the one that was."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.started: _TimedPool | None = None

    def pool(self) -> _TimedPool:
        self.started = _TimedPool(self._bench.pool())
        return self.started


def results(folder: str, *, workers: int, seconds: float) -> Iterator[Result]:
    """Scan a folder as `docwarden scan` does, with the limit of time that is given; yield each verdict as it comes."""
    limits = replace(DEFAULT_LIMITS, seconds=seconds, parse_seconds=seconds / 2)
    bench = _TimedBench(Bench(rule_sources(), limits, workers))
    settings = Settings()
    # The scan asks its bench for nothing but a pool.
    for verdict in Scan([folder], cast("Bench", bench), Judge((), settings.default, settings.accept)):
        known = {} if bench.started is None else bench.started.seconds
        yield Result.of(verdict, known.get(verdict.document.path, 0.0))


def resident() -> int:
    """Return the resident set of this process in bytes."""
    with Path("/proc/self/statm").open(encoding="ascii") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(arguments: Sequence[str]) -> None:
    """Write a line of JSON for each verdict, then how far the agent's memory grew."""
    folder, workers, seconds = arguments
    first = most = 0
    for count, result in enumerate(results(folder, workers=int(workers), seconds=float(seconds))):
        now = resident()
        if count <= _ALREADY_READ:
            first = most = now
        most = max(most, now)
        told = {name: getattr(result, name) for name in Result.__slots__}
        print(json.dumps(told), flush=True)
    print(json.dumps({"growth": most - first}))


if __name__ == "__main__":
    main(sys.argv[1:])

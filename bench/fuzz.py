"""Pushes broken documents through the workers: `python bench/fuzz.py --count 20000 [--seed N] [--corpus DIR]`.

They are made of real documents (`--corpus`), of those in `tests/data` and of those `bench.hiding` makes, the same ones
for the same `--seed` and seeds. The agent must raise nothing, every document must have exactly one examination, and
no reader may fail: what raises in a reader is named by its type and the innermost line of our own code. Documents that
a worker died of, hung over, or that ran out of memory are kept in `--keep`. Exits with 1 when a figure is missed.
"""
# ruff: noqa: E402 - the folder of `bench` is added first where the command is started by its path

import argparse
import multiprocessing
import multiprocessing.connection
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]
if not __package__:
    sys.path[0] = str(_ROOT)  # started by its path, `bench` is not found

from bench._mutate import Mutator
from bench.cuts import faults
from bench.hiding import Probe, probes
from scanner.app.parts import Bench
from scanner.extract import readers
from scanner.model.document import Problem, Reason
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.verdict import Examination
from scanner.pipeline import assemble
from scanner.resources import rule_sources
from scanner.worker.opening import Opened, identity_of
from scanner.worker.pool import Job
from scanner.worker.sandbox.limits import confine

_CORPUS: Final = _ROOT.parent / "shared" / "corpus"
_LARGEST_SEED: Final = 1 << 18
_SLOW: Final = 5.0  # seconds that are told of
_EXPLAINED: Final = 40  # documents whose failure is looked for once more, to name its line
_LOOK_SECONDS: Final = 60.0
_POLL: Final = 0.2


@dataclass(frozen=True, slots=True)
class Seed:
    """A sound document to break."""

    name: str
    data: bytes = field(repr=False)


@dataclass(slots=True)
class Report:
    """What became of all documents; `failures` are those of readers and workers, by number, with the detail."""

    made: int = 0
    examined: Counter[int] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    raised: Counter[str] = field(default_factory=Counter)
    slow: list[tuple[float, int]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def odd(self) -> int:
        """How many documents have not exactly one examination."""
        return sum(self.examined[number] != 1 for number in range(self.made)) + len(
            set(self.examined) - set(range(self.made))
        )

    @property
    def met(self) -> bool:
        """Whether every demand is."""
        return not (self.raised or self.failures or self.odd)


def seeds(corpus: Path | None, made: Iterable[Probe] | None = None) -> list[Seed]:
    """Return the sound documents: real ones of a folder, those of the tests, and `made` ones (all that can be made)."""
    folders = [_ROOT / "tests" / "data"] if corpus is None else [_ROOT / "tests" / "data", corpus]
    found = [
        Seed(path.name, path.read_bytes())
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and 0 < path.stat().st_size <= _LARGEST_SEED and path.suffix not in {".py", ".sh"}
    ]
    found += [
        Seed(probe.name, probe.data)
        for probe in (probes() if made is None else made)
        if 0 < len(probe.data) <= _LARGEST_SEED
    ]
    return found


def run(sound: Sequence[Seed], count: int, bench: Bench, *, seed: int, keep: Path | None = None) -> Report:
    """Break documents and have the workers read them."""
    report = Report()
    mutator = Mutator([one.data for one in sound], seed)
    began: dict[int, float] = {}
    pool = bench.pool()

    def collect() -> None:
        for job, examination in pool.poll(_POLL):
            number = int(job.path)
            seconds = time.monotonic() - began.pop(number)
            _take(report, number, examination, seconds)
            if keep is not None and (reasons := _telling(examination.problems)):
                _keep(keep, f"{min(reasons)}-{number}-{job.name}", mutator.make(number)[1])

    try:
        for number in range(count):
            chosen, data = mutator.make(number)
            report.made += 1
            try:
                while not pool.free:
                    collect()
                began[number] = time.monotonic()
                pool.submit(Job(str(number), _opened(data), sound[chosen].name))
            except Exception as error:  # noqa: BLE001 - nothing in a document may reach the agent: this is looked for
                report.raised[_innermost(error)] += 1
                pool.close()
                pool = bench.pool()
        while began:
            collect()
    finally:
        pool.close()
    _explain(report, mutator, sound)
    return report


def _opened(data: bytes) -> Opened:
    fd = os.memfd_create("document", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(fd), "wb") as stream:
        stream.write(data)
    return Opened(fd, identity_of(os.fstat(fd)))


def _take(report: Report, number: int, examination: Examination, seconds: float) -> None:
    report.examined[number] += 1
    report.reasons.update({problem.reason.value for problem in examination.problems})
    details = sorted({problem.detail for problem in examination.problems if problem.reason is Reason.CRASHED})
    report.failures += [(number, detail) for detail in details]
    if seconds > _SLOW:
        report.slow.append((seconds, number))


def _telling(problems: Sequence[Problem]) -> set[str]:
    """Return the reasons among some problems that are defects, or come near to one."""
    wanted = {"crashed", "timeout", "out_of_memory", "forbidden_operation"}
    return wanted & {problem.reason.value for problem in problems}


def _keep(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name.replace("/", "_")[-100:]).write_bytes(data)


def _explain(report: Report, mutator: Mutator, sound: Sequence[Seed]) -> None:
    """Read documents that a reader failed over once more, to name the line that raises."""
    for number, detail in report.failures[:_EXPLAINED]:
        chosen, data = mutator.make(number)
        for line in _looked_at(sound[chosen].name, data) or [f"only in a worker: {detail}"]:
            report.faults[line] += 1
    if len(report.failures) > _EXPLAINED:
        report.faults["not looked at once more"] += len(report.failures) - _EXPLAINED


def _looked_at(name: str, data: bytes) -> list[str]:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_look, args=(theirs, name, data), daemon=True)
    process.start()
    theirs.close()
    found: list[str] = []
    try:
        while ours.poll(_LOOK_SECONDS):
            found.append(ours.recv())
    except EOFError:
        pass
    process.kill()
    process.join()
    return found


def _look(channel: multiprocessing.connection.Connection, name: str, data: bytes) -> None:
    confine(DEFAULT_LIMITS.memory)
    for fault in faults(readers(), name, data):
        channel.send(f"{fault.reader} {fault.error} at {fault.where}")
    try:
        for _ in assemble(rule_sources(), DEFAULT_LIMITS, key=b"").examine(name, data):
            pass
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        channel.send(_innermost(error))


def _innermost(error: Exception) -> str:
    """Return what was raised, and the innermost line of our own code it came through; nothing of the document."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "scanner" in Path(frame.filename).parts]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {where}"


def _lines(report: Report, seconds: float) -> Iterator[str]:
    yield f"{report.made} documents in {seconds:.0f} s, {report.made / max(seconds, 0.001):.1f} a second"
    yield "reasons: " + (", ".join(f"{reason} {count}" for reason, count in report.reasons.most_common()) or "none")
    yield f"exceptions in the agent: {report.raised.total()}"
    yield from (f"{count:>6}  {line}" for line, count in report.raised.most_common())
    yield f"documents without exactly one examination: {report.odd}"
    yield f"failed readers: {len(report.failures)}"
    yield from (f"{count:>6}  {line}" for line, count in report.faults.most_common())
    yield f"over {_SLOW:.0f} s: {len(report.slow)}"
    yield from (f"{took:>6.1f} s  document {number}" for took, number in sorted(report.slow, reverse=True)[:20])


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, default=_CORPUS if _CORPUS.is_dir() else None, help="real documents")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    parser.add_argument("--seconds", type=float, default=20.0, help="the time limit of a document")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "docwarden-fuzz")
    options = parser.parse_args()
    sound = seeds(options.corpus)
    print(f"{len(sound)} sound documents", flush=True)
    limits = replace(DEFAULT_LIMITS, seconds=options.seconds)
    began = time.monotonic()
    report = run(
        sound, options.count, Bench(rule_sources(), limits, options.jobs), seed=options.seed, keep=options.keep
    )
    for line in _lines(report, time.monotonic() - began):
        print(line)
    if report.slow or _KEPT & set(report.reasons):
        print(f"kept in {options.keep}")
    if not report.met:
        sys.exit(1)


_KEPT: Final = {"crashed", "timeout", "out_of_memory", "forbidden_operation"}


if __name__ == "__main__":
    _main()

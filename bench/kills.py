"""Kills readers of documents at random while a scan runs: `python -m bench.kills [--kills 200] [--files 600]`.

`docwarden scan` reads a folder of documents made for this, again and again until there were so many kills. Meanwhile
children are ended by SIGKILL or halted by SIGSTOP, and so is their warden, some of the time before it is ready; the
agent is not told. Then the agent itself is killed in the middle of a scan, `--agents` times.

Exits with 1 when a file had no outcome in a scan, or two; when a process lives on after its scan, or for more than a
second after its agent was killed; when the agent has more descriptors open at the end of a scan than at its beginning;
or when a scan ended in any other way than it does undisturbed.
"""

import argparse
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCHLD, SIGKILL, SIGSTOP, Signals
from typing import Final

from bench._processes import catches, children, descriptors, lives, of_session
from scanner.worker.first_documents import first_documents

_TIMEOUT: Final = 3.0
_PAUSES: Final = (0.02, 0.2)
_START: Final = 1.5
_ENDED_AFTER: Final = 1.0
_PATIENCE: Final = 120.0
_SPARE_DESCRIPTORS: Final = 2
_STARTING: Final = "warden killed while it started"
_EXIT_CODES: Final = (0, 1, 3)
_MARKED: Final = "SECRET//NOFORN\n\n{}\n\nSECRET//NOFORN\n"
_LINE: Final = "Line {} of a paper that has nothing in it but lines, {} words of which mean something to nobody.\n"


@dataclass(frozen=True, slots=True)
class Blow:
    """Something that is done to a process, and how often compared with the others."""

    name: str
    share: int
    to_warden: bool = False
    signal: Signals = SIGKILL
    while_starting: bool = False


BLOWS: Final = (
    Blow("child killed", 70),
    Blow("child stopped", 4, signal=SIGSTOP),
    Blow("warden killed", 15, to_warden=True),
    Blow("warden killed", 10, to_warden=True, while_starting=True),
    Blow("warden stopped", 1, to_warden=True, signal=SIGSTOP),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: a folder's documents to read, how many blows of which kind, how often to kill the agent."""

    paths: Sequence[Path]
    kills: int
    agents: int
    workers: int = 2
    seed: int = 1
    blows: Sequence[Blow] = BLOWS

    @property
    def command(self) -> list[str]:
        """What starts a scan."""
        options = ["--format", "jsonl", "--jobs", str(self.workers), "--timeout", f"{_TIMEOUT:g}s"]
        return [sys.executable, "-m", "scanner", "scan", str(self.paths[0].parent), *options]


@dataclass(slots=True)
class Count:
    """What happened: blows by their name, outcomes, reasons, and what should not have happened."""

    blows: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    scans: int = 0
    replaced: int = 0

    @property
    def killed(self) -> int:
        """How many processes were killed or stopped."""
        return sum(self.blows.values())


@dataclass(slots=True)
class _Seen:
    """One scan as it looks from outside: every worker process that was seen, and how many descriptors were open."""

    agent: int
    wardens: set[int] = field(default_factory=set)
    workers: set[int] = field(default_factory=set)
    open: list[int] = field(default_factory=list)

    def look(self) -> tuple[int | None, list[int]]:
        """Return the warden and the children that read for it: none until it is ready, when it waits for their ends."""
        warden = next((pid for pid in children(self.agent) if lives(pid)), None)
        if warden is None:
            return None, []
        self.wardens.add(warden)
        ready = catches(warden, SIGCHLD)
        living = [pid for pid in children(warden) if lives(pid)]
        self.workers.update(living)
        if ready and living:
            self.open.append(descriptors(self.agent) or 0)
        return warden, living if ready else []

    def left(self) -> list[int]:
        """Return the worker processes that live."""
        known = {pid for pid in (*self.wardens, *self.workers) if lives(pid)}
        return sorted(known.union(*map(of_session, self.wardens)))


def make_documents(folder: Path, files: int, seed: int) -> list[Path]:
    """Write documents of many kinds: marked ones, and long ones that take a while."""
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    kinds = [*first_documents()]
    made: list[Path] = []
    for number in range(files):
        path = folder / f"{number:05}"
        if number % 2:
            lines = "".join(_LINE.format(line, chance.random()) for line in range(chance.randrange(2000)))
            path.write_text(_MARKED.format(lines))
        else:
            path.write_bytes(kinds[number // 2 % len(kinds)])
        made.append(path)
    return made


def strike(plan: Plan) -> Count:
    """Scan and kill until there were so many kills, then kill the agent so often."""
    count = Count()
    chance = random.Random(plan.seed)  # noqa: S311 - as above
    while count.killed < plan.kills and not count.faults:
        _disturbed_scan(plan, chance, count)
        count.scans += 1
    for number in range(plan.agents):
        _agent_killed(plan, chance, count, soon=number % 2 == 1)
    return count


def check_records(lines: Sequence[bytes], paths: Sequence[Path], count: Count) -> None:
    """Count the outcomes, and note files with none or two."""
    records = [json.loads(line) for line in lines]
    files = Counter(record["path"] for record in records if "path" in record)
    expected = {str(path) for path in paths}
    lost, twice = expected - files.keys(), [path for path, times in files.items() if times > 1]
    if lost or twice or files.keys() - expected:
        count.faults.append(f"{len(lost)} files without an outcome, {len(twice)} with two: {[*lost, *twice][:3]}")
    for record in records:
        if "path" in record:
            count.outcomes[record["outcome"]] += 1
            count.reasons.update({problem["reason"] for problem in record["problems"]})


def _disturbed_scan(plan: Plan, chance: random.Random, count: Count) -> None:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        with subprocess.Popen(plan.command, stdout=said, stderr=complained) as scan:
            seen = _Seen(scan.pid)
            _strike_at(plan, seen, chance, count)
            try:
                scan.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                scan.kill()
                count.faults.append(f"a scan did not end within {_PATIENCE:g} s")
        for stream in (said, complained):
            stream.seek(0)
        check_records(said.read().splitlines(), plan.paths, count)
        errors = complained.read().decode("utf-8", "replace").strip()
    if scan.returncode not in _EXIT_CODES or "Traceback" in errors:
        count.faults.append(f"a scan ended with exit code {scan.returncode}: {errors[-300:]}")
    count.replaced += len(seen.wardens) - 1
    if not _within(_ENDED_AFTER, lambda: not seen.left()):
        count.faults.append(f"after a scan, {len(seen.left())} worker processes live")
    third = len(seen.open) // 3
    if third:
        was, became = statistics.median(seen.open[:third]), statistics.median(seen.open[-third:])
        if became > was + _SPARE_DESCRIPTORS:
            count.faults.append(f"the agent had {was:g} descriptors open, and {became:g} at the end")


def _strike_at(plan: Plan, seen: _Seen, chance: random.Random, count: Count) -> None:
    """Wait a moment, pick what to do and whom to do it to, and do it, until there were enough or the scan ends."""
    while count.killed < plan.kills and lives(seen.agent):
        (blow,) = chance.choices(plan.blows, [blow.share for blow in plan.blows])
        time.sleep(chance.uniform(*_PAUSES))
        warden, living = seen.look()
        # One that starts is killed once in a row at most: three wardens that do not start are a reason to give up.
        if warden is None or not living:
            continue
        _send(warden if blow.to_warden else chance.choice(living), blow.signal, count, blow.name)
        if blow.while_starting:
            _kill_next(seen, warden, chance, count)


def _kill_next(seen: _Seen, before: int, chance: random.Random, count: Count) -> None:
    """Kill the warden that comes after this one while it starts."""
    following = _next(seen, before)
    if following is not None:
        time.sleep(chance.uniform(0, _START))
        _send(following, SIGKILL, count, "warden killed" if catches(following, SIGCHLD) else _STARTING)


def _next(seen: _Seen, before: int) -> int | None:
    found: list[int] = []

    def replaced() -> bool:
        warden, _ = seen.look()
        if warden is not None and warden != before:
            found.append(warden)
        return bool(found) or not lives(seen.agent)

    _within(_PATIENCE, replaced)
    return found[0] if found else None


def _send(pid: int, what: Signals, count: Count, name: str) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)
        count.blows[name] += 1


def _agent_killed(plan: Plan, chance: random.Random, count: Count, *, soon: bool) -> None:
    """Kill the agent at random while its workers read, or `soon`, while they start; no worker may outlive it."""
    with subprocess.Popen(plan.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as scan:
        seen = _Seen(scan.pid)
        if not _within(_PATIENCE, lambda: any(seen.look()) if soon else bool(seen.look()[1])):
            count.faults.append("no worker process was seen")
        time.sleep(chance.uniform(0, _START))
        seen.look()
        scan.kill()
    if not _within(_ENDED_AFTER, lambda: not seen.left()):
        count.faults.append(f"a second after its agent was killed, {len(seen.left())} worker processes live")
        for pid in seen.left():
            os.kill(pid, SIGKILL)
    count.blows["agent killed while it started" if soon else "agent killed"] += 1


def _within(seconds: float, true: Callable[[], bool]) -> bool:
    """Wait until something is true; False if it is not within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.005)
    return true()


def report(count: Count, files: int) -> Iterator[str]:
    """Yield what happened, line by line."""
    yield f"{count.scans} scans of {files} documents, {count.replaced} wardens replaced"
    yield "blows: " + ", ".join(f"{name} {times}" for name, times in count.blows.most_common())
    yield "outcomes: " + ", ".join(f"{name} {times}" for name, times in count.outcomes.most_common())
    yield "reasons: " + (", ".join(f"{name} {times}" for name, times in count.reasons.most_common()) or "none")
    yield from (f"MISSED: {fault}" for fault in count.faults)
    if not count.faults:
        yield "every file had one outcome in each scan, and no process outlived its agent"


def main() -> int:
    """Make documents, scan and kill, print what happened, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="how many processes are killed or stopped")
    parser.add_argument("--agents", type=int, default=10, metavar="N", help="how often the agent is killed")
    parser.add_argument("--files", type=int, default=600, metavar="N", help="documents in the folder")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=1, help="another one kills at other moments")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        paths = make_documents(Path(scratch).resolve(), options.files, options.seed)
        count = strike(Plan(paths, options.kills, options.agents, options.workers, options.seed))
    print("\n".join(report(count, len(paths))))
    return 1 if count.faults else 0


if __name__ == "__main__":
    sys.exit(main())

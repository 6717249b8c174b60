"""Walks a million files that have their verdicts and have not changed: what the index costs over a bare walk.

The files are empty, a hundred a folder. With --folder they are made once, in `tree-1000000` there, and kept. The index
is built by the walk itself and the index that the daemon uses, without having the files read, which would take hours.
Then a bare walk (scandir, and a stat of each entry) and the comparison with the index take turns, and last the daemon
walks them, with watches, journal and status. Goals: the comparison takes at most 1.3 times the bare walk, the median of
all turns counts; not one row is written; the process that compares, and the agent, keep below 150 MB.
"""

import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.watching._daemon import Watch
from bench.watching._memory import peak
from scanner.model.way import Way
from scanner.spool.database import connect
from scanner.spool.index import Index
from scanner.watch.reconcile import Step, compare
from scanner.worker.opening import identity_of

_FILES, _SMALL = 1_000_000, 100_000
_IN_FOLDER, _FOLDERS_IN_FOLDER = 100, 100
_TURNS = 5
_BATCH = 5_000
_RATIO, _MEMORY = 1.3, 150 << 20
_LONGEST = 1200.0
_RULESET = "rules"


def measure(scratch: Path, *, small: bool, files: int | None = None) -> Iterator[str]:
    """Make or find the files, index them, and measure."""
    files = files or (_SMALL if small else _FILES)
    given = scratch.parent.resolve() != Path(tempfile.gettempdir()).resolve()
    root = make_tree((scratch.parent if given else scratch) / f"tree-{files}", files)
    state = scratch / "state"
    began = time.monotonic()
    fork = multiprocessing.get_context("spawn")
    with fork.Pool(1) as pool:  # its own process, so that the memory is that of the comparison
        changed = pool.apply(build, (root, state))
        print(f"  {changed} files indexed in {time.monotonic() - began:.0f} s by the walk and the index alone")
        if changed != files:
            yield f"the first comparison found {changed} of {files} files"
    with fork.Pool(1) as pool:
        bare, walked, rows, memory = pool.apply(take_turns, (root, state))
    wall, used = (statistics.median(two) / statistics.median(one) for one, two in zip(bare, walked, strict=True))
    print(
        f"  bare walk {statistics.median(bare[0]):.2f} s ({statistics.median(bare[1]):.2f} of processor), compared"
        f" {statistics.median(walked[0]):.2f} s ({statistics.median(walked[1]):.2f}): ratio {wall:.2f}, of processor"
        f" {used:.2f}; {rows} rows written, {memory / (1 << 20):.0f} MB",
        flush=True,
    )
    if wall > _RATIO:
        yield f"comparing takes {wall:.2f} times a bare walk"
    if rows or memory > _MEMORY:
        yield f"{rows} rows were written, {memory / (1 << 20):.0f} MB taken"
    yield from _daemon(root, state, files)


def make_tree(tree: Path, files: int) -> Path:
    """Make so many empty files, unless they were made before."""
    if tree.exists():
        return tree
    fresh = tree.with_name(f"{tree.name}.part")
    for start in range(0, files, _IN_FOLDER):
        number = start // _IN_FOLDER
        folder = fresh / f"{number // _FOLDERS_IN_FOLDER}/{number}"
        folder.mkdir(parents=True, exist_ok=True)
        for name in range(start, min(start + _IN_FOLDER, files)):
            os.close(os.open(folder / f"a document {name}.docx", os.O_CREAT | os.O_WRONLY, 0o644))
    fresh.rename(tree)
    return tree


def build(root: Path, state: Path) -> int:
    """Index what differs from the index, and return how many files that are."""
    changed = 0
    with closing(connect(state)) as connection:
        index = Index(connection, _RULESET)
        batch: list[str] = []
        for step in _steps(root, index):
            changed += len(step.changed)
            batch += step.changed
            if len(batch) >= _BATCH:
                with connection:
                    _put(index, batch)
                batch.clear()
        with connection:
            _put(index, batch)
        with connection:  # the walk after the one that found them is the first in which nothing differs
            for step in _steps(root, index):
                for whole in step.whole:
                    index.keep_seal(*whole)
        connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    return changed


def _put(index: Index, paths: list[str]) -> None:
    for path in paths:
        index.put(path, identity_of(os.lstat(path)))


def _steps(root: Path, index: Index) -> Iterator[Step]:
    return compare(str(root), (), index, lambda _: None)


_Times = tuple[list[float], list[float]]


def take_turns(root: Path, state: Path) -> tuple[_Times, _Times, int, int]:
    """Return the times of bare walks and of comparisons, the rows written or due, and the bytes of memory at most."""
    bare: _Times = [], []
    walked: _Times = [], []
    rows = 0
    with closing(connect(state)) as connection:
        index = Index(connection, _RULESET)
        _bare(str(root))  # nobody pays for the first look
        for _ in range(_TURNS):
            for times, work in ((bare, lambda: _bare(str(root))), (walked, lambda: _compared(root, index))):
                wall, used = time.perf_counter(), time.process_time()
                rows += work()
                times[0].append(time.perf_counter() - wall)
                times[1].append(time.process_time() - used)
        rows += connection.total_changes
    return bare, walked, rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _bare(top: str) -> int:
    waiting = [top]
    while waiting:
        with os.scandir(waiting.pop()) as scan:
            for entry in scan:
                entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return 0


def _compared(root: Path, index: Index) -> int:
    """Return how many files would be queued, folders forgotten and so on."""
    return sum(len(step.changed) + len(step.gone) + len(step.gone_folders) for step in _steps(root, index))


def _daemon(root: Path, state: Path, files: int) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.watching._unread", str(root), str(state), str(Way.AUTO), "*.left-out"]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        watch = Watch(process, root, state)
        try:
            done = (state / "status.json").exists
            if not watch.until(lambda: done() and watch.status().walked is not None, _LONGEST):
                yield "the daemon did not end its walk"
                return
            took, memory, used = time.monotonic() - began, peak(process.pid), watch.busy()
            status = watch.status()
            verdicts = len(watch.verdicts())
        finally:
            process.terminate()
            process.wait(60)
    print(
        f"  the daemon ({status.reader}): {status.files} files in {took:.0f} s from its start, {used:.1f} s of"
        f" processor, {verdicts} verdicts, {memory / (1 << 20):.0f} MB at most",
        flush=True,
    )
    if verdicts or status.files != files or status.queued:
        yield f"the daemon met {status.files} files, queued {status.queued}, read {verdicts} anew"
    if memory > _MEMORY:
        yield f"the agent took {memory / (1 << 20):.0f} MB"

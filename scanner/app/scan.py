"""One walk over some paths: every file in it gets a verdict."""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from scanner.app.parts import Bench, Judge
from scanner.errors import UsageError
from scanner.model.document import Document, Problem, Reason
from scanner.model.place import Place
from scanner.model.sandbox import Sandbox
from scanner.model.verdict import Examination, Verdict
from scanner.model.visible import visible
from scanner.watch.walk import Entry, Sight, walk
from scanner.worker.opening import Opened, identity_of, open_document
from scanner.worker.pool import Job, Pool

STANDARD_INPUT = "-"


@dataclass(slots=True)
class Scan:
    """One walk over some paths; iterate for the verdicts, then read what was left out, and how it was shut in."""

    paths: Sequence[str]
    bench: Bench
    judge: Judge
    exclude: Sequence[str] = ()
    skipped: Counter[str] = field(default_factory=Counter)
    sandbox: Sandbox | None = None

    def __iter__(self) -> Iterator[Verdict]:
        """Yield one verdict for every file, in the order they are done."""
        pool = self.bench.pool()
        names: dict[Opened, Document] = {}
        try:
            for document, opened in self._openings():
                if isinstance(opened, Problem):
                    yield self.judge(document, Examination(problems=(opened,)))
                    continue
                while not pool.free:
                    yield from self._collect(pool, names)
                names[opened] = document
                name = "standard input" if document.path == STANDARD_INPUT else ""
                pool.submit(Job(document.path, opened, name))
            while names:
                yield from self._collect(pool, names)
        finally:
            self.sandbox = pool.sandbox
            pool.close()

    def files(self) -> Iterator[str]:
        """Yield the path of every file that will have a verdict, in another walk; opens nothing."""
        for path in self.paths:
            if path == STANDARD_INPUT:
                yield path
            else:
                seen = walk(path, self.exclude)
                yield from (entry.path for entry in seen if entry.sight in {Sight.FILE, Sight.UNREADABLE})

    def _collect(self, pool: Pool, names: dict[Opened, Document]) -> Iterator[Verdict]:
        for job, examination in pool.poll(_POLL):
            yield self.judge(names.pop(job.opened), examination)

    def _openings(self) -> Iterator[tuple[Document, Opened | Problem]]:
        for path in self.paths:
            if path == STANDARD_INPUT:
                yield self._document(path, spooled_input())
                continue
            for entry in walk(path, self.exclude):
                if entry.sight is Sight.FILE:
                    opened = open_document(entry.path, path, permissions=self.judge.asks_permissions)
                    yield self._document(entry.path, opened)
                elif entry.sight is Sight.UNREADABLE:
                    yield self._document(entry.path, _unreadable(entry))
                else:
                    self.skipped[entry.sight.value] += 1

    def _document(self, path: str, opened: Opened | Problem) -> tuple[Document, Opened | Problem]:
        identity = opened.identity if isinstance(opened, Opened) else None
        exposure = opened.exposure if isinstance(opened, Opened) else None
        return Document(path, identity.size if identity else 0, identity, exposure=exposure), opened


def checked_paths(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths to scan, absolute; links given by name are followed, doubles are dropped.

    Raises:
        UsageError: one does not exist or is no file or folder; all such paths are named.
    """
    faults: list[str] = []
    known: dict[str, None] = {}
    for path in paths:
        if path == STANDARD_INPUT:
            known[path] = None
            continue
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 - the path may hold bytes that are no text
        except OSError as error:
            faults.append(f"{visible(path)}: {os.strerror(error.errno or 0)}")
            continue
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            known[os.path.realpath(path)] = None
        else:
            faults.append(f"{visible(path)}: a FIFO, socket or device; only files and folders can be scanned")
    if faults:
        raise UsageError("\n".join(faults))
    return tuple(path for path in known if not any(_is_inside(path, other) for other in known))


def spooled_input() -> Opened:
    """Copy standard input into memory the kernel holds; nothing of it touches a disk."""
    fd = os.memfd_create("standard input", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(fd), "wb") as target:
        while piece := os.read(0, 1 << 20):
            target.write(piece)
    return Opened(fd, identity_of(os.fstat(fd)))


_POLL = 0.2


def _is_inside(path: str, folder: str) -> bool:
    return path != folder and path.startswith(folder.rstrip(os.sep) + os.sep)


def _unreadable(entry: Entry) -> Problem:
    gone = entry.detail == os.strerror(2)
    reason = Reason.VANISHED if gone else Reason.PERMISSION
    return Problem(Place(PurePath(entry.path).name or entry.path), reason, f"folder: {entry.detail}")

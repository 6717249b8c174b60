"""Holds what the readers report until the daemon takes it: bounded, each path once, never blocking a reader."""

import contextlib
import os
import select
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

from scanner.model.change import Change, ChangeKind

CAPACITY = 200_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything reported of one path since it was last taken; times are those of the caller's clock."""

    path: str
    kind: ChangeKind
    first_seen: float
    last_event: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What was taken at once.

    `lost` says of a root why its events cannot be trusted to be all, `asked` why it is to be walked anyway.
    """

    changes: tuple[Waiting, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()


class Wake:
    """Ends a wait from another thread or from a signal handler, where a lock could wait for itself."""

    def __init__(self) -> None:
        """Open a pipe that the waiting side listens to."""
        self._listen, self._ring = os.pipe()
        os.set_blocking(self._listen, False)
        os.set_blocking(self._ring, False)

    def set(self) -> None:
        """End the wait that is on, or the next one."""
        with contextlib.suppress(BlockingIOError):  # a full pipe wakes just as well
            os.write(self._ring, b"!")

    def wait(self, seconds: float) -> None:
        """Wait until `set` was called, at most so long."""
        if select.select([self._listen], [], [], max(0.0, seconds))[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self._listen, 1 << 16)

    def close(self) -> None:
        """Let go of the pipe; nobody may call `set` any more."""
        os.close(self._listen)
        os.close(self._ring)


class Pending:
    """The changes not yet taken, by path in the order they were first seen. Every method may be called from any thread.

    When it is full, the root of a further path is lost instead: a walk finds the file.
    """

    def __init__(self, wake: Wake, clock: Callable[[], float], capacity: int = CAPACITY) -> None:
        """Start empty; `wake` is set whenever there is something to take."""
        self._wake = wake
        self._clock = clock
        self._capacity = capacity
        self._lock = threading.Lock()
        self._changes: dict[str, Waiting] = {}
        self._lost: dict[str, str] = {}
        self._asked: dict[str, str] = {}

    def __len__(self) -> int:
        """Return how many paths wait."""
        return len(self._changes)

    def put(self, root: str, change: Change) -> bool:
        """Add a change below a root; False when there was no room, and nobody was told yet that the root is lost."""
        now = self._clock()
        with self._lock:
            known = self._changes.get(change.path)
            if known is not None:
                self._changes[change.path] = replace(known, kind=change.kind, last_event=now)
                return True
            known_loss = root in self._lost
            room = len(self._changes) < self._capacity
            if room:
                self._changes[change.path] = Waiting(change.path, change.kind, now, now)
            else:
                self._lost.setdefault(root, f"more than {self._capacity} paths changed at once")
        self._wake.set()
        return room or known_loss

    def lose(self, root: str, why: str) -> None:
        """Say that events below a root were lost: only a walk knows what is there."""
        with self._lock:
            self._lost[root] = why
        self._wake.set()

    def ask(self, root: str, why: str) -> None:
        """Ask for a walk of a root, though nothing was lost."""
        with self._lock:
            self._asked[root] = why
        self._wake.set()

    def take(self, most: int) -> Batch:
        """Return up to `most` changes, the oldest first, and every loss and wish, and forget them here."""
        with self._lock:
            paths = list(islice(self._changes, most))
            changes = tuple(self._changes.pop(path) for path in paths)
            lost = tuple(self._lost.items())
            asked = tuple(self._asked.items())
            self._lost.clear()
            self._asked.clear()
        return Batch(changes, lost, asked)

    def restore(self, batch: Batch) -> None:
        """Put back a batch that could not be stored; what came meanwhile is newer."""
        with self._lock:
            older = {waiting.path: waiting for waiting in batch.changes}
            for path, newer in self._changes.items():
                before = older.get(path)
                older[path] = newer if before is None else replace(newer, first_seen=before.first_seen)
            self._changes = older
            self._lost = dict(batch.lost) | self._lost
            self._asked = dict(batch.asked) | self._asked

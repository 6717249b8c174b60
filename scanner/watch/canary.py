"""Proves that a reader hears: by something harmless that it has to report, and that changes nothing in the tree.

The tree belongs to its users, who would wonder at files that come and go, and where we may not write there can be none.
A file in a folder of our own would prove nothing about another file system. So the readers use what the kernel reports
of reading: fanotify that the root itself was opened, by a mark that stands for that moment only; inotify that a watch
on a pipe of ours was taken away, after asking whether the root is still watched (`Reader.knock`).

What that proves: the queue of the kernel moves, each thread from there to the daemon works, and the root is still
marked or watched. What it does not prove: that a file system reports what it should. Those that do not are known by
their type (`remote`).
"""

from dataclasses import dataclass
from typing import Protocol

from scanner.errors import WatchError

_EVERY = 30.0
_PATIENCE = 10.0
_LOOKS = 5


class Knocked(Protocol):
    """What is asked of a reader."""

    @property
    def heard(self) -> int:
        """How many events came through so far."""
        ...

    def knock(self) -> bool:
        """Provoke one; False where that cannot be done."""
        ...


@dataclass(slots=True)
class Canary:
    """Knocks at one reader every 30 s. `due` is when it does next, `proven` when a knock was last heard.

    A reader at which nobody can knock counts as proven.
    """

    due: float = float("-inf")
    proven: float = float("-inf")
    _knocked: float | None = None
    _before: int = 0
    _looks: int = 0

    def deaf(self, reader: Knocked, now: float) -> str:
        """Say why a reader is deaf, "" for one that is not, or of which that is not known yet.

        It is given 10 s, and so many calls of this: a machine that slept has let pass the time, but not the calls. A
        reader that hears anything meanwhile is busy, and not deaf.
        """
        if self._knocked is None:
            return self._knock(reader, now) if now >= self.due else ""
        self._looks += 1
        if reader.heard != self._before:
            self._knocked = None
            self.proven = now
            return ""
        if now - self._knocked < _PATIENCE or self._looks < _LOOKS:
            return ""
        self._knocked = None
        return f"it heard nothing for {_PATIENCE:g} s, though there was something"

    def _knock(self, reader: Knocked, now: float) -> str:
        self.due = now + _EVERY
        self._before, self._looks = reader.heard, 0
        try:
            self._knocked = now if reader.knock() else None
        except WatchError as error:
            return str(error)
        if self._knocked is None:
            self.proven = now
        return ""

"""Tells whether everything has made progress lately: only then does the service manager hear that we live."""

from collections.abc import Iterable, Sequence

from scanner.daemon.shift import Shift
from scanner.watch.supervisor import Post

_COMMIT = 60.0
_READER = 120.0
_WORKER = 60.0


class Pulse:
    """Knows when something was last written. Readers and workers are asked."""

    def __init__(self, now: float) -> None:
        """Begin: nothing is late yet."""
        self._written = now

    def written(self, now: float) -> None:
        """Take note that what there was to write is on the disk."""
        self._written = now

    def late(self, now: float, posts: Sequence[Post], shifts: Iterable[Shift]) -> str:
        """Say what has not gone on for too long, "" where nothing has.

        A journal gets a minute, a reader two to prove that it hears, and a worker a minute over the time for one file.
        """
        if now - self._written > _COMMIT:
            return f"nothing could be written for more than {_COMMIT:g} s"
        for post in posts:
            if post.reader is not None and now - post.proven > _READER:
                return f"the reader of {post.root} has not proven for more than {_READER:g} s that it hears"
        for shift in shifts:
            most = shift.terms.plan.job_seconds
            if most and shift.slowest(now) > most + _WORKER:
                return f"a worker has not answered for more than {most + _WORKER:g} s"
        return ""

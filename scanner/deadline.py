"""Ends pure Python work that takes too long: a regular expression of a rule's author may need years for one line."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from scanner.errors import DocWardenError


class OutOfTimeError(DocWardenError):
    """The work inside `at_most` took longer than it may."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Give the work inside `seconds` of processor time (0: unlimited); regular expressions are ended, too.

    Only the main thread can be interrupted; in another one, or where the platform has no such timer, nothing is
    limited. Limits do not nest: of two, the inner one ends both.

    Raises:
        OutOfTimeError: the work took longer.
    """
    if seconds <= 0 or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    # Processor time, not that of the clock: a machine that is busy with other things fails no rule.
    before = signal.signal(signal.SIGVTALRM, _stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL if before is None else before)


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise OutOfTimeError

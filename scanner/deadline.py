"""Ends pure Python work that takes too long: a regular expression of a rule's author may need years for one line."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, TypeVar, cast

from scanner.errors import DocWardenError

_T = TypeVar("_T")
_SHORTEST: Final = 1e-3
_END: Final = object()


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


def in_time(items: Iterator[_T], seconds: float) -> Iterator[_T]:
    """Yield what another iterator does, for so long as it takes `seconds` of processor time itself (0: unlimited).

    What is done with the items is not counted. Code in another language that does not come back is not ended by this.

    Raises:
        OutOfTimeError: it took longer.
    """
    if not seconds:
        yield from items
        return
    left = seconds
    while True:
        began = time.process_time()
        with at_most(max(left, _SHORTEST)):
            item = next(items, _END)
        if item is _END:
            return
        left -= time.process_time() - began
        yield cast("_T", item)


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise OutOfTimeError

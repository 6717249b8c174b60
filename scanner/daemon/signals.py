"""Answers signals while the daemon runs."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


@contextlib.contextmanager
def answering(stop: Callable[[], None], reload: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on SIGTERM and Ctrl-C, `reload` on SIGHUP; in another than the main thread, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        stop()

    def again(_number: int, _frame: FrameType | None) -> None:
        reload()

    answers = {signal.SIGTERM: end, signal.SIGINT: end, signal.SIGHUP: again}
    before = {number: signal.signal(number, answer) for number, answer in answers.items()}
    try:
        yield
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)


class Requests:
    """Keeps a SIGHUP for the daemon that comes next: while one starts, or begins anew, it would end the process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._came = False
        self._answer: Callable[[], None] | None = None

    def pass_to(self, answer: Callable[[], None] | None) -> None:
        """Have requests answered from now on, and one that came before; with None they are kept."""
        self._answer = answer
        if answer is not None and self._came:
            self._came = False
            answer()

    def come(self) -> None:
        """Take a request; may be called from a signal handler."""
        if self._answer is None:
            self._came = True
        else:
            self._answer()


@contextlib.contextmanager
def keeping_requests() -> Iterator[Requests]:
    """Keep each SIGHUP that comes where `answering` is not in force; in another than the main thread, do nothing."""
    requests = Requests()
    if threading.current_thread() is not threading.main_thread():
        yield requests
        return
    before = signal.signal(signal.SIGHUP, lambda _number, _frame: requests.come())
    try:
        yield requests
    finally:
        signal.signal(signal.SIGHUP, before)

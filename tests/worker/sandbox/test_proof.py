"""The proof of the sandbox takes nobody's word for a denial, and nobody's kill for a success."""

import os
import signal

from scanner.worker.sandbox.proof import still_open


def _nothing() -> None:
    pass


def _denied() -> None:
    raise PermissionError


def test_what_is_denied_is_not_open_and_what_works_is():
    assert still_open(_nothing, {"denied": _denied, "works": _nothing}) == ("works",)


def test_an_attempt_that_somebody_else_kills_is_made_again():
    left, filled = os.pipe()
    os.set_blocking(left, False)
    os.write(filled, b"x")

    def killed_once() -> None:
        try:
            os.read(left, 1)
        except BlockingIOError:
            raise PermissionError from None
        os.kill(os.getpid(), signal.SIGKILL)

    assert still_open(_nothing, {"killed once": killed_once}) == ()
    os.close(left)
    os.close(filled)


def test_an_attempt_that_is_killed_every_time_counts_as_one_that_worked():
    def killed() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    assert still_open(_nothing, {"killed": killed}) == ("killed",)

"""Work that takes too long is ended, and nothing of the limit stays behind."""

import re
import signal
import threading

import pytest

from scanner.deadline import OutOfTimeError, at_most

ENDLESS = re.compile("(a+)+$")


def endless():
    ENDLESS.search("a" * 60 + "!")


def test_a_pattern_that_would_run_for_years_is_ended():
    before = signal.getsignal(signal.SIGVTALRM)

    with pytest.raises(OutOfTimeError), at_most(0.1):
        endless()
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0


def test_work_that_is_done_in_time_leaves_no_timer():
    with at_most(5):
        pass

    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0


@pytest.mark.parametrize("seconds", [0, 1e-3])
def test_what_cannot_or_shall_not_be_limited_is_left_to_run(seconds):
    done = []

    def work():
        with at_most(seconds):
            sum(range(1_000_000))
            done.append(True)

    if seconds:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    else:
        work()

    assert done == [True]

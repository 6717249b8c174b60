"""Work that takes too long is ended, and nothing of the limit stays behind."""

import re
import signal
import threading

import pytest

from scanner.deadline import OutOfTimeError, at_most, in_time

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


def test_only_the_time_of_what_makes_the_items_counts_and_not_of_what_is_done_with_them():
    made = in_time(iter([1, 2, 3]), 0.2)

    taken = []
    for item in made:
        taken.append(item)
        sum(range(10_000_000))

    assert taken == [1, 2, 3]


def test_an_iterator_that_takes_too_long_is_ended_and_what_it_gave_counts():
    def slow():
        yield 1
        endless()
        yield 2

    made = in_time(slow(), 0.1)

    assert next(made) == 1
    with pytest.raises(OutOfTimeError):
        next(made)
    assert list(in_time(iter("ab"), 0)) == ["a", "b"]

"""A reader that does not hear what it must is deaf, and one that is only busy or asleep is not."""

import pytest

from scanner.errors import WatchError
from scanner.watch.canary import Canary


class _Reader:
    def __init__(self):
        self.heard = 0
        self.knocks = 0
        self.answers = True
        self.trouble = ""
        self.can = True

    def knock(self):
        if self.trouble:
            raise WatchError(self.trouble)
        self.knocks += 1
        self.heard += self.answers
        return self.can


@pytest.fixture
def reader():
    return _Reader()


def _look(reader, canary, times):
    return [canary.deaf(reader, float(now)) for now in times]


def test_one_that_answers_is_asked_every_half_minute(reader):
    assert not any(_look(reader, Canary(), range(100)))
    assert reader.knocks == 4


def test_one_that_hears_nothing_is_deaf_after_ten_seconds(reader):
    reader.answers = False
    said = _look(reader, Canary(), range(12))

    assert [bool(why) for why in said] == [False] * 10 + [True] + [False]
    assert "heard nothing for 10 s" in said[10]


def test_one_that_hears_something_else_first_is_busy(reader):
    reader.answers = False
    canary = Canary()
    _look(reader, canary, range(9))
    reader.heard += 1

    assert not any(_look(reader, canary, range(9, 30)))


def test_a_machine_that_slept_makes_nobody_deaf(reader):
    reader.answers = False
    canary = Canary()
    canary.deaf(reader, 0.0)

    assert canary.deaf(reader, 1000.0) == ""


def test_one_that_says_it_lost_its_root_is_deaf_at_once(reader):
    reader.trouble = "the kernel had lost its watch on the root"

    assert Canary().deaf(reader, 0.0) == reader.trouble


def test_one_that_cannot_be_knocked_at_is_left_alone(reader):
    reader.can = reader.answers = False

    assert not any(_look(reader, Canary(), range(100)))


def test_it_can_be_put_off_and_called_for(reader):
    canary = Canary(due=50.0)
    _look(reader, canary, range(50))
    assert reader.knocks == 0
    canary.due = 50.0
    _look(reader, canary, range(50, 60))

    assert reader.knocks == 1

"""The command that breaks documents names the reader that raises, and where."""

from types import ModuleType

import pytest

from bench.cuts import faults
from scanner.extract import LimitReachedError, readers
from scanner.model.document import Member, Reason
from scanner.model.place import Place


def _known(extract):
    planted = ModuleType("planted")
    planted.extract = extract
    return {**readers(), "text/plain": planted}


def test_what_a_reader_raises_is_named():
    def extract(_blob, _budget):
        yield from ()
        raise KeyError

    (fault,) = faults(_known(extract), "a.txt", b"plain text\n")
    assert (fault.reader, fault.error) == ("planted", "KeyError")


def test_what_the_reader_of_a_member_raises_is_named():
    def extract(blob, _budget):
        if blob.place.members:
            raise IndexError
        yield Member(Place("a.txt", ("b.txt",)), b"more plain text\n")

    assert [fault.error for fault in faults(_known(extract), "a.txt", b"plain text\n")] == ["IndexError"]


def test_a_spent_budget_is_no_fault():
    def extract(_blob, _budget):
        yield from ()
        raise LimitReachedError(Reason.TOO_LARGE, "too much")

    assert not list(faults(_known(extract), "a.txt", b"plain text\n"))


@pytest.mark.parametrize("data", [b"plain text\n", b"%PDF-1.4\n1 0 obj<<", b"{\\rtf1 broken"])
def test_the_readers_that_ship_raise_nothing(data):
    assert not list(faults(readers(), "a", data))

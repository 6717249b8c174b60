"""A file is read when it is whole: after the last sign of it, and while nobody writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.change import ChangeKind
from scanner.watch.settle import Look, Patience, Wait, Writer, backoff, decide, due, is_temporary

_P = Patience()
_SIZES = st.integers(0, 1 << 40)
_TIMES = st.floats(0, 1e6)


def _wait(kind=ChangeKind.CREATED, age=1.0, waited=0.0, tries=0):
    return Wait(kind, age, waited, tries)


def test_a_closed_file_is_due_soon_and_a_created_one_later():
    assert due("a.txt", ChangeKind.CLOSED, 10.0, 10.0, _P).at == 10.3
    assert due("a.txt", ChangeKind.MOVED, 10.0, 10.0, _P).at == 10.3
    assert due("a.txt", ChangeKind.CREATED, 10.0, 10.0, _P).at == 11.0


def test_further_events_move_it_but_not_for_ever():
    assert due("a.txt", ChangeKind.CLOSED, 10.0, 12.0, _P).at == 12.3
    assert due("a.txt", ChangeKind.CLOSED, 10.0, 99.0, _P).at == 40.0


@given(first=_TIMES, later=_TIMES, kind=st.sampled_from(ChangeKind), name=st.sampled_from(["a.txt", "a.part", "~$a"]))
def test_no_name_and_no_number_of_events_puts_a_file_off_for_ever(first, later, kind, name):
    when = due(name, kind, first, first + later, _P)

    assert when.at <= when.latest <= first + _P.longest_temporary


@pytest.mark.parametrize(
    "name",
    [
        "a.docx.part",
        "Unconfirmed 1.crdownload",
        "~$plan.docx",
        ".plan.docx.Xy12Zz",
        ".~lock.a.odt#",
        "a.TMP",
        ".nfs0001",
    ],
)
def test_a_temporary_name_delays(name):
    assert is_temporary(name)
    assert due(name, ChangeKind.CLOSED, 0.0, 0.0, _P).at == 60.0


@pytest.mark.parametrize("name", ["a.docx", ".bashrc", "part", "tmp.txt", "~a.docx", "a.parts"])
def test_an_ordinary_name_does_not(name):
    assert not is_temporary(name)


def test_a_temporary_name_does_not_delay_the_walk_of_a_folder():
    assert due("a.tmp", ChangeKind.TREE, 0.0, 0.0, _P).at == 0.3


def test_waits_grow_to_a_minute():
    assert [backoff(tries) for tries in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff(10_000) == 60


def test_a_file_nobody_writes_to_is_read():
    assert decide(Writer.NONE, Look(1, 1, 0.0), None, _wait(), _P).wait == 0


def test_a_writer_is_waited_for_longer_and_longer():
    waits = [decide(Writer.PRESENT, Look(1, 1, 0.0), None, _wait(tries=tries), _P).wait for tries in range(3)]

    assert waits == [1, 2, 4]


def test_a_writer_that_never_ends_is_not_waited_for_for_ever():
    decision = decide(Writer.PRESENT, Look(1, 1, 0.0), None, _wait(waited=900.0), _P)

    assert (decision.wait, decision.partial) == (0, True)


@pytest.mark.parametrize(
    ("kind", "size", "quiet"),
    [(ChangeKind.CLOSED, 1, 1.0), (ChangeKind.CREATED, 1, 5.0), (ChangeKind.FOUND, 1 << 30, 15.0)],
)
def test_where_the_kernel_does_not_say_a_file_has_to_be_quiet(kind, size, quiet):
    first = decide(Writer.UNKNOWN, Look(size, 7, 100.0), None, _wait(kind), _P)
    early = decide(Writer.UNKNOWN, Look(size, 7, 100.5), first.look, _wait(kind), _P)
    later = decide(Writer.UNKNOWN, Look(size, 7, 100.0 + quiet), early.look, _wait(kind), _P)

    assert (first.wait, early.wait, later.wait) == (quiet, quiet - 0.5, 0)


@given(size=_SIZES, other=_SIZES, mtime=st.integers(), later=st.integers(), kind=st.sampled_from(ChangeKind))
def test_a_file_that_changed_since_the_last_look_is_never_read(size, other, mtime, later, kind):
    before, now = Look(size, mtime, 0.0), Look(other, later, 1000.0)
    decision = decide(Writer.UNKNOWN, now, before, _wait(kind), _P)

    assert (decision.wait == 0) == ((size, mtime) == (other, later))


def test_what_has_not_changed_for_a_minute_is_read_at_the_first_look():
    assert decide(Writer.UNKNOWN, Look(1, 1, 0.0), None, _wait(age=61.0), _P).wait == 0

import io

import pytest

from scanner.extract import Budget, LimitReachedError
from scanner.model.document import Reason
from scanner.model.limits import Limits

_MIB = 1 << 20


def test_a_stream_within_its_budget_is_read_whole():
    assert Budget(Limits(), 100).read(io.BytesIO(b"x" * _MIB)) == b"x" * _MIB


@pytest.mark.parametrize(
    "limits",
    [Limits(member_bytes=_MIB), Limits(expanded_bytes=_MIB), Limits(ratio=1)],
)
def test_a_stream_beyond_any_budget_stops(limits: Limits):
    with pytest.raises(LimitReachedError) as caught:
        Budget(limits, 100).read(io.BytesIO(bytes(12 * _MIB)))

    assert caught.value.reason is Reason.TOO_LARGE
    assert caught.value.detail == str(caught.value)


def test_a_small_file_may_expand_a_lot():
    budget = Budget(Limits(ratio=1), 1)

    assert len(budget.read(io.BytesIO(bytes(9 * _MIB)))) == 9 * _MIB


def test_the_budget_is_shared_by_all_members():
    budget = Budget(Limits(expanded_bytes=10), 100)
    budget.expand(6)

    with pytest.raises(LimitReachedError):
        budget.expand(6)


def test_members_and_text_are_counted():
    budget = Budget(Limits(members=2, text=10), 1)
    budget.member()
    budget.member()
    budget.text(10)

    with pytest.raises(LimitReachedError, match="2 members"):
        budget.member()
    with pytest.raises(LimitReachedError, match="10 characters"):
        budget.text(1)


def test_zero_lifts_every_limit():
    budget = Budget(Limits(expanded_bytes=0, member_bytes=0, ratio=0, members=0, text=0), 0)
    budget.member()
    budget.text(10**9)

    assert len(budget.read(io.BytesIO(bytes(11 * _MIB)))) == 11 * _MIB

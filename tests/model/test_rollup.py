"""Words beside a level add up as their scheme says."""

import pytest

from scanner.model.rollup import Dropped, RollUp

_RULES = RollUp(
    covers=(("SI-", "SI"), ("NF", "RELIDO"), ("SBU", "FOUO")),
    closes=("NF",),
    dropped=(Dropped("FOUO", 2),),
    listing=("FGI",),
    groups=(("FVEY", "AUS", "CAN", "GBR", "NZL", "USA"), ("TEYE", "AUS", "GBR", "USA")),
    nation="USA",
)


def _set(text):
    return frozenset(filter(None, text.split(", ")))


@pytest.mark.parametrize(
    ("entries", "order", "settled"),
    [
        ("SI, TK", 3, "SI, TK"),
        ("SI, SI-G", 3, "SI-G"),
        ("SI, SI-G ABCD", 3, "SI-G ABCD"),
        ("FOUO", 1, "FOUO"),
        ("FOUO", 2, ""),
        ("SBU, FOUO", 1, "SBU"),
        ("FGI DEU, FGI GBR FRA", 3, "FGI DEU FRA GBR"),
        ("FGI DEU, FGI", 3, "FGI"),
        ("BLUEBIRD, SI", 3, "BLUEBIRD, SI"),
    ],
)
def test_what_says_nothing_more_is_left_out(entries, order, settled):
    known = _set(entries)

    assert _RULES.settled(known, order, _RULES.live(known, order)) == _set(settled)


@pytest.mark.parametrize(
    ("ours", "theirs", "admitted"),
    [
        ("SI-G", "SI", True),
        ("SI", "SI-G", False),
        ("SIX", "SI", False),
        ("FGI DEU GBR", "FGI DEU", True),
        ("FGI DEU", "FGI DEU GBR", False),
        ("FGI", "FGI DEU", True),
        ("FGI DEU", "FGI", False),
        ("", "FOUO", True),
        ("SI, NF, FGI, SBU", "BLUEBIRD", False),
    ],
)
def test_a_word_is_admitted_if_it_is_there_or_covered_or_dropped(ours, theirs, admitted):
    beside = _RULES.live(_set(ours), 3)

    assert _RULES.dominates(beside, _set(theirs), 3, beside) is admitted


@pytest.mark.parametrize(
    ("codes", "beside", "released"),
    [
        ("USA, GBR", "", "USA, GBR"),
        ("GBR", "", "USA, GBR"),
        ("USA", "", None),
        ("", "", None),
        ("FVEY", "", "AUS, CAN, GBR, NZL, USA"),
        ("USA, GBR", "NF", None),
    ],
)
def test_a_release_list_has_its_owner_and_the_members_of_groups(codes, beside, released):
    assert _RULES.released(_set(codes), _set(beside)) == (None if released is None else _set(released))


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("USA, FVEY", "USA, GBR", "USA, GBR"),
        ("USA, FVEY", "USA, AUS, CAN, GBR, NZL", "USA, FVEY"),
        ("USA, AUS, GBR, NZL", "USA, FVEY", "USA, NZL, TEYE"),
        ("USA, DEU", "USA, GBR", "USA"),
        ("GBR, USA", "USA, GBR", "USA, GBR"),
    ],
)
def test_two_release_lists_have_in_common_whom_both_open_to(one, other, common):
    assert _RULES.common(_set(one), _set(other)) == _set(common)
    assert _RULES.common(_set(one), None) is None
    assert _RULES.common(None, _set(one)) is None


def test_it_says_what_is_admitted_without_being_named():
    assert _RULES.moot({"SI-G", "NF"}, 2) == {"SI", "RELIDO", "FOUO"}
    assert _RULES.moot({"TK"}, 1) == frozenset()

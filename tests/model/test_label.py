"""Labels form a lattice, and are written as their schemes write them."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.label import Form, Label, Level

_LEVELS = [Level("us", name.lower(), name, order, order) for order, name in enumerate(("U", "C", "S", "TS"))]
_LEVELS.append(Level("us", "twin", "SECRET", 2, 2))
_CODES = st.frozensets(st.sampled_from(["USA", "GBR", "AUS", "FVEY"]), min_size=1)
_LABELS = st.builds(
    Label,
    level=st.sampled_from(_LEVELS),
    compartments=st.frozensets(st.sampled_from(["SI", "TK", "HCS"])),
    caveats=st.frozensets(st.sampled_from(["NOFORN", "ORCON"])),
    releasable_to=st.none() | _CODES,
    term=st.sampled_from(["", "10 years"]),
    notes=st.frozensets(st.just("RELIDO")),
)


def _same_access(one: Label, other: Label) -> bool:
    return (one.level.order, one.compartments, one.caveats, one.releasable_to) == (
        other.level.order,
        other.compartments,
        other.caveats,
        other.releasable_to,
    )


@given(_LABELS)
def test_a_label_dominates_itself(label):
    assert label.dominates(label)


@given(_LABELS, _LABELS)
def test_two_labels_that_dominate_each_other_give_the_same_access(one, other):
    assert (one.dominates(other) and other.dominates(one)) == _same_access(one, other)


@given(_LABELS, _LABELS, _LABELS)
def test_dominance_is_transitive(low, middle, high):
    middle, high = middle.join(low), high.join(middle.join(low))

    assert high.dominates(middle)
    assert middle.dominates(low)
    assert high.dominates(low)


@given(_LABELS, _LABELS, _LABELS)
def test_the_join_is_the_least_upper_bound(one, other, bound):
    joined = one.join(other)

    assert joined.dominates(one)
    assert joined.dominates(other)
    assert bound.dominates(joined) == (bound.dominates(one) and bound.dominates(other))


@given(_LABELS, _LABELS)
def test_the_join_is_commutative(one, other):
    assert one.join(other) == other.join(one)


@given(_LABELS, _LABELS, _LABELS)
def test_the_join_is_associative(one, two, three):
    assert one.join(two).join(three) == one.join(two.join(three))


@given(_LABELS)
def test_the_join_is_idempotent(label):
    assert label.join(label) == label


@given(st.lists(_LABELS, min_size=1))
def test_nothing_is_released_by_a_join_that_one_of_its_labels_did_not_release(labels):
    joined = reduce(Label.join, labels)

    assert joined.releasable_to is None or all(
        label.releasable_to is not None and joined.releasable_to <= label.releasable_to for label in labels
    )


@given(_LABELS)
def test_labels_of_two_schemes_are_not_comparable(label):
    other = Label(Level("nato", "ns", "NATO SECRET", 3, 4))

    assert not label.dominates(other)
    assert not other.dominates(label)
    with pytest.raises(ValueError, match="two schemes: us and nato"):
        label.join(other)


@pytest.mark.parametrize(
    ("ceiling", "label", "expected"),
    [
        ({}, {}, True),
        ({}, {"releasable_to": frozenset({"USA", "GBR"})}, True),
        ({"releasable_to": frozenset({"USA", "GBR"})}, {}, False),
        ({"releasable_to": frozenset({"USA", "GBR"})}, {"releasable_to": frozenset({"USA", "GBR", "AUS"})}, True),
        ({"releasable_to": frozenset({"USA", "GBR"})}, {"releasable_to": frozenset({"USA", "AUS"})}, False),
        ({}, {"caveats": frozenset({"NOFORN"})}, False),
        ({"caveats": frozenset({"NOFORN"})}, {}, True),
        ({"compartments": frozenset({"SI"})}, {"compartments": frozenset({"SI", "TK"})}, False),
        ({"compartments": frozenset({"SI", "TK"})}, {"compartments": frozenset({"TK"})}, True),
    ],
)
def test_a_ceiling_must_dominate_in_every_dimension(ceiling, label, expected):
    assert Label(_LEVELS[2], **ceiling).dominates(Label(_LEVELS[2], **label)) is expected


def test_the_term_is_that_of_the_higher_level():
    secret = Label(Level("cn", "s", "秘密", 1, 3), term="★10年")
    more = Label(Level("cn", "c", "机密", 2, 4))

    assert str(secret.join(more)) == "机密"
    assert str(secret) == "秘密★10年"


def test_a_label_is_written_as_its_scheme_writes_it():
    level = Level("us", "ts", "TOP SECRET", 4, 5)
    label = Label(level, frozenset({"TK", "SI"}), frozenset({"ORCON"}), frozenset({"FVEY", "GBR", "AUS", "USA"}))

    assert str(label) == "TOP SECRET//SI/TK//ORCON/REL TO USA, AUS, GBR, FVEY"
    assert str(Label(level, caveats=frozenset({"NOFORN"}))) == "TOP SECRET//NOFORN"
    assert str(Label(level, form=Form(major=" - "), caveats=frozenset({"X"}))) == "TOP SECRET - X"
    assert label.scheme == "us"


def test_a_scheme_may_order_what_it_writes():
    level = Level("us", "ts", "TOP SECRET", 4, 5)
    form = Form(categories=(("HCS", "SI", "TK"), ("RD",), ("ORCON", "NOFORN", "REL TO")))
    label = Label(
        level, frozenset({"TK", "SI-G"}), frozenset({"NOFORN", "ORCON", "X"}), frozenset({"USA", "GBR"}), form=form
    )

    assert str(label) == "TOP SECRET//SI-G/TK//ORCON/NOFORN/REL TO USA, GBR/X"
    assert str(Label(level, form=form)) == "TOP SECRET"


def test_notes_are_written_and_limit_nobody():
    label = Label(_LEVELS[2], notes=frozenset({"RELIDO"}))

    assert str(label) == "S//RELIDO"
    assert Label(_LEVELS[2]).dominates(label)

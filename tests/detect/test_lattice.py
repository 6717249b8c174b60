"""The labels of every loaded scheme form a lattice, and no verdict gets milder by one finding more."""

import itertools
from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.detect._scheme_rule import CaveatKind, Listing
from scanner.detect.scheme import load_schemes
from scanner.judge import judge
from scanner.model.document import Document
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.label import NATIONAL, Label
from scanner.model.place import Place
from scanner.model.verdict import Outcome
from scanner.model.zone import Equivalent, Zone
from scanner.resources import rule_sources

_SCHEMES = load_schemes(rule_sources())
_IDS = [scheme.id for scheme in _SCHEMES.schemes]
_LEVELS = [rule.level for scheme in _SCHEMES.schemes for rule in scheme.levels]
_UNKNOWN = "ZULU NEVER HEARD OF"
_ORDER = [Outcome.CLEAN, Outcome.PERMITTED, Outcome.UNDETERMINED, Outcome.VIOLATION]


def _names(scheme, *kinds):
    """Every word of some kinds, with countries behind those that list them, and with endings behind hyphens."""
    for rule in scheme.caveats:
        if rule.kind in kinds:
            codes = sorted(scheme.grammar.codes)[:3] if rule.listing is Listing.CODES else []
            yield f"{rule.name}G" if rule.name.endswith("-") else rule.name
            yield from (f"{rule.name} {' '.join(some)}" for some in itertools.combinations(codes, 2))


def _some(names):
    known = sorted(names)
    return st.frozensets(st.sampled_from(known), max_size=4) if known else st.just(frozenset())


def _labels_of(scheme):
    codes = [scheme.rollup.nation, *(group[0] for group in scheme.rollup.groups), *sorted(scheme.grammar.codes)[:5]]
    codes += ["GBR", "ALLIES"]
    return st.builds(
        Label,
        level=st.sampled_from([rule.level for rule in scheme.levels]),
        compartments=_some(_names(scheme, CaveatKind.COMPARTMENT)),
        caveats=_some([*_names(scheme, CaveatKind.RESTRICTIVE), _UNKNOWN]),
        releasable_to=st.none() | st.frozensets(st.sampled_from([code for code in codes if code]), max_size=4),
        term=st.sampled_from(["", "★10年"]),
        form=st.just(scheme.form),
        notes=_some(_names(scheme, CaveatKind.PERMISSIVE)),
        rollup=st.just(scheme.rollup),
    )


_STRATEGIES = {scheme.id: _labels_of(scheme) for scheme in _SCHEMES.schemes}
_LABELS = st.sampled_from(_IDS).flatmap(_STRATEGIES.__getitem__)
# Where rules about words that stand together can go wrong, there are such rules.
_RULED = [scheme.id for scheme in _SCHEMES.schemes if scheme.rollup.covers or scheme.rollup.closes]


def _together(count):
    """Several labels of one scheme: of any, and as often of one that says how words add up."""
    scheme = st.sampled_from(_IDS) | st.sampled_from(_RULED)
    return scheme.flatmap(lambda name: st.tuples(*(_STRATEGIES[name] for _ in range(count))))


def _meaning(label):
    """What a label means: all but the written form."""
    settled = label.settled()
    return settled.level, settled.compartments, settled.caveats, label.released()


@given(_LABELS)
def test_dominance_is_reflexive(label):
    assert label.dominates(label)
    assert label.dominates(label.settled())
    assert label.settled().dominates(label)


@given(_together(2))
def test_dominance_is_antisymmetric_up_to_the_written_form(labels):
    one, other = labels

    assert (one.dominates(other) and other.dominates(one)) == (_meaning(one) == _meaning(other))


@given(_together(3))
def test_dominance_is_transitive(labels):
    for low, middle, high in itertools.permutations(labels):
        if high.dominates(middle) and middle.dominates(low):
            assert high.dominates(low)


@settings(max_examples=300)
@given(_together(3))
def test_the_join_is_the_least_upper_bound(labels):
    one, other, bound = labels
    joined = one.join(other)

    assert joined.dominates(one)
    assert joined.dominates(other)
    assert bound.dominates(joined) == (bound.dominates(one) and bound.dominates(other))
    assert reduce(Label.join, labels).dominates(joined)


@settings(max_examples=300)
@given(_together(3))
def test_the_join_is_commutative_associative_and_idempotent(labels):
    one, two, three = labels

    assert one.join(two) == two.join(one)
    assert one.join(two).join(three) == one.join(two.join(three))
    assert one.join(one) == one.settled()
    assert one.settled().settled() == one.settled()


@given(_together(2))
def test_a_join_is_released_to_nobody_that_one_of_its_labels_kept_out(labels):
    one, other = labels
    released = one.join(other).released()

    assert released is None or released <= (one.released() or frozenset()) & (other.released() or frozenset())


@given(_LABELS, _LABELS)
def test_labels_of_two_schemes_are_not_comparable(one, other):
    if one.scheme != other.scheme:
        assert not one.dominates(other)
        with pytest.raises(ValueError, match="no high-water mark over two schemes"):
            one.join(other)


def _everything(scheme):
    """The label of a scheme that admits most: its highest level with every word it knows, released to nobody."""
    top = max((rule.level for rule in scheme.levels), key=lambda level: level.order)
    return Label(
        top,
        frozenset(_names(scheme, CaveatKind.COMPARTMENT)),
        frozenset(_names(scheme, CaveatKind.RESTRICTIVE)),
        form=scheme.form,
        rollup=scheme.rollup,
    )


def _marked(label, status=Status.MARKED, kind=Kind.MARKING):
    return Finding(kind, label.scheme, Place("a"), label, status=status, severity=Severity.HIGH)


def _judge(zone, *findings):
    return judge(Document("/srv/a"), zone, findings, (), frozenset())


@given(_LABELS)
def test_the_label_with_every_known_word_dominates_all_without_unknown_ones(label):
    everything = _everything(_SCHEMES.get(label.scheme))
    known = replace(label, caveats=label.caveats - {_UNKNOWN})

    assert everything.dominates(known)


@given(_LABELS)
def test_an_unknown_caveat_fails_closed_everywhere(label):
    unknown = replace(label, caveats=label.caveats | {_UNKNOWN})
    everything = _everything(_SCHEMES.get(label.scheme))
    tops = tuple(_everything(scheme) for scheme in _SCHEMES.schemes)

    assert not everything.dominates(unknown)
    assert _UNKNOWN in unknown.settled().caveats
    assert _judge(Zone("z", ("/srv",), tops, equivalents=True), _marked(unknown)).outcome is Outcome.VIOLATION
    assert replace(everything, caveats=everything.caveats | {_UNKNOWN}).dominates(
        Label(label.level, caveats=frozenset({_UNKNOWN}), rollup=label.rollup)
    )


@pytest.mark.parametrize("scheme", _SCHEMES.schemes, ids=_IDS)
def test_a_word_nobody_knows_is_kept_by_every_scheme_that_takes_unknown_words(scheme):
    for rule in scheme.levels:
        for sign in scheme.grammar.unknown_after:
            text = f"{scheme.id}:{rule.level.name}{sign}{sign}ZULUBIRD"
            label = _SCHEMES.read(text)

            assert label is not None, text
            assert label.scheme == scheme.id, text
            assert "ZULUBIRD" in label.caveats, text
            assert not _everything(scheme).dominates(label), text


_ZONES = st.builds(
    Zone,
    name=st.just("z"),
    roots=st.just(("/srv",)),
    ceilings=st.lists(_LABELS, max_size=3, unique_by=lambda label: label.scheme).map(tuple),
    violating=st.sampled_from([frozenset({Status.MARKED}), frozenset(Status)]),
    equivalents=st.booleans(),
    equivalence=st.lists(
        st.builds(Equivalent, st.sampled_from(_LEVELS), st.none() | st.sampled_from(_LEVELS)), max_size=2
    ).map(tuple),
)
_FINDINGS = st.builds(_marked, _LABELS, st.sampled_from(Status), st.sampled_from([Kind.MARKING, Kind.LABEL]))


@settings(max_examples=300)
@given(_ZONES, st.lists(_FINDINGS, max_size=4), _FINDINGS)
def test_one_more_finding_never_makes_a_verdict_less_severe(zone, findings, more):
    before, after = _judge(zone, *findings), _judge(zone, *findings, more)

    assert _ORDER.index(after.outcome) >= _ORDER.index(before.outcome)
    assert after.severity >= before.severity
    assert after.alerting >= before.alerting


@given(_ZONES, _together(2))
def test_a_violating_marking_is_one_beside_any_other_of_its_scheme(zone, labels):
    """Words that the high-water mark drops or covers take nothing back."""
    one, other = labels
    if _judge(zone, _marked(one)).outcome is Outcome.VIOLATION:
        assert _judge(zone, _marked(one), _marked(other)).outcome is Outcome.VIOLATION


def test_a_dropped_word_still_keeps_its_document_from_another_schemes_zone():
    zone = Zone("z", ("/srv",), (_SCHEMES.read("NATO SECRET"),), equivalents=True)
    fouo, confidential = (_marked(_SCHEMES.read(text)) for text in ("UNCLASSIFIED//FOUO", "CONFIDENTIAL"))
    verdict = _judge(zone, confidential, fouo)

    assert _judge(zone, confidential).outcome is Outcome.PERMITTED
    assert verdict.outcome is Outcome.VIOLATION
    assert verdict.why.startswith("UNCLASSIFIED//FOUO in a zone whose ceiling is NATO SECRET")
    assert [str(label) for label in verdict.labels] == ["CONFIDENTIAL"]


@pytest.mark.parametrize(
    ("ceiling", "label", "admitted"),
    [
        ("SECRET//NOFORN", "SECRET//REL TO USA, GBR", True),
        ("SECRET//NOFORN", "SECRET//NOFORN//REL TO USA, GBR", True),
        ("SECRET//REL TO USA, GBR", "SECRET//NOFORN//REL TO USA, GBR", False),
        ("SECRET//REL TO USA, GBR", "SECRET//REL TO USA, FVEY", True),
        ("SECRET//REL TO USA, FVEY", "SECRET//REL TO USA, GBR", False),
        ("SECRET//REL TO USA, FVEY", "SECRET//REL TO USA, AUS, CAN, GBR, NZL", True),
        ("SECRET//REL TO USA, GBR", "SECRET//REL TO GBR", True),
        ("SECRET//REL TO USA, GBR", "SECRET//REL TO USA", False),
        ("SECRET//REL TO USA, GBR", "SECRET", False),
        ("SECRET", "SECRET//REL TO USA, GBR", True),
        ("SECRET", "CONFIDENTIAL//FOUO", True),
        ("UNCLASSIFIED", "UNCLASSIFIED//FOUO", False),
        ("SECRET", "SECRET//BLUEBIRD", False),
        ("SECRET", "SECRET//NOFORN", False),
        ("TOP SECRET//SI-G//NOFORN", "TOP SECRET//SI//NOFORN", True),
        ("TOP SECRET//SI//NOFORN", "TOP SECRET//SI-G//NOFORN", False),
        ("SECRET//ORCON/NOFORN", "SECRET//ORCON-USGOV/NOFORN", True),
        ("SECRET//FGI DEU GBR//NOFORN", "SECRET//FGI DEU//NOFORN", True),
        ("SECRET//FGI DEU//NOFORN", "SECRET//FGI GBR//NOFORN", False),
        ("SECRET//FGI//NOFORN", "SECRET//FGI GBR//NOFORN", True),
        ("UK SECRET UK EYES ONLY", "UK SECRET", True),
        ("UK SECRET", "UK SECRET UK EYES ONLY", False),
        ("UK SECRET UK EYES ONLY", "UK SECRET UK/US EYES ONLY", True),
        ("UK SECRET UK/US EYES ONLY", "UK SECRET UK EYES ONLY", False),
        ("UK TOP SECRET STRAP 3", "UK TOP SECRET STRAP1", True),
        ("UK TOP SECRET STRAP1", "UK TOP SECRET STRAP 2", False),
        ("ca:SECRET//CEO", "ca:SECRET//REL TO CAN, USA", True),
        ("ca:SECRET//CEO", "ca:SECRET//FIVE EYES ONLY", True),
        ("ca:SECRET//REL TO CAN, FVEY", "ca:SECRET//CEO", False),
        ("au:SECRET AUSTEO", "au:SECRET REL AUS, USA", True),
        ("au:SECRET REL AUS, FVEY", "au:SECRET REL AUS, USA", False),
        ("au:SECRET REL AUS, USA", "au:SECRET AGAO", False),
        ("TRÈS SECRET", "SECRET SPÉCIAL FRANCE", False),
        ("NATO SECRET", "NATO SECRET ATOMAL", False),
        ("NATO SECRET", "NATO SECRET RELEASABLE TO EU", True),
    ],
)
def test_a_ceiling_admits_what_its_scheme_says(ceiling, label, admitted):
    assert _SCHEMES.read(ceiling).dominates(_SCHEMES.read(label)) is admitted


@pytest.mark.parametrize(
    ("parts", "banner"),
    [
        ("SECRET//NOFORN | CONFIDENTIAL", "SECRET//NOFORN"),
        ("SECRET//REL TO USA, GBR | SECRET//NOFORN", "SECRET//NOFORN"),
        ("SECRET//REL TO USA, GBR | SECRET", "SECRET"),
        ("SECRET//REL TO USA, GBR | SECRET//RELIDO", "SECRET"),
        ("SECRET//RELIDO | CONFIDENTIAL//RELIDO", "SECRET//RELIDO"),
        ("SECRET//DISPLAY ONLY DEU GBR | SECRET//DISPLAY ONLY FRA GBR", "SECRET//DISPLAY ONLY GBR"),
        ("SECRET//DISPLAY ONLY GBR | SECRET", "SECRET"),
        ("SECRET//RELIDO | SECRET//NOFORN", "SECRET//NOFORN"),
        ("SECRET//REL TO USA, GBR | SECRET//REL TO USA, DEU", "SECRET"),
        ("SECRET//REL TO USA, AUS, GBR | SECRET//REL TO USA, FVEY", "SECRET//REL TO USA, TEYE"),
        ("SECRET//REL TO USA, FVEY | CONFIDENTIAL//REL TO USA, AUS, CAN, GBR, NZL", "SECRET//REL TO USA, FVEY"),
        ("SECRET//SI//NOFORN | SECRET//TK//NOFORN", "SECRET//SI/TK//NOFORN"),
        ("SECRET//FGI DEU//NOFORN | SECRET//FGI GBR//NOFORN", "SECRET//FGI DEU GBR//NOFORN"),
        ("SECRET//FGI//NOFORN | SECRET//FGI GBR//NOFORN", "SECRET//FGI//NOFORN"),
        ("UNCLASSIFIED//FOUO | CONFIDENTIAL", "CONFIDENTIAL"),
        ("UNCLASSIFIED//FOUO | UNCLASSIFIED//SBU", "UNCLASSIFIED//SBU"),
        ("SECRET//ORCON/NOFORN | SECRET//IMCON/NOFORN", "SECRET//ORCON/IMCON/NOFORN"),
        ("SECRET//NODIS | SECRET//EXDIS", "SECRET//NODIS"),
        ("NATO SECRET ATOMAL | NATO CONFIDENTIAL", "NATO SECRET ATOMAL"),
    ],
)
def test_portions_roll_up_as_the_register_says(parts, banner):
    labels = [_SCHEMES.read(part) for part in parts.split(" | ")]

    assert str(reduce(Label.join, labels)) == banner


# Words that mean another rank than they look like to a neighbour.
_FALSE_FRIENDS = [
    ("es:RESERVADO", 4),
    ("pt:RESERVADO", 2),
    ("ro:SECRET", 3),
    ("cn:机密", 4),
    ("cn:秘密", 3),
    ("tw:機密", 3),
    ("tw:極機密", 4),
    ("it:RISERVATO", 2),
    ("br:RESERVADO", 3),
    ("es:CONFIDENCIAL", 3),
    ("fr:SECRET", 4),
    ("us:SECRET", 4),
    ("nl:Stg. GEHEIM", 4),
    ("at:GEHEIM", 4),
    ("de:GEHEIM", 4),
    ("se:HEMLIG", 4),
    ("tr:ÖZEL", 3),
    ("pl:TAJNE", 4),
]


@pytest.mark.parametrize(("text", "rank"), _FALSE_FRIENDS)
def test_a_false_friend_has_the_rank_of_its_own_scheme(text, rank):
    label = _SCHEMES.read(text)

    assert label is not None
    assert label.scheme == text.split(":")[0]
    assert label.level.rank == rank
    assert label.level.axis == NATIONAL


@pytest.mark.parametrize("axis", ["cui", "audience", "corporate"])
def test_what_ranks_something_else_than_states_do_never_stands_under_their_ceilings(axis):
    tops = [max((rule.level for rule in scheme.levels), key=lambda level: level.rank) for scheme in _SCHEMES.schemes]
    national = tuple(Label(level) for level in tops if level.axis == NATIONAL)
    others = [level for level in _LEVELS if level.axis == axis and level.rank]

    assert others
    for level in others:
        assert _judge(Zone("z", ("/srv",), national, equivalents=True), _marked(Label(level))).outcome == "violation"
    for level in (level for level in _LEVELS if level.axis == NATIONAL and level.rank):
        ceilings = tuple({other.scheme: Label(other) for other in others}.values())

        assert _judge(Zone("z", ("/srv",), ceilings, equivalents=True), _marked(Label(level))).outcome == "violation"


@pytest.mark.parametrize(
    ("equivalence", "label", "outcome"),
    [
        ({}, "uk:SECRET", "permitted"),
        ({}, "uk:TOP SECRET", "violation"),
        ({"uk:SECRET": "COSMIC TOP SECRET"}, "uk:SECRET", "violation"),
        ({"uk:TOP SECRET": "NATO CONFIDENTIAL"}, "uk:TOP SECRET", "permitted"),
        ({"uk:SECRET": None}, "uk:SECRET", "violation"),
        ({"NATO SECRET": None}, "uk:RESTRICTED", "violation"),
        ({"NATO SECRET": "NATO RESTRICTED"}, "uk:SECRET", "violation"),
        ({"NATO SECRET": "NATO RESTRICTED"}, "NATO SECRET", "permitted"),
        ({}, "tlp:TLP:GREEN", "violation"),
        ({"tlp:TLP:GREEN": "NATO RESTRICTED"}, "tlp:TLP:GREEN", "permitted"),
        ({"uk:SECRET": "TLP:RED"}, "uk:SECRET", "violation"),
    ],
)
def test_an_operator_may_say_what_a_level_counts_as(equivalence, label, outcome):
    said = tuple(
        Equivalent(_SCHEMES.read(level).level, None if other is None else _SCHEMES.read(other).level)
        for level, other in equivalence.items()
    )
    zone = Zone("z", ("/srv",), (_SCHEMES.read("NATO SECRET"),), equivalents=True, equivalence=said)

    assert _judge(zone, _marked(_SCHEMES.read(label))).outcome == outcome

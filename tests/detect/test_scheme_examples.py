"""Every marking scheme that ships proves itself: each example gives its label, each counterexample nothing."""

from collections import Counter

import pytest

from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import Strength, load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.finding import Status
from scanner.model.place import Place
from scanner.resources import rule_sources

_SCHEMES = load_schemes(rule_sources())
_DETECTOR = MarkingDetector(_SCHEMES)
_EXAMPLES = [(scheme, example) for scheme in _SCHEMES.schemes for example in scheme.examples]
_COUNTEREXAMPLES = [(scheme, example) for scheme in _SCHEMES.schemes for example in scheme.counterexamples]
_LEAST = {"us": (15, 10), "nato": (15, 10), "eu": (15, 10), "uk": (15, 10), "de": (15, 10), "fr": (15, 10)}
_LEAST |= {"cn": (15, 10), "tlp": (15, 10), "us-cui": (15, 10), "au": (15, 10)}


def _found(text):
    segments = [Segment(Place("example", page=number), page) for number, page in enumerate(text.split("\f"), 1)]
    return list(_DETECTOR.detect(Blob(Place("example"), "text/plain", b""), segments))


def _only_electronic(scheme):
    return all(spelling.strength is Strength.LABEL for rule in scheme.levels for spelling in rule.spellings)


@pytest.mark.parametrize(("scheme", "example"), _EXAMPLES, ids=[f"{s.id}: {e.text[:40]}" for s, e in _EXAMPLES])
def test_an_example_gives_exactly_its_label(scheme, example):
    if _only_electronic(scheme):
        read = _SCHEMES.read(f"{scheme.id}:{example.text}")

        assert str(read) == example.label
    else:
        found = {(item.rule, str(item.label), item.status) for item in _found(example.text)}

        assert (scheme.id, example.label, example.status) in found


@pytest.mark.parametrize(
    ("scheme", "trap"), _COUNTEREXAMPLES, ids=[f"{s.id}: {t.text[:40]}" for s, t in _COUNTEREXAMPLES]
)
def test_a_counterexample_gives_nothing_that_is_marked(scheme, trap):
    marked = [item for item in _found(trap.text) if item.status is Status.MARKED and item.label.level.rank]

    assert marked == [], f"{scheme.id}: {trap.why}"


@pytest.mark.parametrize(("scheme", "example"), _EXAMPLES, ids=[f"{s.id}: {e.label}" for s, e in _EXAMPLES])
def test_a_label_reads_back_as_it_is_written(scheme, example):
    read = _SCHEMES.read(f"{scheme.id}:{example.label}")

    assert read is not None
    assert read.scheme == scheme.id
    assert str(read) == example.label


@pytest.mark.parametrize(("scheme", "least"), _LEAST.items())
def test_a_scheme_has_enough_examples_of_both_kinds(scheme, least):
    known = _SCHEMES.get(scheme)

    assert len(known.examples) >= least[0]
    assert len(known.counterexamples) >= least[1]


@pytest.mark.parametrize("scheme", _SCHEMES.schemes, ids=lambda scheme: scheme.id)
def test_a_scheme_names_its_source_and_has_an_unclassified_level(scheme):
    assert scheme.source
    assert min(rule.level.rank for rule in scheme.levels) == 0
    assert all(count == 1 for count in Counter(rule.level.order for rule in scheme.levels).values())

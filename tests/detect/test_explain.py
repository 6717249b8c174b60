"""An explanation is what the detector does: the same lines, the same sums, the same decisions."""

import pytest

from scanner.detect._sighting import Isolation
from scanner.detect.evidence import PRIOR
from scanner.detect.explain import _ISOLATION, Explainer
from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import load_schemes
from scanner.model.codec import decode, encode
from scanner.model.document import Blob, Segment
from scanner.model.explained import Explained
from scanner.model.finding import Role
from scanner.model.place import Part, Place
from scanner.resources import RuleSource, rule_sources

_SCHEMES = load_schemes(rule_sources())
_BLOB = Blob(Place("a"), "text/plain", b"")


@pytest.fixture(scope="module")
def detector():
    return MarkingDetector(_SCHEMES)


@pytest.fixture(scope="module")
def explainer():
    return Explainer(MarkingDetector(_SCHEMES))


_EXAMPLES = [
    (scheme.id, example.text) for scheme in _SCHEMES.schemes for example in (*scheme.examples, *scheme.counterexamples)
]


def test_every_finding_of_a_banner_is_explained_and_nothing_else_is_decided(detector, explainer):
    """Over the examples of all schemes: those that show markings, and those that look like some."""
    for scheme, text in _EXAMPLES[::4]:
        segments = [Segment(Place("a", page=number), page) for number, page in enumerate(text.split("\f"), 1)]
        found = {
            (str(item.label), item.status.value)
            for item in detector.detect(_BLOB, segments)
            if item.role is not Role.PORTION
        }
        lines = list(explainer.detect(_BLOB, segments))
        decided = {(str(line.label), line.decision) for line in lines if line.decision != "none"}

        assert decided == found, (scheme, text)
        for line in lines:
            assert line.is_dropped or line.score == pytest.approx(PRIOR + sum(weight.step for weight in line.weights))
            assert line.why
            assert (line.whole, line.beside) == ("", ())


def test_lines_come_in_their_order_with_the_place_they_stand_at(explainer):
    segments = [
        Segment(Place("a.docx", part=Part.HEADER, number=1), "NATO SECRET"),
        Segment(Place("a.docx"), "NATO SECRET\n\nWe call it NATO SECRET here.\n\nNATO SECRET\n"),
    ]
    lines = [(line.place.part, line.line, line.is_dropped) for line in explainer.detect(_BLOB, segments)]

    assert lines == [(Part.HEADER, 1, False), (Part.BODY, 1, False), (Part.BODY, 3, True), (Part.BODY, 5, False)]


def test_of_very_many_lines_those_that_came_closest_are_told(explainer):
    far = "We all call this thing NATO SECRET in the house.\n" * 300
    near = "We say NATO SECRET\n"
    lines = list(explainer.detect(_BLOB, [Segment(Place("a"), far + near + "NATO SECRET\n\ntext\n" * 300)]))

    assert sum(line.is_dropped for line in lines) == 50
    assert sum(not line.is_dropped for line in lines) == 200
    assert min(line.before + line.after for line in lines if line.is_dropped) == 2


def test_a_damaged_line_that_was_dropped_is_told_as_one(explainer):
    (line,) = explainer.detect(_BLOB, [Segment(Place("a"), "NOTE: NATO RESTRICTEO BLUE FOLDER\n\nthe text\n")])

    assert line.is_dropped
    assert line.why.startswith("not alone on its line: ")
    assert line.why.endswith("; and its letters are damaged")


def test_whole_lines_are_kept_only_where_they_may_be_shown():
    text = "He kept it SECRET from Bluebird.\n"
    hidden, shown = (
        list(Explainer(MarkingDetector(_SCHEMES), show_match=show).detect(_BLOB, [Segment(Place("a"), text)]))
        for show in (False, True)
    )

    assert "Bluebird" not in str(encode(hidden[0]))
    assert shown[0].whole == text.strip()
    assert "Bluebird" in shown[0].beside


def test_an_explanation_crosses_to_the_agent_unchanged(explainer):
    lines = list(explainer.detect(_BLOB, [Segment(Place("a"), "SECRET//SI//REL TO USA, FVEY\n\nHis SECRET plan.\n")]))

    assert [decode(Explained, encode(line)) for line in lines] == lines


_REASONED = """
[scheme]
id = "acme"
title = "Acme papers"
source = "house rule 1"

[[level]]
id = "closed"
name = "ACME CLOSED"
abbreviations = ["AC"]
order = 0
rank = 2

[[evidence]]
name = "doubted"
weight = 0
status = "STATUS"
patterns = ["doubtful"]

[[example]]
text = "ACME CLOSED"
label = "ACME CLOSED"

[[counterexample]]
text = "Acme closed early."
why = "prose"
"""


@pytest.mark.parametrize("status", ["suspect", "declassified", "example"])
def test_evidence_that_says_how_a_marking_is_meant_is_named(status):
    schemes = load_schemes([RuleSource("acme.toml", _REASONED.replace("STATUS", status))])
    text = "ACME CLOSED\n\nDoubtful\n"
    (line,) = Explainer(MarkingDetector(schemes)).detect(_BLOB, [Segment(Place("a"), text)])

    assert (line.decision, line.why) == (status, f"doubted tells that it is {status}")


def test_why_a_firm_banner_is_no_example_is_told():
    schemes = load_schemes([RuleSource("acme.toml", _REASONED.replace("STATUS", "example"))])
    text = "ACME CLOSED\n\nDoubtful\n\nACME CLOSED\n"
    first, _ = Explainer(MarkingDetector(schemes)).detect(_BLOB, [Segment(Place("a"), text)])

    assert first.decision == "suspect"
    assert first.why == "doubted makes it an example, but it stands as no example does"


def test_an_abbreviation_with_nothing_beside_it_is_dropped_as_one():
    schemes = load_schemes([RuleSource("acme.toml", _REASONED.replace("STATUS", "example"))])
    (line,) = Explainer(MarkingDetector(schemes)).detect(_BLOB, [Segment(Place("a"), "AC\n\nThe text.\n")])

    assert line.is_dropped
    assert line.why == "an abbreviation, which counts beside caveats only"


def test_an_abbreviation_beside_a_word_that_nobody_knows_is_told_to_be_no_marking(explainer):
    (line,) = explainer.detect(_BLOB, [Segment(Place("a"), "S//BLUEBIRD\n\nThe text.\n")])

    assert line.is_dropped
    assert line.why == "the line does not hold together as a marking"


@pytest.mark.parametrize("text", ["DRAFT for Anna SECRET//NOFORN\n\nThe pump was mended.\n", "SECREI\n\nThe text.\n"])
def test_an_explanation_is_as_sure_as_the_finding(detector, explainer, text):
    segments = [Segment(Place("a"), text)]
    (finding,) = detector.detect(_BLOB, segments)
    lines = [line for line in explainer.detect(_BLOB, segments) if line.decision == finding.status.value]

    assert [line.confidence for line in lines] == [finding.confidence]


def test_every_way_to_stand_on_a_line_has_words():
    assert set(_ISOLATION) == set(Isolation)

"""The same marking on many lines is one marking, and what nobody sees between its letters is no part of it."""

import pytest

from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.finding import OBFUSCATED, Status
from scanner.model.place import Place
from scanner.resources import rule_sources


@pytest.fixture(scope="module")
def detector():
    return MarkingDetector(load_schemes(rule_sources()))


def _found(detector, text):
    place = Place("a.txt")
    return list(detector.detect(Blob(place, "text/plain", b""), [Segment(place, text)]))


@pytest.mark.parametrize("times", [1, 3, 5, 40])
def test_a_marking_said_again_and_again_is_no_list_of_markings(detector, times):
    found = _found(detector, "TOP SECRET//NOFORN\n" * times + "\nThe paper.\n")

    assert {(str(item.label), item.status) for item in found} == {("TOP SECRET//NOFORN", Status.MARKED)}


def test_different_markings_line_by_line_are_a_list(detector):
    lines = "SECRET//NOFORN\nSECRET//REL TO USA, GBR\nSECRET//ORCON\nSECRET//SI\n"

    assert not [item for item in _found(detector, lines + "\nWords.\n") if item.status is Status.MARKED]


@pytest.mark.parametrize("unseen", ["\ufe0f", "\ufe00", "\u180b", "\u200b"])
def test_what_chooses_the_shape_of_a_letter_is_not_seen_and_told(detector, unseen):
    (found,) = _found(detector, unseen.join("TOP SECRET//NOFORN") + "\n\nThe paper has some words.\n")

    assert str(found.label) == "TOP SECRET//NOFORN"
    assert OBFUSCATED in found.reasons

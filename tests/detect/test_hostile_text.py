"""Text that is made to be slow takes time in proportion to its length."""

import resource

import pytest

from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import load_schemes
from scanner.model.document import Blob, Problem, Reason, Segment
from scanner.model.place import Place
from scanner.resources import rule_sources

SMALL = 10_000
# Four times the text may take four times as long, and half as much again for what a clock is off by.
MOST = 6.0
# What takes less is told by the clock too roughly to be compared.
LEAST = 0.05


@pytest.fixture(scope="module")
def detector():
    return MarkingDetector(load_schemes(rule_sources()))


def fill(unit, size):
    if "{}" in unit:
        return "".join(unit.format(f"{number:07}") for number in range(size // (len(unit) + 5)))
    return (unit * (size // len(unit) + 1))[:size]


def look(detector, text):
    blob = Blob(Place("text"), "text/plain", b"")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    found = list(detector.detect(blob, [Segment(Place("text"), text)]))
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before, found


@pytest.mark.parametrize(
    "unit",
    [
        "SECRET//",
        "(S//",
        "(S//NF)\n",
        "(",
        " ",
        "\n",
        "\n ",
        "\t",
        "=\n",
        "====",
        "* ",
        "S E C R E T ",
        "S E C R E T\n",
        "S-E-C-R-E-T ",
        "\u0301",
        "S\u0301\u0332",
        "S\u0336E\u0336C\u0336R\u0336E\u0336T\u0336\n",
        "\u202e",
        "\u202eTERCES\n",
        "\u200b",
        "密",
        "密\n",
        "密 ",
        "SECRET\f",
        "\f",
        "SECRET//NOFORN\n",
        "SECRET//NOFORN\t",
        "A SECRET that is told on one line ",
        "SECREI NDFORM\n",
        "SECRET//NOFORN {}\n",
        "SECREI {} NDFORM\n",
        "TOP SECRET//SI-{}//NOFORN\n",
    ],
)
def test_four_times_the_text_takes_no_more_than_four_times_as_long(detector, unit):
    large, _ = look(detector, fill(unit, 4 * SMALL))
    if large > LEAST:
        small = min(look(detector, fill(unit, SMALL))[0] for _ in range(2))
        assert large <= MOST * max(small, LEAST / 4)


def test_a_document_of_very_many_different_markings_is_not_weighed_to_the_end_and_says_so(detector, monkeypatch):
    monkeypatch.setattr("scanner.detect.markings._MOST_LINES", 100)
    _, found = look(detector, fill("SECRET//NOFORN {}\n", SMALL))
    assert any(isinstance(item, Problem) and item.reason is Reason.PARTIAL for item in found)

"""A verdict survives being packed, and nothing else is taken for one."""

import json

import pytest

from scanner.alert._packed import pack, unpack
from scanner.detect.scheme import load_schemes
from scanner.model.codec import encode
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict
from scanner.resources import rule_sources


@pytest.fixture(scope="module")
def verdict():
    schemes = load_schemes(rule_sources())
    first, second = schemes.read("SECRET//NOFORN"), schemes.read("NATO SECRET")
    marking = Finding(Kind.MARKING, "us", Place("a", (), Part.HEADER, 1), first, evidence="SECRET//NOFORN")
    both = Finding(Kind.MARKING, "nato", Place("a", ("\ud800",)), second, also=(first, second), severity=Severity.LOW)
    key = Finding(Kind.YARA, "k", Place("a"), evidence="#00ff", tags=("x",), line=3)
    document = Document("/srv/caf\udce9", 3, Identity(1, 2, 3, 4, 5), "0" * 64, "text/plain")
    problems = (Problem(Place("a"), Reason.ENCRYPTED, "locked"),)
    return Verdict(document, "z", Outcome.VIOLATION, (first, second), (marking, both, key), problems, why="w")


def test_a_verdict_comes_back_as_it_was(verdict):
    again = unpack(pack(verdict))

    assert again == verdict
    assert str(again.labels[0]) == "SECRET//NOFORN"
    assert again.labels[0].rollup == verdict.labels[0].rollup


def test_a_plain_verdict_comes_back():
    plain = Verdict(Document("/srv/x"), "", Outcome.CLEAN)

    assert unpack(pack(plain)) == plain


def test_each_label_is_written_once_and_read_once(verdict):
    packed = pack(verdict)

    assert packed.count('"NATO SECRET"') == 1
    assert len(packed) < len(json.dumps(encode(verdict))) / 2
    assert unpack(packed).labels[0] is unpack(pack(verdict)).findings[0].label


def test_a_verdict_on_one_line_is_read(verdict):
    assert unpack(json.dumps(encode(verdict))) == verdict


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]\n{}", "[]\n[]", '[]\n{"labels": [0]}', '[1]\n{"labels": [0]}', '[]\n{"findings": [7]}', "x\ny"],
)
def test_what_is_no_verdict_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        unpack(text)

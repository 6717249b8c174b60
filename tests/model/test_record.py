"""The record others build on keeps its fields, and carries any path."""

import base64
import json
import os

import pytest

from scanner.model.alert import Alert, State
from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Role, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Part, Place
from scanner.model.record import alert_record, record
from scanner.model.verdict import Outcome, Verdict

_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))


def _verdict(path: str = "/srv/pub/a.zip", claimed: str | None = None) -> Verdict:
    place = Place("a.zip", ("b.docx",), Part.HEADER, 1)
    return Verdict(
        Document(path, 812, None, "ab", "application/zip", claimed),
        "public",
        Outcome.VIOLATION,
        (_LABEL,),
        (
            Finding(
                Kind.MARKING,
                "us",
                place,
                _LABEL,
                role=Role.BANNER,
                confidence=0.98765,
                evidence="SECRET//NOFORN",
                reasons=("full_grammar", "line_isolated"),
            ),
            Finding(Kind.LABEL, "msip", place),
            Finding(
                Kind.YARA, "key", Place("a.zip"), tags=("credentials",), severity=Severity.HIGH, title="Key", line=7
            ),
        ),
        (Problem(Place("a.zip", ("c.pdf",)), Reason.ENCRYPTED, "needs a password"),),
        Severity.CRITICAL,
        "why",
        "guidance",
        "owner",
    )


def test_the_record_is_that_of_the_design():
    finding = {
        "kind": "marking",
        "rule": "us",
        "label": "SECRET//NOFORN",
        "role": "banner",
        "status": "marked",
        "severity": "medium",
        "confidence": 0.988,
        "place": "a.zip!/b.docx#header 1",
        "evidence": "SECRET//NOFORN",
        "reasons": ["full_grammar", "line_isolated"],
    }
    known = record(_verdict())
    expected = {
        "schema": "docwarden.verdict/1",
        "path": "/srv/pub/a.zip",
        "size": 812,
        "sha256": "ab",
        "media_type": "application/zip",
        "zone": "public",
        "outcome": "violation",
        "label": "SECRET//NOFORN",
        "severity": "critical",
        "why": "why",
        "guidance": "guidance",
        "owner": "owner",
        "problems": [{"place": "a.zip!/c.pdf", "reason": "encrypted", "detail": "needs a password"}],
    }

    assert known.items() >= expected.items()
    assert known["findings"][0].items() >= finding.items()
    assert known["findings"][1]["label"] is None
    assert known["findings"][2]["tags"] == ["credentials"]
    assert "path_bytes" not in known
    assert "name_claims" not in known


def test_a_verdict_without_a_label_has_none_in_its_record():
    assert record(Verdict(Document("/a"), "z", Outcome.CLEAN))["label"] is None


def test_a_name_that_disagrees_with_the_bytes_is_told():
    assert record(_verdict(claimed="image/jpeg"))["name_claims"] == "image/jpeg"


@pytest.mark.parametrize(
    ("path", "raw"), [(os.fsdecode(b"/caf\xe9"), b"/caf\xe9"), ("/\ud800", "/\ud800".encode("utf-8", "surrogatepass"))]
)
def test_a_path_that_is_not_utf8_has_its_bytes_beside_it(path, raw):
    known = json.loads(json.dumps(record(_verdict(path)), ensure_ascii=True))

    assert known["path"] == path
    assert base64.b64decode(known["path_bytes"]) == raw


def test_the_record_of_an_alert_is_that_of_its_verdict_and_more():
    alert = Alert("00ff", 0.25, 1_800_000_000.0, 2, State.OPEN, Severity.HIGH, _verdict())
    known = alert_record(alert)

    assert known.items() >= record(_verdict()).items()
    assert known["alert"] == {
        "key": "00ff",
        "state": "open",
        "severity": "high",
        "count": 2,
        "first_seen": "1970-01-01T00:00:00.250Z",
        "last_seen": "2027-01-15T08:00:00.000Z",
        "copies": 1,
        "assignee": "",
        "resolution": "",
        "origin": "",
    }


def test_a_line_is_told_where_it_helps_to_find_the_place():
    findings = record(_verdict())["findings"]

    assert [finding.get("line") for finding in findings] == [None, None, 7]
    assert Finding(Kind.YARA, "key", Place("a.txt"), line=7).where() == "a.txt, line 7"
    assert Finding(Kind.YARA, "key", Place("a.docx", part=Part.HEADER), line=7).where() == "a.docx, header"


def test_other_readings_of_a_marking_are_told_with_their_schemes():
    other = Label(Level("uk", "s", "SECRET", 6, 4))
    finding = Finding(Kind.MARKING, "us", Place("a"), _LABEL, also=(other,))
    (known,) = record(Verdict(Document("/a"), "z", Outcome.VIOLATION, findings=(finding,)))["findings"]

    assert known["also"] == [{"scheme": "uk", "label": "SECRET"}]
    assert "also" not in record(_verdict())["findings"][0]

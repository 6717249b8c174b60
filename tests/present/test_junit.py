"""JUnit is well-formed XML that build servers count rightly, whatever names are in it."""

import io
import os

import pytest
from lxml import etree

from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.place import Place
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run, formats

_KEY = Finding(Kind.YARA, "k", Place("a", page=2), title="Private key", evidence="key, 12 characters")


def _verdict(path: str, outcome: Outcome, **changes: object) -> Verdict:
    known = {"severity": Severity.HIGH, "why": "because", "guidance": "Ask."}
    return Verdict(Document(path), "public", outcome, **{**known, **changes})


def _suites(*verdicts: Verdict) -> etree._Element:
    stream, tally = io.StringIO(), Tally()
    run = Run("1", "abc", ("/srv",), 1.5)
    report = formats()["junit"].start(stream, run, color=False)
    for verdict in verdicts:
        tally.add(verdict)
        report.add(verdict)
    report.end(tally, run)
    return etree.fromstring(stream.getvalue().encode("ascii"))


def _one_of_each(path: str) -> tuple[Verdict, ...]:
    locked = (Problem(Place(path), Reason.ENCRYPTED, path),)
    return (
        _verdict(path, Outcome.VIOLATION, findings=(_KEY,), why=path, guidance=path),
        _verdict(path, Outcome.PERMITTED, findings=(_KEY,)),
        _verdict(path, Outcome.CLEAN),
        _verdict(path, Outcome.UNDETERMINED, problems=locked),
        _verdict(path, Outcome.UNDETERMINED, problems=(Problem(Place(path), Reason.IMAGE),), accepted=True),
    )


def test_violations_fail_the_unread_are_errors_the_accepted_are_skipped_and_the_clean_are_counted():
    suites = _suites(*_one_of_each("/srv/a"))
    (suite,) = suites
    cases = suite.findall("testcase")
    facts = {each.get("name"): each.get("value") for each in suite.find("properties")}

    assert [[child.tag for child in case] for case in cases] == [["failure"], [], ["error"], ["skipped"]]
    for counted in (suites, suite):
        assert [counted.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]
    assert (facts["files"], facts["clean"]) == ("5", "1")


def test_a_failure_says_why_where_and_what_next():
    failure = _suites(_verdict("/srv/a", Outcome.VIOLATION, findings=(_KEY,))).find(".//failure")

    assert (failure.get("type"), failure.get("message")) == ("high", "because")
    assert failure.text == "a, page 2: key, 12 characters\nWhat next: Ask."


def test_an_error_says_what_was_not_read():
    error = _suites(_one_of_each("/srv/a.zip")[3]).find(".//error")

    assert error.get("type") == "encrypted"
    assert "/srv/a.zip: encrypted: /srv/a.zip" in error.text


def test_an_empty_scan_is_a_suite_without_cases():
    assert _suites().find("testsuite").get("tests") == "0"


@pytest.mark.parametrize("extra", ["\ufffe\uffff", "\x00\x01", "]]>", "<!--", "&lt;", "\ud800", "'\""])
def test_no_character_that_xml_forbids_gets_in(extra):
    case = _suites(_verdict("/srv/" + extra, Outcome.VIOLATION)).find(".//testcase")

    assert case.get("name").startswith("/srv/")


def test_every_name_is_read_back_as_a_person_sees_it(ugly_names):
    paths = ["/srv/" + os.fsdecode(name) for name in ugly_names]
    verdicts = [each for path in paths for each in _one_of_each(path)]
    names = [case.get("name") for case in _suites(*verdicts).iter("testcase")]

    assert names[::4] == [visible(path) for path in paths]

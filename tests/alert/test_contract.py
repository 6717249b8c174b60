"""Every sink, the ones to come included, passes alerts on whole, and no name breaks out of its line."""

import json
from pathlib import Path

import pytest

from scanner.alert import Sink, sinks
from scanner.model.alert import Alert, Change, Coverage, Entry, State
from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label, Level
from scanner.model.notice import Notice
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict

_UGLY = (
    "plain.txt",
    "a\nb",
    "a\r\nb",
    "\x1b[2J\x1b[31mred",
    "\x9b2J",
    "txt.\u202efdp.exe",
    "\u2066hidden\u2069",
    "caf\udce9",
    "line\u2028separator\u2029",
    "=cmd|' /C calc'!A0",
    "\"quoted\", 'both'",
    "[bold]markup[/bold]",
    "{braces} %s %(x)s",
    "tab\there",
    "\x07\x08\x7f",
    "zero\u200bwidth\ufeff",
    "back\\slash",
    "机密★10年.doc",
    "\x1b]0;title\x07",
    "\x1b]8;;x:y\x1b\\link",
    "next\x85line",
    "+1",
    "@sum",
    "-1",
    "--help",
    " leading",
    "x" * 255,
)


def _alert(name: str, **changes) -> Alert:
    place = Place(name, ("inner " + name,), Part.HEADER, 1)
    label = Label(Level("us", "s", "SECRET", 3, 4))
    marking = Finding(Kind.MARKING, name, place, label, evidence=name)
    match = Finding(Kind.YARA, name, Place(name), title=name, tags=(name,), evidence=name)
    known = {
        "findings": (match, marking),
        "problems": (Problem(place, Reason.ENCRYPTED, name),),
        "why": name,
        "guidance": name,
        "owner": name,
    }
    verdict = Verdict(Document("/srv/" + name), name, Outcome.VIOLATION, **{**known, **changes})
    return Alert("0123456789abcdef", 1_700_000_000.0, 1_700_000_060.5, 3, State.OPEN, Severity.HIGH, verdict)


def _notice(alert: Alert) -> Notice:
    return Notice("7", Entry(7, alert.last_seen, Change.RAISED, alert, head="ab12"))


def _start(name: str, target: Path, **more: str) -> Sink:
    """Start a sink that needs nothing but, perhaps, a file."""
    try:
        return sinks()[name].start(more)
    except ValueError as error:
        if "path" not in str(error):
            raise
        return sinks()[name].start({"path": str(target), **more})


@pytest.fixture
def shown(tmp_path, capfdbinary):
    """Return what a sink gives out: on standard output, or in the file it was told."""

    def run(name: str, alert: Alert) -> str:
        target = tmp_path / "out"
        target.unlink(missing_ok=True)
        sink = _start(name, target)
        sink.send(_notice(alert))
        sink.close()
        return (target.read_bytes() if target.exists() else capfdbinary.readouterr().out).decode("utf-8")

    return run


def test_the_shipped_sinks_are_found():
    assert sinks().keys() >= {"console", "jsonl"}


@pytest.mark.parametrize("sink", sorted(sinks()))
@pytest.mark.parametrize("name", _UGLY)
def test_no_name_adds_a_line_or_a_control_character(shown, sink, name):
    lines = shown(sink, _alert("plain")).count("\n")
    text = shown(sink, _alert(name))

    assert text.endswith("\n")
    assert text.count("\n") == lines <= 2
    assert not {character for character in text if character < " " or "\x7f" <= character <= "\x9f"} - {"\n"}
    assert not set(text) & set("\u202e\u2066\u2069\u2028\u2029\u200b\ufeff")


@pytest.mark.parametrize("sink", sorted(sinks()))
def test_every_sink_says_what_how_bad_and_which_alert(shown, sink):
    text = shown(sink, _alert("a.docx", why="too secret", guidance="Tell the desk."))

    assert "0123456789abcdef" in text
    assert "/srv/a.docx" in text
    assert "too secret" in text
    assert "Tell the desk." in text
    assert "high" in text.lower()


@pytest.mark.parametrize("sink", sorted(sinks()))
def test_an_option_no_sink_knows_is_named(sink, tmp_path):
    with pytest.raises(ValueError, match="colour"):
        _start(sink, tmp_path / "out", colour="red")


@pytest.mark.parametrize("name", _UGLY)
def test_a_jsonl_line_gives_the_path_back(shown, name):
    record = json.loads(shown("jsonl", _alert(name)))

    assert record["path"] == "/srv/" + name
    assert record["alert"] == {
        "key": "0123456789abcdef",
        "state": "open",
        "severity": "high",
        "count": 3,
        "first_seen": "2023-11-14T22:13:20.000Z",
        "last_seen": "2023-11-14T22:14:20.500Z",
        "copies": 1,
        "assignee": "",
        "resolution": "",
        "origin": "",
    }
    assert record["notice"] == {
        "id": "7",
        "event": "raised",
        "number": 7,
        "time": "2023-11-14T22:14:20.500Z",
        "who": "",
        "note": "",
        "head": "ab12",
    }


@pytest.mark.parametrize("ended", [None, 1_700_000_012.0])
def test_a_loss_of_coverage_goes_out_by_every_sink(tmp_path, capsys, ended):
    verdict = Verdict(Document("/srv/a\nb"), "", Outcome.UNDETERMINED, why="coverage: events were lost")
    coverage = Coverage("/srv/a\nb", "events were lost", 1_700_000_000.0, ended)
    alert = Alert("0123456789abcdef", 1.0, 2.0, 1, State.OPEN, Severity.HIGH, verdict, coverage)
    for name, kind in sinks().items():
        sink = kind.start({"path": str(tmp_path / "out")} if name == "jsonl" else {})
        sink.send(_notice(alert))
        sink.close()
    record = json.loads((tmp_path / "out").read_text())

    assert "events were lost" in capsys.readouterr().out
    assert (record["kind"], record["coverage"]["root"], record["coverage"]["begin"]) == (
        "coverage",
        "/srv/a\nb",
        "2023-11-14T22:13:20.000Z",
    )
    assert record["coverage"]["seconds"] == (None if ended is None else 12.0)

"""Every sink, the ones to come included, passes alerts on whole, and no name breaks out of its line."""

import json

import pytest

from scanner.alert import kinds, sink_kind
from scanner.model.alert import Alert, Change, Coverage, Entry, State
from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label, Level
from scanner.model.notice import Flood, Heartbeat, Notice
from scanner.model.place import Part, Place
from scanner.model.route import Pace
from scanner.model.verdict import Outcome, Verdict
from tests.alert._receivers import RECEIVERS

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # of apprise

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


_KINDS = kinds()


def _entry(alert: Alert) -> Entry:
    return Entry(7, alert.last_seen, Change.RAISED, alert, head="ab12")


def _notice(alert: Alert) -> Notice:
    return Notice("f00d-x-7", _entry(alert))


@pytest.fixture
def sent(tmp_path):
    """Return what a kind of sink passes on of some notices: each as it came, and as it is read there."""

    def run(kind: str, *notices: Notice) -> tuple[list[bytes], list[str]]:
        with RECEIVERS[kind](tmp_path) as receiver:
            sink = sink_kind(kind).start(receiver.options)
            for notice in notices:
                sink.send(notice)
            sink.close()
            return receiver.raw(), receiver.shown()

    return run


def test_every_sink_has_a_receiver_here_and_is_called_as_its_file_is():
    assert set(_KINDS) == RECEIVERS.keys() >= {"console", "jsonl", "command", "webhook", "smtp", "desktop", "apprise"}
    for kind in _KINDS:
        assert kind == sink_kind(kind).NAME
        assert isinstance(sink_kind(kind).PACE, Pace)


@pytest.mark.parametrize("kind", _KINDS)
def test_no_name_adds_a_line_or_a_control_character(sent, kind):
    raw, shown = sent(kind, _notice(_alert("plain")), *(_notice(_alert(name)) for name in _UGLY))
    first, *others = shown

    assert len(others) == len(_UGLY)
    assert {text.count("\n") for text in others} == {first.count("\n")}
    for data in raw:
        assert not set(data) & {*range(10), *range(11, 32), 0x7F}
    for text in shown:
        assert not {character for character in text if "\x7f" <= character <= "\x9f"}
        assert not set(text) & set("\u202e\u2066\u2069\u2028\u2029\u200b\ufeff")


@pytest.mark.parametrize("kind", _KINDS)
def test_a_format_that_carries_names_gives_every_one_back(tmp_path, kind):
    with RECEIVERS[kind](tmp_path) as receiver:
        if receiver.path is None:
            return
        sink = sink_kind(kind).start(receiver.options)
        for name in _UGLY:
            sink.send(_notice(_alert(name)))
        sink.close()

        assert [receiver.path(text) for text in receiver.shown()] == ["/srv/" + name for name in _UGLY]


@pytest.mark.parametrize("kind", _KINDS)
def test_every_sink_says_what_how_bad_and_which_alert(sent, kind):
    _, (text,) = sent(kind, _notice(_alert("a.docx", why="too secret", guidance="Tell the desk.")))

    assert "0123456789abcdef" in text
    assert "/srv/a.docx" in text
    assert "too secret" in text
    assert "Tell the desk." in text
    assert "high" in text.lower()


@pytest.mark.parametrize("kind", _KINDS)
def test_an_option_no_sink_knows_is_named_with_nothing_opened(tmp_path, kind):
    with RECEIVERS[kind](tmp_path) as receiver:
        faults = dict(sink_kind(kind).check(receiver.options | {"colour": "red"}))

        assert "no such option" in faults.pop("colour")
        assert not faults
        with pytest.raises(ValueError, match="colour"):
            sink_kind(kind).start(receiver.options | {"colour": "red"})


@pytest.mark.parametrize("ended", [None, 1_700_000_012.0])
@pytest.mark.parametrize("kind", _KINDS)
def test_a_loss_of_coverage_goes_out_by_every_sink(sent, kind, ended):
    verdict = Verdict(Document("/srv/a\nb"), "", Outcome.UNDETERMINED, why="coverage: events were lost")
    coverage = Coverage("/srv/a\nb", "events were lost", 1_700_000_000.0, ended)
    alert = Alert("0123456789abcdef", 1.0, 2.0, 1, State.OPEN, Severity.HIGH, verdict, coverage)
    _, (text,) = sent(kind, _notice(alert))

    assert "events were lost" in text
    assert "0123456789abcdef" in text


@pytest.mark.parametrize("kind", _KINDS)
def test_a_flood_goes_out_as_one_with_its_figures_by_every_sink(sent, kind):
    gravest = _entry(_alert("worst.docx"))
    figures = ((Severity.CRITICAL, 17), (Severity.LOW, 83))
    flood = Flood(6543, 100, 1_700_000_000.0, 1_700_000_100.0, figures, (gravest,))
    _, (text,) = sent(kind, Notice("f00d-x-1-6543", gravest, flood))

    assert any(number in text for number in ("6543", "6,543"))
    assert "17" in text
    assert "worst.docx" in text


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("healthy", [True, False])
def test_a_sign_of_life_goes_out_by_every_sink(sent, kind, healthy):
    beat = Heartbeat(1_700_000_000.0, 4321, "00112233445566778899aabbccddeeff", healthy, 55)
    _, (text,) = sent(kind, Notice("f00d-x-beat-1700000000", heartbeat=beat))

    assert "4321" in text
    assert "0011223344556677" in text
    assert "55" in text


@pytest.mark.parametrize("kind", ["jsonl", "command", "webhook"])
def test_a_record_has_the_fields_of_the_alert_and_of_what_happened(sent, kind):
    _, (line,) = sent(kind, _notice(_alert("a")))
    record = json.loads(line)

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
        "id": "f00d-x-7",
        "event": "raised",
        "number": 7,
        "time": "2023-11-14T22:14:20.500Z",
        "who": "",
        "note": "",
        "head": "ab12",
    }

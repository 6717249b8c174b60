"""What a page shows of an alert is the same whether its verdict is built for that or not."""

import itertools
import json
import sqlite3
from contextlib import closing

import pytest

from scanner.alert._packed import pack
from scanner.alert._shown import shown
from scanner.alert._stream import stream
from scanner.alert.store import AlertStore
from scanner.detect.scheme import load_schemes
from scanner.errors import StoreError
from scanner.model.codec import encode
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Role, Severity, Status
from scanner.model.place import Part, Place
from scanner.model.shown import shown_alert
from scanner.model.verdict import Outcome, Verdict
from scanner.model.wanted import Wanted
from scanner.resources import rule_sources


@pytest.fixture
def connection():
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def _places():
    options = itertools.product(
        ((), ("a.zip", "b\ud800.docx")), (Part.BODY, Part.SHEET), (None, 3), (None, 7), (None, "t")
    )
    return [Place("f.docx", *each) for each in options]


def _verdicts():
    schemes = load_schemes(rule_sources())
    us, nato = schemes.read("SECRET//NOFORN"), schemes.read("NATO SECRET")
    markings = tuple(
        Finding(Kind.MARKING, "us", place, label, role=Role.BANNER, status=status, line=line, reasons=("full_grammar",))
        for place, (label, status, line) in zip(
            _places(), itertools.cycle([(us, Status.MARKED, 4), (nato, Status.SUSPECT, None)]), strict=False
        )
    )
    key = Finding(
        Kind.YARA, "aws", Place("f"), title="AWS key", evidence="AWS key, 40 characters", confidence=0.5, tags=("x",)
    )
    problems = tuple(Problem(place, reason, "why") for place, reason in zip(_places(), Reason, strict=False))
    document = Document("/srv/caf\udce9\n", 3, Identity(1, 2, 3, 4, 5), "0" * 64, "text/plain", "text/html")
    yield Verdict(document, "z\ud800", Outcome.VIOLATION, (us, nato), markings, problems, Severity.HIGH, "w", "g", "o")
    yield Verdict(Document("/srv/k", 1, None, "1" * 64), "", Outcome.VIOLATION, (), (key,), (), Severity.CRITICAL, "w")
    yield Verdict(Document("/srv/u"), "z", Outcome.UNDETERMINED, (), (), (Problem(Place("u"), Reason.CORRUPT),))


def _record(connection):
    store = AlertStore(connection)
    for number, verdict in enumerate(_verdicts()):
        fields = {name: getattr(verdict, name) for name in Verdict.__slots__} | {"alerting": True}
        store.record(Verdict(**fields), Identity(1, number, 1, 1, 1), "r", 10.5 + number)
    store.cover("/srv", "a reason", 20.0)
    key = store.alerts()[-1].key
    store.assign(key, "ann\ud800", "", "", 21.0)
    store.resolve(key, "done", "ann", 22.0)
    connection.commit()
    return store


def test_alerts_are_shown_as_their_verdicts_say(connection):
    _record(connection)

    expected = [shown_alert(alert) for alert in stream(connection, Wanted())]

    assert len(expected) == 4
    assert list(shown(connection, Wanted())) == expected


def test_only_those_that_are_wanted_are_shown(connection):
    _record(connection)

    assert [alert.shown.zone for alert in shown(connection, Wanted(zones=("z\ud800",)))] == ["z\ud800"]


def test_one_that_was_written_whole_and_one_whose_verdict_is_lost_are_shown(connection):
    _record(connection)
    first, second, *_ = (alert for alert in stream(connection, Wanted()) if alert.coverage is None)
    whole = json.dumps(encode(first.verdict))
    connection.execute("update alert_verdict set verdict = ? where key = ?", (whole, first.key))
    connection.execute("delete from alert_verdict where key = ?", (second.key,))

    found = {alert.key: alert for alert in shown(connection, Wanted())}

    assert found[first.key] == shown_alert(first)
    assert "lost" in found[second.key].shown.why


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"why":"w"', '"why":7'),
        ('"why":"w"', '"why":"w'),
        ('"rule":"aws"', '"rule":null'),
        ('"title":"AWS key"', '"title":["hunter2"]'),
        ('"file":"f"', '"file":1'),
        ('"confidence":0.5', '"confidence":"hunter2"'),
        ('"place":{"file":"f"}', '"place":"f"'),
        ('"findings":[', '"findings":[7,'),
        ('"findings":[', '"labels":[9],"findings":['),
        ('"size":1', '"size":"hunter2"'),
        ('"document":', '"dokument":'),
    ],
)
def test_a_damaged_one_is_refused_by_its_key_and_not_by_its_content(connection, old, new):
    store = _record(connection)
    (alert,) = (each for each in store.alerts() if each.verdict.document.path == "/srv/k")
    packed = pack(alert.verdict)
    assert old in packed
    connection.execute("update alert_verdict set verdict = ? where key = ?", (packed.replace(old, new), alert.key))

    with pytest.raises(StoreError, match=alert.key) as caught:
        list(shown(connection, Wanted()))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("old", "new"), [('"reason":"corrupt"', '"reason":"gossip"'), ('"file":"u"', '"file":[]')])
def test_a_damaged_problem_is_refused(connection, old, new):
    store = _record(connection)
    (alert,) = (each for each in store.alerts() if each.verdict.document.path == "/srv/u")
    packed = pack(alert.verdict)
    assert old in packed
    connection.execute("update alert_verdict set verdict = ? where key = ?", (packed.replace(old, new), alert.key))

    with pytest.raises(StoreError, match=alert.key):
        list(shown(connection, Wanted()))


def test_a_database_without_alerts_is_told(connection):
    with pytest.raises(StoreError, match="cannot be used"):
        list(shown(connection, Wanted()))

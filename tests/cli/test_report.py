"""`docwarden report`, from the outside."""

import csv
import io
import json
import os
import stat
import time

import pytest

from scanner.alert.store import AlertStore
from scanner.app.key import installation_key
from scanner.cli import main
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Outcome, Verdict
from scanner.spool.database import connect

_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))
_DAY = 86400.0
_NOW = time.time()


def _verdict(path: str, sha256: str = "", outcome: Outcome = Outcome.VIOLATION, **changes) -> Verdict:
    known = {
        "labels": (_LABEL,),
        "findings": (Finding(Kind.MARKING, "us", Place("a"), _LABEL, evidence="SECRET//NOFORN"),),
        "severity": Severity.HIGH,
        "why": "too secret",
        "owner": "press@corp.example",
        "alerting": True,
    }
    return Verdict(Document(path, 7, None, sha256, "text/plain"), "press", outcome, **{**known, **changes})


@pytest.fixture
def state(tmp_path):
    """Return a state folder: one alert that was put right, one that is overdue, one with copies, and a loss."""
    folder = tmp_path / "state"
    connection = connect(folder)
    store = AlertStore(connection, installation_key(folder))
    files = ("/srv/old", "/srv/right", "/srv/copy-1", "/srv/copy-2", "/srv/copy-3")
    for number, path in enumerate(files):
        same = "c" * 64 if "copy" in path else f"{number:064}"
        when = _NOW - (20 if number < 2 else 2) * _DAY + number
        store.record(_verdict(path, same), Identity(1, number, 1, 1, 1), "r1", when)
    locked = {"findings": (), "labels": (), "alerting": False, "problems": (Problem(Place("z"), Reason.ENCRYPTED),)}
    unread = _verdict("/srv/z.zip", "", Outcome.UNDETERMINED, **locked)
    store.record(unread, Identity(1, 90, 1, 1, 1), "r1", _NOW - _DAY)
    right = next(alert for alert in store.alerts() if alert.verdict.document.path == "/srv/right")
    store.acknowledge(right.key, "secretive ana", "", _NOW - 19 * _DAY)
    store.resolve(right.key, "moved", "secretive ana", _NOW - 18 * _DAY)
    store.cover("/srv", "events were lost", _NOW - 3 * _DAY)
    store.cover("/srv", "", _NOW - 3 * _DAY + 60)
    connection.commit()
    connection.close()
    return folder


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run `docwarden report` without a configuration in a folder of its own."""
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")
    monkeypatch.delenv("DOCWARDEN_STATE", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["docwarden", "report", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    return run


def _written(name: str = "docwarden-report.html") -> str:
    with open(name, encoding="utf-8") as stream:
        return stream.read()


def test_it_writes_one_private_file_and_says_so(run, state):
    code, out, err = run("--state", state)

    assert (code, out) == (0, "")
    assert err == "wrote docwarden-report.html: 4 alerts\n"
    assert os.listdir() == ["docwarden-report.html"]
    assert stat.S_IMODE(os.stat("docwarden-report.html").st_mode) == 0o600


def test_it_shows_what_is_wrong_what_was_not_read_and_where_nobody_looked(run, state):
    run("--state", state)
    page = _written()

    for said in (
        "Where the risk is",
        "By owner of the zone",
        "Not examined",
        "encrypted",
        "Where coverage was lost",
        "1 min",
    ):
        assert said in page
    for path in ("copy-1", "/srv/copy-2", "old", "right"):
        assert path in page
    assert "secretive" not in page


def test_an_earlier_report_is_written_over_and_no_other_file(run, state):
    run("--state", state)
    first = _written()
    assert run("--state", state)[0] == 0
    assert _written().startswith(first[:300])
    for name in ("mine.html", "mine.json", "mine.csv"):
        with open(name, "w", encoding="utf-8") as stream:
            stream.write("<p>my own work</p>")
        code, _, err = run("--state", state, "-o", name)

        assert code == 2
        assert "is there already and no report of DocWarden's" in err
        assert _written(name) == "<p>my own work</p>"


def test_a_link_is_not_followed(run, state, tmp_path):
    run("--state", state, "-o", tmp_path / "real.html")
    before = (tmp_path / "real.html").read_text()
    os.symlink(tmp_path / "real.html", "link.html")
    code, _, err = run("--state", state, "-o", "link.html", "--from", "5d")

    assert code == 2
    assert "link.html" in err
    assert (tmp_path / "real.html").read_text() == before


def test_nothing_is_left_behind_where_it_cannot_be_written(run, state):
    code, _, err = run("--state", state, "-o", "nowhere/report.html")

    assert code == 2
    assert "nowhere/report.html: the report cannot be written" in err
    assert os.listdir() == []


def test_standard_output_gets_the_whole_report_and_nothing_else(run, state):
    code, out, err = run("--state", state, "-o", "-")

    assert (code, err) == (0, "")
    assert out.startswith("<!doctype html>")
    assert out.endswith("</html>\n")
    assert os.listdir() == []


def test_a_period_is_inspected(run, state):
    run("--state", state, "--from", "30d", "-o", "p.html")
    page = _written("p.html")

    for said in ("DocWarden inspection", "In this period", "By zone and who answers for it", "Overdue", "/srv/old"):
        assert said in page


def test_json_says_how_fast_it_was_put_right(run, state):
    code, out, _ = run("--state", state, "-f", "json", "-o", "-")
    known = json.loads(out)

    assert code == 0
    assert known["all"]["raised"] == 3
    assert known["all"]["acknowledged"]["median_seconds"] == pytest.approx(_DAY, abs=2)
    assert known["all"]["resolved"]["worst_seconds"] == pytest.approx(2 * _DAY, abs=2)
    assert known["all"]["overdue_at_end"] == 1
    assert [loss["seconds_in_period"] for loss in known["coverage_lost"]] == [60.0]
    assert known["not_examined"]["reasons"] == {"encrypted": 1}
    assert "secretive" not in out


def test_a_period_leaves_out_what_was_not_in_it(run, state):
    recent = json.loads(run("--state", state, "-f", "json", "-o", "-", "--from", "5d")[1])
    early = json.loads(run("--state", state, "-f", "json", "-o", "-", "--to", "10d")[1])

    assert recent["all"]["raised"] == 1
    assert "/srv/right" not in {alert["path"] for alert in recent["alerts"]}
    assert recent["all"]["resolved"]["count"] == 0
    assert early["all"]["resolved"]["count"] == 1
    assert early["coverage_lost"] == []


def test_csv_has_a_row_an_alert(run, state):
    run("--state", state, "-o", "out.csv")
    rows = list(csv.DictReader(io.StringIO(_written("out.csv"))))

    assert [row["path"] for row in rows[:2]] == ["/srv/old", "/srv/right"]
    assert [row["overdue"] for row in rows[:2]] == ["yes", "no"]
    assert run("--state", state, "-o", "out.csv")[0] == 0


@pytest.mark.parametrize(
    "dates", [("--from", "2026-13-01"), ("--from", "soon"), ("--from", "2026-02-01", "--to", "2026-01-01")]
)
def test_a_period_that_is_none_is_said_so(run, state, dates):
    code, out, err = run("--state", state, *dates)

    assert (code, out) == (2, "")
    assert "--from" in err


def test_where_nothing_was_recorded_nothing_is_made(run, tmp_path):
    code, _, err = run("--state", tmp_path / "none")

    assert code == 2
    assert "nothing was recorded yet" in err
    assert not (tmp_path / "none").exists()
    assert os.listdir() == []


def test_an_empty_store_makes_an_empty_report(run, tmp_path):
    connection = connect(tmp_path / "empty")
    AlertStore(connection, installation_key(tmp_path / "empty"))
    connection.commit()
    connection.close()

    assert run("--state", tmp_path / "empty")[2].endswith(": 0 alerts\n")
    assert run("--state", tmp_path / "empty", "-f", "json", "-o", "-")[0] == 0
    assert run("--state", tmp_path / "empty", "--from", "5d", "-o", "p.html")[0] == 0


def test_who_may_only_read_the_store_gets_the_same_report(run, state, monkeypatch):
    mine = json.loads(run("--state", state, "-f", "json", "-o", "-", "--to", "1d")[1])
    monkeypatch.setattr("scanner.app.report.may_write", lambda _: False)
    code, out, err = run("--state", state, "-f", "json", "-o", "-", "--to", "1d")

    assert (code, err) == (0, "")
    assert [alert["alert"]["key"] for alert in json.loads(out)["alerts"]] == [
        alert["alert"]["key"] for alert in mine["alerts"]
    ]
    assert run("--state", state)[0] == 0


def test_a_configuration_says_what_is_overdue_and_what_is_accepted(run, state, tmp_path):
    config = tmp_path / "docwarden.toml"
    config.write_text('version = 1\naccept = ["encrypted"]\n[alerts]\noverdue = 0\n')
    config.chmod(0o600)
    known = json.loads(run("--state", state, "-c", config, "-f", "json", "-o", "-")[1])

    assert known["docwarden"]["overdue_after_seconds"] is None
    assert known["all"]["overdue_at_end"] == 0
    assert known["not_examined"]["accepted"] == 1

"""`docwarden alerts`, from the outside."""

import json
import os

import pytest

from scanner.alert.store import AlertStore
from scanner.cli import main
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Role, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict
from scanner.spool.database import connect

_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))


def _verdict(path: str, **changes) -> Verdict:
    place = Place(os.path.basename(path), ("b.docx",), Part.HEADER, 1)
    marking = Finding(
        Kind.MARKING, "us", place, _LABEL, role=Role.BANNER, confidence=0.99, evidence="SECRET//NOFORN",
        reasons=("full_grammar", "line_isolated"),
    )  # fmt: skip
    match = Finding(Kind.YARA, "private-key", Place("k"), title="Private key", evidence="key, 12 characters, #00ff")
    known = {
        "labels": (_LABEL,),
        "findings": (marking, match),
        "problems": (Problem(Place("a.zip", ("c.pdf",)), Reason.ENCRYPTED, "needs a password"),),
        "severity": Severity.CRITICAL,
        "why": "SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED",
        "guidance": "Tell the desk.",
        "owner": "press@corp.example",
        "alerting": True,
    }
    document = Document(path, 812, None, os.fsencode(path).hex().ljust(64, "0")[:64], "application/zip", "image/jpeg")
    return Verdict(document, "public", Outcome.VIOLATION, **{**known, **changes})


_PATHS = ("/srv/a.zip", os.fsdecode(b"/srv/caf\xe9\x1b[2J\n.zip"), "/srv/later.zip")


@pytest.fixture
def state(tmp_path):
    """Return a state folder with three alerts in it."""
    folder = tmp_path / "state"
    connection = connect(folder)
    store = AlertStore(connection)
    for number, path in enumerate(_PATHS):
        store.record(_verdict(path), Identity(1, number, 1, 1, 1), "r1", 60.0 * number)
    store.record(_verdict("/srv/a.zip"), Identity(1, 0, 2, 2, 2), "r1", 30.0)
    plain = {"findings": (), "problems": (), "labels": ()}
    in_order = Verdict(Document("/srv/later.zip"), "public", Outcome.CLEAN, **plain)
    store.record(in_order, Identity(1, 2, 2, 2, 2), "r1", 200.0)
    connection.commit()
    connection.close()
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `docwarden alerts` without a configuration; return the exit code and both outputs."""
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["docwarden", "alerts", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    return run


def _listed(run, state, *arguments: object) -> list[dict]:
    return json.loads(run("list", "--state", state, "-f", "json", *arguments)[1])["alerts"]


def test_list_has_one_line_an_alert_and_the_last_seen_first(run, state):
    code, out, _ = run("list", "--state", state)
    rows = [line.split("\t") for line in out.splitlines()]

    assert code == 0
    assert rows[0] == ["ALERT", "LAST SEEN", "TIMES", "SEVERITY", "STATE", "FILE", "WHY"]
    assert [row[5] for row in rows[1:]] == ["/srv/later.zip", r"/srv/caf\xe9\x1b[2J\n.zip", "/srv/a.zip"]
    assert rows[3][1:5] == ["1970-01-01 00:00:30Z", "2", "critical", "open"]
    assert rows[3][6] == "SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED"


def test_list_as_json_is_the_record_of_each_alert(run, state):
    alerts = _listed(run, state)

    assert [alert["path"] for alert in alerts] == [_PATHS[2], _PATHS[1], _PATHS[0]]
    assert alerts[2]["schema"] == "docwarden.verdict/1"
    assert alerts[2]["alert"]["count"] == 2
    assert alerts[2]["alert"]["first_seen"] == "1970-01-01T00:00:00.000Z"


def test_list_can_be_narrowed(run, state):
    assert [alert["path"] for alert in _listed(run, state, "--only", "resolved")] == ["/srv/later.zip"]
    assert [alert["path"] for alert in _listed(run, state, "--limit", 1)] == ["/srv/later.zip"]
    assert _listed(run, state, "--only", "acknowledged") == []


def test_a_store_without_alerts_says_so(run, tmp_path):
    connect(tmp_path / "new").close()
    code, out, err = run("list", "--state", tmp_path / "new")

    assert (code, out) == (0, "")
    assert "No alerts." in err


def test_a_store_that_may_not_be_seen_is_not_called_empty(run, tmp_path, monkeypatch):
    stat = os.stat

    def denied(path, **keywords):
        if str(path).endswith("docwarden.db"):
            raise PermissionError(13, "Permission denied")
        return stat(path, **keywords)

    monkeypatch.setattr(os, "stat", denied)

    code, out, err = run("list", "--state", tmp_path)

    assert (code, out) == (2, "")
    assert "Permission denied" in err


def test_looking_for_alerts_makes_no_state_folder(run, tmp_path):
    code, out, err = run("list", "--state", tmp_path / "no")

    assert (code, out) == (0, "")
    assert err.startswith("nothing was recorded yet in ")
    assert err.endswith("No alerts.\n")
    assert run("show", "00", "--state", tmp_path / "no")[0] == 2
    assert not (tmp_path / "no").exists()


def test_show_tells_everything_by_the_beginning_of_the_key(run, state):
    key = _listed(run, state)[2]["alert"]["key"]
    code, out, _ = run("show", key[:8], "--state", state)

    assert code == 0
    assert out.splitlines() == [
        f"alert {key}: critical, open",
        "  file       /srv/a.zip",
        "  zone       public, owned by press@corp.example",
        "  why        SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED",
        "  what next  Tell the desk.",
        "  label      SECRET//NOFORN",
        "  seen       2 times, first 1970-01-01 00:00:00Z, last 1970-01-01 00:00:30Z",
        "  kind       application/zip, 812 bytes; its name says image/jpeg",
        "",
        "  found",
        "    a.zip ▸ b.docx, header 1: SECRET//NOFORN (banner, marked, 99%, rule us)",
        "        because: full grammar, line isolated",
        "    k: Private key: key, 12 characters, #00ff (content, marked, 100%, rule private-key)",
        "",
        "  not read",
        "    a.zip ▸ c.pdf: encrypted: needs a password",
    ]


def test_show_leaves_out_what_is_not_known(run, tmp_path):
    connection = connect(tmp_path / "state")
    bare = Verdict(Document("/srv/x"), "public", Outcome.UNDETERMINED, why="because", alerting=True)
    AlertStore(connection).record(bare, None, "r1", 0.0)
    connection.commit()
    connection.close()
    key = _listed(run, tmp_path / "state")[0]["alert"]["key"]
    out = run("show", key, "--state", tmp_path / "state")[1]

    assert [line.split()[0] for line in out.splitlines()] == ["alert", "file", "zone", "why", "what", "seen"]
    assert "seen       once," in out


def test_show_as_json_gives_the_path_back(run, state):
    key = _listed(run, state)[1]["alert"]["key"]
    data = json.loads(run("show", key, "--state", state, "-f", "json")[1])

    assert data["path"] == _PATHS[1]


def test_show_puts_no_control_character_on_the_terminal(run, state):
    key = _listed(run, state)[1]["alert"]["key"]
    out = run("show", key, "--state", state)[1]

    assert "\x1b" not in out
    assert r"/srv/caf\xe9\x1b[2J\n.zip" in out


@pytest.mark.parametrize("key", ["nosuch", "", "\x1b", os.fsdecode(b"\xff")])
def test_a_key_of_no_alert_is_said_in_one_line(run, state, key):
    code, out, err = run("show", key, "--state", state)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "no alert" in err
    assert "\x1b" not in err


def test_a_state_folder_that_is_a_file_is_said_so(run, tmp_path):
    (tmp_path / "file").touch()
    code, out, err = run("list", "--state", tmp_path / "file")

    assert (code, out) == (2, "")
    assert str(tmp_path / "file") in err


def test_the_state_folder_may_come_from_the_environment(run, state, monkeypatch):
    monkeypatch.setenv("DOCWARDEN_STATE", str(state))

    assert len(json.loads(run("list", "-f", "json")[1])["alerts"]) == 3


def test_a_loss_of_coverage_is_listed_and_shown_with_its_time(run, state):
    connection = connect(state)
    store = AlertStore(connection)
    key = store.cover("/srv/share", "events were lost: the queue was full", 300.0).key
    connection.commit()
    assert ["unseen", "since", "1970-01-01", "00:05:00Z,", "still"] in [
        line.split() for line in run("show", key, "--state", state)[1].splitlines()
    ]
    store.cover("/srv/share", "", 360.0)
    connection.commit()
    connection.close()
    row = run("list", "--state", state)[1].splitlines()[1].split("\t")
    record = _listed(run, state)[0]

    assert row[3:] == [
        "high",
        "resolved",
        "/srv/share",
        "coverage: events were lost: the queue was full; over after 60 s",
    ]
    assert (record["kind"], record["coverage"]["seconds"], record["alert"]["state"]) == ("coverage", 60.0, "resolved")
    assert [record["kind"] for record in _listed(run, state)[1:]] == ["document"] * 3

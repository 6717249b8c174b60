"""`docwarden alerts list`, `export` and `show`, from the outside."""

import csv
import io
import json
import os
import shlex
import shutil
import time

import pytest

from scanner.cli import _alerts_filter, _alerts_list
from scanner.cli import alerts as command
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Verdict
from scanner.spool.database import connect
from tests.cli._alerts import PATHS, Recorder, opened, verdict


@pytest.fixture
def terminal(monkeypatch):
    """Make the output a terminal so wide."""

    def terminal(columns: int) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        size = os.terminal_size((columns, 40))
        monkeypatch.setenv("NO_COLOR", "1")
        for module in (_alerts_list, command):
            monkeypatch.setattr(module, "get_terminal_size", lambda: size)
            monkeypatch.setattr(module.sys, "stdout", Terminal())

    return terminal


@pytest.fixture
def shown(monkeypatch, terminal):
    """Return what a command prints on a terminal so wide."""

    def shown(columns: int, *arguments: object) -> list[str]:
        monkeypatch.setenv("DOCWARDEN_CONFIG", "")
        terminal(columns)
        command.command.main([*map(str, arguments)], standalone_mode=False)
        return command.sys.stdout.getvalue().splitlines()

    return shown


def test_list_has_one_line_an_alert_and_open_ones_before_those_that_are_dealt_with(run, state):
    code, out, _ = run("list", "--state", state)
    rows = [line.split("\t") for line in out.splitlines()]

    assert code == 0
    assert rows[0][:7] == ["ALERT", "CHANGED", "TIMES", "SEVERITY", "STATE", "FILE", "WHY"]
    assert rows[0][7:] == ["ZONE", "COPIES", "ASSIGNEE"]
    assert [row[5] for row in rows[1:]] == [r"/srv/caf\xe9\x1b[2J\n.zip", "/srv/a.zip", "/srv/later.zip"]
    assert rows[2][1:5] == ["1970-01-01 00:00:30Z", "2", "critical", "open"]
    assert rows[2][6] == "SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED"


def test_the_gravest_come_first_and_of_these_what_changed_last(run, tmp_path):
    wanted = {"/1": (Severity.LOW, 90.0), "/2": (Severity.HIGH, 10.0), "/3": (Severity.HIGH, 20.0)}
    with opened(tmp_path) as store:
        for path, (severity, now) in wanted.items():
            Recorder(store)(verdict(path, severity=severity), now)
        grave = Recorder(store)(verdict("/4", severity=Severity.CRITICAL), 5.0)
        store.acknowledge(grave.key, "bob", "", 6.0)
    rows = run("list", "--state", tmp_path)[1].splitlines()[1:]

    assert [row.split("\t")[5] for row in rows] == ["/3", "/2", "/1", "/4"]


def test_list_as_json_is_the_record_of_each_alert(listed):
    alerts = {alert["path"]: alert for alert in listed()}

    assert alerts.keys() == set(PATHS)
    assert alerts[PATHS[0]]["schema"] == "docwarden.verdict/1"
    assert alerts[PATHS[0]]["alert"]["count"] == 2
    assert alerts[PATHS[0]]["alert"]["first_seen"] == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        (["--only", "resolved"], {"/srv/later.zip"}),
        (["--only", "acknowledged"], set()),
        (["--only", "resolved", "--only", "open"], set(PATHS)),
        (["--severity", "critical"], set(PATHS)),
        (["--zone", "public"], set(PATHS)),
        (["--zone", "press"], set()),
        (["--label", "secret"], set(PATHS)),
        (["--label", "TOP SECRET"], set()),
        (["--path", "/srv/a*"], {"/srv/a.zip"}),
        (["--path", "/srv"], set(PATHS)),
        (["--since", "1970-01-01T00:00:45"], {PATHS[1], PATHS[2]}),
        (["--since", "7d"], set()),
        (["--until", "1970-01-01"], set(PATHS)),
        (["--until", "1970-01-01T00:00:10Z"], {"/srv/a.zip"}),
        (["--assignee", ""], set(PATHS)),
        (["--assignee", "bob"], set()),
        (["--mine"], set()),
        (["--overdue"], set(PATHS[:2])),
        (["--overdue", "--severity", "critical", "--path", "*.zip", "--zone", "public"], set(PATHS[:2])),
    ],
)
def test_list_can_be_narrowed(listed, options, paths):
    assert {alert["path"] for alert in listed(*options)} == paths


def test_what_is_not_open_for_long_is_not_overdue(run, tmp_path):
    with opened(tmp_path) as store:
        Recorder(store)(verdict("/new"), time.time() - 3600)
        Recorder(store)(verdict("/old"), time.time() - 8 * 86400)
    rows = run("list", "--state", tmp_path, "--overdue")[1].splitlines()[1:]

    assert [row.split("\t")[5] for row in rows] == ["/old"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--mine", "--assignee", "bob"], "--mine"),
        (["--overdue", "--only", "resolved"], "overdue"),
        (["--since", "yesterday"], "neither a date nor an age"),
        (["--until", "2026-13-01"], "neither a date nor an age"),
        (["--severity", "grave"], "grave"),
    ],
)
def test_what_cannot_be_meant_is_told(run, state, options, why):
    code, out, err = run("list", "--state", state, *options)

    assert (code, out) == (2, "")
    assert why in err


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_what_a_limit_leaves_out_is_counted(run, state, form):
    _, out, err = run("list", "--state", state, "--limit", 1, "-f", form)

    assert "/srv/a.zip" not in out
    assert err == "and 2 more; --limit 0 shows all\n"


def test_without_a_limit_fifty_are_listed_and_zero_lists_all(run, tmp_path):
    with opened(tmp_path) as store:
        for number in range(53):
            Recorder(store)(verdict(f"/srv/{number}"), float(number))
    _, out, err = run("list", "--state", tmp_path)

    assert (out.count("\n"), err) == (51, "and 3 more; --limit 0 shows all\n")
    assert run("list", "--state", tmp_path, "--limit", 0)[1:] == (
        run("list", "--state", tmp_path, "--limit", 53)[1],
        "",
    )


@pytest.mark.parametrize("columns", [20, 80, 160])
def test_a_path_is_whole_on_every_terminal(shown, state, columns):
    lines = shown(columns, "list", "--state", state)

    for path in ("/srv/a.zip", r"/srv/caf\xe9\x1b[2J\n.zip", "/srv/later.zip"):
        assert any(line.endswith(path) for line in lines)


def test_a_wide_terminal_has_a_line_an_alert_and_a_narrow_one_two(shown, state, terminal):
    del terminal
    assert len(shown(160, "list", "--state", state)) == 4
    assert len(shown(80, "list", "--state", state)) == 7


def test_no_line_but_a_path_is_wider_than_the_terminal(shown, tmp_path):
    with opened(tmp_path) as store:
        Recorder(store)(verdict(f"/srv/{'x' * 100}", zone="a zone with a very long name indeed" * 3), 0.0)
    lines = shown(80, "list", "--state", tmp_path)

    assert [len(line) <= 80 for line in lines] == [True, True, False]
    assert "…" in lines[1]


def test_a_store_without_alerts_says_so(run, tmp_path):
    connect(tmp_path / "new").close()
    code, out, err = run("list", "--state", tmp_path / "new")

    assert (code, out) == (0, "")
    assert "No alerts." in err
    assert "No alerts fit." in run("list", "--state", tmp_path / "new", "--zone", "x")[2]


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
    for words in (["show", "00"], ["ack", "00"], ["verify"]):
        assert run(*words, "--state", tmp_path / "no")[0] == 2
    assert run("export", "--state", tmp_path / "no")[:2] == (0, "")
    assert json.loads(run("export", "--state", tmp_path / "no", "-f", "json")[1])["alerts"] == []
    assert run("suppressions", "--state", tmp_path / "no")[0] == 0
    assert not (tmp_path / "no").exists()


def test_export_writes_all_in_each_format(run, state, tmp_path, listed):
    known = listed()
    lines = run("export", "--state", state)[1].splitlines()
    text = run("export", "--state", state, "-f", "json")[1]
    whole = json.loads(text)
    run("export", "--state", state, "-f", "csv", "-o", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    assert list(map(json.loads, lines)) == known == whole["alerts"]
    assert text == f"{json.dumps(whole, indent=2)}\n"
    assert [row["alert"] for row in rows] == [alert["alert"]["key"] for alert in known]
    assert rows[1]["label"] == "SECRET//NOFORN"


def test_export_goes_on_past_what_is_printed_at_once_and_can_be_narrowed(run, state, monkeypatch):
    monkeypatch.setattr(_alerts_list, "_AT_ONCE", 1)

    assert run("export", "--state", state)[1].count("\n") == 3
    assert run("export", "--state", state, "--only", "open")[1].count("\n") == 2


def test_export_names_every_copy_where_that_is_asked_for(run, tmp_path):
    with opened(tmp_path) as store:
        for name in "abc":
            Recorder(store)(verdict(f"/srv/{name}", content="same"), 0.0)
    files = json.loads(run("export", "--state", tmp_path, "--paths")[1])["files"]
    rows = run("export", "--state", tmp_path, "--paths", "-f", "csv")[1].splitlines()[1:]

    assert [file["path"] for file in files] == ["/srv/a", "/srv/b", "/srv/c"]
    assert [row.split(",")[5] for row in rows] == ["/srv/a", "/srv/b", "/srv/c"]
    assert run("export", "--state", tmp_path)[1].count("\n") == 1


def test_no_cell_of_an_export_is_a_formula_and_no_name_is_obeyed(run, tmp_path, ugly_names):
    with opened(tmp_path) as store:
        for name in ugly_names:
            Recorder(store)(verdict(os.fsdecode(name), why="=1+1", owner="@sum"), 0.0)
    out = run("export", "--state", tmp_path, "-f", "csv")[1]
    rows = list(csv.reader(io.StringIO(out)))

    assert len(rows) == len(ugly_names) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_no_name_reaches_a_terminal_as_it_is(run, tmp_path, ugly_names, form):
    with opened(tmp_path) as store:
        for name in ugly_names:
            Recorder(store)(verdict(os.fsdecode(b"/" + name), zone=os.fsdecode(name)), 0.0)
    out = run("list", "--state", tmp_path, "-f", form, "--limit", 0)[1]

    assert out.replace("\n", "").replace("\t", "").isprintable()


def test_a_file_that_cannot_be_written_is_told(run, state, tmp_path):
    code, _, err = run("export", "--state", state, "-o", tmp_path / "no" / "x")

    assert code == 2
    assert "cannot be written" in err


def test_show_tells_everything_by_the_beginning_of_the_key(run, state, keys):
    key = keys["/srv/a.zip"]
    code, out, _ = run("show", key[:8], "--state", state)

    assert code == 0
    assert out.splitlines() == [
        f"alert {key}: critical, open",
        "SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED",
        "",
        "  file      /srv/a.zip",
        "  zone      public, which the configuration has no more",
        "  owner     press@corp.example",
        "  label     SECRET//NOFORN",
        "  seen      first 1970-01-01 00:00:00Z, last change 1970-01-01 00:00:30Z, 2 times",
        "  kind      application/zip, 812 bytes; its name says image/jpeg",
        "",
        "  found",
        "    b.docx, header 1: SECRET//NOFORN (banner, marked, 99%, rule us)",
        "        because: written in full, as its scheme writes markings; alone on its line",
        "    k: Private key: key, 12 characters, #00ff (content, marked, 100%, rule private-key)",
        "",
        "  not read",
        "    c.pdf: encrypted: needs a password",
        "",
        "  history",
        "    1970-01-01 00:00:00Z  raised",
        "",
        "  why care  People may read it here who must not, and copies of it spread.",
        "  do now    Tell the desk.",
        "",
        f"  docwarden alerts ack {key} --state {state}                      # you have seen it",
        f"  docwarden alerts assign {key} --state {state}                   # you look after it",
        f"  docwarden alerts resolve {key} --reason fixed --state {state}   # it was put right",
        f"  docwarden alerts suppress {key} --reason '...' --state {state}  # it may stand here, for a time",
    ]


def test_show_tells_the_ceiling_of_the_zone_and_how_to_report(run, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text(
        'version = 1\n[alerts]\nreporting = "Call 4711."\n'
        '[[zone]]\nname = "public"\npaths = ["/srv"]\nceiling = ["UNCLASSIFIED", "NATO RESTRICTED"]\n',
        encoding="utf-8",
    )
    config.chmod(0o600)
    with opened(tmp_path / "state") as store:
        key = Recorder(store)(verdict("/srv/a"), 0.0).key
    out = run("show", key, "--state", tmp_path / "state", "-c", config)[1]

    assert "  zone      public; its ceilings are UNCLASSIFIED and NATO RESTRICTED\n" in out
    assert "  report    Call 4711.\n" in out
    assert f"docwarden alerts ack {key} -c {config} --state " in out


def test_show_names_ten_files_and_all_where_that_is_asked_for(run, tmp_path):
    with opened(tmp_path) as store:
        for number in range(25):
            key = Recorder(store)(verdict(f"/srv/{number:02}", content="same"), float(number)).key
    few = run("show", key, "--state", tmp_path)[1]
    every = run("show", key, "--state", tmp_path, "--paths")[1]

    assert few.count("\n            /srv/") + few.count("  file      /srv/") == 10
    assert "and 24 files with the same content:" in few
    assert "and 15 more; --paths shows all" in few
    assert every.count("\n            /srv/") + every.count("  file      /srv/") == 25
    assert "--paths" not in every


def test_show_tells_what_was_done_by_whom_and_why(run, state, keys):
    key = keys["/srv/a.zip"]
    with opened(state) as store:
        store.assign(key, "alice", "root (by sudo: bob)", "she knows it", 100.0)
        store.note(key, "asked the desk", "alice", 110.0)
        store.resolve(key, "fixed: deleted", "alice", 120.0)
    out = run("show", key, "--state", state)[1]

    assert out.startswith(f"alert {key}: critical, resolved (fixed: deleted)\n")
    assert "  assignee  alice\n" in out
    assert "    1970-01-01 00:01:40Z  assigned to alice by root (by sudo: bob): she knows it\n" in out
    assert "    1970-01-01 00:01:50Z  noted by alice: asked the desk\n" in out
    assert "    1970-01-01 00:02:00Z  resolved by alice: fixed: deleted\n" in out
    assert out.endswith(f"  docwarden alerts reopen {key} --state {state}  # it has to be looked at again\n")


def test_show_leaves_out_what_is_not_known(run, tmp_path):
    bare = Verdict(Document("/srv/x"), "public", Outcome.UNDETERMINED, why="because", alerting=True)
    with opened(tmp_path) as store:
        key = Recorder(store)(bare, 0.0).key
    out = run("show", key, "--state", tmp_path)[1]

    names = [line.split()[0] for line in out.splitlines() if line]
    assert names[:8] == ["alert", "because", "file", "zone", "seen", "history", "1970-01-01", "why"]
    assert names[8:] == ["docwarden"] * 3
    assert "seen      first 1970-01-01 00:00:00Z, no change since" in out
    assert "suppress" not in out


def test_show_as_json_gives_the_path_the_files_and_the_history(run, state, keys):
    data = json.loads(run("show", keys[PATHS[1]], "--state", state, "-f", "json")[1])

    assert data["path"] == PATHS[1]
    assert data["files"] == [
        {"path": PATHS[1], "first_seen": "1970-01-01T00:01:00Z", "last_seen": "1970-01-01T00:01:00Z", "gone": None}
    ]
    assert [entry["event"] for entry in data["history"]] == ["raised"]


def test_show_puts_no_control_character_on_the_terminal(run, state, keys):
    out = run("show", keys[PATHS[1]], "--state", state)[1]

    assert "\x1b" not in out
    assert r"/srv/caf\xe9\x1b[2J\n.zip" in out


@pytest.mark.parametrize("columns", [80, 160])
def test_show_wraps_sentences_and_no_path(shown, tmp_path, columns):
    path = f"/srv/{'folder with a name ' * 10}"
    with opened(tmp_path) as store:
        key = Recorder(store)(verdict(path, guidance="Move it. " * 30), 0.0).key
    lines = shown(columns, "show", key, "--state", tmp_path)
    long = [line for line in lines if len(line) > columns]

    assert f"  file      {path}" in long
    assert all(line.startswith(("  file", "  docwarden")) for line in long)


def test_the_commands_that_show_names_can_be_run_as_they_are(run, state, keys):
    out = run("show", keys["/srv/a.zip"], "--state", state)[1]
    commands = [line.split("#")[0] for line in out.splitlines() if line.startswith("  docwarden alerts ")]

    assert len(commands) == 4
    for line in commands[:3]:
        assert run(*shlex.split(line)[2:])[0] == 0


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


def test_a_loss_of_coverage_is_listed_and_shown_with_its_time(run, state, listed):
    with opened(state) as store:
        key = store.cover("/srv/share", "events were lost: the queue was full", 300.0).key
    shown = run("show", key, "--state", state)[1]
    assert "  unseen    since 1970-01-01 00:05:00Z, still\n" in shown
    assert "suppress" not in shown
    with opened(state) as store:
        store.cover("/srv/share", "", 360.0)
    rows = [line.split("\t") for line in run("list", "--state", state)[1].splitlines()]
    row = next(row for row in rows if row[0] == key)
    records = {record["alert"]["key"]: record for record in listed()}

    assert row[3:7] == [
        "high",
        "resolved",
        "/srv/share",
        "coverage: events were lost: the queue was full; over after 60 s",
    ]
    assert (records[key]["kind"], records[key]["coverage"]["seconds"]) == ("coverage", 60.0)
    assert [record["kind"] for other, record in records.items() if other != key] == ["document"] * 3


def test_times_are_read_as_people_write_them():
    read = _alerts_filter.read_moment

    assert read("1970-01-02", 0.0) == 86400
    assert read("1970-01-02", 0.0, end=True) == 2 * 86400
    assert read("1970-01-02T01:00", 0.0, end=True) == 86400 + 3600
    assert read("1970-01-02T01:00+01:00", 0.0) == 86400
    assert read("7d", 8 * 86400.0) == 86400


def test_looking_does_not_change_the_store(run, state, tmp_path):
    shutil.copytree(state, tmp_path / "before")
    run("list", "--state", state)
    run("suppressions", "--state", state)

    with opened(state) as after, opened(tmp_path / "before") as before:
        assert after.head() == before.head()
        assert after.alerts() == before.alerts()

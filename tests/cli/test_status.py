"""`status` tells a person and a program the same: does it live, and what could it not see."""

import json
import os
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from scanner.cli.status import command
from scanner.model.delivery import Delivery
from scanner.spool.instance import hold
from scanner.spool.status import Count, Gap, RootStatus, Status, write_status

_ROOT = RootStatus("/srv/share", "inotify", live=True, files=12, folders=3)


@pytest.fixture
def status():
    now = time.time()
    root = replace(_ROOT, walked=now - 3700)
    return Status(4711, "1.0", "abc", now - 90_000, now, (root,), outcomes=(Count("clean", 12),))


@pytest.fixture
def run(tmp_path):
    def run(*options):
        return CliRunner().invoke(command, [*options, "--state", str(tmp_path)], standalone_mode=False)

    return run


def test_a_daemon_that_sees_everything_is_alive(run, status, tmp_path):
    write_status(tmp_path, status)
    with hold(tmp_path):
        done = run()

    assert done.return_value == 0
    assert done.output.splitlines() == [
        "alive: process 4711, up 1 d 1 h, last sign of life 0 s ago",
        "/srv/share: inotify, live; walked 1 h 1 min ago, 12 files in 3 folders",
        "nothing waits",
        "verdicts since it began: 12 clean; 0 alerts raised or repeated",
    ]


def test_a_daemon_that_ended_is_not_running(run, status, tmp_path):
    write_status(tmp_path, replace(status, heartbeat=time.time() - 125))
    done = run()

    assert done.return_value == 1
    assert done.output.startswith("not running; last sign of life 2 min 5 s ago (process 4711, in ")
    assert "was watched by inotify" in done.output
    assert "live;" not in done.output


def test_where_none_ever_ran_it_says_how_to_start_one(run):
    done = run()

    assert done.return_value == 1
    assert "docwarden watch" in done.output


def test_everything_it_cannot_see_is_said(run, status, tmp_path):
    gaps = (Gap("/srv/share/a\x1b[31m", "Permission denied"),)
    unseen = {"unread": 1, "unread_files": (Gap("/srv/share/x", "Permission denied"),)}
    mounts = (Gap("/srv/share/nfs", "nfs4 is written to elsewhere"),)
    root = replace(
        _ROOT, unreadable=2, gaps=gaps, unwatched=5, lost=1, doubt="events were lost", mounts=mounts, **unseen
    )
    root = replace(root, instead="not by fanotify: it needs root")
    root = replace(root, queued=1, oldest=time.time() - 61, loss="the queue was full", lost_since=time.time() - 5)
    other = RootStatus("/srv/b\udcff", "walks only", live=False, trouble="/srv/b cannot be watched", walking=True)
    now = time.time()
    queued = replace(status, queued=7, oldest=now - 61, scanning=2, deferred=(Count("open for writing", 3),))
    write_status(tmp_path, replace(queued, roots=(root, other), trouble="the journal cannot be written"))
    with hold(tmp_path):
        done = run()

    assert done.return_value == 3
    assert done.output.splitlines() == [
        "degraded: process 4711, up 1 d 1 h, last sign of life 0 s ago",
        "  trouble: the journal cannot be written",
        "/srv/share: inotify, live; never walked, to be walked again: events were lost",
        "  not by fanotify: it needs root",
        "  1 path below it waits, the oldest for 1 min 1 s",
        "  events were lost 5 s ago: the queue was full; a walk finds what they told of",
        "  5 folders cannot be watched; only walks see what happens in them",
        "  2 folders cannot be listed; nothing in them is scanned:",
        "    /srv/share/a\\x1b[31m: Permission denied",
        "    and 1 more",
        "  1 file cannot be opened, and stays undetermined:",
        "    /srv/share/x: Permission denied",
        "  1 mount below it cannot be watched; only walks see it:",
        "    /srv/share/nfs: nfs4 is written to elsewhere",
        "/srv/b\\xff: walks only, not live; being walked now",
        "  trouble: /srv/b cannot be watched",
        "7 paths wait or are being read (2), the oldest for 1 min 1 s",
        "  3 open for writing",
        "verdicts since it began: 12 clean; 0 alerts raised or repeated",
    ]


def test_a_daemon_that_says_nothing_for_a_minute_hangs(run, status, tmp_path):
    write_status(tmp_path, replace(status, heartbeat=time.time() - 90))
    with hold(tmp_path):
        done = run()

    assert done.return_value == 3
    assert "it hangs" in done.output


def test_a_program_gets_the_same_as_one_object(run, status, tmp_path):
    write_status(tmp_path, status)
    with hold(tmp_path):
        done = run("--json")
    said = json.loads(done.output)

    assert done.return_value == 0
    assert (said["schema"], said["state"], said["state_folder"]) == ("docwarden.status/1", "alive", str(tmp_path))
    assert (said["pid"], said["roots"][0]["path"], said["roots"][0]["files"]) == (4711, "/srv/share", 12)
    assert 0 <= said["heartbeat_age"] < 60


def test_a_program_is_told_that_none_runs(run, tmp_path):
    done = run("--json")

    assert done.return_value == 1
    assert json.loads(done.output) == {
        "schema": "docwarden.status/1",
        "state": "not running",
        "state_folder": str(tmp_path),
    }


def test_a_daemon_that_is_just_starting_is_not_called_dead(run, tmp_path):
    with hold(tmp_path):
        done = run()

    assert "has not said how it is yet" in str(done.exception)


def test_the_state_folder_of_the_settings_is_looked_at(status, tmp_path, monkeypatch):
    write_status(tmp_path, status)
    monkeypatch.setenv("DOCWARDEN_STATE", str(tmp_path))
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")
    with hold(tmp_path):
        done = CliRunner().invoke(command, [], standalone_mode=False)

    assert done.return_value == 0


def test_one_of_a_thing_is_said_as_one(run, status, tmp_path):
    root = replace(_ROOT, files=1, folders=1, walked=time.time(), lost=1, recovered=1, unwatched=1, indexed=1)
    write_status(tmp_path, replace(status, roots=(root,), queued=1, scanning=1))
    with hold(tmp_path):
        done = run()

    assert done.output.splitlines()[1:5] == [
        "/srv/share: inotify, live; walked 0 s ago, 1 file in 1 folder; 1 had a verdict when last counted",
        "  events were lost once; walks have found what they told of",
        "  1 folder cannot be watched; only walks see what happens in it",
        "1 path waits or is being read (1)",
    ]


def test_a_walk_that_is_on_says_how_far_it_is(run, status, tmp_path):
    root = replace(_ROOT, walking=True, met=1500, indexed=6000)
    write_status(tmp_path, replace(status, roots=(root,), pressure=34.6, notes=("the database was set aside",)))
    with hold(tmp_path):
        done = run()

    assert "being walked now, 1500 of about 6000 files met; 6000 had a verdict when last counted" in done.output
    assert "walks go slowly: processes wait for disks 35 % of the time" in done.output
    assert "  note: the database was set aside" in done.output


def test_how_passing_alerts_on_gets_on_is_said_and_one_that_cannot_is_degraded(run, status, tmp_path):
    now = time.time()
    fine = Delivery("jsonl", "jsonl", held=2, sent=17, last=now - 61)
    away = Delivery("desk\x1b", "smtp", waiting=40, trouble="mail.example:25 cannot\nbe reached", since=now - 7200)
    write_status(tmp_path, replace(status, sinks=(fine, away)))
    with hold(tmp_path):
        done = run()

    why = r"mail.example:25 cannot\nbe reached"

    assert done.return_value == 3
    assert done.output.splitlines()[-3:] == [
        "sink jsonl: 17 notices passed on, the last 1 min 1 s ago; 2 held until quiet hours end",
        r"sink desk\x1b: 0 notices passed on; 40 entries of the log to go through",
        f"  cannot pass anything on for 2 h 0 min: {why}; it tries again, and nothing is lost",
    ]


def _broken(tmp_path, text, mode=0o600):
    path = tmp_path / "docwarden.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_broken_configuration_does_not_hide_the_daemon_that_runs_by_the_old_one(status, tmp_path):
    config = _broken(tmp_path, f'version = 1\nstate = "{tmp_path}"\nnonsense = 2\nmore = 1\n')
    write_status(tmp_path, status)
    with hold(tmp_path):
        done = CliRunner().invoke(command, ["-c", str(config)], standalone_mode=False)
        said = json.loads(CliRunner().invoke(command, ["-c", str(config), "--json"], standalone_mode=False).output)

    assert done.return_value == 0
    first, second = done.output.splitlines()[:2]
    assert first.startswith("alive: process 4711")
    assert second == (
        "  the configuration cannot be used, what was read before stays in force, and a restart fails: "
        f"{config}: nonsense: no such setting (and 1 more: `docwarden config check`)"
    )
    assert said["configuration"] == [f"{config}: {key}: no such setting" for key in ("nonsense", "more")]


@pytest.mark.parametrize(("text", "mode"), [("version = 1\nstate = [", 0o600), ('version = 1\nstate = "{0}/x"', 0o602)])
def test_nothing_is_taken_from_a_file_that_cannot_be_read_or_trusted(status, tmp_path, monkeypatch, text, mode):
    config = _broken(tmp_path, text.format(tmp_path), mode)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "usual"))
    (tmp_path / "usual").mkdir()
    write_status(tmp_path / "usual", status)
    with hold(tmp_path / "usual"):
        done = CliRunner().invoke(command, ["-c", str(config)], standalone_mode=False)

    assert done.return_value == 0
    assert (
        f"  the configuration cannot be used, what was read before stays in force, and a restart fails: {config}: "
        in (done.output)
    )


def test_who_looks_where_nothing_runs_is_told_of_the_service(run, tmp_path, monkeypatch):
    monkeypatch.setattr("scanner.cli.status.SYSTEM_STATE", tmp_path / "service")
    with hold(tmp_path / "service"):
        done = run()

    assert done.return_value == 1
    assert f"a daemon runs with {tmp_path}/service: --state {tmp_path}/service asks that one" in done.output


def test_the_open_alerts_of_the_store_are_told_beside_what_was_raised(status, state):
    write_status(state, replace(status, alerts=17))
    with hold(state):
        text = CliRunner().invoke(command, ["--state", str(state)], standalone_mode=False).output
        said = json.loads(CliRunner().invoke(command, ["--state", str(state), "--json"], standalone_mode=False).output)

    assert text.splitlines()[-1] == "verdicts since it began: 12 clean; 17 alerts raised or repeated; 2 open now"
    assert said["open_alerts"] == 2


def test_a_terminal_gets_no_broken_words(run, status, tmp_path, monkeypatch):
    write_status(tmp_path, replace(status, trouble="the journal cannot be written " * 6))
    plain = run().output
    monkeypatch.setattr("scanner.cli._wrap.get_terminal_size", lambda: os.terminal_size((80, 24)))
    monkeypatch.setattr("scanner.cli._wrap.sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    lines = run().output.splitlines()

    assert max(map(len, lines)) <= 80
    assert " ".join(" ".join(lines).split()) == " ".join(plain.split())

"""`docwarden alerts suppress`, `unsuppress`, `suppressions` and `baseline`, from the outside."""

import json
import re
import time
from contextlib import closing

import pytest

from scanner.alert.suppress import Suppressions
from scanner.cli import _alerts_suppress
from scanner.spool.database import connect
from tests.cli._alerts import PATHS, Recorder, opened, verdict

_DAY = 86400


@pytest.fixture
def key(keys):
    return keys["/srv/a.zip"]


@pytest.fixture
def known(run, state):
    """Return the records of `suppressions`."""
    return lambda *options: json.loads(run("suppressions", "--state", state, "-f", "json", *options)[1])["suppressions"]


def test_a_suppression_has_an_author_a_reason_and_an_end_and_resolves_its_alert(run, state, key, known, listed):
    code, out, err = run("suppress", key, "--reason", "training material", "--state", state)
    (one,) = known()
    until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 90 * _DAY))
    alert = {alert["alert"]["key"]: alert["alert"] for alert in listed()}[key]

    assert (code, err) == (0, "")
    assert out == f"suppressed until {until}: {key} /srv/a.zip\n    by suppression {one['id']}\n"
    assert (one["condition"], one["reason"], one["until"][:10], one["files"]) == (
        "active",
        "training material",
        until,
        1,
    )
    assert one["what"] == ["label us SECRET//NOFORN", "not read encrypted", "rule private-key marked"]
    assert one["author"]
    assert (alert["state"], alert["resolution"]) == ("resolved", f"suppressed until {until}: training material")
    assert "suppressed by" in run("show", key, "--state", state)[1]
    rows = {row.split("\t")[0]: row.split("\t")[4] for row in run("list", "--state", state)[1].splitlines()}
    assert rows[key] == "resolved (suppressed)"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "--reason"),
        (["--reason", " "], "--reason is empty"),
        (["--reason", "x", "--expires", "366d"], "at most 365d"),
        (["--reason", "x", "--expires", "0"], "at most 365d"),
        (["--reason", "x", "--expires", "soon"], 'neither a time nor a date: "soon"; write 90d'),
        (["--reason", "x", "--expires", "2001-01-01"], "in the future"),
        (["--reason", "x", "--expires", "3d", "--forever"], "contradict"),
    ],
)
def test_without_a_reason_and_a_sensible_end_there_is_none(run, state, key, known, options, why):  # noqa: PLR0913, PLR0917 - fixtures
    code, _, err = run("suppress", key, *options, "--state", state)

    assert code == 2
    assert why in err
    assert known() == []


def test_one_without_an_end_has_to_be_asked_for(run, state, key, known):
    run("suppress", key, "--reason", "x", "--forever", "--state", state)

    assert known()[0]["until"] is None
    assert run("suppressions", "--state", state)[1].splitlines()[1].split("\t")[1:3] == ["active", "never"]


def test_it_can_be_given_other_terms(run, state, key, known):
    run("suppress", key, "--reason", "x", "--state", state)
    assert run("suppress", key, "--reason", "y", "--expires", "10d", "--state", state)[0] == 0

    assert [one["reason"] for one in known()] == ["y"]


def test_an_end_that_is_near_is_told_with_its_time(run, state, key):
    _, out, _ = run("suppress", key, "--reason", "x", "--expires", "2h", "--state", state)

    assert re.match(r"suppressed until \d{4}-\d\d-\d\d \d\d:\d\dZ: ", out)
    assert re.search(r"until \d{4}-\d\d-\d\d \d\d:\d\dZ", run("show", key, "--state", state)[1])
    cells = run("suppressions", "--state", state)[1].splitlines()[1].split("\t")
    assert cells[2].endswith("Z")


def test_one_that_has_expired_and_waits_is_told_the_same_everywhere(run, state, key, known):
    run("suppress", key, "--reason", "x", "--expires", "1ms", "--state", state)
    rows = run("suppressions", "--state", state)[1].splitlines()

    assert rows[1].split("\t")[1] == "expired, waits for the next look"
    assert ": x, expired, waits for the next look)" in run("show", key, "--state", state)[1].splitlines()[0]
    assert known()[0]["condition"] == "expired"


def test_other_terms_are_no_note(run, state, key):
    for reason in ("x", "y"):
        run("suppress", key, "--reason", reason, "--state", state)
    shown = run("show", key, "--state", state)[1]

    assert shown.count("suppressed by ") == 2
    assert "noted" not in shown
    assert "resolved (suppressed until" in shown
    assert shown.splitlines()[0].endswith(": y)")


def test_verify_names_a_suppression_that_was_altered(run, state, key, known):
    run("suppress", key, "--reason", "x", "--state", state)
    assert run("verify", "--state", state)[0] == 0
    with closing(connect(state)) as connection, connection:
        connection.execute("update suppression set until = null")
    code, out, _ = run("verify", "--state", state)

    assert code == 1
    assert "was altered" in out
    assert run("suppressions", "--state", state)[1].splitlines()[1].split("\t")[1] == "altered, hides nothing"
    assert known()[0]["altered"] is True


def test_what_is_resolved_is_not_suppressed(run, state, key, known):
    run("resolve", key, "--reason", "fixed", "--state", state)
    code, _, err = run("suppress", key, "--reason", "x", "--state", state)

    assert code == 2
    assert "is resolved" in err
    assert known() == []


def test_what_cannot_be_suppressed_changes_nothing(run, state, key, known):
    with opened(state) as store:
        lost = store.cover("/srv", "events were lost", 0.0).key
    code, _, err = run("suppress", key, lost, "--reason", "x", "--state", state)

    assert code == 2
    assert "unseen" in err
    assert known() == []


def test_a_suppression_is_withdrawn_by_its_key_or_that_of_its_alert(run, state, keys, known, listed):
    for path in PATHS[:2]:
        run("suppress", keys[path], "--reason", "x", "--state", state)
    first = next(one["id"] for one in known() if one["alert"] == keys[PATHS[0]])
    code, out, _ = run("unsuppress", first, keys[PATHS[1]], "-m", "no more", "--state", state)
    states = {alert["path"]: alert["alert"]["state"] for alert in listed()}

    assert code == 0
    assert out.endswith("2 alerts opened again\n")
    assert {one["condition"] for one in known()} == {"withdrawn"}
    assert known("--only", "active") == []
    assert (states[PATHS[0]], states[PATHS[1]]) == ("open", "open")
    assert "already" in run("unsuppress", first, "--state", state)[2]


def test_those_that_hide_nothing_and_those_that_are_over_are_told_apart(run, state, keys, known):
    run("suppress", keys[PATHS[0]], "--reason", "x", "--expires", "1ms", "--state", state)
    run("suppress", keys[PATHS[1]], "--reason", "x", "--state", state)
    with closing(connect(state)) as connection, connection:
        Suppressions(connection).gone([PATHS[1]])

    assert {one["path"]: one["condition"] for one in known()} == {PATHS[0]: "expired", PATHS[1]: "unused"}
    assert [one["path"] for one in known("--only", "unused")] == [PATHS[1]]
    lines = run("suppressions", "--state", state, "-f", "jsonl", "--only", "unused", "--only", "expired")[1]
    assert lines.count("\n") == 2
    assert "No suppressions fit." in run("suppressions", "--state", state, "--only", "active")[2]


def test_a_baseline_suppresses_all_that_is_open_now_and_what_is_new_is_raised(run, state, known, listed):
    with opened(state) as store:
        store.cover("/srv", "events were lost", 0.0)
    code, out, err = run("baseline", "--reason", "as found", "--expires", "30d", "--state", state)
    with opened(state) as store:
        assert Recorder(store)(verdict("/srv/new"), time.time()) is not None

    assert code == 0
    assert out.startswith("2 alerts suppressed until ")
    assert err.startswith("left as it is: alert ")
    assert {one["path"] for one in known()} == set(PATHS[:2])
    assert {alert["path"] for alert in listed("--only", "open")} == {"/srv", "/srv/new"}


def test_a_terminal_shows_each_on_lines_of_its_own_with_the_path_whole(run, state, key, monkeypatch):
    run("suppress", key, "--reason", "training", "--state", state)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    lines = run("suppressions", "--state", state)[1].splitlines()

    assert lines[1:3] == [
        "    /srv/a.zip",
        "    in public: label us SECRET//NOFORN; not read encrypted; rule private-key marked",
    ]
    assert lines[3].endswith(": training")
    assert len(lines) == 4


def test_a_baseline_goes_on_past_a_portion(run, state, known, monkeypatch):
    monkeypatch.setattr(_alerts_suppress, "_PORTION", 1)

    assert run("baseline", "--reason", "x", "--state", state)[1].startswith("2 alerts suppressed")
    assert len(known()) == 2


def test_a_baseline_can_be_narrowed(run, state, known):
    run("baseline", "--reason", "x", "--path", "/srv/a.zip", "--state", state)

    assert [one["path"] for one in known()] == ["/srv/a.zip"]
    assert run("baseline", "--reason", "x", "--only", "resolved", "--state", state)[0] == 2


def test_the_store_holds_after_all_that(run, state, keys):
    run("suppress", keys[PATHS[0]], "--reason", "x", "--state", state)
    run("unsuppress", keys[PATHS[0]], "--state", state)
    run("baseline", "--reason", "x", "--state", state)

    assert run("verify", "--state", state)[0] == 0

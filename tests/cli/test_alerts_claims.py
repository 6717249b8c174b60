"""What `docwarden alerts` says of a word that may not hold: fixed while files stand, opened while nothing is there."""

import os
import re
import time
from datetime import UTC, datetime

import pytest

from scanner.alert.suppress import Suppressions
from scanner.app.records import Records
from scanner.model.document import Identity
from scanner.settings.schema import AlertSettings
from scanner.spool.database import connect
from tests.cli._alerts import opened, verdict


@pytest.fixture
def standing(tmp_path):
    """Return the paths of two files that stand, the key of their alert and the folder of its store."""
    paths = [str(tmp_path / name) for name in ("a.zip", "b.zip")]
    with opened(tmp_path / "state") as store:
        for path in paths:
            with open(path, "w", encoding="utf-8"):
                pass
            key = store.record(verdict(path, "same"), Identity(1, 1, 1, 1, 1), "r1", 1.0).key
    return paths, key, tmp_path / "state"


@pytest.mark.parametrize("reason", ["fixed", "gone"])
def test_who_says_that_files_that_stand_are_put_right_is_told_and_they_are_looked_at(run, standing, reason):
    paths, key, state = standing
    code, out, err = run("resolve", key, "--reason", reason, "--state", state)

    assert (code, out) == (0, f"resolved {key} {paths[1]}\n")
    assert "2 files of it are known to stand; it opens again" in err
    connection = connect(state)
    with connection:
        assert sorted(Suppressions(connection).take_files(2.0)) == paths
    connection.close()


def test_the_daemon_looks_again_and_the_alert_is_open_as_before(run, standing):
    paths, key, state = standing
    run("resolve", key, "--reason", "fixed", "--state", state)
    connection = connect(state)
    with connection:
        records = Records(connection, state, AlertSettings)
        assert sorted(records.tidy()) == paths
        assert records.record(verdict(paths[0], "same"), Identity(1, 1, 1, 1, 1), "r1") is not None
    connection.close()
    with opened(state) as store:
        assert store.get(key).state.value == "open"


def test_nothing_is_said_of_files_that_are_not_there_and_of_what_is_accepted(run, standing):
    paths, key, state = standing
    assert run("resolve", key, "--reason", "accepted_risk", "--state", state)[2] == ""
    run("reopen", key, "--state", state)
    for path in paths:
        os.unlink(path)

    assert run("resolve", key, "--reason", "gone", "--state", state)[2] == ""


def test_who_gives_no_reason_is_told_which_there_are_in_plain_words(run, standing):
    _, key, state = standing
    code, _, err = run("resolve", key, "--state", state)

    assert code == 2
    assert "--reason fixed, false_positive, accepted_risk, duplicate or gone" in err
    assert "\\" not in err


def test_who_opens_what_is_nowhere_or_is_suppressed_is_told(run, standing):
    paths, key, state = standing
    run("suppress", key, "--reason", "training", "--state", state)
    assert "is still suppressed" in run("reopen", key, "--state", state)[2]
    with opened(state) as store:
        store.gone(paths, 5.0)

    code, _, err = run("reopen", key, "--state", state)
    assert (code, "no file of it is known to stand" in err) == (0, True)


def test_an_export_is_private_takes_its_form_from_the_name_and_the_place_of_an_export_alone(run, state, tmp_path):
    for name, begin in (("a.csv", "alert,state,"), ("a.json", "{"), ("a", '{"schema":')):
        target = tmp_path / name
        for _ in range(2):
            assert run("export", "-o", target, "--state", state)[0] == 0
        assert target.read_text().startswith(begin)
        assert target.stat().st_mode & 0o777 == 0o600
    mine = tmp_path / "mine.csv"
    mine.write_text("my own work")
    code, _, err = run("export", "-o", mine, "--state", state)

    assert (code, mine.read_text()) == (2, "my own work")
    assert "is there already and no export" in err
    assert run("export", "-o", mine, "--force", "--state", state)[0] == 0
    assert mine.read_text().startswith("alert,state,")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--zone", "pubic"], 'no zone "pubic" .*did you mean public?'),
        (["--label", "SECRT"], 'no rule knows a label "SECRT".*did you mean SECRET?'),
        (["--zone", "public", "--label", "TOP SECRET", "--label", "us", "--label", "secret"], ""),
        (["--zone", "default"], ""),
    ],
)
def test_a_zone_or_a_label_that_is_nowhere_is_told(run, state, options, said):
    code, _, err = run("list", "--state", state, *options)

    assert code == 0
    assert re.search(said, err)
    assert said or "did you mean" not in err


@pytest.mark.parametrize(
    ("here", "paths"), [("x", ["sub", "./sub/", "sub/*.zip", "*.zip", "../x"]), ("[x]", ["sub/*.zip", "*.zip"])]
)
def test_a_path_is_meant_from_here_unless_it_begins_with_a_star(run, tmp_path, monkeypatch, here, paths):
    place = tmp_path / here
    place.mkdir()
    with opened(tmp_path / "state") as store:
        store.record(verdict(str(place / "sub" / "a.zip")), None, "r1", 1.0)
    monkeypatch.chdir(place)

    for path in paths:
        assert "a.zip" in run("list", "--state", tmp_path / "state", "--path", path)[1], path
    assert "a.zip" not in run("list", "--state", tmp_path / "state", "--path", "other")[1]


def test_a_suppression_may_be_given_its_last_day(run, standing):
    _, key, state = standing
    day = datetime.fromtimestamp(time.time() + 30 * 86400, UTC).date().isoformat()
    code, out, _ = run("suppress", key, "--reason", "x", "--expires", day, "--state", state)

    assert code == 0
    assert f"until {day}:" in out


def test_what_is_about_no_file_any_more_is_not_suppressed(run, standing):
    paths, key, state = standing
    with opened(state) as store:
        store.gone(paths, 5.0)
    run("reopen", key, "--state", state)
    code, out, err = run("baseline", "--reason", "as found", "--state", state)

    assert (code, out.startswith("0 alerts suppressed")) == (0, True)
    assert "is about no file that is known to stand" in err
    assert "did you mean default?" in run("baseline", "--reason", "x", "--zone", "defalt", "--state", state)[2]

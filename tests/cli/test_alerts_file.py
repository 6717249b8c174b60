"""`docwarden alerts file` and `unread`, from the outside."""

import json
import os

import pytest

from scanner.model.document import Problem, Reason
from scanner.model.place import Place
from scanner.model.verdict import Outcome
from tests.cli._alerts import IN_ORDER, PATHS, Recorder, opened, verdict

_UNREAD = {"findings": (), "labels": (), "outcome": Outcome.UNDETERMINED, "why": "could not be read in full: encrypted"}


@pytest.fixture
def share(state, ugly_names):
    """Return names of files that were not read, in their order."""
    names = sorted(os.fsdecode(b"/srv/locked/" + name) for name in ugly_names)
    with opened(state) as store:
        record = Recorder(store)
        for name in names:
            problems = (Problem(Place("x"), Reason.ENCRYPTED, "needs a password"),) * 2
            record(verdict(name, **{**_UNREAD, "problems": problems}), 10.0)
        record(verdict("/srv/clean", **IN_ORDER), 20.0)
    return sorted(names, key=os.fsencode)


def _file(run, state, *paths) -> list[dict]:
    return json.loads(run("file", *paths, "--state", state, "-f", "json")[1])["files"]


def test_what_is_kept_of_a_file_in_an_alert_is_all_told(run, state, keys):
    code, out, err = run("file", PATHS[0], "--state", state)
    lines = out.splitlines()

    assert (code, err, lines[0]) == (0, "", PATHS[0])
    assert lines[1] == "  last look  1970-01-01 00:00:30Z: violation in zone public"
    assert f"  alert      {keys[PATHS[0]]}, from 1970-01-01 00:00:00Z and stands there" in lines
    assert any(line.startswith("  found ") and "SECRET//NOFORN" in line for line in lines)
    assert "  not read   encrypted" in lines
    assert "  log        1 entry about its alerts" in lines


def test_a_clean_file_and_one_that_was_not_read_are_told_as_well(run, state, share):
    clean, locked = _file(run, state, "/srv/clean", share[0])

    assert (clean["kept"], clean["last_look"]["outcome"], clean["last_look"]["verdict"]) == (True, "clean", None)
    assert (locked["last_look"]["outcome"], locked["last_look"]["not_read"]) == ("undetermined", ["encrypted"])
    assert "nothing was found in it" in run("file", "/srv/clean", "--state", state)[1]


def test_that_nothing_is_kept_is_an_answer(run, state):
    code, out, _ = run("file", "/srv/never", "--state", state)

    assert (code, out) == (0, "/srv/never\n  kept  nothing\n")
    assert _file(run, state, "/srv/never")[0]["kept"] is False


def test_a_suppression_of_a_file_is_told(run, state, keys):
    run("suppress", keys[PATHS[0]], "--reason", "x", "--state", state)
    (one,) = _file(run, state, PATHS[0])

    assert one["suppression"] == json.loads(run("suppressions", "--state", state, "-f", "jsonl")[1])["id"]


def test_a_link_leads_to_what_is_kept_of_its_file(run, state, tmp_path):
    (tmp_path / "link").symlink_to("/srv/a.zip")

    assert _file(run, state, tmp_path / "link")[0]["path"] == "/srv/a.zip"


def test_files_that_were_not_read_are_listed_by_name_page_by_page(run, state, share):
    code, out, err = run("unread", "--state", state, "-f", "jsonl", "--limit", 3)
    first = [json.loads(line)["path"] for line in out.splitlines()]
    rest = run("unread", "--state", state, "-f", "jsonl", "--after", first[-1], "--limit", 0)[1].splitlines()

    assert (code, first + [json.loads(line)["path"] for line in rest]) == (0, share)
    assert f"of {len(share)} files; " in err


def test_the_list_says_why_on_a_line_below_and_obeys_no_name(run, state, share):
    lines = run("unread", "--state", state, "--limit", 0)[1].splitlines()

    assert len(lines) == 2 * len(share)
    assert set(lines[1::2]) == {"    1970-01-01 00:00:10Z  encrypted (2 parts)"}
    assert "\x1b" not in "".join(lines)


def test_it_can_be_narrowed_to_a_folder(run, state, share):
    assert run("unread", "--state", state, "--below", "/srv/lock")[1] == ""
    assert run("unread", "--state", state, "--below", "/srv/locked", "--limit", 0)[1].count("encrypted") == len(share)


def test_where_all_was_read_that_is_said(run, state):
    assert "read in full" in run("unread", "--state", state)[2]

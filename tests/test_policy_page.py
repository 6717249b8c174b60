"""What docs/policy.md shows is what happens."""

import io
import json
import re
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

from scanner.cli import main

_PAGE = (Path(__file__).parents[1] / "docs" / "policy.md").read_text(encoding="utf-8")
_SHOWN = re.findall(r"```(toml|sh|console)\n(.*?)```", _PAGE, re.DOTALL)
_POLICY, _ODD = (text for kind, text in _SHOWN if kind == "toml")
_SESSIONS = [text for kind, text in _SHOWN if kind == "console"]


def _run(*arguments: str) -> str:
    """Return what the command line says, in both outputs."""
    out = io.StringIO()
    given = patch("sys.argv", ["docwarden", *arguments])
    with given, redirect_stdout(out), redirect_stderr(out), pytest.raises(SystemExit):
        main()
    return out.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Make the share of the page with all its files, and both of its policies."""
    place = tmp_path_factory.mktemp("policy").resolve()
    (place / "share").mkdir()
    for name, text in (("policy", _POLICY), ("odd", _ODD)):
        (place / f"{name}.toml").write_text(text.replace("/srv/share", f"{place}/share"), encoding="utf-8")
        (place / f"{name}.toml").chmod(0o600)
    for kind, text in _SHOWN:
        if kind == "sh":
            subprocess.run(["sh", "-euc", text], cwd=place / "share", check=True)
    return place


@pytest.fixture(scope="module")
def scanned(place):
    """Scan the share once; return the report for people and the records."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(place / "share")
        patched.setenv("DOCWARDEN_CONFIG", str(place / "policy.toml"))
        report = _run("scan", "-v", "-q", "-o", str(place / "report.table"), "-f", "table", ".")
        records = _run("scan", "-q", "-o", str(place / "report.jsonl"), ".")
    assert (report, records) == ("", "")
    lines = (place / "report.jsonl").read_text(encoding="utf-8").splitlines()
    known = [json.loads(line) for line in lines]
    return (place / "report.table").read_text(encoding="utf-8"), [record for record in known if "path" in record]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_what_it_shows_of_scans_is_reported_file_by_file(scanned):
    report, _ = scanned
    said = _lines(report)
    sessions = [text for text in _SESSIONS if text.startswith("$ docwarden scan -v .\n")]

    assert len(sessions) == 4
    for text in sessions:
        start = 0
        for line in _lines(text)[1:]:
            # A line with a severity begins a file; what follows has to be said of that file.
            start = said.index(line) if line.split()[0] in _HEADS else said.index(line, start)


_HEADS = {"critical", "high", "medium", "low", "noted"}


def test_what_it_says_of_a_document_that_could_not_be_read_is_recorded(scanned):
    (broken,) = (record for record in scanned[1] if record["path"].endswith("/broken.pdf"))

    assert broken["outcome"] == "undetermined"
    assert f"`{broken['why']}`" in _PAGE.replace("\n", " ")


def test_the_record_has_the_kind_of_violation_and_who_may_have_the_file(scanned):
    records = {record["path"].rpartition("/share/")[2]: record for record in scanned[1]}

    assert records["programme-x/costs.txt"]["breaches"] == ["exposure"]
    assert records["programme-x/notes.txt"]["breaches"] == ["unmarked"]
    assert records["programme-x/test.pem"]["breaches"] == ["content", "unmarked"]
    assert records["programme-x/plan.txt"]["breaches"] == []
    assert records["programme-x/costs.txt"]["exposure"] == {
        "audience": "everyone",
        "mode": "0644",
        "group": ["read"],
        "others": ["read"],
        "named": [],
        "named_users": 0,
        "named_groups": 0,
        "acl": "none",
    }


def _explained(place: Path, path: str) -> list[str]:
    real = path.replace("/srv/share", f"{place}/share")
    out = _run("zones", "explain", "-c", str(place / "policy.toml"), real)
    return out.replace(f"{place}/share", "/srv/share").splitlines()


def test_what_it_shows_of_zones_is_explained(place):
    sessions = [text.splitlines() for text in _SESSIONS if text.startswith("$ docwarden zones explain")]
    (first, *shown), (second, *some) = sessions

    assert _explained(place, first.split()[-1]) == shown
    assert set(some) <= set(_explained(place, second.split()[-1]))


def test_every_warning_it_shows_is_given_and_no_other(place):
    (shown,) = (text.splitlines()[1:] for text in _SESSIONS if text.startswith("$ docwarden config check"))
    out = _run("config", "check", str(place / "odd.toml"))
    said = [line for line in out.splitlines() if "warning: " in line]

    assert [line.replace(f"{place}/share", "/srv/share").replace(f"{place}/", "") for line in said] == shown
    assert "warning" not in _run("config", "check", str(place / "policy.toml"))


def test_its_commands_and_keys_exist():
    from scanner.resources import bundled

    default = (bundled("config") / "default.toml").read_text(encoding="utf-8")
    keys = re.findall(r"^(\w+) *= ", _POLICY + _ODD, re.MULTILINE)

    assert not {key for key in keys if f"\n{key}" not in default} - {"name", "paths"}

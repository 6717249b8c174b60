"""`docwarden rules list` and `docwarden rules check`, from the outside."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli.rules import command

GOOD = 'rule good { meta: id = "good" example = "needle" strings: $a = "needle" condition: $a }'
SLOW = "rule slow { strings: $a = /[0-9]{4}x/ condition: $a }"


@pytest.fixture
def run():
    def call(*arguments):
        return CliRunner().invoke(command, [str(argument) for argument in arguments], standalone_mode=False)

    return call


def test_the_shipped_rules_are_sound_and_all_their_examples_hold(run):
    result = run("check")

    assert result.return_value == 0
    assert result.output.endswith(" examples, 0 faults\n")
    assert result.output.count("\n") == 1


def test_the_list_names_every_rule_with_kind_and_severity(run):
    result = run("list")
    lines = result.output.splitlines()

    assert lines[0].split() == ["ID", "KIND", "SEVERITY", "TITLE", "TAGS"]
    assert any(line.split()[:3] == ["private-key", "yara", "critical"] for line in lines)


def test_the_list_for_programs_has_the_file_too(run, tmp_path):
    (tmp_path / "own.yar").write_text(GOOD)
    rows = json.loads(run("list", "--rules", tmp_path, "-f", "json").output)
    own = next(row for row in rows if row["id"] == "good")

    assert own == {
        "id": "good",
        "kind": "yara",
        "title": "good",
        "severity": "medium",
        "tags": [],
        "file": str(tmp_path / "own.yar"),
    }


def test_only_the_named_files_and_folders_are_checked(run, tmp_path):
    (tmp_path / "own.yar").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("no rule")

    assert run("check", tmp_path).output == "1 rule, 1 example, 0 faults\n"
    assert run("check", tmp_path / "own.yar").output == "1 rule, 1 example, 0 faults\n"


def test_every_fault_is_printed_and_the_sound_files_are_proved_all_the_same(run, tmp_path):
    (tmp_path / "a.yar").write_text("rule a { condition: x }\nrule b { condition: y }")
    (tmp_path / "b.yar").write_text(GOOD.replace('"needle" strings', '"other" strings'))
    result = run("check", tmp_path)

    assert result.return_value == 2
    assert result.output.splitlines() == [
        f'{tmp_path}/a.yar: a, line 1: undefined identifier "x"',
        f'{tmp_path}/a.yar: b, line 2: undefined identifier "y"',
        f"{tmp_path}/b.yar: good, example 1: gives nothing instead of good",
        "1 rule, 1 example, 3 faults",
    ]


def test_a_warning_fails_only_when_asked_to(run, tmp_path):
    (tmp_path / "a.yar").write_text(SLOW)
    gentle, strict = run("check", tmp_path), run("check", "-W", tmp_path)

    assert (gentle.return_value, strict.return_value) == (0, 2)
    assert "warning: " in gentle.output
    assert gentle.output.endswith("1 rule, 0 examples, 0 faults, 1 warning\n")


def test_more_rules_are_checked_beside_the_shipped_ones(run, tmp_path):
    shipped = int(run("check").output.split()[0])
    (tmp_path / "own.yar").write_text(GOOD)

    assert int(run("check", "--rules", tmp_path).output.split()[0]) == shipped + 1


def test_what_cannot_be_read_is_said_all_at_once(run, tmp_path):
    (tmp_path / "bytes.yar").write_bytes(b"\xff")
    (tmp_path / "notes.txt").write_text("")
    result = run("check", tmp_path / "gone.yar", tmp_path / "bytes.yar", tmp_path / "notes.txt")

    assert str(result.exception).splitlines() == [
        f"{tmp_path}/gone.yar: no such folder or file",
        f"{tmp_path}/bytes.yar: cannot be read: it is not UTF-8",
        f"{tmp_path}/notes.txt: no rule file: its name must end in .toml or .yar",
    ]


GUIDE = Path(__file__).parents[2] / "docs/writing-rules.md"
_BLOCK = re.compile(r"^```(yara|toml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_recipes_for_rule_authors_do_what_they_say(run, tmp_path, monkeypatch):
    """Each rule in the guide is written into `my-rules`; the command after it prints what the guide shows."""
    monkeypatch.chdir(tmp_path)
    Path("my-rules").mkdir()
    shown = []
    for kind, block in _BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if kind != "console":
            for old in Path("my-rules").iterdir():
                old.unlink()
            (Path("my-rules") / f"own.{'yar' if kind == 'yara' else kind}").write_text(block, encoding="utf-8")
            continue
        line, _, expected = block.partition("\n")
        name, group, *arguments = shlex.split(line.removeprefix("$ "))
        shown.append((name, group, run(*arguments).output == expected))

    assert shown
    assert all(step == ("docwarden", "rules", True) for step in shown)

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
def run(monkeypatch):
    for name in ("DOCWARDEN_CONFIG", "DOCWARDEN_RULES"):
        monkeypatch.setenv(name, "")

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

    assert result.return_value == 2
    assert result.output.splitlines() == [
        f"{tmp_path}/gone.yar: no such folder or file",
        f"{tmp_path}/bytes.yar: cannot be read: it is not UTF-8",
        f"{tmp_path}/notes.txt: no rule file: its name must end in .toml, .yar or .yara",
        "0 rules, 0 examples, 3 faults",
    ]


def test_a_file_that_cannot_be_read_hides_no_other_fault(run, tmp_path):
    (tmp_path / "bytes.yar").write_bytes(b"\xff")
    (tmp_path / "a.yar").write_text("rule a { condition: x }")
    (tmp_path / "b.toml").write_text("= =")
    (tmp_path / "good.yar").write_text(GOOD)
    checked, listed = run("check", tmp_path), run("list", "--rules", tmp_path)
    said = [line.partition(": ")[0] for line in checked.output.splitlines()]

    assert said == [f"{tmp_path}/bytes.yar", f"{tmp_path}/b.toml", f"{tmp_path}/a.yar", "1 rule, 1 example, 3 faults"]
    assert str(listed.exception).splitlines() == checked.output.splitlines()[:-1]
    assert listed.exception.hint == ""


def test_a_folder_without_any_rule_is_a_warning(run, tmp_path):
    result = run("check", tmp_path)

    assert result.return_value == 0
    assert (
        result.output == f"{tmp_path}: warning: no rule file in {tmp_path}\n0 rules, 0 examples, 0 faults, 1 warning\n"
    )


@pytest.mark.parametrize("name", ["own.yara", "own.YAR", "OWN.Yara"])
def test_endings_of_rule_files_are_read_whatever_their_case(run, tmp_path, name):
    (tmp_path / name).write_text(GOOD)

    assert run("check", tmp_path).output == "1 rule, 1 example, 0 faults\n"
    assert run("check", tmp_path / name).output == "1 rule, 1 example, 0 faults\n"


ACME = """[scheme]
id = "acme"
title = "ACME"
source = "its handbook"
[[level]]
id = "strict"
name = "ACME STRICT"
order = 0
rank = 3
[[example]]
text = "ACME STRICT\\n\\nplan"
label = "ACME STRICT"
[[counterexample]]
text = "Example of a banner:\\n\\nACME STRICT"
why = "an example"
"""


def test_examples_are_run_among_the_shipped_rules_as_in_a_scan(run, tmp_path):
    """Only the shipped context knows what `Example of a banner` means."""
    (tmp_path / "own.TOML").write_text(ACME)

    assert run("check", tmp_path).output == "1 rule, 2 examples, 0 faults\n"


SHIPPED = Path(__file__).parents[2] / "rules"


def test_each_shipped_file_holds_by_itself_and_does_not_clash_with_itself(run, monkeypatch):
    monkeypatch.chdir(SHIPPED.parent)
    for path in ("rules/markings/nato.toml", "rules/markings/context.toml", SHIPPED / "yara/network.yar"):
        result = run("check", path)

        assert result.output.endswith(" 0 faults\n"), path
    assert run("check", "rules").output == run("check").output == run("check", "rules", "--rules", "rules").output


def test_ids_of_shipped_rules_are_taken(run, tmp_path):
    (tmp_path / "acme.toml").write_text(ACME.replace('"acme"', '"nato"'))
    (tmp_path / "key.yar").write_text(GOOD.replace('"good"', '"private-key"'))
    (tmp_path / "scheme.yar").write_text(GOOD.replace('"good"', '"nato"'))
    result = run("check", tmp_path)

    assert result.return_value == 2
    assert [line.removeprefix(f"{tmp_path}/") for line in result.output.splitlines()[:3]] == [
        "acme.toml: scheme.id: 'nato' is taken by rules/markings/nato.toml",
        "key.yar: good, line 1: the id 'private-key' is taken by rule private_key_pem in rules/yara/credentials.yar",
        "scheme.yar: good, line 1: the id 'nato' is taken by the marking scheme in rules/markings/nato.toml",
    ]


def test_rules_beside_the_paths_are_in_force_and_not_counted(run, tmp_path):
    for name in ("own", "beside", "broken"):
        (tmp_path / name).mkdir()
    (tmp_path / "own/a.yar").write_text(GOOD)
    (tmp_path / "beside/b.yar").write_text(GOOD.replace('"good"', '"other"'))
    (tmp_path / "broken/c.yar").write_text("rule c {")
    own = tmp_path / "own"

    assert run("check", own, "--rules", tmp_path / "beside").output == "1 rule, 1 example, 0 faults\n"
    assert run("check", own, "--rules", own).output == "1 rule, 1 example, 0 faults\n"
    assert run("check", own, "--rules", tmp_path / "broken").output.endswith("1 rule, 1 example, 1 fault\n")


def test_an_endless_pattern_is_named_and_the_other_faults_are_shown(run, tmp_path, monkeypatch):
    monkeypatch.setattr("scanner.detect.proof._SECONDS", 1)
    text = (
        'rule e { meta: find = "(a+)+$" example = "aaaa" example = "'
        + "a" * 60
        + '!" strings: $is = "aaaa" condition: $is }'
    )
    (tmp_path / "a.yar").write_text("rule a { condition: x }")
    (tmp_path / "e.yar").write_text(text)
    (tmp_path / "z.yar").write_text(GOOD.replace('"needle" strings', '"other" strings'))
    lines = run("check", tmp_path).output.splitlines()

    assert lines[0] == f'{tmp_path}/a.yar: a, line 1: undefined identifier "x"'
    assert any(line.startswith(f"{tmp_path}/e.yar: e, line 1: warning: find repeats what is") for line in lines)
    assert f"{tmp_path}/e.yar: e, example 2: rule e: its find took over 1 s" in lines
    assert lines[-2:] == [
        f"{tmp_path}/z.yar: good, example 1: gives nothing instead of good",
        "2 rules, 3 examples, 3 faults, 1 warning",
    ]


def test_the_list_has_the_rules_that_the_environment_and_the_configuration_name(run, tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.yar").write_text(GOOD.replace('"good"', f'"rule-{name}"'))
    config = tmp_path / "docwarden.toml"
    config.write_text(f'version = 1\n[rules]\nextra = ["{tmp_path}/one"]\n')
    config.chmod(0o600)
    monkeypatch.setenv("DOCWARDEN_RULES", str(tmp_path / "two"))
    listed = run("list", "-c", config).output

    assert "rule-one" in listed
    assert "rule-two" in listed


GUIDE = Path(__file__).parents[2] / "docs/writing-rules.md"
_BLOCK = re.compile(r"^```(yara|toml|text|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+\.\d")
_STEP = re.compile(r"  (?:evidence)? +[+-]\d+\.\d  (.+)")


def test_the_recipes_for_rule_authors_do_what_they_say(run, tmp_path, monkeypatch):
    """Each rule in the guide is written into `my-rules`; the command after it prints what the guide shows.

    Weights are tuned, so that the steps may be others than the guide shows, and there may be more of them.
    """
    monkeypatch.chdir(tmp_path)
    Path("my-rules").mkdir()
    shown = []
    for kind, block in _BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if kind == "text":
            Path("offer.txt").write_text(block, encoding="utf-8")
            continue
        if kind != "console":
            for old in Path("my-rules").iterdir():
                old.unlink()
            (Path("my-rules") / f"own.{'yar' if kind == 'yara' else kind}").write_text(block, encoding="utf-8")
            continue
        line, _, expected = block.partition("\n")
        name, group, *arguments = shlex.split(line.removeprefix("$ "))
        shown.append((name, group))

        assert _fixed(run(*arguments).output) == _fixed(expected)
        assert _steps(expected) <= _steps(run(*arguments).output)

    assert set(shown) == {("docwarden", "rules")}


def _fixed(output):
    return [_NUMBER.sub("N", line) for line in output.splitlines() if not _STEP.fullmatch(line)]


def _steps(output):
    return {match[1] for match in map(_STEP.fullmatch, output.splitlines()) if match}


def test_rules_that_others_may_write_are_checked_with_a_warning_and_refused_by_a_scan(run, tmp_path):
    (tmp_path / "own.yar").write_text("rule own { condition: false }")
    (tmp_path / "own.yar").chmod(0o602)
    checked = run("check", tmp_path / "own.yar")

    assert checked.return_value == 0
    assert "warning: everyone may write it; run: chmod o-w" in checked.output
    assert "1 rule, 0 examples, 0 faults, 1 warning" in checked.output
    assert run("check", "-W", tmp_path / "own.yar").return_value == 2
    assert "everyone may write it" in str(run("list", "--rules", tmp_path / "own.yar").exception)


def test_an_example_whose_label_names_no_level_is_told_so(run, tmp_path):
    (tmp_path / "acme.toml").write_text(ACME.replace('label = "ACME STRICT"', 'label = "ACME STRIKT"'))

    assert run("check", tmp_path).output.splitlines() == [
        f"{tmp_path}/acme.toml: acme, example 1: the label 'ACME STRIKT' is none of the scheme: it names no level",
        "1 rule, 2 examples, 1 fault",
    ]

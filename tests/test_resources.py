"""Rule files are found wherever they stand, and every one that cannot be read is named."""

import os
from pathlib import Path

import pytest
import yara

from scanner.errors import RuleError
from scanner.resources import RuleSource, bundled, digest, read_rules, rule_sources


def test_rules_of_a_site_come_after_the_shipped_ones(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "own.yar").write_text("rule own { condition: false }")
    (tmp_path / "README.md").write_text("not a rule")

    shipped, more = rule_sources(), rule_sources([tmp_path])

    assert more[: len(shipped)] == shipped
    assert [source.name for source in more[len(shipped) :]] == [str(tmp_path / "deep" / "own.yar")]


def test_every_folder_and_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "latin.yar").write_bytes(b"// caf\xe9\n")

    with pytest.raises(RuleError) as caught:
        rule_sources([tmp_path, tmp_path / "gone"])

    assert [fault.file.rpartition("/")[2] for fault in caught.value.faults] == ["latin.yar", "gone"]


def test_a_file_that_is_named_twice_or_ships_is_read_once(tmp_path):
    (tmp_path / "own.yar").write_text("rule own { condition: false }")
    (tmp_path / "again").symlink_to(tmp_path / "own.yar")
    (tmp_path / "copy.toml").write_text(bundled("rules").joinpath("markings/nato.toml").read_text(encoding="utf-8"))
    sources = rule_sources([tmp_path, tmp_path / "own.yar", tmp_path])

    assert [source.name for source in sources[len(rule_sources()) :]] == [str(tmp_path / "own.yar")]


def test_no_file_of_a_site_has_the_name_of_a_shipped_one(tmp_path, monkeypatch):
    (tmp_path / "rules/markings").mkdir(parents=True)
    (tmp_path / "rules/markings/nato.toml").write_text("edited = 1")
    monkeypatch.chdir(tmp_path)
    names = [source.name for source in rule_sources([Path("rules")])]

    assert names[-1] == "./rules/markings/nato.toml"
    assert len(set(names)) == len(names)


def test_a_folder_without_rules_hinders_nothing(tmp_path):
    assert rule_sources([tmp_path]) == rule_sources()


def test_a_path_that_cannot_be_looked_at_is_a_fault(tmp_path):
    sources, (fault,) = read_rules([tmp_path / ("x" * 300)])

    assert sources == ()
    assert "cannot be read" in fault.message or fault.message == "no such folder or file"


def test_the_name_of_a_rule_set_changes_with_any_text_or_name():
    one = (RuleSource("a", "x"), RuleSource("b", "y"))

    assert digest(one) == digest(one)
    assert len({digest(one), digest((RuleSource("a", "xb"), RuleSource("", "y"))), digest(one[:1]), digest(())}) == 4


def test_the_data_of_a_checkout_stands_beside_the_package():
    assert bundled("rules").joinpath("README.md").is_file()


@pytest.mark.parametrize("what", ["own.yar", "."])
def test_rules_that_others_may_write_are_refused(tmp_path, what):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.yar").write_text("rule own { condition: false }")
    (folder / "more.yar").write_text("rule more { condition: true }")
    (folder / what).chmod(0o703)
    sources, faults = read_rules([folder])

    assert [source.name for source in sources] == ([str(folder / "more.yar")] if what == "own.yar" else [])
    (fault,) = faults
    assert str(fault).startswith(str((folder / what).resolve()))
    assert "everyone may write it; run: chmod o-w" in fault.message
    assert not fault.warning


def test_compiled_rules_are_refused_by_their_name_and_by_their_content(tmp_path):
    yara.compile(source="rule a { condition: true }").save(str(tmp_path / "saved.yarc"))
    (tmp_path / "disguised.yar").write_bytes((tmp_path / "saved.yarc").read_bytes())
    sources, faults = read_rules([tmp_path])
    named = read_rules([tmp_path / "saved.yarc"])[1]

    assert sources == ()
    assert {(Path(fault.file).name, fault.warning) for fault in faults} >= {
        ("disguised.yar", False),
        ("saved.yarc", True),
    }
    assert [fault.warning for fault in named] == [False]
    assert all("never loaded" in fault.message for fault in (*faults, *named))


def test_a_rule_file_that_is_a_fifo_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yar")
    sources, (fault,) = read_rules([tmp_path / "pipe.yar"])

    assert sources == ()
    assert fault.message == "cannot be read: not a regular file"


def test_the_name_of_a_rule_file_breaks_out_of_no_message(tmp_path):
    (tmp_path / "\x1b[31m\n.yar").write_bytes(b"\xff")
    (fault,) = read_rules([tmp_path])[1]

    assert fault.file.endswith(r"\x1b[31m\n.yar")


def test_names_that_look_alike_in_messages_are_told_apart(tmp_path):
    (tmp_path / "a\x1b.yar").write_text("rule a { condition: false }")
    (tmp_path / r"a\x1b.yar").write_text("rule b { condition: false }")
    sources, _ = read_rules([tmp_path])

    assert sorted(source.name for source in sources) == [rf"{tmp_path}/a\x1b (2).yar", rf"{tmp_path}/a\x1b.yar"]

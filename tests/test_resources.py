"""Rule files are found wherever they stand, and every one that cannot be read is named."""

import pytest

from scanner.errors import RuleError
from scanner.resources import RuleSource, bundled, digest, rule_sources


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


def test_the_name_of_a_rule_set_changes_with_any_text_or_name():
    one = (RuleSource("a", "x"), RuleSource("b", "y"))

    assert digest(one) == digest(one)
    assert len({digest(one), digest((RuleSource("a", "xb"), RuleSource("", "y"))), digest(one[:1]), digest(())}) == 4


def test_the_data_of_a_checkout_stands_beside_the_package():
    assert bundled("rules").joinpath("README.md").is_file()

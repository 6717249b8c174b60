"""The rules' own examples are run, and a rule that breaks its word is named."""

import pytest

from scanner.detect.proof import prove, prove_markings, prove_yara
from scanner.detect.rule_list import faults_of, list_rules
from scanner.detect.yara_compile import public_rules
from scanner.detect.yara_rule import Scope
from scanner.detect.yara_source import yara_files
from scanner.errors import RuleError
from scanner.model.document import Problem, Reason
from scanner.model.finding import Kind, Severity
from scanner.model.place import Place
from scanner.resources import RuleSource, rule_sources

SHIPPED = tuple(source for source in rule_sources() if source.name.endswith(".yar"))


def prove_text(text):
    return list(prove_yara([RuleSource("a.yar", text)]))


def test_every_example_of_the_shipped_rules_gives_what_it_should():
    broken = [str(proof.fault()) for proof in prove_yara(SHIPPED) if not proof.holds]

    assert broken == []


def test_the_shipped_rules_have_neither_faults_nor_warnings():
    assert faults_of(SHIPPED) == ()


@pytest.mark.parametrize("rule", public_rules(yara_files(SHIPPED)), ids=lambda rule: rule.id)
def test_every_shipped_rule_is_complete(rule):
    assert rule.examples
    assert rule.counterexamples
    assert rule.title != rule.name.replace("_", " ")
    assert rule.guidance or rule.severity is Severity.INFO
    assert rule.tags
    assert rule.id == rule.id.lower()


def test_a_rule_that_misses_its_example_is_named_with_the_number_of_it():
    (first, second) = prove_text(
        'rule a { meta: id = "x" example = "abc" example = "none" strings: $a = "abc" condition: $a }'
    )

    assert first.holds
    assert not second.holds
    assert str(second.fault()) == "a.yar: x, example 2: gives nothing instead of x"


def test_a_rule_that_takes_its_counterexample_is_named():
    (proof,) = prove_text('rule a { meta: counterexample = "abc" strings: $a = "abc" condition: $a }')

    assert str(proof.fault()) == "a.yar: a, counterexample 1: gives a instead of nothing"


def test_an_example_of_bytes_is_run_as_bytes():
    rule = r'rule a { meta: scope = "raw" example = "\x00\xff\x01" strings: $a = { 00 FF 01 } condition: $a at 0 }'
    (proof,) = prove_text(rule)

    assert proof.holds
    assert yara_files([RuleSource("a.yar", rule)])[0].rules[0].scope is Scope.RAW


def test_an_example_that_cannot_be_run_to_its_end_is_no_proof(monkeypatch):
    def broken(*_):
        yield Problem(Place("a"), Reason.TIMEOUT)

    monkeypatch.setattr("scanner.detect.proof.YaraDetector.detect", broken)
    (proof,) = prove_text('rule a { meta: counterexample = "abc" condition: true }')

    assert str(proof.fault()) == "a.yar: a, counterexample 1: was not run to its end: timeout"


def test_a_faulty_source_is_refused_before_anything_is_run():
    with pytest.raises(RuleError):
        prove_text("rule a {")


SCHEME = """
[scheme]
id = "acme"
title = "ACME"
source = "its handbook"
[[level]]
id = "internal"
name = "ACME INTERNAL"
order = 0
rank = 1
[[level]]
id = "strict"
name = "ACME STRICT"
order = 1
rank = 3
[[example]]
text = "ACME INTERNAL\\n\\nplan\\n\\nACME INTERNAL"
label = "ACME INTERNAL"
[[example]]
text = "ACME INTERNAL\\n\\nfirst\\fACME STRICT\\n\\nsecond"
label = "ACME STRICT"
[[counterexample]]
text = "What is ACME STRICT may not leave the house."
why = "prose"
"""


def prove_scheme(text):
    return list(prove_markings([RuleSource("a.toml", text)]))


def test_the_examples_of_a_marking_scheme_are_run_page_by_page():
    proofs = prove_scheme(SCHEME)

    assert [(proof.sort, proof.number, proof.expected) for proof in proofs] == [
        ("example", 1, "ACME INTERNAL"),
        ("example", 2, "ACME STRICT"),
        ("counterexample", 1, ""),
    ]
    assert all(proof.holds and proof.kind is Kind.MARKING for proof in proofs)


def test_a_scheme_that_breaks_its_word_is_named():
    wrong = SCHEME.replace('label = "ACME STRICT"', 'label = "ACME INTERNAL"')
    wrong = wrong.replace('text = "What is ACME STRICT may', 'text = "ACME STRICT\\n\\nmay')

    assert [str(proof.fault()) for proof in prove_scheme(wrong) if not proof.holds] == [
        "a.toml: acme, example 2: gives ACME STRICT instead of ACME INTERNAL",
        "a.toml: acme, counterexample 1: gives ACME STRICT instead of nothing",
    ]


def test_an_example_may_be_one_that_is_found_but_does_not_count():
    example = SCHEME.replace(
        'text = "ACME INTERNAL\\n\\nplan\\n\\nACME INTERNAL"\nlabel = "ACME INTERNAL"',
        'text = "ACME INTERNAL"\nlabel = "ACME INTERNAL"\nstatus = "declassified"',
    )
    (proof, *_) = prove_scheme(example)

    assert proof.expected == "ACME INTERNAL (declassified)"
    assert proof.got == "ACME INTERNAL"


def test_names_of_electronic_labels_are_read_whole():
    electronic = SCHEME.replace("order = 0", 'order = 0\nstrength = "label"').replace(
        "order = 1", 'order = 1\nstrength = "label"'
    )
    electronic = electronic.replace('text = "ACME INTERNAL\\n\\nplan\\n\\nACME INTERNAL"', 'text = "acme internal"')
    (proof, other, trap) = prove_scheme(electronic)

    assert (proof.got, other.got, trap.got) == ("ACME INTERNAL", "", "")


def test_a_marking_that_cannot_be_looked_for_to_its_end_is_no_proof(monkeypatch):
    def broken(*_):
        yield Problem(Place("a"), Reason.TIMEOUT)

    monkeypatch.setattr("scanner.detect.proof.MarkingDetector.detect", broken)

    proofs = prove_scheme(SCHEME)

    assert not any(proof.holds for proof in proofs)
    assert {proof.trouble for proof in proofs} == {"was not run to its end: timeout"}


ENDLESS = """
[[evidence]]
name = "endless"
reach = "document"
weight = 1.0
patterns = ["(a|aa)+$"]
"""


def test_a_scheme_whose_pattern_takes_too_long_fails_its_example_and_the_others_are_run(monkeypatch):
    monkeypatch.setattr("scanner.detect.proof._SECONDS", 1)
    trap = SCHEME.replace("\\n\\nplan\\n\\n", "\\n\\n" + "a" * 60 + "!\\n\\n", 1)
    proofs = prove_scheme(trap + ENDLESS)

    assert [str(proof.fault()) for proof in proofs if not proof.holds] == ["a.toml: acme, example 1: took over 1 s"]
    assert len(proofs) == 3


def test_a_rule_whose_pattern_takes_too_long_fails_its_example_and_the_others_are_run(monkeypatch):
    monkeypatch.setattr("scanner.detect.proof._SECONDS", 1)
    proofs = prove_text(
        'rule a { meta: find = "(b+)+$" example = "needle b" example = "needle '
        + "b" * 60
        + '!" counterexample = "bb" strings: $is = "needle" condition: $is }'
    )

    assert [proof.holds for proof in proofs] == [True, False, True]
    assert str(proofs[1].fault()) == "a.yar: a, example 2: rule a: its find took over 1 s"


def test_only_the_named_files_are_proved_among_all():
    yara = RuleSource("b.yar", 'rule b { meta: example = "x" condition: true }')
    other = RuleSource("c.yar", 'rule c { meta: example = "x" condition: true }')

    assert {proof.file for proof in prove([RuleSource("a.toml", SCHEME), yara, other], {"b.yar"})} == {"b.yar"}
    assert {proof.file for proof in prove([RuleSource("a.toml", SCHEME), yara], {"a.toml"})} == {"a.toml"}


def test_an_id_that_means_something_in_another_file_is_a_fault():
    first = RuleSource("b.yar", 'rule b { meta: id = "x" condition: true } rule plain { condition: true }')
    second = RuleSource(
        "c.yar",
        'rule c { meta: id = "x" condition: true }\nrule d { meta: id = "acme" condition: true }\n'
        "rule plain { condition: true }",
    )

    assert [str(fault) for fault in faults_of([second, first, RuleSource("a.toml", SCHEME)])] == [
        "c.yar: d, line 2: the id 'acme' is taken by the marking scheme in a.toml",
        "b.yar: b, line 1: the id 'x' is taken by rule c in c.yar",
        "b.yar: plain, line 1: warning: the id 'plain' is taken by rule plain in c.yar",
    ]


def test_rules_of_both_kinds_are_proved_and_listed_and_their_faults_told_together():
    sources = [RuleSource("a.toml", SCHEME), RuleSource("b.yar", 'rule b { meta: example = "x" condition: true }')]
    broken = [RuleSource("a.toml", "[scheme]"), RuleSource("b.yar", "rule b { condition: x }")]

    assert [proof.kind for proof in prove(sources)] == [Kind.MARKING] * 3 + [Kind.YARA]
    assert [(entry.id, entry.kind, entry.severity) for entry in list_rules(sources)] == [
        ("acme", Kind.MARKING, ""),
        ("b", Kind.YARA, "medium"),
    ]
    assert {fault.file for fault in faults_of(broken)} == {"a.toml", "b.yar"}

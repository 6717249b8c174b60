"""The rules' own examples are run, and a rule that breaks its word is named."""

import pytest

from scanner.detect.proof import prove_yara
from scanner.detect.rule_list import faults_of
from scanner.detect.yara_compile import public_rules
from scanner.detect.yara_rule import Scope, yara_files
from scanner.errors import RuleError
from scanner.model.document import Problem, Reason
from scanner.model.finding import Severity
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
    assert str(second.fault()) == "a.yar: x, example 2: gives nothing, not gives x"


def test_a_rule_that_takes_its_counterexample_is_named():
    (proof,) = prove_text('rule a { meta: counterexample = "abc" strings: $a = "abc" condition: $a }')

    assert str(proof.fault()) == "a.yar: a, counterexample 1: gives a, not gives nothing"


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

    assert str(proof.fault()) == "a.yar: a, counterexample 1: gives timeout, not gives nothing"


def test_a_faulty_source_is_refused_before_anything_is_run():
    with pytest.raises(RuleError):
        prove_text("rule a {")

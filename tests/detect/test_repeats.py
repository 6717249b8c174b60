"""A regular expression that repeats what is repeated already is refused before any text is looked at."""

import pytest

from scanner.detect._repeats import NESTED, is_nested
from scanner.detect.scheme import load_schemes
from scanner.errors import RuleError
from scanner.resources import RuleSource, rule_sources

_SCHEME = """[scheme]
id = "acme"
title = "ACME"
source = "its handbook"
[[level]]
id = "strict"
name = "ACME STRICT"
order = 0
rank = 3
[[evidence]]
name = "endless"
patterns = ['fine', '(a+)+$']
[[caveat]]
name = "x"
pattern = '(?:[A-Z]*)*'
[[example]]
text = "ACME STRICT"
label = "ACME STRICT"
[[counterexample]]
text = "Acme is strict."
why = "prose"
"""


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(?:a*b?)*",
        "(?P<x>a+){2,}",
        "(a{1,20}){1,20}",
        "((ab+)c)*",
        "(?i:x+)+",
        r"(?:\w+\s*)*",
        "(?:-[-a]+)*",
        "((a+))+",
        "(a+)*?",
    ],
)
def test_a_repetition_in_a_repeated_group_is_nested(pattern):
    assert is_nested(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "a+b+",
        "(a|b)+",
        r"(?:\w+ ){0,4}",
        "[(a+)]+",
        r"\(a+\)+",
        "(?:a++)*",
        "(?:a+)?",
        "(a{3})+",
        "(?:-[A-Z0-9]+)*",
        "(?:[a-z]+, )?x*",
        "[]a+)]+",
    ],
)
def test_what_has_one_way_to_match_is_not(pattern):
    assert not is_nested(pattern)


def test_a_scheme_with_nested_repetition_is_refused_and_every_pattern_named():
    with pytest.raises(RuleError) as caught:
        load_schemes([RuleSource("acme.toml", _SCHEME)])

    assert [(fault.key, fault.message) for fault in caught.value.faults] == [
        ("caveat[0].pattern", NESTED),
        ("evidence[0].patterns[1]", NESTED),
    ]


def test_no_shipped_scheme_is_refused():
    assert load_schemes(rule_sources()).schemes

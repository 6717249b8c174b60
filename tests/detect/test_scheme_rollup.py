"""What a scheme file says of words that stand together is checked: a slip in it would be a hole in a ceiling."""

import pytest

from scanner.detect.scheme import load_schemes
from scanner.errors import RuleError
from scanner.resources import RuleSource, rule_sources

_FILE = """
[scheme]
id = "acme"
title = "ACME"
source = "its handbook"
axis = "corporate"
[grammar]
nation = "AC"
[[level]]
id = "low"
name = "ACME LOW"
order = 0
rank = 1
[[level]]
id = "high"
name = "ACME HIGH"
order = 1
rank = 3
[[caveat]]
name = "OPEN TO"
kind = "releasability"
list = "codes"
[[caveat]]
name = "SHUT"
absorbs = ["OPEN TO", "HALF"]
[[caveat]]
name = "HALF"
absorbs = ["QUARTER"]
[[caveat]]
name = "QUARTER"
dropped_from = "high"
[[caveat]]
name = "FROM"
list = "codes"
[[evidence]]
name = "released"
patterns = ["released"]
[[group]]
code = "ALL"
members = ["AC", "BD"]
[[conflict]]
name = "shut_low"
title = "what is shut is high"
all = ["SHUT"]
levels = ["low"]
[[example]]
text = "ACME HIGH"
label = "ACME HIGH"
[[counterexample]]
text = "high"
why = "a word"
"""


def _load(text):
    return load_schemes([RuleSource("acme.toml", text)]).get("acme")


def _faults(old, new):
    assert old in _FILE
    with pytest.raises(RuleError) as caught:
        _load(_FILE.replace(old, new))
    return [str(fault).removeprefix("acme.toml: ") for fault in caught.value.faults]


def test_what_words_absorb_holds_for_what_these_absorb_in_turn():
    scheme = _load(_FILE)

    assert scheme.rollup.covers == (("SHUT", "HALF", "QUARTER"), ("HALF", "QUARTER"))
    assert scheme.rollup.closes == ("SHUT",)
    assert [(rule.name, rule.order) for rule in scheme.rollup.dropped] == [("QUARTER", 1)]
    assert scheme.rollup.listing == ("FROM",)
    assert scheme.rollup.groups == (("ALL", "AC", "BD"),)
    assert scheme.rollup.nation == "AC"
    assert {rule.level.axis for rule in scheme.levels} == {"corporate"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"OPEN TO", "HALF"', '"OPEN", "HALF"', "caveat: 'SHUT' absorbs 'OPEN', which is no caveat of this scheme"),
        ('dropped_from = "high"', 'dropped_from = "top"', "'QUARTER' is dropped from 'top' on, which is no level's id"),
        ('absorbs = ["QUARTER"]', 'absorbs = ["SHUT"]', "caveat: 'HALF' absorbs itself"),
        (
            'name = "HALF"',
            'name = "HALF"\ndropped_from = "low"',
            "'HALF' is dropped before 'QUARTER', which it absorbs",
        ),
        (
            'name = "SHUT"',
            'name = "SHUT"\ndropped_from = "low"',
            "'SHUT' is dropped before 'OPEN TO', which it absorbs",
        ),
        ('all = ["SHUT"]', 'all = ["SHUTTER"]\n', "conflict: 'SHUTTER' is no caveat of this scheme"),
        ('levels = ["low"]', 'levels = ["top"]', "conflict.levels: 'top' is no level's id"),
        ('levels = ["low"]', 'evidence = ["seen"]', "conflict.evidence: 'seen' is no evidence of this scheme"),
        ('all = ["SHUT"]\n', "", "conflict.all: names nothing that could be wrong; give `all`, `any` or `evidence`"),
        ('members = ["AC", "BD"]', "members = 3", "group.members: must be a list of strings"),
        ('title = "what is shut is high"', "titel = 1", "conflict.titel: unknown key"),
    ],
)
def test_a_slip_is_told_with_its_place(old, new, fault):
    faults = [line.replace("[0]", "") for line in _faults(old, new)]

    assert any(fault.removeprefix("caveat: ").removeprefix("conflict: ") in line for line in faults), faults


def test_every_shipped_conflict_names_schemes_and_words_that_there_are():
    """A word of another scheme is not checked where it is read: that scheme may be somebody else's file."""
    schemes = load_schemes(rule_sources())
    for scheme in schemes.schemes:
        for word in (word for rule in scheme.conflicts for word in rule.every if ":" in word):
            other = schemes.get(word.partition(":")[0])
            name = word.partition(":")[2]

            assert other is not None, word
            assert not name or name in {
                *(rule.level.name for rule in other.levels),
                *(rule.name for rule in other.caveats),
            }, word

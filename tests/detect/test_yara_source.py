"""What a rule says about itself is read as YARA reads it."""

import pytest
import yara
from hypothesis import given
from hypothesis import strategies as st

from scanner.detect.yara_compile import compile_faults, compile_rules
from scanner.detect.yara_rule import Scope
from scanner.detect.yara_source import yara_files
from scanner.errors import RuleError
from scanner.model.finding import Severity
from scanner.resources import RuleSource, rule_sources


def read(text):
    (file,) = yara_files([RuleSource("a.yar", text)])
    return file


def faults(*texts):
    return [str(fault) for fault in compile_faults([RuleSource(f"{n}.yar", text) for n, text in enumerate(texts, 1)])]


TRAPS = r"""
// rule commented { meta: id = "no" condition: true }
/* rule also { condition: true } */
import "math"
private rule hidden { strings: $a = "rule fake { }" condition: $a }
global rule everywhere : one two // a comment
{
    meta:
        example = "one \"quoted\" }" // not the last
        example = "tab\there \x41\\"
        number = -3
        yes = true
    strings:
        $a = /a\/{2,3}"[}]/ nocase
        $b = { 41 ( 42 | 43 ) [2-4] ?? ~44 /* } */ }
        $c = "}" wide
    condition:
        any of them and hidden and math.entropy(0, 1) >= 0
}
rule last { condition: #everything_is_fine }
"""


def test_comments_texts_patterns_and_braces_do_not_mislead():
    hidden, everywhere, last = read(TRAPS).rules

    assert [rule.name for rule in (hidden, everywhere, last)] == ["hidden", "everywhere", "last"]
    assert (hidden.private, everywhere.private) == (True, False)
    assert everywhere.tags == ("one", "two")
    assert everywhere.examples == (b'one "quoted" }', b"tab\there A\\")
    assert TRAPS.splitlines()[everywhere.line - 1].startswith("global rule everywhere")
    assert TRAPS[everywhere.start : everywhere.end].startswith("global rule")
    assert TRAPS[everywhere.start : everywhere.end].endswith(">= 0\n}")
    assert "hidden" in everywhere.uses


def test_a_rule_that_is_blanked_out_leaves_the_lines_of_the_others_alone():
    file = read(TRAPS)
    text = file.without(["everywhere"])

    assert len(text) == len(TRAPS)
    assert [rule.line for rule in read(text).rules] == [file.rules[0].line, file.rules[2].line]


@pytest.mark.parametrize("source", [s for s in rule_sources() if s.name.endswith(".yar")], ids=lambda s: s.name)
def test_what_is_read_agrees_with_the_library_on_every_shipped_file(source):
    (file,) = yara_files([source])
    compiled = list(yara.compile(source=source.text))

    assert [(rule.name, list(rule.tags), rule.private) for rule in file.rules] == [
        (rule.identifier, list(rule.tags), rule.is_private) for rule in compiled
    ]
    for ours, theirs in zip(file.rules, compiled, strict=True):
        assert ours.id == theirs.meta.get("id", theirs.identifier)
        if ours.scope is not Scope.RAW:
            assert ours.examples[-1].decode() == theirs.meta["example"]
            assert ours.counterexamples[-1].decode() == theirs.meta["counterexample"]


_SAFE = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\\"), max_size=20)


@given(texts=st.lists(_SAFE, min_size=1, max_size=4))
def test_texts_are_read_back_as_they_were_written(texts):
    entries = "\n".join('example = "' + text.replace('"', '\\"') + '"' for text in texts)
    source = f"rule a {{ meta:\n{entries}\ncondition: true }}"
    (rule,) = read(source).rules
    (compiled,) = yara.compile(source=source)

    assert [data.decode() for data in rule.examples] == texts
    assert compiled.meta["example"] == texts[-1]


def test_metadata_becomes_values():
    (rule,) = read(
        """rule a { meta: id = "i" severity = "HIGH" scope = "raw" minimum = 3 bulk = 9
        bulk_severity = "info" within = 7
        validate = "luhn" find = "[0-9]+" fallback = true confidence = 100 strings: $near = "card" condition: $near }"""
    ).rules

    assert (rule.id, rule.severity, rule.scope, rule.minimum, rule.bulk) == ("i", Severity.HIGH, Scope.RAW, 3, 9)
    assert (rule.bulk_severity, rule.within, rule.validate, rule.fallback) == (Severity.INFO, 7, "luhn", True)
    assert rule.find.pattern == b"[0-9]+"
    assert rule.confidence == 1
    assert rule.kind == "payment card"


@pytest.mark.parametrize(
    ("meta", "fault"),
    [
        ('scope = "disk"', "scope is 'disk'; it may be both, raw, text"),
        ('validate = "lun"', "validate is 'lun'; it may be "),
        ("minimum = 0", "minimum must be a whole number above 0"),
        ('bulk = "ten"', "bulk must be a whole number; it is 'ten'"),
        ('find = "["', "find is no regular expression: "),
        ('severity = "hgih"', "severity is 'hgih'; it may be "),
        ("severity = 80", "warning: severity must be a text; it is 80 and is passed over"),
        ('confidence = "high"', "warning: confidence must be a whole number; it is 'high' and is passed over"),
        ("confidence = 400", "confidence must be a whole number from 1 to 100"),
        ("confidence = true", "confidence must be a whole number; it is true"),
        ("within = 20", "within needs a string named $near…"),
        ('fallback = "yes"', "fallback must be true or false; it is 'yes'"),
        ("fallback = 1", "fallback must be true or false; it is 1"),
        ("example = 5", "example must be a text; it is 5"),
        ("minimum = 9 bulk = 3", "minimum (9) is above bulk (3)"),
        ('id = "staff number"', "id is 'staff number'; it must be one word, without blanks"),
        ('id = ""', "id is ''; it must be one word, without blanks"),
        ('id = "a" id = "b"', "id stands twice; only the last one counts"),
        ('title = "A" title = "B"', "warning: title stands twice; only the last one counts"),
        ('titel = "A"', "warning: titel is no key; did you mean title?"),
        ('severty = "high"', "warning: severty is no key; did you mean severity?"),
        ('counterexmple = "x"', "warning: counterexmple is no key; did you mean counterexample?"),
        ('Title = "A"', "warning: Title is no key; did you mean title?"),
    ],
)
def test_metadata_that_is_wrong_is_named(meta, fault):
    (said,) = faults(f"rule a {{ meta: {meta} condition: true }}")

    assert said.startswith(f"1.yar: a, line 1: {fault}")


def test_keys_of_other_makes_are_their_business():
    foreign = """author = "A" date = "2024-01-01" reference = "x" score = 70 hash = "ab" uid = "7" version = 0x10
        license = "MIT" sample = "y" tlp = "amber" rev = 3 maximum = 4 source = "s" width = -2 size = 10KB"""

    assert faults(f"rule a {{ meta: {foreign} condition: true }}") == []


def test_letters_beyond_ascii_stand_in_alternatives_and_not_in_classes():
    assert faults("rule a { strings: $a = /(ü|Ü)ber/ condition: $a }") == []
    assert faults("rule a { strings: $a = /[üÜ]ber/ condition: $a }") == [
        '1.yar: a, line 1: invalid regular expression "$a": non-ascii character'
    ]


def test_numbers_are_read_as_yara_reads_them():
    (rule,) = read(
        "rule a { meta: x = 0x1F minimum = 0x10 y = -5 bulk = 2KB z = 1MB within = 0o17 condition: true }"
    ).rules

    assert (rule.minimum, rule.bulk, rule.within) == (16, 2048, 15)


def test_every_fault_of_every_file_is_named_at_once_in_the_order_of_the_lines():
    said = faults(
        'import "pe"\nrule a { condition: x }\nrule b { condition: a }\n'
        'rule c { meta: scope = "no" condition: true }\nrule d { condition: y }\n',
        "rule e { condition: }",
    )

    assert said == [
        (
            "1.yar: line 1: module 'pe' may not be imported, for it reads hostile files in native code of its own; "
            "only hash, math, string may"
        ),
        '1.yar: a, line 2: undefined identifier "x"',
        "1.yar: c, line 4: scope is 'no'; it may be both, raw, text",
        '1.yar: d, line 5: undefined identifier "y"',
        "2.yar: e, line 1: syntax error, unexpected '}'",
    ]


def test_a_fault_outside_of_any_rule_is_named_by_its_line():
    (first, *_) = faults("nonsense\nrule a { condition: x }")

    assert first.startswith("1.yar: line 1: syntax error, unexpected identifier")


def test_a_slow_pattern_is_a_warning():
    (said,) = faults("rule a {\nstrings: $a = /[0-9]{4}x/\ncondition: $a }")

    assert said == '1.yar: a, line 2: warning: string "$a" may slow down scanning'


def test_one_id_for_two_rules_is_a_warning_at_both():
    said = faults('rule a { meta: id = "x" condition: true } rule b { meta: id = "x" condition: true }')

    assert len(said) == 2
    assert "warning: 2 rules have the id 'x'" in said[0]


@pytest.mark.parametrize("sign", ["\ud800", "\0"])
def test_what_is_no_text_is_a_fault(sign):
    text = f'rule a {{ strings: $a = "{sign}aaa" condition: $a }}'

    assert faults(text) == ["1.yar: holds zero bytes or characters that are no Unicode text"]
    with pytest.raises(RuleError):
        compile_rules([RuleSource("a.yar", text)])


def test_unfinished_sources_are_read_without_an_exception():
    assert [rule.name for rule in read("rule a { meta: x =").rules] == ["a"]
    assert [rule.name for rule in read("rule a").rules] == ["a"]
    assert read("rule").rules == ()
    assert read("import").rules == ()
    assert read("rule a { meta: x : y condition: true }").rules[0].examples == ()


@given(text=st.text(max_size=80))
def test_any_text_is_read_without_an_exception(text):
    for source in (text, f"rule {text}", f"rule a {{ meta: {text}"):
        assert isinstance(read(source).rules, tuple)


@pytest.mark.parametrize(
    "module", ["pe", "elf", "dotnet", "macho", "dex", "magic", "cuckoo", "console", "time", "other"]
)
def test_only_modules_that_harm_nothing_may_be_imported(module):
    (fault,) = faults(f'\nimport "{module}"\nrule a {{ condition: true }}')[:1]

    assert fault.startswith(f"1.yar: line 2: module '{module}' may not be imported")


def test_compiled_rules_are_told_from_broken_text():
    (file,) = yara_files([RuleSource("1.yar", "YARA\x15\0\x0c")])

    assert "compiled rules are never loaded" in file.faults[0].message


def test_a_fault_names_the_line_of_its_key_and_the_end_of_a_file_the_rule_that_is_not_closed():
    text = 'rule a {\n meta:\n  title = "a"\n  titel = "b"\n  severity = "hgh"\n condition: true }\n\nrule b {\n'
    found = [(fault.key, fault.warning) for fault in compile_faults([RuleSource("a.yar", text)])]

    assert found == [("a, line 4", True), ("a, line 5", False), ("b, line 8", False)]

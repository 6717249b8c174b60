"""The YARA detector: what is matched, where it is said to stand, and what is never said."""

import importlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.detect.yara import YaraDetector
from scanner.errors import RuleError
from scanner.model.document import Blob, Problem, Reason, Segment
from scanner.model.finding import Finding, Severity, Span
from scanner.model.place import Part, Place
from scanner.resources import RuleSource, rule_sources

KEY = b"k" * 32
FILE = Place("a.docx")
CARD = "4332245383236405"
NEGATIVES = Path(__file__).parents[3] / "shared/corpus/markings/negatives.jsonl"


def detector(*texts, **options):
    sources = [RuleSource(f"{number}.yar", text) for number, text in enumerate(texts)]
    return YaraDetector(sources, key=KEY, **options)


def run(rules, data=b"\x00", *texts, place=FILE, media_type="application/x"):
    segments = [text if isinstance(text, Segment) else Segment(place, text) for text in texts]
    return list(rules.detect(Blob(place, media_type, data), segments))


WORD = 'rule word { strings: $a = "needle" condition: $a }'
CARDS = """rule card { meta: validate = "luhn" scope = "text" bulk = 3 bulk_severity = "critical" severity = "low"
    strings: $value = /[0-9]{4} ?[0-9]{4} ?[0-9]{4} ?[0-9]{4}/ condition: $value }"""


def test_a_rule_without_metadata_works_with_its_name_and_medium_severity():
    (finding,) = run(detector(WORD), b"a needle")

    assert (finding.rule, finding.title, finding.severity) == ("word", "word", Severity.MEDIUM)
    assert finding.place == Place("a.docx", part=Part.RAW)
    assert finding.span == Span(2, 8)


def test_metadata_of_other_makes_does_no_harm():
    rule = """rule w { meta: id = "7c1d" severity = 80 confidence = "high" description = "Bad" date = "2024"
        strings: $a = "needle" condition: $a }"""
    (finding,) = run(detector(rule), b"needle")

    assert (finding.rule, finding.title, finding.severity) == ("7c1d", "Bad", Severity.MEDIUM)


def test_metadata_and_tags_reach_the_finding():
    rule = """rule w : one two { meta: id = "w" title = "T" severity = "high" tags = "three, one" guidance = "G"
        confidence = 70 value = "word" strings: $a = "needle" condition: $a }"""
    (finding,) = run(detector(rule), b"needle")

    assert finding.tags == ("three", "one", "two")
    assert (finding.title, finding.severity, finding.guidance) == ("T", Severity.HIGH, "G")
    assert finding.confidence == pytest.approx(0.7)
    assert finding.evidence.startswith("word, 6 characters, #")


def test_bytes_and_text_with_the_same_value_are_one_finding_at_the_place_of_the_text():
    header = Place("a.docx", part=Part.HEADER, number=1)
    (finding,) = run(detector(WORD), b"xx needle", Segment(header, "a needle"))

    assert finding.place == header
    assert finding.span == Span(2, 8)


def test_text_that_is_just_the_bytes_is_reported_once():
    findings = run(detector(WORD, CARDS), f"needle {CARD}".encode(), f"needle {CARD}")

    assert [finding.rule for finding in findings] == ["word", "card"]


def test_a_wide_match_in_the_bytes_is_the_same_value_as_its_text():
    rule = 'rule word { strings: $a = "needle" ascii wide condition: $a }'
    findings = run(detector(rule), "needle".encode("utf-16"), "needle")

    assert [finding.place for finding in findings] == [FILE]


def test_a_value_that_only_the_bytes_hold_keeps_their_place():
    rule = "rule word { strings: $a = /needle[0-9]/ condition: $a }"
    findings = run(detector(rule), b"needle1 needle2", "needle1")

    assert {(finding.place.part, finding.span.start) for finding in findings} == {(Part.BODY, 0), (Part.RAW, 8)}


@given(before=st.text(max_size=30), after=st.text(max_size=30), others=st.lists(st.text(max_size=10), max_size=3))
def test_a_span_counts_characters_of_the_segment_the_value_stands_in(before, after, others):
    places = [Place("a", part=Part.SHEET, number=number + 1) for number in range(len(others) + 1)]
    texts = [*others, f"{before}ne3dle{after}"]
    segments = [Segment(place, text) for place, text in zip(places, texts, strict=True)]
    rules = _SPAN_RULES
    (finding,) = run(rules, b"\x00", *segments, place=Place("a"))

    assert finding.place == places[-1]
    assert texts[-1][finding.span.start : finding.span.end] == "ne3dle"


_SPAN_RULES = detector('rule word { strings: $a = "ne3dle" condition: $a }')


def test_a_pattern_never_runs_from_one_text_into_the_next():
    rule = r"rule two { strings: $a = /one\s+two/ condition: $a }"

    assert not run(detector(rule), b"\x00", "one", "two")
    assert run(detector(rule), b"\x00", "one\n two")


def test_each_place_has_one_finding_with_the_number_of_its_values():
    rule = 'rule id { meta: value = "id" strings: $a = /id[0-9]/ condition: $a }'
    pages = [Segment(Place("a", page=1), "id1 id2 id1"), Segment(Place("a", page=2), "id3")]
    findings = run(detector(rule), b"\x00", *pages)

    assert [finding.place.page for finding in findings] == [1, 2]
    assert findings[0].evidence.startswith("2 values, first: id, 3 characters, #")
    assert findings[1].evidence.startswith("id, 3 characters, #")


def test_a_rule_that_matches_everywhere_is_bounded_and_says_so():
    pages = [Segment(Place("a", page=page), "needle") for page in range(1, 61)]
    findings = run(detector(WORD), b"\x00", *pages)

    assert len(findings) == 20
    assert findings[-1].evidence.endswith("; and in 40 more places")


def test_evidence_never_holds_the_value_unless_it_is_asked_for():
    (masked,) = run(detector(CARDS), b"\x00", f"card {CARD}")
    (shown,) = run(detector(CARDS, show_match=True), b"\x00", f"card {CARD}")

    assert CARD not in repr(masked)
    assert masked.evidence.startswith("payment card, 16 characters, #")
    assert shown.evidence.endswith(CARD)


def test_one_value_written_in_two_ways_has_one_hash_and_another_key_another():
    spaced = "4332 2453 8323 6405"
    (one,) = run(detector(CARDS), b"\x00", CARD)
    (other,) = run(detector(CARDS), b"\x00", spaced)
    (foreign,) = YaraDetector([RuleSource("a.yar", CARDS)], key=b"x" * 32).detect(
        Blob(FILE, "a/b", b"\x00"), [Segment(FILE, CARD)]
    )

    assert one.evidence == other.evidence
    assert one.evidence != foreign.evidence


def test_from_bulk_on_one_finding_counts_for_the_whole_document():
    cards = ["4332245383236405", "4755920048718306", "4897367751808602"]
    pages = [Segment(Place("a", page=page), card) for page, card in enumerate(cards, 1)]
    (finding,) = run(detector(CARDS), b"\x00", *pages)

    assert finding.severity is Severity.CRITICAL
    assert finding.evidence.startswith("3 values, first: payment card, ")
    assert finding.reasons == ("validated_luhn", "bulk")
    assert finding.place.page == 1


def test_the_same_value_many_times_is_no_bulk():
    (finding,) = run(detector(CARDS), b"\x00", f"{CARD} " * 50)

    assert finding.severity is Severity.LOW


def test_below_the_minimum_there_is_nothing():
    rule = "rule id { meta: minimum = 3 strings: $a = /id[0-9]/ condition: $a }"

    assert not run(detector(rule), b"\x00", "id1 id2 id2")
    assert len(run(detector(rule), b"\x00", "id1", "id2 id3")) == 1


@pytest.mark.parametrize(
    "text", [f"9{CARD}", f"{CARD}9", f"0.{CARD}", f"x{CARD}", f"{CARD}-1", "6249 4332 2453 8323 6405"]
)
def test_a_number_inside_a_longer_one_is_none(text):
    assert not run(detector(CARDS), b"\x00", text)


@pytest.mark.parametrize("text", [f"{CARD},1", f"№{CARD}.", f"({CARD})", "4332 2453 8323 6405 04/29"])
def test_a_number_beside_marks_of_punctuation_is_one(text):
    assert len(run(detector(CARDS), b"\x00", text)) == 1


NEAR = """rule pin { meta: within = 20 find = "[0-9]{4}" bulk = 3 strings: $near = "PIN" condition: $near }"""


def test_a_value_counts_only_near_the_words_it_needs():
    assert run(detector(NEAR), b"\x00", "PIN: 4711")
    assert run(detector(NEAR), b"\x00", "4711 is the PIN")
    assert not run(detector(NEAR), b"\x00", "PIN" + " " * 40 + "4711")
    assert not run(detector(NEAR), b"\x00", "4711 PI")


def test_a_column_of_values_needs_the_word_only_once():
    (finding,) = run(detector(NEAR), b"\x00", "PIN" + " " * 40 + "4711\n4712\n4713")

    assert "bulk" in finding.reasons


def test_a_document_told_by_its_words_is_placed_where_they_stand_and_has_no_value():
    rule = """rule plan { meta: title = "A plan" strings: $is = "PLAN" $also = "AN" $not = "NO"
        condition: $is and $also and not $not }"""
    pages = [Segment(Place("a", page=1), "x"), Segment(Place("a", page=2), "PLAN")]
    (finding,) = run(detector(rule), b"\x00", *pages)

    assert (finding.place.page, finding.evidence, finding.span) == (2, "A plan", None)


def test_scopes_choose_between_bytes_and_text():
    rules = detector(
        'rule r { meta: scope = "raw" strings: $a = "needle" condition: $a }',
        'rule t { meta: scope = "text" strings: $a = "needle" condition: $a }',
    )

    assert [finding.rule for finding in run(rules, b"needle", "other")] == ["r"]
    assert [finding.rule for finding in run(rules, b"other", "needle")] == ["t"]


def test_where_no_text_came_out_text_rules_see_the_bytes_but_not_those_of_an_archive():
    rule = 'rule t { meta: scope = "text" strings: $a = "needle" condition: $a }'

    assert run(detector(rule), b"\x00 needle")
    assert not run(detector(rule), b"\x00 needle", media_type="application/zip")
    assert run(detector(WORD), b"\x00 needle", media_type="application/zip")


def test_a_rule_that_others_need_is_kept_whatever_its_scope():
    rules = detector(
        'rule t { meta: scope = "text" strings: $a = "needle" condition: $a }'
        " private rule p { condition: t } rule r { condition: p }"
    )

    assert [finding.rule for finding in run(rules, b"needle", "other")] == ["r"]


def test_a_name_is_searched_for_values_but_is_no_document():
    name = Segment(Place("a", part=Part.NAME), f"{CARD}.pdf needle")
    findings = run(detector(CARDS, WORD, "rule whole { condition: true }"), b"\x00", name, "text")

    assert [(finding.rule, finding.place.part) for finding in findings if finding.rule != "whole"] == [
        ("card", Part.NAME)
    ]
    assert [finding.place for finding in findings if finding.rule == "whole"] == [FILE]


def test_two_rules_that_find_one_value_are_two_findings_told_apart():
    rule = 'rule %s { meta: title = "%s" value = "name" strings: $a = "needle" condition: $a }'
    items = run(detector(rule % ("a", "A"), rule % ("b", "B")), b"needle")

    assert len({(item.place, item.span, item.evidence) for item in items}) == 1
    assert [(item.rule, item.title) for item in items] == [("a", "A"), ("b", "B")]


def test_a_fallback_rule_says_nothing_of_what_another_rule_found():
    general = "rule general { meta: fallback = true strings: $a = /key=[a-z]+/ condition: $a }"
    special = "rule special { strings: $a = /key=abc/ condition: $a }"
    rules = detector(general, special)

    assert [finding.rule for finding in run(rules, b"\x00", "key=abcd")] == ["special"]
    assert [finding.rule for finding in run(rules, b"\x00", "key=xyz")] == ["general"]
    assert [(finding.rule, finding.span.start) for finding in run(rules, b"\x00", "key=abcd key=xyz")] == [
        ("general", 9),
        ("special", 0),
    ]


def test_rules_of_one_name_in_two_files_do_not_clash():
    findings = run(detector(WORD, WORD), b"needle")

    assert [finding.rule for finding in findings] == ["word", "word"]


def test_rules_are_left_out_and_chosen_by_id():
    two = 'rule other { strings: $a = "needle" condition: $a }'

    assert [finding.rule for finding in run(detector(WORD, two, exclude=("word",)), b"needle")] == ["other"]
    assert [finding.rule for finding in run(detector(WORD, two, only=("word",)), b"needle")] == ["word"]
    assert not run(detector(WORD, only=("a marking scheme",)), b"needle")


def test_files_of_other_kinds_are_no_yara():
    rules = YaraDetector([RuleSource("a.toml", "rule ("), RuleSource("a.yar", WORD)], key=KEY)

    assert run(rules, b"needle")


def test_variables_of_file_scanners_hold_the_name_whatever_its_bytes():
    rule = r'rule n { condition: filename == "b\xef\xbf\xbd.txt" or filepath matches /a\/b/ or extension == ".kdbx" }'

    assert run(detector(rule), b"x", place=Place("x.kdbx"))
    assert run(detector(rule), b"x", place=Place("a", ("b\0c\udcff",)))
    assert not run(detector(rule), b"x", place=Place("\udcff"))


def test_lone_surrogates_in_text_are_no_error():
    (finding,) = run(detector(WORD), b"\x00", "\ud800 needle \udcff")

    assert finding.span == Span(2, 8)


def test_a_rule_that_takes_too_long_is_a_problem_and_no_exception():
    slow = "rule slow { condition: for all i in (0 .. 1000000000) : (i + filesize >= 0) }"
    (problem,) = run(detector(slow, seconds=1), b"\x00")

    assert isinstance(problem, Problem)
    assert problem.reason is Reason.TIMEOUT


def test_a_pattern_for_values_that_takes_too_long_ends_its_own_rule_only():
    endless = 'rule endless { meta: id = "e" find = "(a+)+$" strings: $is = "needle" condition: $is }'
    items = run(detector(WORD, endless, seconds=1), b"needle " + b"a" * 60 + b"!")

    assert [(item.reason, item.detail) for item in items if isinstance(item, Problem)] == [
        (Reason.RULE_FAILED, "rule e: its find took over 1 s")
    ]
    assert [item.rule for item in items if isinstance(item, Finding)] == ["word"]


def test_a_rule_that_fails_is_a_problem_and_the_other_pass_goes_on(monkeypatch):
    engine = importlib.import_module("yara")
    rules = detector(WORD)

    class Broken:
        def match(self, **_):
            message = "internal error: 99"
            raise engine.Error(message)

    monkeypatch.setattr(rules, "_compiled", type(rules._compiled)(rules._compiled.every, Broken(), ()))
    items = run(rules, b"\x00", "needle")

    assert {type(item) for item in items} == {Problem, Finding}
    assert next(item for item in items if isinstance(item, Problem)).reason is Reason.RULE_FAILED


def test_a_string_that_matches_a_million_times_is_a_problem():
    rules = detector('rule many { strings: $a = "ab" condition: $a }')
    items = run(rules, b"ab" * 1_000_100)

    assert [item.reason for item in items if isinstance(item, Problem)] == [Reason.PARTIAL]
    assert [item.rule for item in items if isinstance(item, Finding)] == ["many"]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('import "pe"\nrule a { condition: true }', "module 'pe' may not be imported"),
        ('include "b.yar"\nrule a { condition: true }', "includes are disabled"),
        ("rule a { condition: nothing }", "undefined identifier"),
        ("rule a {", "unexpected end of file"),
        ('rule a { meta: validate = "nothing" condition: true }', "validate is 'nothing'; it may be"),
    ],
)
def test_a_source_that_may_not_be_used_is_refused(source, fault):
    with pytest.raises(RuleError, match=fault):
        detector(source)


def test_a_warning_refuses_nothing():
    assert run(detector('rule a { meta: severty = "high" strings: $a = "a" nocase condition: $a }'), b"a")


@pytest.mark.skipif(not NEGATIVES.exists(), reason="the shared corpus is not here")
def test_ordinary_texts_stay_quiet():
    rules = YaraDetector(rule_sources(), key=KEY)
    with NEGATIVES.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    findings = [item for text in texts for item in run(rules, text.encode(), text)]

    assert findings == []

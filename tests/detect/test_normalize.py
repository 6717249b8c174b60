"""Folding makes what looks alike be alike, and never loses where it came from."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.detect.normalize import fold, key, read_order

_ODD = st.text(alphabet="SEC RT-./·\u200b\u00ad\u202e\u0301\u0307ＳСеаⅡ★ﷺ機 \u3000\t\n\u00a8ſßİ\ud800", max_size=40)
_TEXTS = st.one_of(st.text(max_size=60), _ODD)


@given(_TEXTS)
def test_folding_twice_is_folding_once(text):
    once = fold(text).text

    assert fold(once).text == once


@given(_TEXTS)
def test_every_folded_character_comes_from_a_span_of_the_original(text):
    folded = fold(text)

    assert len(folded.origins) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in folded.origins)
    assert list(folded.origins) == sorted(folded.origins)


@given(_TEXTS, st.data())
def test_a_folded_span_maps_to_a_span_that_holds_all_its_characters(text, data):
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    low, high = folded.span(start, end)

    assert low <= folded.origins[start][0] < high
    assert folded.origins[end - 1][1] == high


@given(_TEXTS)
def test_a_key_keeps_line_feeds_and_otherwise_only_letters_and_digits(text):
    found = key(text)

    assert found.count("\n") == text.count("\n")
    assert all(character == "\n" or character.isalnum() for character in found)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＴＯＰ　ＳＥＣＲＥＴ／／ＳＩ", "TOP SECRET//SI"),
        ("S E C R E T", "SECRET"),
        ("S-E-C-R-E-T", "SECRET"),
        ("S.E.C.R.E.T.", "SECRET."),
        ("T O P   S E C R E T / / N O F O R N", "TOP SECRET//NOFORN"),
        ("N-A-T-O S-E-C-R-E-T T-O", "NATO SECRET TO"),
        ("机　密　★　１　０　年", "机密★10年"),
        ("VS – NfD", "VS - NfD"),
        ("SE\u200bC\u00adRE\u202eT", "SECRET"),
        ("SECRЕТ", "SECRET"),
        ("ЅECRET", "SECRET"),
        ("TRE\u0300S SECRET", "TRÈS SECRET"),
        ("UK\t SECRET", "UK SECRET"),
        ("机密☆10年", "机密★10年"),
    ],
)
def test_what_looks_alike_is_folded_alike(written, folded):
    assert fold(written).text == folded


@pytest.mark.parametrize("text", ["СЕКРЕТНО", "ΑΠΟΡΡΗΤΟ", "Приказ", "L.A. story", "U.S. and E.U.", "a-b", "état"])
def test_words_of_other_scripts_and_short_abbreviations_stay_as_they_are(text):
    assert fold(text).text == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TRÈS SECRET", "TRES  SECRET"),
        ("VS-NUR FÜR DEN DIENSTGEBRAUCH", "vs - nur fur den dienstgebrauch"),
        ("VERSCHLUẞSACHE", "VERSCHLUSSSACHE"),
        ("ŚCIŚLE TAJNE", "SCISLE TAJNE"),
        ("GİZLİ", "GIZLI"),
        ("СЕСRЕТ", "CECRET"),
        ("HEMMELIGHØJ", "HEMMELIGHOJ"),
    ],
)
def test_spellings_of_one_marking_have_one_key(one, other):
    assert key(one) == key(other)


def test_the_evidence_behind_letters_set_apart_is_what_was_written():
    text = "*** S E C R E T ***"
    folded = fold(text)
    start = folded.text.index("SECRET")
    low, high = folded.span(start, start + len("SECRET"))

    assert text[low:high] == "S E C R E T"


def test_a_whole_text_is_keyed_at_several_megabytes_a_second():
    text = "The quick brown fox jumps over the lazy dog, and ça va très bien.\n" * 30_000
    begun = time.process_time()
    key(text)

    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    "written", ["ÇOK GİZLİ", "çok gizli", "Çok Gizli", "ÇOK GI\u0307ZLI\u0307", "cok gızlı", "COK GIZLI"]
)
def test_dotted_and_dotless_i_have_one_key(written):
    assert key(written) == "COKGIZLI"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\u202eTERCES", "SECRET"),
        ("NATO \u202eTERCES\u202c in brief", "NATO SECRET in brief"),
        ("\u202eEB\u202eCA", "BEAC"),
        ("\u202eCBA\u202d DEF", "ABC DEF"),
        ("\u202eCBA\nDEF", "ABCDEF"),
        ("\u202e", ""),
        ("SECRET", "SECRET"),
    ],
)
def test_what_is_shown_backwards_is_read_as_it_is_shown(written, read):
    assert read_order(written) == read


@given(st.text(alphabet="AB \u202c\u202d\u202e\n", max_size=30))
def test_reading_order_loses_no_letter_and_invents_none(text):
    assert sorted(filter(str.isalpha, read_order(text))) == sorted(filter(str.isalpha, text))


def test_a_letter_of_a_turned_run_stands_for_the_whole_run():
    text = "NATO \u202eTERCES\u202c!"
    folded = fold(text)
    start = folded.text.index("SECRET")

    assert text.startswith("\u202eTERCES", folded.span(start, start + 6)[0])
    assert folded.span(start + 1, start + 2) == folded.span(start, start + 6)

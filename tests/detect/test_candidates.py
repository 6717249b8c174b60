"""The one search over a text finds the lines of markings in every script and shape they are written in."""

import pytest

from scanner.detect._candidates import Candidates
from scanner.detect._pages import Page
from scanner.detect._prose import Prose
from scanner.detect.scheme import load_schemes
from scanner.model.place import Place
from scanner.resources import rule_sources


@pytest.fixture(scope="module")
def candidates():
    schemes = load_schemes(rule_sources())
    return Candidates(schemes.schemes, Prose(schemes.schemes, schemes.context))


def _numbers(candidates, text):
    page = Page(Place("a.txt"), 1, text)
    return [page.number_of(at) for at, _, _ in candidates.lines(candidates.hits(page))]


@pytest.mark.parametrize(
    "line",
    [
        "Άκρως Απόρρητο",  # accents that capitals go without
        "परम गुप्त",  # vowels that are marks
        "अत्यंत गोपनीय",
        "某某石油公司 核心商业秘密",
        "Classification: प्रतिबंधित",
        "㊙",
        "２급 비밀",
        "ＩＩ급비밀",
        "ÇＯＫ GİＺＬİ",  # letters of two widths
        "ＤŮＶĚＲＮÉ",
        "T L P : R E D",
        "Сов. секретно",
        "çok gizli",
        "대 외 비",
    ],
)
def test_a_line_is_found_in_the_script_and_shape_it_is_written_in(candidates, line):
    assert _numbers(candidates, f"one\n{line}\nthree") == [1]


@pytest.mark.parametrize(
    "line", ["Ο δρόμος προς το χωριό επισκευάζεται.", "a: b, c: d", "道の工事は秋に終わる。", "ＡＢＣ Übersicht"]
)
def test_an_ordinary_line_is_passed_over(candidates, line):
    assert _numbers(candidates, f"one\n{line}\nthree") == []


def test_the_search_stays_small_enough_for_the_fast_engine(candidates):
    """RE2 falls back to an engine many times slower where the states of its automaton do not fit in its memory."""
    assert candidates._search.programsize < 60_000
    assert candidates._keys.programsize < 60_000

"""Pages tell where a line stands on them, without looking at more lines than they must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.detect._pages import MARGIN, Page, pages_of, sample
from scanner.model.document import Segment
from scanner.model.place import Part, Place

_TEXTS = st.text(alphabet="abé \n_-", max_size=60)


def _page(text, offset=0):
    return Page(Place("a.txt"), 1, text, offset)


def _places(text):
    """The place of each line of a text, by its number."""
    return [sum(len(line.encode()) + 1 for line in text.split("\n")[:number]) for number in range(text.count("\n") + 1)]


@given(_TEXTS)
def test_the_margins_are_the_first_and_the_last_filled_lines_each_once(text):
    page = _page(text)
    margins = list(page.margins())

    assert sorted(at for at, _ in margins) == sorted({*page.filled[:MARGIN], *page.tail[-MARGIN:]})
    assert all(dict(page.rows())[at] == line for at, line in margins)


@given(st.text(alphabet="a \n", max_size=3000), st.text(alphabet="é\n", max_size=1500))
def test_filled_lines_are_counted_from_both_ends_however_far_off_they_are(one, other):
    text = one + "\n" * 1000 + other
    page = _page(text)
    filled = [at for at, line in zip(_places(text), text.split("\n"), strict=True) if line.strip()]

    assert page.filled == filled[:6]
    assert page.tail == filled[-6:]


@given(_TEXTS, st.integers(0, 9))
def test_a_line_begins_where_it_says_in_its_segment(text, offset):
    page = _page(text, offset)

    lines = text.split("\n")
    assert list(page.rows()) == list(zip(_places(text), lines, strict=True))
    starts = [page.start_of(at) for at in (*_places(text), *reversed(_places(text)))]
    assert [text[start - offset :].partition("\n")[0] for start in starts] == [*lines, *reversed(lines)]
    assert [page.number_of(at) for at in (*_places(text), 0)] == [*range(len(lines)), 0]


def test_the_rank_counts_filled_lines_only():
    text = "one\n\n---\ntwo\nthree\n"
    page, places = _page(text), _places(text)

    assert page.filled == [places[0], places[3], places[4]]
    assert page.rank(places[3]) == (1, 1)
    assert page.rank(places[2]) == (1, 1)


def test_neighbours_are_the_nearest_lines_with_something_in_them_cut_where_they_are_long():
    text = f"far\n4\n3\n\nzwölf\nhere\n{'x' * 500}\n"
    above, below = _page(text).neighbours(_places(text)[5])

    assert above == ["zwölf", "3", "4"]
    assert below == ["x" * 200]


def test_only_the_lines_right_above_and_below_are_beside_one():
    text = "far\n\nhere\nbelow\nfar"

    assert _page(text).beside(_places(text)[2]) == ["", "below"]
    assert _page(text).beside(0) == [""]
    assert _page(text).beside(_places(text)[4]) == ["below"]


def test_a_line_far_off_is_no_neighbour():
    text = "far" + "\n" * 20 + "here" + "\n" * 20 + "far"

    assert _page(text).neighbours(_places(text)[20]) == ([], [])


@pytest.mark.parametrize(
    ("segment", "places"),
    [
        (Segment(Place("a"), "x"), [(None, 0)]),
        (Segment(Place("a"), "x\fy"), [(1, 0), (2, 2)]),
        (Segment(Place("a", page=7), "x\fy"), [(7, 0), (8, 2)]),
        (Segment(Place("a", part=Part.HEADER), "x\fy"), [(None, 0), (None, 2)]),
    ],
)
def test_a_form_feed_begins_a_page_that_is_numbered_where_pages_are(segment, places):
    assert [(page.place.page, page.offset) for page in pages_of([segment])] == places


def test_pages_are_counted_over_all_segments():
    segments = [Segment(Place("a", page=1), "x\fy"), Segment(Place("a", part=Part.FOOTER), "z")]

    assert [page.number for page in pages_of(segments)] == [1, 2, 3]


def test_a_sample_is_the_beginning_and_the_end_without_names():
    segments = [
        Segment(Place("a", part=Part.NAME), "secret.txt"),
        Segment(Place("a"), "b" * 90_000),
        Segment(Place("a"), "c" * 90_000),
        Segment(Place("a"), "the end"),
    ]
    text = sample(segments)

    assert text.startswith("b" * 90_000 + "\n" + "c" * 10_000 + "\n")
    assert text.endswith("c\nthe end")
    assert len(text) == 100_000 + 20_000 + 2
    assert "secret" not in text


def test_a_short_document_is_its_own_sample():
    assert sample([Segment(Place("a"), "one"), Segment(Place("a"), "two")]) == "one\ntwo\n"

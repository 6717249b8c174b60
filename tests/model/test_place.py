"""Places are written and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.place import Part, Place

_NAMES = st.text(min_size=1)
_NUMBERS = st.none() | st.integers(min_value=1, max_value=10**6)


@given(st.builds(Place, _NAMES, st.lists(_NAMES, max_size=3).map(tuple), st.sampled_from(Part), _NUMBERS, _NUMBERS))
def test_a_place_reads_back_as_written(place: Place) -> None:
    assert Place.parse(str(place)) == place


@given(st.builds(Place, _NAMES, title=st.none() | st.text(), part=st.sampled_from(Part), page=_NUMBERS))
def test_a_titled_place_reads_back_as_written(place: Place) -> None:
    assert Place.parse(str(place)) == place


def test_the_written_forms_are_those_of_the_design() -> None:
    assert str(Place("report.zip", ("a.docx",), Part.FOOTNOTE, 2)) == "report.zip!/a.docx#footnote 2"
    assert str(Place("plan.pdf", page=3)) == "plan.pdf#page 3"
    assert str(Place("b.xlsx", part=Part.SHEET, title="Q3")) == 'b.xlsx#sheet "Q3"'


def test_a_person_reads_where_it_stands() -> None:
    assert Place("mail.eml", ("a.zip", "b.docx"), Part.HEADER).words() == "mail.eml ▸ a.zip ▸ b.docx, header"
    assert Place("plan.pdf", page=3).words() == "plan.pdf, page 3"


@pytest.mark.parametrize("text", ["a#nowhere", "a#page", "a#header 1 2", 'a#sheet "', "a#page 1 header"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a place"):
        Place.parse(text)

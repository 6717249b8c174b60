"""What is shown obeys nobody."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.visible import visible


@given(st.text(st.characters(codec=None)))
def test_nothing_that_controls_is_left(text: str) -> None:
    shown = visible(text)

    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in shown)
    assert not any(unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF"} for character in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain and grün, 机密★", "plain and grün, 机密★"),
        ("a\nb", r"a\x0ab"),
        ("\x1b[2J", r"\x1b[2J"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("txt.\u202efdp", r"txt.\u202efdp"),
    ],
)
def test_the_written_form(text: str, shown: str) -> None:
    assert visible(text) == shown

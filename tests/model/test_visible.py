"""What is shown to a person moves no cursor and hides no character."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plan.pdf", "plan.pdf"),
        ("расчёт 机密 naïve.txt", "расчёт 机密 naïve.txt"),
        ("a\nb", r"a\nb"),
        ("a\r\tb", r"a\r\tb"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\x00\x7f", r"\x00\x7f"),
        ("\x85\x9b", r"\u0085\u009b"),
        ("invoice\u202efdp.exe", r"invoice\u202efdp.exe"),
        ("a\u2066b\u2069", r"a\u2066b\u2069"),
        ("a\u2028b\u2029", r"a\u2028b\u2029"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("caf\udce9.txt", r"caf\xe9.txt"),
        ("\ud83d", r"\ud83d"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("no\u00a0break", "no\u00a0break"),
        (r"C:\new", r"C:\new"),
    ],
)
def test_hidden_characters_are_written_out(text, shown):
    assert visible(text) == shown


@given(st.text(st.characters(codec=None)))
def test_nothing_that_is_shown_is_a_control_or_cannot_be_encoded(text):
    shown = visible(text)

    assert shown.encode("utf-8").decode("utf-8") == shown
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(codec=None)))
def test_what_is_visible_stays_as_it_is(text):
    assert visible(visible(text)) == visible(text)

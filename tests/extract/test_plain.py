from typing import Any

import pytest

from scanner.extract import LimitReachedError, plain
from scanner.model.document import Reason
from scanner.model.limits import Limits


def test_form_feeds_divide_pages(look: Any):
    found = look(plain, b"one\r\ntwo\fthree\f\f four")

    assert [(segment.place.page, segment.text) for segment in found.segments] == [
        (1, "one\ntwo"),
        (2, "three"),
        (4, " four"),
    ]


def test_a_text_without_form_feeds_has_no_pages(look: Any):
    (segment,) = look(plain, b"SECRET").segments

    assert (segment.place.page, segment.text) == (None, "SECRET")


def test_other_readings_hold_only_the_lines_that_differ(look: Any):
    first, *others = look(plain, "SECRET//NOFORN\n机密★10年\n".encode("gb18030")).segments

    assert first.text == "SECRET//NOFORN\n机密★10年\n"
    assert others
    assert all("NOFORN" not in segment.text for segment in others)


def test_an_encrypted_message_in_the_text_is_not_clean(look: Any):
    found = look(plain, b"hello\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")

    assert found.reasons == [Reason.ENCRYPTED]
    assert "hello" in found.text()


def test_nothing_says_nothing(look: Any):
    assert look(plain, b"").items == []
    assert look(plain, b" \n\n").items == []


def test_more_text_than_the_budget_stops(look: Any):
    with pytest.raises(LimitReachedError):
        look(plain, b"x" * 100, limits=Limits(text=99))

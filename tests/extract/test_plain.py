import json
from typing import Any

import pytest

from bench.hiding import texts
from scanner.extract import LimitReachedError, plain
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.limits import Limits
from scanner.model.place import Part


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


_PROBES = {probe.place: probe for probe in texts.probes() if probe.kind == "text"}


@pytest.mark.parametrize("place", sorted(_PROBES))
def test_a_word_is_read_in_every_way_to_write_it_or_handed_on(look: Any, place: str):
    probe = _PROBES[place]
    found = look(plain, probe.data, identify(probe.data))
    said = [*(segment.text for segment in found.segments), *(data.decode("latin-1") for data in found.members.values())]

    assert any(probe.word in text for text in said) or (found.members and "in base64" in place)


def test_cells_of_a_notebook_are_read_as_they_are_shown(look: Any):
    book = {
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "source": "# SECRET\nnext"},
            {
                "cell_type": "code",
                "source": ["a\n", "b", 5],
                "outputs": [{"text": ["out\n"]}, {"data": {"text/plain": ["shown"], "x": 1}}, 7],
            },
            {"cell_type": "raw", "source": []},
            3,
        ],
    }
    found = look(plain, json.dumps(book).encode())
    cells = {(segment.place.part, segment.place.number): segment.text for segment in found.segments}

    assert cells[Part.BODY, 1] == "# SECRET\nnext"
    assert cells[Part.CODE, 2] == "a\nb\nout\n\nshown"


@pytest.mark.parametrize(
    "data", [b'{"nbformat": 4, "cells": ', b'{"nbformat": 4, "cells": 5}', b'["nbformat", "cells"]']
)
def test_what_only_resembles_a_notebook_is_text(look: Any, data: bytes):
    assert [segment.place.number for segment in look(plain, data).segments] == [None]


def test_so_many_form_feeds_are_no_pages(look: Any):
    (segment,) = look(plain, b"SECRET\f" * 30_000).segments

    assert segment.place.page is None


def test_a_text_longer_than_a_page_can_be_comes_in_pieces(look: Any):
    found = look(plain, b"some words\n" * 500_000)

    assert len(found.segments) == 2
    assert all(segment.text.endswith("words\n") for segment in found.segments)

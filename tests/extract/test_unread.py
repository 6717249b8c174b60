from typing import Any

import pytest

from scanner.extract import opaque, unread
from scanner.model.document import Reason
from scanner.model.place import Part


def test_a_kind_nobody_reads_is_undetermined_not_clean(look: Any):
    found = look(unread, b"x", "application/vnd.unheard-of")

    assert found.reasons == [Reason.UNSUPPORTED]
    assert found.problems[0].detail == "no reader yet for application/vnd.unheard-of"


@pytest.mark.parametrize(
    "data",
    [
        b"\0\1NATO SECRET\0\2",
        b"\0\1" + "NATO SECRET".encode("utf-16-le") + b"\1\2",
        b"\0\1\2" + "機密 NATO SECRET 文件".encode("utf-16-le"),
        b"\0\1" + "für NATO SECRET über".encode("cp1252"),
        b"\0\1" + "für NATO SECRET über".encode(),
    ],
)
def test_its_strings_are_searched_all_the_same(look: Any, data: bytes):
    assert "NATO SECRET" in look(unread, data).text(Part.RAW)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("机密文件，不得外传", "utf-16-le"),
        ("机密文件，不得外传", "gb18030"),
        ("机密文件", "utf-8"),
        ("секретно", "utf-16-le"),
        ("Größe", "utf-8"),
    ],
)
def test_strings_are_found_in_other_scripts_and_at_odd_places(look: Any, text: str, codec: str):
    for before in (b"\0\1", b"\0\1\2"):
        assert text in look(unread, before + text.encode(codec) + b"\0\0\0").text(Part.RAW)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"x", "application/x-ole-encrypted"),
        (b"x", "application/pgp-encrypted"),
        (b"\xffWPC\x10\0\0\0\x01\x0a\x02\x01\x34\x12", "application/vnd.wordperfect"),
    ],
)
def test_what_needs_a_password_says_so(look: Any, data: bytes, media_type: str):
    assert look(unread, data, media_type).reasons == [Reason.ENCRYPTED]


def test_a_document_of_wordperfect_without_a_key_is_only_unread(look: Any):
    data = b"\xffWPC\x10\0\0\0\x01\x0a\x02\x01\0\0" + bytes(20)

    assert look(unread, data, "application/vnd.wordperfect").reasons == [Reason.UNSUPPORTED]


def test_unknown_kinds_of_xml_are_read_as_xml(look: Any):
    found = look(unread, b"<p>SECRET</p>", "application/vnd.oasis.opendocument.text-flat-xml")

    assert found.text() == "SECRET"
    assert found.reasons == []


def test_what_is_no_document_gives_its_strings_and_no_problem(look: Any):
    found = look(opaque, b"\x7fELF\0\1SECRET plan\0\1" + "NOFORN".encode("utf-16-le") + b"\0\0\0short\0")

    assert found.text(Part.RAW) == "SECRET plan\nNOFORN"
    assert found.reasons == []


def test_film_is_searched_at_its_ends(look: Any):
    found = look(opaque, b"the beginning" + bytes(3 << 20) + b"the very end", "video/mp4")

    assert found.text(Part.RAW) == "the beginning\nthe very end"


def test_strings_end_at_a_limit(look: Any):
    found = look(opaque, b"\0".join([b"x" * 1000] * 10_000))

    assert 8 << 20 < len(found.text(Part.RAW)) < 9 << 20

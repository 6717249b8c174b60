import base64
import random

import pytest

from scanner.extract import Budget
from scanner.extract._text import escapes as _escapes
from scanner.extract._text.data_uri import data_uris, from_base64, whole_uri
from scanner.extract._text.embedded import embedded
from scanner.extract._text.escapes import css_strings, unescaped
from scanner.model.document import Member, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r'{"a": "\u0053\u0045CRET"}', '{"a": "SECRET"}'),
        (r"\xc3\xa4 \303\244", "ä ä"),
        (r"\xe4\xf6 \x41", "äö A"),
        (r"\u{1f600} \ud83d\ude00 \U0001f600", "😀 😀 😀"),
        (r"\u{110000}", "\ufffd"),
        (r"\u0041\nB\t\"C\"", 'A\nB\t"C"'),
        ("a%20%53ECRET", "a SECRET"),
        ("a%E4b", "aäb"),
        ("&#83;ECRET &uuml;", "SECRET ü"),
        ("a =C3=A4=\nb", "a äb"),
        ("String.fromCharCode(83, 0x45, 67)", "String.SEC)"),
        ('"NATO" + "SECRET"', '"NATOSECRET"'),
        ("a = \\begin{x}\\'e\\c{c}\\\"{o}\\ss\\o{}", "a = \\begin{x}éçößø"),
        ("GrÃ¶ÃŸe", "Größe"),
    ],
)
def test_escapes_are_read_as_what_they_stand_for(text, meant):
    assert unescaped(text) == "\n".join(line for line in meant.split("\n"))


@pytest.mark.parametrize(
    "text", ["", "plain", "100 % & more = [x] (y) \\z", "Ärger, Öl + Übel", "C:\\new\\table", "â€", "char(", "Ã‰¼ x"]
)
def test_what_only_looks_like_an_escape_is_left_alone(text):
    assert unescaped(text) == ""


def test_only_lines_that_differ_come_again():
    assert unescaped("one\n\\u0041\ntwo") == "A"


def test_only_the_beginning_of_a_very_long_text_is_resolved(monkeypatch):
    monkeypatch.setattr(_escapes, "_LONGEST", 9)

    assert unescaped("\\u0041 xx\\u0042") == "A xx"


def test_texts_of_a_style_sheet_are_joined_and_resolved():
    found = list(css_strings("a{content: 'S\\45 ' \"C\\RET\"} b{content: attr(x)} c{}"))

    assert found == ["SECRET"]
    assert list(css_strings("a{}")) == []


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("data:text/plain,a%20b", b"a b"),
        ("data:text/plain;base64,U0VDUkVU", b"SECRET"),
        ("data:;base64,U0VDUkVU", b"SECRET"),
        ("data:image/png;base64,AAAA", b""),
        ("data:image/png;base64," + "AAAA" * 100, bytes(300)),
        ("no data", None),
    ],
)
def test_an_address_that_holds_its_data_is_read(value, content):
    assert whole_uri(value) == content


def test_addresses_in_a_text_are_found():
    text = "url(data:text/plain;base64,U0VDUkVU) 'data:,x%20y' data:image/gif;base64,AAAA"

    assert list(data_uris(text)) == [b"SECRET", b"x y"]
    assert list(data_uris("nothing")) == []
    assert len(list(data_uris("data:,x " * 2000))) == 1000


def test_either_alphabet_is_understood():
    assert from_base64(b"_-8=") == from_base64(b"/+8=") == b"\xff\xef"
    assert from_base64(b"QUJDR") == b"ABC"


def _found(text):
    return list(embedded(Place("f"), text, Budget(DEFAULT_LIMITS, len(text) + 1)))


@pytest.mark.parametrize(
    "text",
    [
        "x: " + base64.b64encode(b"this is NATO SECRET").decode(),
        "atob('" + base64.b64encode(b"SECRET").decode() + "')",
        "x " + b"this is SECRET".hex(),
        "0000 " + b"is SECRET".hex(" ") + " |",
        base64.b64encode("a SECRET".encode("utf-16-le")).decode(),
        base64.b64encode("a SECRET".encode("utf-16")).decode(),
    ],
)
def test_a_text_in_base64_or_in_digits_is_read(text):
    (segment,) = _found(text)

    assert isinstance(segment, Segment)
    assert "SECRET" in segment.text


def test_files_and_long_texts_in_base64_are_members():
    chance = random.Random(1)  # noqa: S311 - the same every time
    parts = [b"%PDF-1.4" + chance.randbytes(200), b"word " * 500, b"<html><p>SECRET</p></html>"]
    found = _found("\n\n".join(base64.encodebytes(part).decode() for part in parts))

    assert [item.data for item in found if isinstance(item, Member)] == parts
    assert [item.place.members for item in found] == [("coded 1",), ("coded 2",), ("coded 3",)]


def test_keys_hashes_and_names_are_no_texts():
    chance = random.Random(2)  # noqa: S311 - as above
    armour = base64.encodebytes(b"%PDF-" + chance.randbytes(300)).decode()
    text = (
        f"-----BEGIN CERTIFICATE-----\n{armour}-----END CERTIFICATE-----\n"
        f"{chance.randbytes(32).hex()} a_long-name_of_a_thing VeryLongNameOfAThingInAProgram "
        f"{base64.b64encode(chance.randbytes(64)).decode()}"
    )

    assert _found(text) == []


def test_more_files_than_anybody_writes_are_not_followed():
    assert len(_found((base64.b64encode(b"<p>text of a page</p>").decode() + "\n\n") * 600)) == 500

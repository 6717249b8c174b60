import random
import struct
from typing import Any

import pytest

from bench.hiding.ole_files import _DOCUMENT, _SUMMARY, _USER, _narrow, _property_set, _wide
from scanner.extract import Budget, ole
from scanner.extract._lines import Lines
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.extract._ole.properties import add_properties
from scanner.extract._text.code_page import codec_of, decode_page
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Part, Place

_WESTERN = (2, struct.pack("<Hxx", 1252))


def _read(raw):
    lines = Lines(Budget(DEFAULT_LIMITS, len(raw)))
    fault = None
    try:
        add_properties(raw, lines, Place("f"))
    except UnreadableError as error:
        fault = error.detail
    return {item.place.title: item.text for item in lines.rest()}, fault


@pytest.mark.parametrize(
    ("page", "text", "codec"),
    [
        (1252, "Größe", "cp1252"),
        (65001, "Größe 機密", "utf-8"),
        (936, "机密文件", "gbk"),
        (932, "極秘", "cp932"),
        (949, "대외비", "cp949"),
        (950, "機密", "cp950"),
        (1251, "секретно", "cp1251"),
        (10000, "Größe", "mac_roman"),
        (1200, "Größe 機密", "utf-16-le"),
        (1201, "Größe", "utf-16-be"),
        (99999, "plain", "ascii"),
    ],
)
def test_texts_are_read_by_their_code_page(page, text, codec):
    raw = text.encode(codec) + b"\0\0"
    value = struct.pack("<I", len(raw)) + raw + bytes(-len(raw) % 4)
    found, fault = _read(_property_set(_SUMMARY, {1: (2, struct.pack("<Hxx", page % 65536)), 2: (30, value)}))

    assert found == {"title": text}
    assert fault is None


def test_values_have_the_names_of_newer_documents():
    values = {
        1: _WESTERN,
        4: (30, _narrow("Ann", "cp1252")),
        5: (31, _wide("key words")),
        6: (30, _narrow("x", "cp1252")),
    }
    found, _ = _read(_property_set(_SUMMARY, values))

    assert found == {"creator": "Ann", "keywords": "key words", "description": "x"}


def test_every_kind_of_value_of_users_is_told():
    moment = struct.pack("<Q", 132_223_104_000_000_000)
    values = {
        1: _WESTERN,
        2: (3, struct.pack("<i", 4711)),
        3: (11, b"\xff\xff\0\0"),
        4: (64, moment),
        5: (5, struct.pack("<d", 1.5)),
        6: (2, struct.pack("<hxx", -5)),
        7: (65, struct.pack("<I", 12) + "SECRET".encode("utf-16-le")),
        8: (0x100C, struct.pack("<II", 2, 30) + _narrow("a\0", "cp1252") + struct.pack("<Ii", 3, 7)),
        9: (64, struct.pack("<Q", 36_000_000_000)),
        10: (72, bytes(16)),
        11: (71, struct.pack("<I", 8) + b"pictures"),
        12: (11, bytes(4)),
        13: (64, bytes(8)),
        14: (64, b"\xff" * 8),
        15: (0x101F, struct.pack("<I", 2) + _wide("one") + _wide("two")),
        16: (1, b""),
        17: (8, _narrow("bstr", "cp1252")),
    }
    found, fault = _read(_property_set(_USER, values))

    assert fault is None
    assert [found.get(f"property {number:#x}") for number in range(2, 18)] == [
        "4711", "true", "2020-01-01T00:00:00Z", "1.5", "-5", "SECRET", "a\n7", "1:00:00", None, None, "false", None,
        None, "one\ntwo", None, "bstr",
    ]  # fmt: skip


def test_what_programs_count_is_not_told():
    values = {
        1: _WESTERN,
        14: (3, struct.pack("<i", 12)),
        17: (71, struct.pack("<I", 400) + bytes(400)),
        3: (11, b"\1\0\0\0"),
    }
    found, fault = _read(_property_set(_SUMMARY, values))

    assert (found, fault) == ({}, None)


@pytest.mark.parametrize(("page", "codec", "pad"), [(1252, "cp1252", 1), (1200, "utf-16-le", 4)])
def test_names_that_users_gave_title_their_values(page, codec, pad):
    names = struct.pack("<I", 2)
    for number, name in ((2, "MSIP_Label_1_Name"), (3, "Größe")):
        raw = (name + "\0").encode(codec)
        names += struct.pack("<II", number, len(name) + 1) + raw + bytes(-len(raw) % pad)
    raw = "Confidential\0".encode(codec)
    values = {
        1: (2, struct.pack("<Hxx", page)),
        0: (-1, names),
        2: (30, struct.pack("<I", len(raw)) + raw + bytes(-len(raw) % 4)),
        3: (3, struct.pack("<i", 1)),
    }
    found, fault = _read(_property_set(_USER, values))

    assert found == {"property names": "MSIP_Label_1_Name\nGröße", "MSIP_Label_1_Name": "Confidential", "Größe": "1"}
    assert fault is None


def test_texts_that_do_not_fit_their_code_page_are_read_by_another():
    assert decode_page("Größe".encode("utf-16-le") + b"x", 1200)
    assert decode_page("секретно и важно".encode(), 20127) == "секретно и важно"
    assert codec_of(54936) == "gb18030"
    assert codec_of(7) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"no set",
        b"\xfe\xff" + bytes(10),
        _property_set(_SUMMARY, {1: _WESTERN})[:45],
        _property_set(_SUMMARY, {1: _WESTERN})[:50],
        _property_set(_SUMMARY, {1: _WESTERN, 2: (30, struct.pack("<I", 0x7FFFFFFF))}),
        _property_set(_SUMMARY, {1: _WESTERN, 2: (0x101E, struct.pack("<I", 0x7FFFFFFF))}),
        _property_set(_SUMMARY, {1: _WESTERN, 2: (0x2003, b"")}),
        _property_set(_USER, {0: (-1, struct.pack("<III", 0x7FFFFFFF, 2, 0x7FFFFFFF))}),
        _property_set(_SUMMARY, {1: _WESTERN, 2: (12, struct.pack("<I", 12) * 8 + b"\3\0\0\0")}),
        _property_set(_SUMMARY, {1: _WESTERN}).replace(
            struct.pack("<I", 1) + _SUMMARY, struct.pack("<I", 99) + _SUMMARY
        ),
        _property_set(_SUMMARY, {1: _WESTERN}).replace(struct.pack("<II", 1, 16), struct.pack("<II", 1, 9999)),
        _property_set(_DOCUMENT, {2: (5, b"\0\0")}),
        _property_set(_USER, {2: (0x1001, struct.pack("<I", 0x7FFFFFFF) + b"x")}),
    ],
)
def test_a_damaged_set_is_said(raw):
    assert _read(raw)[1] is not None


def test_an_empty_set_is_none():
    assert _read(b"") == ({}, None)


def test_properties_that_share_their_bytes_do_not_multiply_the_set():
    count = 20_000
    long = _narrow("x" * 200_000, "cp1252")
    listed = b"".join(struct.pack("<II", number + 2, 8 + 8 * count) for number in range(count))
    head = _property_set(_USER, {})[:48]
    body = struct.pack("<II", 8 + len(listed) + 4 + len(long), count) + listed + struct.pack("<I", 30) + long
    found, fault = _read(head + body)

    assert fault is not None
    assert sum(map(len, found.values())) < 5 * len(body)


def test_no_damage_makes_it_raise():
    chance = random.Random(3)  # noqa: S311 - the same damage every time
    whole = _property_set(
        _USER, {1: _WESTERN, 2: (0x100C, struct.pack("<II", 1, 30) + _narrow("abc", "cp1252")), 3: (65, b"\2\0\0\0ab")}
    )
    for _ in range(2000):
        data = bytearray(whole)
        for _ in range(4):
            data[chance.randrange(28, len(data))] = chance.choice((0, 1, 12, 16, 30, 255))
        _read(bytes(data))


def test_a_damaged_set_of_a_file_is_a_problem(look: Any):
    entries = [PackedEntry((), bytes(16), None), PackedEntry(("\x05SummaryInformation",), bytes(16), b"no set")]
    found = look(ole, pack(entries))

    assert found.reasons == [Reason.CORRUPT]
    assert found.problems[0].place.part is Part.METADATA

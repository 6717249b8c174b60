import random
import struct

import pytest

from bench.hiding._outlook import (
    BINARY,
    HEADERS_SET,
    NUMBER,
    OBJECT,
    TEXT,
    Property,
    compressed,
    property_list,
    tnef,
)
from scanner.extract import tnef as reader
from scanner.extract._outlook.tnef import PropertyList
from scanner.model.document import Reason
from scanner.model.place import Part

_PAGE, _PROPERTIES, _RECIPIENTS, _NEXT, _FILE = 0x00069007, 0x00069003, 0x00069004, 0x00069002, 0x00069005
_BODY, _SUBJECT, _FROM, _TITLE, _DATA, _PICTURE = 0x0002800C, 0x00018004, 0x00008000, 0x00018010, 0x0006800F, 0x00068011
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_STORAGE = bytes.fromhex("0b00000000000000c000000000000046")


def test_old_attributes_are_read(look):
    data = tnef(
        [
            (1, _PAGE, struct.pack("<II", 1251, 0)),
            (1, 0x00078008, b"IPM.Microsoft Mail.Note\0"),
            (1, _SUBJECT, "Секрет\0".encode("cp1251")),
            (1, _FROM, b"\4\0\x10\0\x07\0\x0f\0A Sender\0SMTP:a@corp.example\0"),
            (1, _BODY, "секретно\0".encode("cp1251")),
        ]
    )

    found = look(reader, data)

    assert found.text().split("\n")[0] == "секретно"
    assert found.text(Part.MAIL_HEADER, "Subject").split("\n")[0] == "Секрет"
    assert found.text(Part.PROPERTY, "message class") == "IPM.Microsoft Mail.Note"
    assert "A Sender" in found.text(Part.METADATA, "attribute 8000")
    assert found.problems == []


def test_properties_are_read_as_those_of_a_message(look):
    properties = property_list(
        [
            Property(0x0037, "A subject"),
            Property(0x1009, compressed(rb"{\rtf1 rich text}"), BINARY),
            Property(0x8000, "Secret", set=HEADERS_SET, name="X-Class"),
            Property(0x8001, "Room", set=HEADERS_SET, name=0x8208),
            Property(0x8002, "Blue", set=HEADERS_SET, name="Keywords", many=True),
            Property(0x3FFD, 1251, NUMBER),
            Property(0x0C1A, "Иван".encode("cp1251"), TEXT),
        ]
    )

    found = look(reader, tnef([(1, _PROPERTIES, properties)]))

    assert found.text() == "rich text"
    assert found.text(Part.MAIL_HEADER, "Subject") == "A subject"
    assert found.text(Part.MAIL_HEADER, "X-Class") == "Secret"
    assert found.text(Part.PROPERTY, "location") == "Room"
    assert found.text(Part.MAIL_HEADER, "Keywords") == "Blue"
    assert found.text(Part.MAIL_HEADER, "From").split("\n")[0] == "Иван"
    assert found.problems == []


def test_properties_of_every_size_are_stepped_over(look):
    sizes = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
    raw = b"".join(struct.pack("<HH", kind, 0x6600) + bytes(size) for kind, size in sizes.items())
    last = struct.pack("<HHII", 0x1E, 0x1000, 1, 5) + b"text\0\0\0\0"

    found = look(reader, tnef([(1, _PROPERTIES, struct.pack("<I", len(sizes) + 1) + raw + last)]))

    assert found.text() == "text"
    assert found.problems == []


def test_recipients_are_read(look):
    rows = [[Property(0x3001, "One"), Property(0x0C15, 2, NUMBER)], [Property(0x3001, "Two")]]
    table = struct.pack("<I", len(rows)) + b"".join(property_list(row) for row in rows)

    found = look(reader, tnef([(1, _RECIPIENTS, table)]))

    assert found.text(Part.MAIL_HEADER, "Cc") == "One"
    assert found.text(Part.MAIL_HEADER, "To") == "Two"
    assert found.problems == []


def test_attachments_are_members(look):
    data = tnef(
        [
            (2, _NEXT, bytes(14)),
            (2, _TITLE, b"LONG~1.TXT\0"),
            (2, _DATA, b"first"),
            (2, _PICTURE, b"\1\2\3"),
            (2, _FILE, property_list([Property(0x3707, "long name.txt"), Property(0x3713, "http://x.example/")])),
            (2, _NEXT, bytes(14)),
            (2, _DATA, b"second"),
            (2, _NEXT, bytes(14)),
        ]
    )

    found = look(reader, data)

    assert found.members == {"long name.txt": b"first", "attachment 2": b"second"}
    assert any("x.example" in item.text for item in found.segments)
    assert any("LONG~1.TXT" in item.text for item in found.segments)
    assert found.problems == []


def test_attached_objects_are_unwrapped(look):
    inner = tnef([(1, _BODY, b"inner\0")])
    for identifier, ending in ((_MESSAGE, ".dat"), (_STORAGE, "")):
        properties = property_list([Property(0x3701, identifier + inner, OBJECT), Property(0x3001, "FW")])

        found = look(reader, tnef([(2, _FILE, properties)]))

        assert found.members == {f"FW{ending}": inner}
    found = look(reader, tnef([(2, _FILE, property_list([Property(0x3701, b"bytes", BINARY)]))]))
    assert found.members == {"attachment 1": b"bytes"}


def test_a_stream_that_breaks_off_says_so(look):
    data = tnef([(1, _BODY, b"the text\0"), (1, _SUBJECT, b"a subject\0")])

    found = look(reader, data[:-8])

    assert found.text() == "the text"
    assert found.text(Part.MAIL_HEADER, "Subject").startswith("a su")
    assert found.reasons == [Reason.CORRUPT]
    assert look(reader, data + b"junk").reasons == [Reason.CORRUPT]
    assert look(reader, data + b"\r\n\0").reasons == []


@pytest.mark.parametrize(
    "properties",
    [
        b"",
        struct.pack("<I", 5),
        struct.pack("<IHH", 1, 0x7777, 0x1000),
        struct.pack("<IHHI", 0xFFFFFFFF, 0x1E, 0x1000, 0xFFFFFFFF) + struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<IHH", 1, 0x1E, 0x8000) + bytes(10),
    ],
)
def test_lists_that_lie_are_faults(look, properties):
    assert look(reader, tnef([(1, _PROPERTIES, properties)])).reasons == [Reason.CORRUPT]
    assert look(reader, tnef([(2, _FILE, properties)])).reasons == [Reason.CORRUPT]
    table = properties and b"\2\0\0\0" + properties
    assert look(reader, tnef([(1, _RECIPIENTS, table)])).reasons == [Reason.CORRUPT]


def test_more_properties_than_a_message_has_are_not_read():
    many = struct.pack("<I", 200_000) + struct.pack("<HHI", 3, 0x6600, 1) * 200_000
    list_ = PropertyList(many)

    assert len(list_.row()) == 100_000
    assert "100000" in list_.fault


def test_more_attachments_than_anybody_sends_are_not_counted_on(look):
    found = look(reader, tnef([(2, _NEXT, b""), (2, _TITLE, b"a.txt\0")] * 10_100))

    assert max(item.place.number or 0 for item in found.segments) == 10_000
    assert sum(item.text.count("a.txt") for item in found.segments) == 10_100


def test_no_damage_makes_it_raise(look):
    chance = random.Random(6)  # noqa: S311 - the same damage every time
    properties = property_list([Property(0x0037, "s"), Property(0x8000, "x", set=HEADERS_SET, name="n")])
    data = tnef([(1, _BODY, b"text\0"), (1, _PROPERTIES, properties), (2, _NEXT, bytes(14)), (2, _DATA, b"first")])
    for _ in range(150):
        look(reader, data[: chance.randrange(len(data))])
        flipped = bytearray(data)
        for _ in range(3):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        look(reader, bytes(flipped))

"""Messages are put together by the writer in `bench/hiding`; those of Outlook itself are in the corpus."""

import random
import struct

import pytest

from bench.hiding._outlook import (
    APPOINTMENT_SET,
    BINARY,
    HEADERS_SET,
    NUMBER,
    PUBLIC_SET,
    TEXT,
    Attachment,
    Message,
    Property,
    compressed,
    outlook,
)
from scanner.extract import msg, unread
from scanner.extract._ole.compound import Compound, open_compound
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.extract._rtf.compressed import unpack_rtf
from scanner.extract._unreadable import UnreadableError
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.place import Part

_CLASS = Property(0x001A, "IPM.Note")


def test_a_message_says_what_it_says_in_every_form_once_each(look):
    message = Message(
        (
            _CLASS,
            Property(0x0037, "A subject"),
            Property(0x0C1A, "A Sender"),
            Property(0x1000, "plain text\r\n"),
            Property(0x1013, b"<html><p>page text</p></html>", BINARY),
            Property(0x1009, compressed(rb"{\rtf1\ansi rich text\par}"), BINARY),
            Property(0x3FFD, 1252, NUMBER),
        )
    )

    found = look(msg, outlook(message))

    assert found.problems == []
    assert set(found.text().split()) == {"plain", "page", "rich", "text"}
    assert found.text(Part.MAIL_HEADER, "Subject") == "A subject"
    assert found.text(Part.MAIL_HEADER, "From") == "A Sender"
    assert found.text(Part.PROPERTY, "message class") == "IPM.Note"


@pytest.mark.parametrize(
    ("page", "text", "codec"),
    [(1252, "Grüße", "cp1252"), (936, "机密文件", "gbk"), (1251, "секретно", "cp1251"), (65001, "机密", "utf-8")],
)
def test_texts_of_one_byte_a_letter_are_read_by_the_page_of_the_message(look, page, text, codec):
    for tag in (0x3FFD, 0x3FDE):
        properties = (Property(tag, page, NUMBER), Property(0x1000, text.encode(codec), TEXT))
        subject = Property(0x0037, text.encode(codec), TEXT)

        found = look(msg, outlook(Message((*properties, subject))))

        assert found.text().split("\n")[0] == text
        assert found.text(Part.MAIL_HEADER, "Subject").split("\n")[0] == text


def test_a_page_is_read_by_its_own_encoding(look):
    page = "<html><p>机密</p></html>"
    for value in (
        Property(0x1013, page.encode("gbk"), BINARY),
        Property(0x1013, page),
        Property(0x1013, page.encode("gbk"), TEXT),
    ):
        found = look(msg, outlook(Message((Property(0x3FDE, 936, NUMBER), value))))

        assert found.text().split("\n")[0] == "机密"


def test_the_header_of_the_mail_is_read_field_by_field(look):
    raw = "Received: by a\r\nX-Class: =?utf-8?B?5py65a+G?=\r\n\r\n"

    for value in (Property(0x007D, raw), Property(0x007D, raw.encode(), TEXT)):
        found = look(msg, outlook(Message((value,))))

        assert found.text(Part.MAIL_HEADER, "X-Class") == "机密"
        assert found.text(Part.MAIL_HEADER, "Received") == "by a"


def test_named_properties_have_their_names(look):
    properties = (
        Property(0, "MSIP_Label_0a1b_Name=Secret", set=HEADERS_SET, name="msip_labels"),
        Property(0, "Blue", set=PUBLIC_SET, name="Keywords", many=True),
        Property(0, "Room 5", set=APPOINTMENT_SET, name=0x8208),
        Property(0, "what else", set=APPOINTMENT_SET, name=0x8888),
        Property(0, b"\1\2" + "Approve".encode("utf-16-le"), BINARY, set=PUBLIC_SET, name="buttons"),
        Property(0x6666, "whatever"),
    )

    found = look(msg, outlook(Message(properties)))

    assert found.text(Part.MAIL_HEADER, "msip_labels") == "MSIP_Label_0a1b_Name=Secret"
    assert found.text(Part.PROPERTY, "Keywords") == "Blue"
    assert found.text(Part.PROPERTY, "location") == "Room 5"
    assert found.text(Part.PROPERTY, "property 8888") == "what else"
    assert found.text(Part.METADATA, "buttons") == "Approve"
    assert found.text(Part.METADATA, "property 6666") == "whatever"


def test_recipients_stand_in_the_field_they_were_written_to_in(look):
    def recipient(name, kind):
        return (Property(0x3001, name), Property(0x0C15, kind, NUMBER))

    rows = (recipient("One", 1), recipient("Two", 2), recipient("Three", 3), (Property(0x3001, "Four"),))

    found = look(msg, outlook(Message((_CLASS,), recipients=rows)))

    assert found.text(Part.MAIL_HEADER, "To") == "One\nFour"
    assert found.text(Part.MAIL_HEADER, "Cc") == "Two"
    assert found.text(Part.MAIL_HEADER, "Bcc") == "Three"


def test_attached_files_are_members_under_their_long_names(look):
    files = (
        Attachment((Property(0x3704, "LONG~1.TXT"), Property(0x3707, "long name.txt"), Property(0x3701, b"a", BINARY))),
        Attachment((Property(0x3001, "shown"), Property(0x3701, b"b", BINARY), Property(0x3713, "http://x.example/"))),
        Attachment((Property(0x3701, b"c", BINARY),)),
        Attachment((Property(0x370D, "\\\\server\\share\\plan.txt"),)),
    )

    found = look(msg, outlook(Message((_CLASS,), attachments=files)))

    assert found.members == {"long name.txt": b"a", "shown": b"b", "attachment 3": b"c"}
    names = [item.text for item in found.segments if item.place.part is Part.ATTACHMENT and item.place.number == 1]
    assert names == ["LONG~1.TXT\nlong name.txt"]
    assert any("plan.txt" in item.text and item.place.title == "path" for item in found.segments)
    assert any("x.example" in item.text for item in found.segments)


def test_a_message_within_a_message_keeps_the_names_of_its_properties(look):
    inner = Message(
        (Property(0x0037, "inner"), Property(0, "Secret", set=HEADERS_SET, name="X-Class")),
        attachments=(Attachment((Property(0x3707, "deep.txt"), Property(0x3701, b"deep", BINARY))),),
    )
    outer = Message(
        (_CLASS,), attachments=(Attachment((Property(0x3001, "FW"),), message=inner), Attachment((), message=inner))
    )

    found = look(msg, outlook(outer))

    assert list(found.members) == ["FW.msg", "attachment 2.msg"]
    within = look(msg, found.members["FW.msg"])
    assert within.text(Part.MAIL_HEADER, "Subject") == "inner"
    assert within.text(Part.MAIL_HEADER, "X-Class") == "Secret"
    assert within.members == {"deep.txt": b"deep"}
    assert within.problems == []


def test_a_message_within_a_message_needs_no_names(look):
    inner = PackedEntry(
        ("__attach_version1.0_#00000000", "__substg1.0_3701000D", "__properties_version1.0"), b"", bytes(24)
    )
    data = pack([PackedEntry((), bytes(16), None), inner])

    (member,) = look(msg, data).members.values()

    assert open_compound(member).has("__properties_version1.0")


def test_streams_that_cannot_be_read_are_faults_and_the_others_count(look, monkeypatch):
    inner = Message((Property(0x0037, "inner"), Property(0x1000, "text")))
    data = outlook(Message((_CLASS, Property(0x1000, "outer")), attachments=(Attachment((), message=inner),)))
    read = Compound.read

    def overlapping(compound, *path):
        if "__substg1.0_1000001F" in path or "__properties_version1.0" in path:
            raise UnreadableError(Reason.CORRUPT, "streams of the compound file overlap")
        return read(compound, *path)

    monkeypatch.setattr(Compound, "read", overlapping)
    found = look(msg, data)
    assert found.reasons == [Reason.CORRUPT]
    assert found.text(Part.PROPERTY, "message class") == "IPM.Note"
    assert look(msg, found.members["attachment 1.msg"]).text(Part.MAIL_HEADER, "Subject") == "inner"


def test_objects_of_other_programs_are_read(look):
    attachment = Attachment((), streams=(("Package", b"PK\x03\x04 and so on"),))

    found = look(msg, outlook(Message((_CLASS,), attachments=(attachment,))))

    assert list(found.members.values()) == [b"PK\x03\x04 and so on"]


def test_a_message_without_a_root_is_searched_all_the_same(look):
    found = look(msg, b"\xd0\xcf\x11\xe0 a message of SECRET content")

    assert "SECRET" in found.text(Part.RAW)
    assert found.reasons == [Reason.CORRUPT]


def test_a_storage_where_a_stream_should_be_is_no_property(look):
    entries = [
        PackedEntry((), bytes(16), None),
        PackedEntry(("__substg1.0_0037001F",), bytes(16), None),
        PackedEntry(("__substg1.0_1000001F",), b"", "text".encode("utf-16-le")),
        PackedEntry(("__nameid_version1.0", "__substg1.0_00030102"), b"", struct.pack("<IHH", 9, 5, 0) + b"x"),
        PackedEntry(("__recip_version1.0_#00000000",), b"", b"no storage"),
        PackedEntry(("__attach_version1.0_#00000000",), b"", b"no storage"),
    ]

    found = look(msg, pack(entries))

    assert found.text() == "text"
    assert found.members == {}


def test_a_message_with_managed_rights_needs_a_key(look):
    sealed = b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + bytes(40)
    files = (Attachment((Property(0x3707, "message.rpmsg"), Property(0x3701, sealed, BINARY))),)

    (member,) = look(msg, outlook(Message((_CLASS,), attachments=files))).members.values()

    assert look(unread, member, identify(member)).reasons == [Reason.ENCRYPTED]


def test_no_damage_makes_it_raise(look):
    chance = random.Random(5)  # noqa: S311 - the same damage every time
    inner = Message((Property(0x0037, "inner"),))
    data = outlook(
        Message(
            (_CLASS, Property(0x1009, compressed(rb"{\rtf1 x}"), BINARY), Property(0, "y", set=PUBLIC_SET, name="n")),
            recipients=((Property(0x3001, "One"),),),
            attachments=(Attachment((), message=inner), Attachment((Property(0x3701, b"c", BINARY),))),
        )
    )
    for _ in range(60):
        look(msg, data[: chance.randrange(len(data))])
        flipped = bytearray(data)
        for _ in range(8):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        look(msg, bytes(flipped))


def test_rich_text_that_cannot_be_unpacked_says_so(look):
    def body(raw):
        return look(msg, outlook(Message((Property(0x1009, raw, BINARY),))))

    whole = compressed(rb"{\rtf1\ansi rich text\par}")
    assert body(whole[:-6]).text().startswith("rich")
    assert Reason.CORRUPT in body(whole[:-6]).reasons
    assert body(b"short").reasons == [Reason.CORRUPT]
    assert body(whole[:8] + b"????" + whole[12:]).reasons == [Reason.CORRUPT]
    assert body(compressed(rb"{\rtf1{\pict 00}}")).reasons == []
    blank = (Property(0x1009, b"", BINARY), Property(0x6600, " "), Property(0x007D, "X-Empty:\r\nX-Full: a\r\n\r\n"))
    assert [item.text for item in look(msg, outlook(Message(blank))).segments] == ["a"]


# [MS-OXRTFCP] 3.2: one text without repetitions, and one that is read from what is being written.
_SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af3206865 6c09002062 7705b06c64 7d0a800fa0".replace(
        " ", ""
    )
)
_CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b5141000420 57585 95a0d6e7d010eb0".replace(" ", ""))


def test_rich_text_is_unpacked():
    assert unpack_rtf(_SIMPLE, 1000) == (b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", True)
    assert unpack_rtf(_CROSSING, 1000) == (b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", True)
    plain = struct.pack("<4I", 20, 8, 0x414C454D, 0) + b"{\\rtf1 }"
    assert unpack_rtf(plain, 1000) == (b"{\\rtf1 }", True)
    assert unpack_rtf(plain[:-2], 1000) == (b"{\\rtf1", False)
    assert unpack_rtf(plain, 5) == (b"{\\rtf", False)


def test_unpacking_ends_at_its_bound():
    packed = compressed(b"x" * 1000)

    assert unpack_rtf(packed, 100) == (b"x" * 100, False)
    assert unpack_rtf(packed, 10_000) == (b"x" * 1000, True)
    assert unpack_rtf(packed[:16] + b"\xff", 1000) == (b"", False)
    with pytest.raises(UnreadableError):
        unpack_rtf(b"", 1000)


def test_a_reference_to_before_the_beginning_is_to_nothing():
    packed = struct.pack("<4I", 15, 3, 0x75465A4C, 0) + b"\x01" + (0xFF0 << 4 | 1).to_bytes(2, "big")

    assert unpack_rtf(packed, 1000) == (b"\0\0\0", True)

import base64
import random
from email.message import EmailMessage
from typing import Any

import pytest

from bench.hiding import mails
from scanner.extract import mail
from scanner.extract._mail.mime import readings
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.place import Part

_MAIL = b"""\
From: =?gb18030?B?u/rD3A==?= <a@b.example>
Subject: =?utf-8?Q?SEC?=
 =?utf-8?Q?RET?= x =?x-unknown?b?0eXr?=
X-Classification: NATO
  SECRET
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

PREAMBLE
--b1
Content-Type: multipart/alternative; boundary=b2

--b2
Content-Type: text/plain; charset=gb2312
Content-Transfer-Encoding: base64

u/rD3KHvMTDE6g==
--b2
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>SEC<b>R=
ET</b> h=C3=A9</p>
--b2--
--b1
Content-Type: application/octet-stream; name*0*=utf-8''%E6%9C%BA; name*1*=%E5%AF%86.docx
Content-Disposition: attachment
Content-Transfer-Encoding: base64

UEsDBA==UEsDBA==
--b1
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

U3ViamVjdDogeAoKYm9keQ==
--b1
Content-Type: text/plain

begin 644 a.txt
#0V%T
`
end
--b1
Content-Type: text/calendar; name="=?utf-8?q?t=C3=A9rmin.ics?="

SUMMARY:SECRET
--b1--
EPILOGUE
"""


@pytest.mark.parametrize("data", [_MAIL, _MAIL.replace(b"\n", b"\r\n"), _MAIL.replace(b"\n", b"\r")])
def test_every_part_of_a_mail_is_read(look: Any, data: bytes):
    found = look(mail, data)

    assert found.text(Part.MAIL_HEADER, "From") == "机密 <a@b.example>"
    assert found.text(Part.MAIL_HEADER, "Subject").startswith("SECRET x ")
    assert found.text(Part.MAIL_HEADER, "X-Classification") == "NATO SECRET"
    assert "机密★10年" in found.text()
    assert "SECRET hé" in found.text()
    assert "PREAMBLE" in found.text(Part.HIDDEN)
    assert "EPILOGUE" in found.text(Part.HIDDEN)
    assert found.members["机密.docx"] == b"PK\x03\x04PK\x03\x04"
    assert found.members["message 2.eml"] == b"Subject: x\n\nbody"
    assert found.members["a.txt"] == b"Cat"
    assert b"SUMMARY:SECRET" in found.members["términ.ics"]
    assert found.reasons == []


def test_a_mail_made_by_the_standard_library_is_read_back(look: Any):
    message = EmailMessage()
    message["Subject"] = "Übung ★ " + "lang " * 40
    message.set_content("Körper\n")
    message.add_alternative("<p>Kör<b>per</b></p>", subtype="html")
    message.add_attachment(b"\x00\x01" * 500, maintype="application", subtype="x", filename="größe.bin")
    found = look(mail, message.as_bytes())

    assert found.text(Part.MAIL_HEADER, "Subject") == message["Subject"].strip()
    assert found.text().count("Körper") == 2
    assert found.members == {"größe.bin": b"\x00\x01" * 500}


def test_a_missing_closing_boundary_hides_nothing(look: Any):
    found = look(mail, b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n\ntwo SECRET")

    assert "two SECRET" in found.text()


def test_parts_divided_otherwise_than_the_header_says_are_reported(look: Any):
    found = look(
        mail,
        b"Content-Type: multipart/mixed; boundary=x\n\n--y\nContent-Transfer-Encoding: base64\n\nU0VDUkVU\n--y--\n",
    )

    assert found.reasons == [Reason.PARTIAL]


def test_a_multipart_without_boundary_is_text(look: Any):
    assert "SECRET" in look(mail, b"Content-Type: multipart/mixed\n\nSECRET").text()


@pytest.mark.parametrize(
    ("media_type", "body", "expected"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"MIAG", [Reason.ENCRYPTED]),
        (
            "application/pkcs7-mime; name=smime.p7m",
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0",
            [Reason.ENCRYPTED],
        ),
        ("application/pkcs7-mime; smime-type=signed-data", b"MIAG", []),
        ('multipart/encrypted; boundary="x"', b"--x\n\na\n--x--", [Reason.ENCRYPTED]),
        ("text/plain", b"-----BEGIN PGP MESSAGE-----\n\nhQE\n", [Reason.ENCRYPTED]),
        ("application/octet-stream", b"-----BEGIN PGP MESSAGE-----\n\nhQE\n", [Reason.ENCRYPTED]),
        ("application/pgp-encrypted", b"Version: 1\n", []),
    ],
)
def test_an_encrypted_mail_is_undetermined_not_clean(look: Any, media_type: str, body: bytes, expected: list[Reason]):
    assert look(mail, b"Content-Type: " + media_type.encode() + b"\n\n" + body).reasons == expected


def test_damaged_base64_gives_what_it_can_and_says_so(look: Any):
    found = look(mail, b"Content-Transfer-Encoding: base64\n\nU0VDUkVUI")

    assert found.text() == "SECRET"
    assert found.reasons == [Reason.CORRUPT]


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: " + b"x" * 2_000_000 + b"\n\nbody",
        b"Content-Type: multipart/mixed; " + b'a="' * 100_000 + b"\n\nbody",
        b"Content-Type: a/b; " + b"".join(b" x*%d=y;\n" % number for number in range(20_000)) + b"\nbody",
        b"Subject: " + b"=?a?b?" * 50_000 + b"\n\nbody",
        b"Subject: a\n" + b" \n" * 100_000 + b"\nbody",
    ],
)
def test_traps_for_parsers_are_passed_quickly(look: Any, data: bytes):
    found = look(mail, data)

    assert found.items
    assert "body" in found.text() + "".join(content.decode() for content in found.members.values()) or found.reasons


def test_a_header_beyond_the_limit_is_reported(look: Any):
    assert Reason.PARTIAL in look(mail, b"Subject: " + b"x" * 2_000_000 + b"\n\nbody").reasons


def test_very_many_fields_are_all_read(look: Any):
    found = look(mail, b"X: y\n" * 2000 + b"Last: SECRET\n\nbody")

    assert "Last: SECRET" in found.text(Part.MAIL_HEADER)


def test_too_many_parts_are_reported(look: Any):
    found = look(mail, b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 5000)

    assert found.reasons == [Reason.TOO_MANY_MEMBERS]


def test_too_deep_parts_are_reported_and_still_read(look: Any):
    data = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(50))
    found = look(mail, data + b"\nSECRET")

    assert Reason.TOO_DEEP in found.reasons
    assert "SECRET" in found.text()


def test_a_line_that_is_no_field_does_not_end_the_header(look: Any):
    found = look(mail, b"Subject: a\nthis is no field\nContent-Transfer-Encoding: base64\n\nU0VDUkVU")

    assert found.text() == "SECRET"
    assert "this is no field" in found.text(Part.MAIL_HEADER)


def test_mails_of_a_mailbox_are_members(look: Any):
    found = look(
        mail,
        b"From a@b Mon Jun 01 10:00:00 2009\nSubject: one\n\n>From here\n\n"
        b"From a@b Mon Jun 01 10:00:00 2009\nSubject: two\n\nx",
        "application/mbox",
    )

    assert found.members == {
        "message 1.eml": b"Subject: one\n\nFrom here\n\n",
        "message 2.eml": b"Subject: two\n\nx",
    }


def test_text_before_the_first_mail_of_a_mailbox_is_not_lost(look: Any):
    found = look(mail, b"SECRET\n\nFrom a@b Mon Jun 01 10:00:00 2009\nSubject: two\n\nx", "application/mbox")

    assert found.members["message 1.eml"] == b"SECRET\n\n"


def test_digests_hold_mails(look: Any):
    found = look(mail, b"Content-Type: multipart/digest; boundary=1\n\n--1\n\nFrom: a\nSubject: b\n\nSECRET\n--1--")

    assert found.members == {"message 1.eml": b"From: a\nSubject: b\n\nSECRET"}


def test_uuencoded_parts_and_base64_begin_blocks_are_unpacked(look: Any):
    found = look(
        mail, b"Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#0V%T\n`\nend\n"
    )
    block = look(mail, b"Subject: x\n\nbegin-base64 644 b.txt\nQ2F0\n====\n")

    assert found.text() == "Cat"
    assert block.members == {"b.txt": b"Cat"}


_PROBES = {probe.place: probe for probe in mails.probes()}


@pytest.mark.parametrize("place", sorted(_PROBES))
def test_a_word_is_read_in_every_place_of_a_mail_or_handed_on(look: Any, place: str):
    probe = _PROBES[place]
    found = look(mail, probe.data, identify(probe.data))
    members = [*found.members, *(content.decode("latin-1") for content in found.members.values())]

    assert any(probe.word in text for text in (*(segment.text for segment in found.segments), *members)) or (
        members and place in {"attached archive", "calendar", "rich text", "second of a mailbox"}
    )


def test_what_a_mailbox_says_before_each_mail_is_read(look: Any):
    found = look(mail, b"From SECRET@b Mon Jun 01 10:00:00 2009\nSubject: a\n\nx\n", "application/mbox")

    assert found.text(Part.MAIL_HEADER) == "From SECRET@b Mon Jun 01 10:00:00 2009"


def test_a_first_field_with_a_space_before_its_colon_is_no_envelope(look: Any):
    assert look(mail, b"From : SECRET\nTo: b\n\nx").text(Part.MAIL_HEADER, "From") == "SECRET"
    assert "From SECRET" in look(mail, b"From SECRET today\nTo: b\n\nx").text(Part.MAIL_HEADER)


def test_a_header_in_an_encoding_that_nobody_names_is_read_in_each_that_fits(look: Any):
    found = look(mail, "Subject: 極秘\nX-A: Größe\n\nx".encode("cp932", "replace"))

    assert "極秘" in "\n".join(segment.text for segment in found.segments)


def test_a_zero_in_the_name_of_an_encoding_hides_no_word(look: Any):
    found = look(mail, b"Subject: =?utf\0-8?Q?SECRET?=\n\nthe body")

    assert found.text(Part.MAIL_HEADER, "Subject") == "SECRET"
    assert "the body" in found.text()


def test_an_encoded_word_is_believed_where_its_encoding_is_rarely_said_lightly():
    coded = base64.b64encode("机密".encode("gb18030")).decode()

    assert readings(f"=?gb2312?B?{coded}?=") == ("机密",)
    assert "机密 and more" in readings(f"=?iso-8859-1?B?{coded}?= and more")
    assert "机密" in readings(f"=?gb?B?{coded}?=")


def test_parts_of_a_message_are_not_the_whole_message(look: Any):
    found = look(mail, b"Content-Type: message/partial; id=a; number=1; total=2\n\nSubject: a\n\nSECRET")

    assert found.reasons == [Reason.PARTIAL]
    assert b"SECRET" in found.members["message 1.eml"]


def test_flowed_lines_are_joined_besides(look: Any):
    found = look(mail, b"Content-Type: text/plain; format=flowed\n\nNATO \nSECRET\n-- \nname\n")

    assert found.text() == "NATO \nSECRET\n-- \nname\n\nNATO SECRET"


def test_lines_that_cannot_be_base64_are_read_as_they_are(look: Any):
    found = look(mail, b"Content-Transfer-Encoding: base64\n\nU0VDUkVU\n_____\nlist of list, unsubscribe\n")

    assert "SECRET" in found.text()
    assert "list of list, unsubscribe" in found.text()


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"=ybegin line=128 size=3 name=a b.txt\r\nmk\x9e\r\n=yend size=3\r\n", b"CAt"),
        (b"=ybegin part=1 line=128 size=3 name=a b.txt\n=ypart begin=1 end=3\nm\x8b=}\x9e", b"Ca\x13t"),
        (b"begin 644 a b.txt\n#0V%T\n`\n", b"Cat"),
        (b"begin 644 a b.txt\n#0V%TXXXX\n`\nend", b"Cat"),
        (b"begin 644 a b.txt\n#0V%T\n\x01\x02\xff\n`\nend", b"Cat"),
    ],
)
def test_files_within_a_text_are_members(look: Any, body: bytes, content: bytes):
    assert look(mail, b"Subject: a\n\n" + body).members == {"a b.txt": content}


def test_what_begins_like_a_file_and_holds_none_is_text(look: Any):
    assert look(mail, b"Subject: a\n\n=ybegin name=a\n=yend\n\nbegin 644 b\nend\n").members == {}


def test_mail_of_apple_is_told_and_its_properties_are_a_member(look: Any):
    letter, properties = b"Subject: a\nTo: b\nFrom: c\n\nSECRET\n", b"<?xml version='1.0'?><plist/>"
    data = b"%d   \n" % len(letter) + letter + properties
    found = look(mail, data, identify(data))

    assert identify(data) == "message/rfc822"
    assert found.text() == "SECRET\n"
    assert found.members == {"properties.plist": properties}


def test_mail_is_read_cut_anywhere_and_with_flipped_bits(look: Any):
    chance = random.Random(6)  # noqa: S311 - the same every time
    for cut in range(0, len(_MAIL), 40):
        look(mail, _MAIL[:cut])
    for _ in range(60):
        flipped = bytearray(_MAIL)
        for _ in range(10):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        look(mail, bytes(flipped))


@pytest.mark.parametrize(
    ("end", "reasons"), [(b"\n--x--\n", []), (b"", [Reason.PARTIAL]), (b"\n--x", [Reason.PARTIAL])]
)
def test_a_mail_of_parts_that_no_boundary_closes_was_cut_short(look, end, reasons):
    found = look(mail, b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhello" + end)

    assert "hello" in found.text()
    assert found.reasons == reasons

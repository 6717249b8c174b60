from email.message import EmailMessage
from typing import Any

import pytest

from scanner.extract import mail
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

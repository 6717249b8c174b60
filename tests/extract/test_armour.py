import base64
from pathlib import Path

import pytest

from scanner.extract import cms, html, plain
from scanner.model.document import Reason

_DATA = Path(__file__).parents[1] / "data" / "smime"


def _written(name, label):
    digits = base64.encodebytes((_DATA / name).read_bytes())
    return f"-----BEGIN {label}-----\n".encode() + digits + f"-----END {label}-----\n".encode()


@pytest.mark.parametrize("label", ["PKCS7", "CMS", "PKCS #7 SIGNED DATA"])
def test_a_signed_message_in_a_text_is_a_member(look, label):
    found = look(plain, b"See below.\n\n" + _written("signed.p7m", label) + b"Regards")

    assert b"A word: QX" in look(cms, found.members["message 1.p7m"]).members["content"]
    assert found.problems == []


def test_an_encrypted_one_needs_a_key(look):
    found = look(plain, _written("sealed.p7m", "CMS"))

    assert look(cms, found.members["message 1.p7m"]).reasons == [Reason.ENCRYPTED]
    assert look(plain, b"-----BEGIN PGP MESSAGE-----\n\nabcd\n").reasons == [Reason.ENCRYPTED]


def test_a_damaged_one_says_so(look):
    assert look(plain, b"-----BEGIN CMS-----\nabcde\n").reasons == [Reason.CORRUPT]
    assert look(plain, b"-----BEGIN CERTIFICATE-----\nabcd\n").members == {}


def test_what_is_left_of_a_damaged_one_is_a_member(look):
    written = _written("sealed.p7m", "CMS")
    found = look(plain, written[:150] + b"?" + written[151:])

    assert found.reasons == [Reason.CORRUPT]
    assert look(cms, found.members["message 1.p7m"]).reasons == [Reason.ENCRYPTED]


def test_more_than_anybody_sends_are_not_looked_at(look):
    found = look(plain, b"-----BEGIN CMS-----\nMAAA\n" * 1_100)

    assert len(found.members) == 1_000
    assert found.reasons == [Reason.TOO_MANY_MEMBERS]


def test_a_whole_file_of_letters_and_digits_is_a_message_if_it_is_one(look):
    data = (_DATA / "signed.p7m").read_bytes()

    assert look(plain, b"\r\n" + base64.encodebytes(data)).members == {"message.p7m": data}
    assert look(plain, base64.b64encode(data)).members == {"message.p7m": data}
    assert look(plain, base64.b64encode(data) + b"=A").members == {"message.p7m": data}
    assert "message.p7m" not in look(plain, b"MI" + b"A" * 75).members
    assert "message.p7m" not in look(plain, b"MI" + base64.b64encode(bytes(100))).members
    assert "message.p7m" not in look(plain, b"MI" + b"A" * 100 + b" and so on: this is a text.").members


_LOCKED = "-----BEGIN PGP MESSAGE-----\nVersion: GnuPG v2\n\njA0ECQMIxnL+TMQ8z7z/0lQBwtVm5V2yjA0ECQMIxnL+TMQ8\n=abcd\n"


@pytest.mark.parametrize("around", ["<p>x</p><pre>\n{}</pre>", "<p>{}</p>"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "<br>\n", "<br/>"])
def test_an_encrypted_message_in_a_page_needs_a_key(look, around, end):
    page = around.format(_LOCKED.replace("\n", end))

    assert look(html, page.encode()).reasons == [Reason.ENCRYPTED]
    assert look(html, page.replace("jA0", "owE").encode()).reasons == []


@pytest.mark.parametrize(
    "text", ["> " + _LOCKED.replace("\n", "\n> "), f"  {_LOCKED}", '{"mail": "' + _LOCKED.replace("\n", "\\n") + '"}']
)
def test_one_that_is_quoted_needs_a_key_too(look, text):
    assert look(plain, f"He wrote:\n{text}\n".encode()).reasons == [Reason.ENCRYPTED]


def test_a_text_about_messages_is_none(look):
    for text in ("It begins with -----BEGIN PGP MESSAGE----- and is in letters.", "-----BEGIN PGP MESSAGE-----" * 9):
        assert look(html, f"<p>{text}</p>".encode()).reasons == []
    assert look(plain, b"x -----BEGIN PGP MESSAGE-----" + b"<" * 9_000).reasons == []

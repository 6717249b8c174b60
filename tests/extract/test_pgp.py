"""Messages as GnuPG writes them, put together by hand: no key is needed to read them, and none is kept."""

import base64
import bz2
import random
import zlib

import pytest

from scanner.extract import pgp, plain
from scanner.identify import identify
from scanner.model.document import Reason

_TYPE = "application/x-pgp-message"
_ONE_PASS = b"\x90\x0d\x03\x00\x0a\x16" + b"8 bytes." + b"\x01"
_LITERAL = b"\xac\x1db\x08note.txt\0\0\0\0NATO SECRET\n\0\0\0"
_SIGNATURE = b"\x88\x03\x04\x00\x16"
_FILE = b"NATO SECRET\n\0\0\0"


def _deflated(data):
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(data) + machine.flush()


def _packed(data, how):
    return b"\xa3" + bytes((how,)) + {0: bytes, 1: _deflated, 2: zlib.compress, 3: bz2.compress}[how](data)


@pytest.mark.parametrize("how", [1, 2, 3])
def test_the_file_in_a_signed_message_is_a_member(look, how):
    data = _packed(_ONE_PASS + _LITERAL + _SIGNATURE, how)

    assert identify(data) == _TYPE
    found = look(pgp, data)
    assert found.members == {"note.txt": _FILE}
    assert found.problems == []


def test_a_message_that_is_not_compressed_is_read(look):
    data = _ONE_PASS + _LITERAL + _SIGNATURE

    assert identify(data) == _TYPE
    assert look(pgp, data).members == {"note.txt": _FILE}
    assert look(pgp, _packed(data, 0)).members == {"note.txt": _FILE}


@pytest.mark.parametrize(
    "length",
    [b"\x0b", b"\xff\0\0\0\x0b", b"\xe3b\0\0\0\0\0te\x03xt!"],
)
def test_lengths_of_every_kind_are_followed(look, length):
    literal = b"\xcb" + length + (b"" if b"te" in length else b"b\0\0\0\0\0text!")

    assert look(pgp, literal).members == {"content": b"text!"}
    assert identify(_packed(literal, 1)) == _TYPE


def test_longer_lengths_are_followed(look):
    content = b"x" * 300
    body = b"b\0\0\0\0\0" + content
    two = b"\xcb" + bytes((0xC0 + (len(body) - 192 >> 8), len(body) - 192 & 255)) + body

    for data in (two, b"\xad" + len(body).to_bytes(2, "big") + body, b"\xae" + len(body).to_bytes(4, "big") + body):
        assert look(pgp, data).members == {"content": content}


def test_what_needs_a_key_says_so(look):
    for tag in (1, 3, 9, 18, 20):
        assert look(pgp, bytes((0xC0 | tag, 3)) + b"abc").reasons == [Reason.ENCRYPTED]


@pytest.mark.parametrize("how", [1, 2, 3])
def test_a_message_that_breaks_off_gives_what_there_is(look, how):
    data = _packed(_ONE_PASS + _LITERAL + _SIGNATURE, how)

    assert look(pgp, data[:-5]).reasons[0] is Reason.CORRUPT
    assert look(pgp, _LITERAL[:-4]).members["note.txt"].startswith(b"NATO SECRET")
    assert look(pgp, _LITERAL[:-4]).reasons == [Reason.CORRUPT]
    assert look(pgp, b"\xcb\xe3b").reasons == [Reason.CORRUPT]
    assert look(pgp, b"no packet").reasons == [Reason.CORRUPT]
    assert look(pgp, b"\xa3\x02garbage").reasons == [Reason.CORRUPT]


def test_packing_without_end_is_not_followed(look):
    data = _LITERAL
    for _ in range(12):
        data = _packed(data, 2)

    assert look(pgp, data).reasons == [Reason.TOO_DEEP]
    assert look(pgp, b"").items == []


def test_signed_messages_in_a_text_are_read_and_locked_ones_told(look):
    def written(data):
        digits = base64.encodebytes(data).decode()
        return f"Hello\n-----BEGIN PGP MESSAGE-----\nComment: x\n\n{digits}=abcd\n-----END PGP MESSAGE-----\n".encode()

    signed = written(_packed(_ONE_PASS + _LITERAL + _SIGNATURE, 1))

    found = look(plain, signed)
    assert found.members == {"note.txt": _FILE}
    assert found.problems == []
    assert look(plain, written(b"\x84\x03abc")).reasons == [Reason.ENCRYPTED]
    assert look(plain, signed + written(b"\x84\x03abc")).reasons == [Reason.ENCRYPTED]
    assert look(plain, b"-----BEGIN PGP MESSAGE-----\n\nAAAAA\n").reasons == [Reason.ENCRYPTED]
    assert look(plain, b"-----BEGIN PGP MESSAGE-----").reasons == [Reason.ENCRYPTED]


def test_other_bytes_are_no_messages():
    for data in (
        b"\xa3\x01" + bytes(40),
        b"\xa3\x02\x78\x9c" + bytes(9),
        b"\xa3\x03BZx",
        _packed(b"a text, no packet", 1),
    ):
        assert identify(data) != _TYPE


def test_no_damage_makes_it_raise(look):
    chance = random.Random(9)  # noqa: S311 - the same damage every time
    data = _packed(_ONE_PASS + _LITERAL + _SIGNATURE, 2)
    for _ in range(150):
        flipped = bytearray(data[: chance.randrange(2, len(data) + 1)])
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        look(pgp, bytes(flipped))

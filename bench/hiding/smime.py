"""Signed and compressed messages; those of OpenSSL are kept in `tests/data/smime`, the others are put together here."""

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench.hiding import Probe, word
from bench.hiding._outlook import BINARY, Attachment, Message, Property, outlook
from scanner.model.place import Part

_DATA = Path(__file__).parents[2] / "tests" / "data" / "smime"
_FILES = {
    "opaque signed mail": "signed.p7m",
    "opaque signed in pieces": "streamed.p7m",
    "clear-signed mail": "clear.eml",
    "signed document in a mail": "opaque.eml",
}
_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME = bytes.fromhex("2a864886f70d01091001")
_SIGNED, _DIGESTED, _DATA_KIND = (_PKCS7 + bytes((number,)) for number in (2, 5, 1))
_SEQUENCE, _SET, _OCTETS, _IDENTIFIER, _NUMBER, _EXPLICIT = 0x30, 0x31, 0x04, 0x06, 0x02, 0xA0


def probes() -> Iterator[Probe]:
    """Yield a message for each place."""
    for place, name in _FILES.items():
        yield Probe("smime", place, name, word("smime", place), (_DATA / name).read_bytes(), Part.BODY)
    for place, data in _messages():
        yield Probe("smime", place, "smime.p7m", word("smime", place), data)
    place = "opaque signed mail in Outlook"
    signed = _signed(b"Content-Type: text/plain\r\n\r\n" + _own(place))
    attached = Attachment((Property(0x3707, "smime.p7m"), Property(0x3701, signed, BINARY)))
    message = Message((Property(0x001A, "IPM.Note.SMIME"),), attachments=(attached,))
    yield Probe("smime", place, "mail.msg", word("smime", place), outlook(message), Part.BODY)
    place = "clear-signed mail in Outlook"
    mail = (_DATA / "clear.eml").read_bytes().replace(word("smime", "clear-signed mail").encode(), _own(place))
    attached = Attachment((Property(0x3707, "smime.p7m"), Property(0x3701, mail, BINARY)))
    message = Message((Property(0x001A, "IPM.Note.SMIME.MultipartSigned"),), attachments=(attached,))
    yield Probe("smime", place, "mail.msg", word("smime", place), outlook(message), Part.BODY)
    place = "signed within signed"
    data = _signed(_signed(b"Content-Type: text/plain\r\n\r\n" + _own(place)))
    yield Probe("smime", place, "smime.p7m", word("smime", place), data, Part.BODY)
    place = "privacy mark"
    yield Probe("smime", place, "smime.p7m", word("smime", place), _signed(b"x", _label(_own(place))), Part.PROPERTY)
    place = "signed in a text"
    digits = base64.encodebytes(_signed(_own(place)))
    text = b"See below.\n-----BEGIN PKCS7-----\n" + digits + b"-----END PKCS7-----\n"
    yield Probe("smime", place, "note.txt", word("smime", place), text, Part.BODY)
    place = "signed with PGP"
    yield Probe("smime", place, "note.txt.gpg", word("smime", place), _pgp(_own(place)), Part.BODY)
    place = "signed with PGP, in a text"
    text = b"-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(_pgp(_own(place))) + b"-----END PGP MESSAGE-----\n"
    yield Probe("smime", place, "note.txt", word("smime", place), text, Part.BODY)
    place = "compressed mail"
    body = base64.encodebytes(_compressed(b"Content-Type: text/plain\r\n\r\n" + _own(place)))
    mail = (
        b"From: a@corp.example\r\nTo: b@corp.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body
    )
    yield Probe("smime", place, "mail.eml", word("smime", place), mail, Part.BODY)


def _messages() -> Iterator[tuple[str, bytes]]:
    yield "signed text", _signed(_own("signed text"))
    yield "signed PKCS #7 of the old kind", _signed(_own("signed PKCS #7 of the old kind"), kind=_IDENTIFIER)
    yield "compressed", _compressed(_own("compressed"))
    yield "digested", _message(_DIGESTED, _number(0), _algorithm(), _content(_own("digested")), _der(_OCTETS, b"x"))
    yield "data alone", _message(_DATA_KIND, content=_der(_OCTETS, _own("data alone")))
    inner = _der(_OCTETS, _own("authenticated"))
    kind = _der(_SEQUENCE, _der(_IDENTIFIER, _DATA_KIND) + _der(_EXPLICIT, inner))
    yield "authenticated", _message(_SMIME + b"\x02", _number(0), _der(_SET, b""), _algorithm(), kind)
    stamped = _der(_OCTETS, _own("stamped with the time"))
    yield "stamped with the time", _message(_SMIME + b"\x1f", _number(1), _der(_SEQUENCE, b"\x01\x01\x00"), stamped)
    pieces = b"".join(_der(_OCTETS, bytes((byte,))) for byte in _own("in single bytes"))
    content = b"\x24\x80" + pieces + b"\0\0"
    encapsulated = b"\x30\x80" + _der(_IDENTIFIER, _DATA_KIND) + b"\xa0\x80" + content + b"\0\0\0\0"
    yield (
        "in single bytes",
        b"\x30\x80"
        + _der(_IDENTIFIER, _SIGNED)
        + b"\xa0\x80\x30\x80"
        + _number(1)
        + _der(_SET, b"")
        + encapsulated
        + _der(_SET, b"")
        + bytes(6),
    )


def _own(place: str) -> bytes:
    return word("smime", place).encode()


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:  # noqa: PLR2004 - the short form ends there
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _number(value: int) -> bytes:
    return _der(_NUMBER, bytes((value,)))


def _algorithm() -> bytes:
    return _der(_SEQUENCE, _der(_IDENTIFIER, b"\x2a\x03") + b"\x05\x00")


def _content(data: bytes, kind: int = _OCTETS) -> bytes:
    inner = _der(_OCTETS if kind == _OCTETS else _SEQUENCE, data)
    return _der(_SEQUENCE, _der(_IDENTIFIER, _DATA_KIND) + _der(_EXPLICIT, inner))


def _message(kind: bytes, *fields: bytes, content: bytes = b"") -> bytes:
    inner = content or _der(_SEQUENCE, b"".join(fields))
    return _der(_SEQUENCE, _der(_IDENTIFIER, kind) + _der(_EXPLICIT, inner))


def _signed(data: bytes, attributes: bytes = b"", kind: int = _OCTETS) -> bytes:
    signers = _der(_SET, _der(_SEQUENCE, _number(1) + _der(0xA0, attributes)))
    return _message(_SIGNED, _number(1), _der(_SET, _algorithm()), _content(data, kind), signers)


def _compressed(data: bytes) -> bytes:
    return _message(_SMIME + b"\x09", _number(0), _algorithm(), _content(zlib.compress(data)))


def _label(mark: bytes) -> bytes:
    """Return the attribute that classifies a message (RFC 2634, section 3.2)."""
    fields = _der(_SET, _der(_IDENTIFIER, b"\x2a\x03") + _number(4) + _der(0x13, mark))
    return _der(_SEQUENCE, _der(_IDENTIFIER, _SMIME[:-1] + b"\x02\x02") + _der(_SET, fields))


def _pgp(data: bytes) -> bytes:
    """Return a file as GnuPG signs it: compressed, between the announcement of a signature and the signature."""
    announced = b"\x90\x0d\x03\x00\x0a\x16" + bytes(8) + b"\x01"
    literal = b"\xac" + bytes((len(data) + 14,)) + b"b\x08note.txt" + bytes(4) + data
    return b"\xa3\x02" + zlib.compress(announced + literal + b"\x88\x03\x04\x00\x16")

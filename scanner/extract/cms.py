"""Reads signed and compressed messages (CMS, PKCS #7, S/MIME): the document inside is one like any other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Final, cast

from scanner.extract._archive.member import unpack
from scanner.extract._archive.streams import Unpacked
from scanner.extract._budget import Budget
from scanner.extract._cms.ber import CONSTRUCTED, IDENTIFIER, OCTETS, SEQUENCE, Ber, Element
from scanner.extract._cms.security_label import security_labels
from scanner.extract._text.strings import document_strings, strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset(
    {
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/cms",
        "application/timestamped-data",
    }
)
_PKCS7: Final = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SMIME: Final = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
_DATA: Final = _PKCS7 + b"\x01"
_COMPRESSED: Final = _SMIME + b"\x09"
# RFC 5544: the content stands there without an identifier before it.
_STAMPED: Final = _SMIME + b"\x1f"
# Signed, digested and authenticated data (RFC 5652, sections 5, 7, 9): their content is written in clear.
_SIGNED: Final = _PKCS7 + b"\x02"
_CLEAR: Final = frozenset({_SIGNED, _PKCS7 + b"\x05", _SMIME + b"\x02"})
# Enveloped, signed and enveloped, encrypted, authenticated-enveloped data: to be read with a key only.
_SEALED: Final = frozenset({_PKCS7 + b"\x03", _PKCS7 + b"\x04", _PKCS7 + b"\x06", _SMIME + b"\x17"})
_FIRST: Final = 0xA0
_MOST_BEFORE: Final = 16
_FIELD: Final = re.compile(rb"content-[a-z-]{1,40}:", re.IGNORECASE)
_MOST_BESIDE: Final = 1 << 20
_TELLING: Final = 64


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the document inside, the names on the certificates, and what its labels of security say."""
    ber = Ber(blob.data)
    inside = replace(blob.place, members=(*blob.place.members, "content"))
    try:
        kind, content = _content_info(ber)
        if kind in _SEALED:
            yield from _beside(blob, b"", budget)
            yield Problem(blob.place, Reason.ENCRYPTED, "needs a key")
            return
        found = _inside(ber, kind, content)
    except UnreadableError as error:
        text = document_strings(blob.data)
        budget.text(len(text))
        yield Segment(replace(blob.place, part=Part.RAW), text)
        yield Problem(blob.place, error.reason, error.detail)
        return
    yield from _beside(blob, found.raw, budget)
    if found.raw:
        yield from _member(inside, kind, found, budget)
    if ber.cut or not _is_closed(blob.data):
        yield Problem(blob.place, Reason.CORRUPT, "the message breaks off")


def _is_closed(data: bytes) -> bool:
    """Tell whether the message ends as it should, where only its end says how long it is."""
    return data[1:2] != b"\x80" or data.rstrip(b"\r\n").endswith(b"\x00\x00")


@dataclass(frozen=True, slots=True)
class _Content:
    """What is inside, and the identifier of its kind."""

    kind: bytes
    raw: bytes


def _content_info(ber: Ber) -> tuple[bytes, Element]:
    """Return the kind of the message, and the element that it is (RFC 5652, section 3)."""
    outer = ber.element(0)
    kind = ber.element(outer.start)
    if kind.tag != IDENTIFIER:
        raise UnreadableError(Reason.CORRUPT, "it does not say what it is")
    explicit = ber.element(ber.skip(kind))
    return ber.data[kind.start : kind.end], ber.element(explicit.start)


def _inside(ber: Ber, kind: bytes, content: Element) -> _Content:
    """Return what the message holds; nothing where that stands elsewhere, as with a signature of its own."""
    if kind == _DATA:
        return _Content(_DATA, ber.octets(content))
    if kind not in _CLEAR and kind not in {_COMPRESSED, _STAMPED}:
        raise UnreadableError(Reason.UNSUPPORTED, "a message of an unknown kind")
    at = content.start
    for _ in range(_MOST_BEFORE):
        if ber.is_end(content, at):
            break
        element = ber.element(at)
        if kind == _STAMPED and element.tag & ~CONSTRUCTED == OCTETS:
            return _Content(_DATA, ber.octets(element))
        if element.tag == SEQUENCE and (found := _encapsulated(ber, element, kind)) is not None:
            return found
        at = ber.skip(element)
    if kind == _STAMPED:
        # The content may stand elsewhere, under an address that is given.
        return _Content(_DATA, b"")
    raise UnreadableError(Reason.CORRUPT, "it does not say what it is about")


def _encapsulated(ber: Ber, element: Element, message: bytes) -> _Content | None:
    """Return the content that a sequence holds, None where it is about something else, such as an algorithm.

    An algorithm begins with an identifier, too, but has no explicit tag behind it (RFC 5652, section 5.2).
    """
    if ber.is_end(element, element.start):
        return None
    kind = ber.element(element.start)
    if kind.tag != IDENTIFIER:
        return None
    name = ber.data[kind.start : kind.end]
    at = ber.skip(kind)
    if ber.is_end(element, at):
        # Signed data without content: the signature of something that stands elsewhere, or certificates alone.
        return _Content(name, b"") if name == _DATA or message == _SIGNED else None
    explicit = ber.element(at)
    if explicit.tag != _FIRST:
        return None
    inner = ber.element(explicit.start)
    if inner.tag & ~CONSTRUCTED == OCTETS:
        return _Content(name, ber.octets(inner))
    # PKCS #7 lets the content be anything (RFC 2315, section 7).
    return _Content(name, ber.data[inner.start : ber.skip(inner)])


def _member(place: Place, kind: bytes, found: _Content, budget: Budget) -> Iterator[Segment | Member | Problem]:
    if kind == _COMPRESSED:
        # RFC 3274, section 1.1: zlib is the only way there is.
        yield from unpack(place, cast("IO[bytes]", Unpacked(found.raw, "application/zlib")), budget)
        return
    budget.expand(len(found.raw))
    if _FIELD.match(found.raw):
        # A single part of a mail has few fields: with this one it is told from plain text.
        yield Member(place, b"MIME-Version: 1.0\r\n" + found.raw)
    else:
        yield Member(place, found.raw)


def _beside(blob: Blob, content: bytes, budget: Budget) -> Iterator[Segment]:
    """Yield what is said in certificates and signed attributes, which stand before and behind the content."""
    at = blob.data.find(content[:_TELLING]) if len(content) >= _TELLING else -1
    rest = blob.data if at < 0 else blob.data[:at] + blob.data[at + len(content) :]
    words = strings(rest[-_MOST_BESIDE:])
    if words:
        budget.text(len(words))
        yield Segment(replace(blob.place, part=Part.METADATA, title="signature"), words)
    for number, label in enumerate(security_labels(blob.data[-_MOST_BESIDE:]), 1):
        budget.text(len(label))
        yield Segment(replace(blob.place, part=Part.PROPERTY, number=number, title="security label"), label)

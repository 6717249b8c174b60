"""Looks at pictures: the words in them cannot be read here, those written about them can."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._appended import appended
from scanner.extract._budget import Budget
from scanner.extract._strings import document_strings
from scanner.extract.xml import extract as read_xml
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"image/*"})
_XMP: Final = re.compile(rb"<x:xmpmeta\b.{0,2000000}?</x:xmpmeta>", re.DOTALL)
_JPEG: Final = b"\xff\xd8"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_TEXT: Final = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf"})
_MOST_CHUNKS: Final = 10_000
_MOST_TEXT: Final = 1 << 20
_HEAD: Final = 1 << 18
_TAIL: Final = 1 << 16
_SCAN: Final = 0xDA
# Application data and comments (ITU-T T.81, table B.1), without the colour profile's.
_SPEAKING: Final = frozenset({*range(0xE0, 0xF0), 0xFE} - {0xE2})


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the metadata's readable text, a ZIP behind the picture, and that the picture itself was not read."""
    place = replace(blob.place, part=Part.METADATA)
    metadata = _metadata(blob.data)
    for packet in _XMP.findall(metadata):
        for segment in read_xml(Blob(place, "application/xml", packet), budget):
            yield replace(segment, place=place)
    found = document_strings(_XMP.sub(b"\n", metadata))
    if found:
        budget.text(len(found))
        yield Segment(place, found)
    yield from appended(blob, budget)
    yield Problem(blob.place, Reason.IMAGE, "words in a picture are not read")


def _metadata(data: bytes) -> bytes:
    """Return the parts of a picture's file that may hold words; the whole of a short one of another kind."""
    if data.startswith(_JPEG):
        return b"\n".join(_jpeg(data))
    if data.startswith(_PNG):
        return b"\n".join(_png(data))
    head = data[:_HEAD]
    return head if len(data) <= _HEAD else b"\n".join((head, data[_HEAD:][-_TAIL:], *_XMP.findall(data, _HEAD)))


def _jpeg(data: bytes) -> Iterator[bytes]:
    at = len(_JPEG)
    for _ in range(_MOST_CHUNKS):
        if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] == _SCAN:  # noqa: PLR2004 - every marker opens so
            return
        (size,) = struct.unpack_from(">H", data, at + 2)
        if data[at + 1] in _SPEAKING:
            yield data[at + 4 : at + 2 + size]
        at += 2 + max(size, 2)


def _png(data: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        (size,) = struct.unpack_from(">I", data, at)
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if kind in _PNG_TEXT:
            yield content
            yield from _inflated(content)
        at += 12 + size


def _inflated(content: bytes) -> Iterator[bytes]:
    """Yield the text of a compressed chunk: after the key, and for `iTXt` after two more names (PNG, 11.3.3)."""
    start = content.find(b"\x00") + 1
    for at in (start + 1, *(match.end() for match in re.finditer(rb"\x00", content[: start + 512]))):
        try:
            yield zlib.decompressobj().decompress(content[at:], _MOST_TEXT)
        except zlib.error:
            continue
        return

"""Reads what people wrote into the properties of drawn shapes in binary Office files ([MS-ODRAW])."""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Final

from scanner.extract._ole.escher_source import source_texts
from scanner.extract._ole.hyperlink import hyperlink_texts
from scanner.model.document import Reason
from scanner.model.place import Part

SHAPE_PROPERTIES: Final = frozenset({0xF00B, 0xF121, 0xF122})
"""The numbers of the records that hold properties of a shape ([MS-ODRAW], OfficeArtFOPT and its kin)."""

_HEADER: Final = struct.Struct("<HHI")
_CONTAINER: Final = 0xF
_PROPERTY: Final = struct.Struct("<HI")
_COMPLEX: Final = 0x8000
_NUMBER: Final = 0x3FFF
_LINK: Final = 0x0382
_SOURCE: Final = 0x03A9
# [MS-ODRAW] 2.3, by the numbers of the properties
_TEXTS: Final = {
    0x00C0: (Part.WATERMARK, None),
    0x0105: (Part.METADATA, "picture name"),
    0x0187: (Part.METADATA, "picture name"),
    0x01C7: (Part.METADATA, "picture name"),
    0x0380: (Part.METADATA, "shape name"),
    0x0381: (Part.METADATA, "alt text"),
    0x038D: (Part.METADATA, "link"),
    0x038E: (Part.CODE, "script"),
}
# What shapes, web components and signature lines keep besides is text where it looks like it.
_PERHAPS: Final = (range(0x0380, 0x03C0), range(0x0680, 0x06C0), range(0x0780, 0x07C0))
_ASIDE: Final = (Part.METADATA, "shape")

Texts = Iterator[tuple[Part, str | None, str]]


def drawing_texts(data: bytes, unread: Counter[Reason]) -> Texts:
    """Yield the texts in the properties of all shapes of a drawing, each with its part and the title of its place.

    Why shapes were not read in full is counted in `unread`.
    """
    at = 0
    last = len(data) - 8
    while at <= last:
        version, kind, size = _HEADER.unpack_from(data, at)
        at += 8
        if version & _CONTAINER == _CONTAINER:
            continue
        if kind in SHAPE_PROPERTIES:
            yield from property_texts(data[at : at + size], version >> 4, unread)
        at += size


def property_texts(data: bytes, count: int, unread: Counter[Reason]) -> Texts:
    """Yield the texts in one table of properties; `count` says how many properties there are."""
    behind = min(6 * count, len(data))
    for at in range(0, behind - 5, 6):
        number, value = _PROPERTY.unpack_from(data, at)
        if not number & _COMPLEX:
            continue
        number &= _NUMBER
        if number == _LINK:
            for text in hyperlink_texts(data[behind : behind + value]):
                yield Part.METADATA, "link", text
        elif number == _SOURCE:
            for text in source_texts(data[behind : behind + value], unread):
                yield (*_ASIDE, text)
        elif number in _TEXTS or any(number in each for each in _PERHAPS):
            text = data[behind : behind + value].decode("utf-16-le", "replace").rstrip("\0").replace("\r", "\n")
            if text.strip() and (number in _TEXTS or text.isprintable()):
                yield (*_TEXTS.get(number, _ASIDE), text)
        behind += value

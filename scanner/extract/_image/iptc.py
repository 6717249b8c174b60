"""Reads the records of news agencies in pictures (IPTC-IIM 4.2), and Photoshop's resources around them."""

import struct
from collections.abc import Iterator
from typing import Final

from scanner.extract._text.encoding import decodings

_NAMES: Final = {
    5: "ObjectName", 7: "EditStatus", 12: "SubjectReference", 15: "Category", 20: "SupplementalCategories",
    25: "Keywords", 40: "SpecialInstructions", 80: "Byline", 85: "BylineTitle", 90: "City", 92: "SubLocation",
    95: "ProvinceState", 101: "Country", 103: "OriginalTransmissionReference", 105: "Headline", 110: "Credit",
    115: "Source", 116: "Copyright", 118: "Contact", 120: "Caption", 122: "CaptionWriter",
}  # fmt: skip
_MOST: Final = 10_000
_UTF8: Final = b"\x1b%G"
_EXTENDED: Final = 0x8000
_ENVELOPE_CHARSET: Final = (1, 90)


def records(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of the records by name, under each plausible encoding."""
    charset = None
    at = data.find(b"\x1c")
    for _ in range(_MOST):
        if at < 0 or at + 5 > len(data) or data[at] != 0x1C:  # noqa: PLR2004 - each record opens so
            return
        record, number, size = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if size & _EXTENDED:
            length = size & ~_EXTENDED
            size = int.from_bytes(data[at : at + length], "big")
            at += length
        value = data[at : at + size]
        at += size
        if (record, number) == _ENVELOPE_CHARSET:
            charset = "utf-8" if _UTF8 in value else None
        elif record > 1 and value.strip(b"\0 "):
            name = _NAMES.get(number, f"record {record}:{number}")
            for text in decodings(value, charset):
                yield name, text


def resources(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Yield number, name and content of each of Photoshop's image resources (Photoshop File Formats, 2019)."""
    at = 0
    for _ in range(_MOST):
        at = data.find(b"8BIM", at)
        if at < 0 or at + 12 > len(data):
            return
        (number,) = struct.unpack_from(">H", data, at + 4)
        length = data[at + 6]
        name = data[at + 7 : at + 7 + length]
        start = at + 7 + length + (length + 1) % 2
        if start + 4 > len(data):
            return
        (size,) = struct.unpack_from(">I", data, start)
        yield number, decodings(name)[0], data[start + 4 : start + 4 + size]
        at = start + 4 + size

"""Reads the words in TIFF directories: of TIFF files, and of Exif in other pictures (TIFF 6.0, CIPA DC-008)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._text.encoding import decodings
from scanner.extract._text.strings import document_strings

_NAMES: Final = {
    0x010D: "DocumentName", 0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x011D: "PageName",
    0x0131: "Software", 0x0132: "DateTime", 0x013B: "Artist", 0x013C: "HostComputer", 0x0151: "TargetPrinter",
    0x8298: "Copyright", 0x9286: "UserComment", 0x927C: "MakerNote", 0x9C9B: "XPTitle", 0x9C9C: "XPComment",
    0x9C9D: "XPAuthor", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject", 0xA420: "ImageUniqueID", 0xA430: "CameraOwnerName",
    0xA433: "LensMake", 0xA434: "LensModel", 0xA436: "ImageTitle", 0xA437: "Photographer", 0xA438: "ImageEditor",
    0x1000: "RelatedImageFileFormat", 0xC614: "UniqueCameraModel", 0xC68B: "OriginalRawFileName",
    0x001B: "GPSProcessingMethod", 0x001C: "GPSAreaInformation",
    0x935C: "ImageSourceData", 0xA480: "GDALMetadata", 0xA481: "GDALNoData",
}  # fmt: skip
_LINKS: Final = frozenset({0x8769, 0x8825, 0xA005, 0x014A})
_XMP: Final = 0x02BC
_IPTC: Final = 0x83BB
_RESOURCES: Final = 0x8649
_WIDE: Final = frozenset(range(0x9C9B, 0x9CA0))
_CODED: Final = frozenset({0x9286, 0x001B, 0x001C})
_BLOBS: Final = frozenset({0x927C, 0x935C})
_CHARSETS: Final = {b"ASCII\0\0\0": None, b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0" * 8: None}
_BYTES: Final = (1, 2, 6, 7)
_MOST_DIRECTORIES: Final = 1_000
_MOST_ENTRIES: Final = 2_000
_MOST_LINKS: Final = 20
_LEAST: Final = 1 << 16
_ENTRY: Final = 12
_LONGEST: Final = 4 << 20


@dataclass(slots=True)
class Directories:
    """What the directories of a TIFF say: texts by the names of their tags, and the packed metadata in it."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    resources: list[bytes] = field(default_factory=list)


def directories(data: bytes) -> Directories:
    """Return what the directories of a TIFF hold; nothing for other bytes."""
    found = Directories()
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:  # noqa: PLR2004 - the header's size
        return found
    (first,) = struct.unpack_from(order + "I", data, 4)
    waiting, seen = [first], set[int]()
    # Values may overlap, and directories may be each other's: all together are no larger than the file is.
    left = max(_LEAST, 2 * len(data))
    while waiting and len(seen) < _MOST_DIRECTORIES and left > 0:
        at = waiting.pop()
        if at in seen or at + 2 > len(data) or not at:
            continue
        seen.add(at)
        (count,) = struct.unpack_from(order + "H", data, at)
        for number in range(min(count, _MOST_ENTRIES)):
            start = at + 2 + 12 * number
            if start + 12 > len(data):
                break
            tag, kind, length = struct.unpack_from(order + "HHI", data, start)
            if tag in _LINKS:
                waiting += _offsets(data, order, start, min(length, _MOST_LINKS))
            elif kind in _BYTES and left > 0:
                value = _value(data, order, start, min(length, left))
                left -= len(value) + _ENTRY
                _take(found, tag, kind, value)
        end = at + 2 + 12 * count
        if end + 4 <= len(data):
            waiting += struct.unpack_from(order + "I", data, end)
    return found


def _value(data: bytes, order: str, start: int, size: int) -> bytes:
    if size <= 4:  # noqa: PLR2004 - so short a value stands in its entry
        return data[start + 8 : start + 8 + size]
    (at,) = struct.unpack_from(order + "I", data, start + 8)
    return data[at : at + min(size, _LONGEST)]


def _offsets(data: bytes, order: str, start: int, count: int) -> Iterator[int]:
    at = start + 8
    if count > 1:
        (at,) = struct.unpack_from(order + "I", data, start + 8)
    for number in range(count):
        if at + 4 * number + 4 <= len(data):
            yield from struct.unpack_from(order + "I", data, at + 4 * number)


def _take(found: Directories, tag: int, kind: int, value: bytes) -> None:
    if tag == _XMP:
        found.xmp.append(value)
    elif tag == _IPTC:
        found.iptc.append(value)
    elif tag == _RESOURCES:
        found.resources.append(value)
    elif tag in _BLOBS:
        found.texts.append((_NAMES[tag], document_strings(value)))
    else:
        name = _NAMES.get(tag, f"tag {tag:#06x}")
        if kind == 2 or tag in _NAMES:  # noqa: PLR2004 - ASCII by its kind
            found.texts += [(name, text) for text in _texts(tag, value)]


def _texts(tag: int, value: bytes) -> tuple[str, ...]:
    """Return the readings of a value; comments open with the name of their encoding in eight bytes (4.6.5)."""
    if tag in _WIDE:
        return (value.decode("utf-16-le", "replace").strip("\0"),)
    if tag in _CODED and value[:8] in _CHARSETS:
        codec = _CHARSETS[value[:8]]
        value = value[8:]
        if codec == "utf-16":
            # In the order of the whole or the other: writers differ.
            return tuple(value.decode(wide, "replace").strip("\0") for wide in ("utf-16-le", "utf-16-be"))
        return decodings(value.rstrip(b"\0 "), codec)
    return decodings(value.rstrip(b"\0").replace(b"\0", b"\n")) if value.strip(b"\0 ") else ()

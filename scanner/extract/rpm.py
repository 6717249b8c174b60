"""Reads RPM packages: what their headers say, the names of their files, and the archive behind them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._archive.names import Names
from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"application/x-rpm"})
_LEAD: Final = 96
_MAGIC: Final = b"\x8e\xad\xe8\x01"
_HEAD: Final = struct.Struct(">4s4xII")
_INDEX: Final = struct.Struct(">IIII")
_MOST_TAGS: Final = 10_000
_MOST_STRINGS: Final = 200_000
# One string, several, and several translations of one (RPM file format, "Tag data types").
_STRINGS: Final = frozenset({6, 8, 9})
_NAMES: Final = frozenset({1027, 1035, 1036, 1037, 1039, 1040, 1086, 1098, 1116, 1117, 1118})
_TITLES: Final = {
    1000: "name",
    1001: "version",
    1002: "release",
    1004: "summary",
    1005: "description",
    1007: "build host",
    1010: "distribution",
    1011: "vendor",
    1014: "license",
    1015: "packager",
    1016: "group",
    1020: "URL",
    1044: "source package",
    1081: "changelog authors",
    1082: "changelog",
}


@dataclass(frozen=True, slots=True)
class _Header:
    """A header's tags with their strings, and where it ends."""

    tags: tuple[tuple[int, tuple[bytes, ...]], ...]
    end: int


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the texts of the header, the names of the files, and the packed archive."""
    place, data = blob.place, blob.data
    signature = _header(data, _LEAD)
    header = None if signature is None else _header(data, (signature.end + 7) // 8 * 8)
    if header is None:
        yield Problem(place, Reason.CORRUPT, "the header of the package is damaged")
        yield Member(replace(place, members=(*place.members, "behind")), data[_LEAD:])
        return
    names = Names()
    for tag, strings in header.tags:
        text = "\n".join(decodings(string)[0] for string in strings)
        if tag in _NAMES:
            names.add(text.split("\n"))
        elif text.strip():
            budget.text(len(text))
            yield Segment(replace(place, part=Part.PROPERTY, title=_TITLES.get(tag, f"tag {tag}")), text)
    yield from names.segments(place, budget)
    yield Member(replace(place, members=(*place.members, "payload")), data[header.end :])
    if header.end > len(data):
        yield Problem(place, Reason.CORRUPT, "breaks off in the header")


def _header(data: bytes, at: int) -> _Header | None:
    if at + _HEAD.size > len(data):
        return None
    magic, count, size = _HEAD.unpack_from(data, at)
    store = at + _HEAD.size + count * _INDEX.size
    if magic != _MAGIC or count > _MOST_TAGS or store > len(data):
        return None
    end = store + size
    tags: list[tuple[int, tuple[bytes, ...]]] = []
    left = _MOST_STRINGS
    for number in range(count):
        tag, kind, offset, entries = _INDEX.unpack_from(data, at + _HEAD.size + number * _INDEX.size)
        if kind not in _STRINGS:
            continue
        strings: list[bytes] = []
        start = store + offset
        while len(strings) < entries and left and start < min(end, len(data)):
            stop = data.find(b"\x00", start, end)
            stop = min(end, len(data)) if stop < 0 else stop
            strings.append(data[start:stop])
            start = stop + 1
            left -= 1
        tags.append((tag, tuple(strings)))
    return _Header(tuple(tags), end)

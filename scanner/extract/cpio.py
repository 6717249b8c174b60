"""Reads cpio archives, old and new, text and binary, also several one behind the other."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._archive.member import cut
from scanner.extract._archive.names import Names
from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.model.document import Blob, Member, Problem, Reason, Segment

MEDIA_TYPES: Final = frozenset({"application/x-cpio"})
_NEW: Final = re.compile(rb"07070[12]([0-9A-Fa-f]{104})")
_PORTABLE: Final = re.compile(rb"070707([0-7]{70})")
_BINARY: Final = struct.Struct("13H")
_BINARY_MAGIC: Final = 0o070707
_KIND: Final = 0o170000
_FILE: Final = 0o100000
_LINK: Final = 0o120000
_END: Final = b"TRAILER!!!"
_SOMETHING: Final = re.compile(rb"[^\x00]")
_MOST_ENTRIES: Final = 200_000
_MOST_NAME: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class _Entry:
    """A header, its name, and where its content stands and the next header."""

    name: bytes
    kind: int
    start: int
    size: int
    following: int


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield every regular file, the names of everything else and where links lead, and what stands behind the end."""
    place, data = blob.place, blob.data
    names = Names()
    at = 0
    ended = False
    for _ in range(_MOST_ENTRIES):
        entry = _entry(data, at)
        if entry is None:
            found = _SOMETHING.search(data, at)
            if found and found.start() > at and _entry(data, found.start()):
                at = found.start()
                continue
            if found or not ended:
                yield Problem(place, Reason.CORRUPT, "the archive breaks off: damaged header")
            if found:
                yield Member(replace(place, members=(*place.members, "behind")), data[found.start() :])
            break
        at = entry.following
        ended = entry.name == _END
        if ended:
            continue
        readings = decodings(entry.name)
        if entry.kind == _FILE:
            names.add(readings[1:])
            inside = replace(place, members=(*place.members, readings[0]))
            yield from cut(inside, data, entry.start, entry.start + entry.size, budget)
            continue
        names.add(readings)
        if entry.kind == _LINK:
            names.add(decodings(data[entry.start : entry.start + min(entry.size, _MOST_NAME)]))
    else:
        yield Problem(place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_ENTRIES} entries")
    yield from names.segments(place, budget)


def _entry(data: bytes, at: int) -> _Entry | None:
    """Return the entry at an offset, None where there is none (cpio(5) of FreeBSD has all the layouts)."""
    if match := _NEW.match(data, at):
        fields = [int(match[1][step : step + 8], 16) for step in range(0, 104, 8)]
        return _made(data, at + 110, fields[1], fields[11], fields[6], 4, at)
    if match := _PORTABLE.match(data, at):
        digits = match[1]
        return _made(data, at + 76, int(digits[12:18], 8), int(digits[53:59], 8), int(digits[59:70], 8), 1, at)
    for order in "<>":
        if at + _BINARY.size <= len(data):
            fields = list(struct.unpack_from(order + _BINARY.format, data, at))
            if fields[0] == _BINARY_MAGIC:
                size = fields[11] << 16 | fields[12]
                return _made(data, at + _BINARY.size, fields[3], fields[10], size, 2, at)
    return None


def _made(data: bytes, at: int, mode: int, length: int, size: int, align: int, base: int) -> _Entry | None:  # noqa: PLR0913, PLR0917 - the fields of one header
    if not 0 < length <= _MOST_NAME or at + length > len(data):
        return None
    start = base + (at - base + length + align - 1) // align * align
    end = start + size
    following = base + (end - base + align - 1) // align * align
    return _Entry(data[at : at + length].partition(b"\x00")[0], mode & _KIND, start, size, following)

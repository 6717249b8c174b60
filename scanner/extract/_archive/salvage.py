"""Finds the files in a ZIP that its directory does not list: hidden on purpose, or lost with a torn-off end."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._archive.zip_methods import DEFLATED, STORED, unpacked
from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Member, Problem, Reason
from scanner.model.place import Place

_LOCAL: Final = b"PK\x03\x04"
_HEADER: Final = struct.Struct("<4sHHHHHIIIHH")
ENCRYPTED: Final = 0x1
_STREAMED: Final = 0x8
_PIECE: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class _Entry:
    """A local header, and where the packed bytes after it begin."""

    name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    start: int


def salvage(place: Place, data: bytes, taken: list[tuple[int, int]], budget: Budget) -> Iterator[Member | Problem]:
    """Yield the files whose local header stands in none of the taken ranges, sorted and apart, of the archive.

    Where a directory was found (something is taken), a file counts only if its checksum is right: bytes that
    look like a header stand in many programs. Where there is none, what can be had of a file is yielded.
    """
    at = 0
    ranges = iter([*taken, (len(data), len(data))])
    gap_end, resume = next(ranges)
    while (at := data.find(_LOCAL, at)) >= 0:
        while at >= gap_end and resume < len(data):
            at = max(at, resume)
            gap_end, resume = next(ranges)
            at = data.find(_LOCAL, at)
            if at < 0:
                return
        entry = _entry(data, at)
        at += len(_LOCAL)
        if entry is None:
            continue
        found, end, sound = _unpack(data, entry, budget)
        if not sound and taken:
            continue
        inside = replace(place, members=(*place.members, decodings(entry.name)[0]))
        if entry.flags & ENCRYPTED:
            yield Problem(inside, Reason.ENCRYPTED, "needs a password")
            continue
        if found:
            yield Member(inside, found)
        if not sound:
            yield Problem(inside, Reason.CORRUPT, "damaged, or torn off before its end")
        if sound:
            at = max(at, end)


def recover(place: Place, data: bytes, at: int, budget: Budget) -> Iterator[Member]:
    """Yield what can be had of the file whose local header stands at an offset, right or wrong."""
    entry = _entry(data, at)
    if entry is not None and (found := _unpack(data, entry, budget)[0]):
        yield Member(place, found)


def _entry(data: bytes, at: int) -> _Entry | None:
    if at + _HEADER.size > len(data):
        return None
    _, version, flags, method, _, _, checksum, packed, size, name, extra = _HEADER.unpack_from(data, at)
    start = at + _HEADER.size + name + extra
    if not name or start > len(data) or version & 0xFF > 99:  # noqa: PLR2004 - no version of the format is that high
        return None
    raw_name = data[at + _HEADER.size : at + _HEADER.size + name]
    if raw_name.endswith(b"/"):
        return None
    return _Entry(raw_name, flags, method, checksum, packed, size, start)


def _unpack(data: bytes, entry: _Entry, budget: Budget) -> tuple[bytes, int, bool]:
    """Return what an entry holds, where it ends, and whether its checksum is right."""
    if entry.flags & ENCRYPTED:
        return b"", entry.start, False
    if entry.method == STORED and (entry.packed or not entry.flags & _STREAMED):
        end = entry.start + entry.packed
        found = data[entry.start : end]
        budget.expand(len(found))
        return found, end, len(found) == entry.packed and zlib.crc32(found) == entry.checksum
    if entry.method == DEFLATED:
        return _inflate(data, entry, budget)
    if entry.method == STORED or not entry.packed:
        return b"", entry.start, False
    return _otherwise(data, entry, budget)


def _otherwise(data: bytes, entry: _Entry, budget: Budget) -> tuple[bytes, int, bool]:
    end = entry.start + entry.packed
    found: list[bytes] = []
    size = 0
    try:
        for piece in unpacked(entry.method, data[entry.start : end], entry.size, entry.checksum):
            found.append(piece)
            size += len(piece)
            budget.expand(len(piece))
            if budget.limits.member_bytes and size > budget.limits.member_bytes:
                break
    except UnreadableError:
        pass
    whole = b"".join(found)
    return whole, end, zlib.crc32(whole) == entry.checksum


def _inflate(data: bytes, entry: _Entry, budget: Budget) -> tuple[bytes, int, bool]:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    size = 0
    at = entry.start
    waiting = b""
    try:
        while not machine.eof and (waiting or at < len(data)):
            if not waiting:
                waiting = data[at : at + _PIECE]
                at += len(waiting)
            pieces.append(machine.decompress(waiting, _PIECE))
            waiting = machine.unconsumed_tail
            size += len(pieces[-1])
            budget.expand(len(pieces[-1]))
            if budget.limits.member_bytes and size > budget.limits.member_bytes:
                break
    except zlib.error:
        pass
    found = b"".join(pieces)
    # At its end, zlib keeps what follows twice: as unused and as not consumed.
    end = at - len(machine.unused_data if machine.eof else waiting)
    checksum = entry.checksum
    if entry.flags & _STREAMED:
        # The checksum of a streamed entry stands behind it, with or without a signature.
        behind = data[end : end + 8].removeprefix(b"PK\x07\x08")[:4]
        checksum = int.from_bytes(behind, "little")
    return found, end, machine.eof and zlib.crc32(found) == checksum

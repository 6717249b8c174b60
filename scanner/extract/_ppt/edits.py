"""Finds out which objects of a binary PowerPoint file are those of its last edit; earlier ones stay in the file."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

HEADER: Final = struct.Struct("<HHI")
"""Version in the lower four bits and instance in the others, kind, and size of a record ([MS-PPT], RecordHeader)."""

USER_EDIT: Final = 0x0FF5
_DIRECTORY: Final = 0x1772
_LOCKED: Final = 0xF3D1C4DF
_EDIT: Final = struct.Struct("<8xIII")
_WITH_KEY: Final = 32
_KINDS: Final = range(0x03E8, 0x3000)


@dataclass(frozen=True, slots=True)
class TopRecord:
    """A record that stands in no other: its kind and instance, where its header is, and where it ends."""

    kind: int
    instance: int
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Edits:
    """The objects that count: where each begins, by its number, and the number of the document among them."""

    objects: Mapping[int, int]
    document: int
    locked: bool


def top_records(data: bytes) -> Iterator[TopRecord]:
    """Yield the outermost records, as far as they follow one another."""
    at, end = 0, len(data)
    while at + 8 <= end:
        version, kind, size = HEADER.unpack_from(data, at)
        if kind not in _KINDS:
            return
        yield TopRecord(kind, version >> 4, at, at + 8 + size)
        at += 8 + size


def read_edits(data: bytes, user: bytes, tops: list[TopRecord]) -> Edits:
    """Follow the edits from the last one back ([MS-PPT] 2.1.2); `user` is the stream that says which is the last."""
    token, at = struct.unpack_from("<II", user, 12) if len(user) >= 20 else (0, 0)  # noqa: PLR2004 - up to the offset
    if _kind(data, at) != USER_EDIT:
        at = next((top.at for top in reversed(tops) if top.kind == USER_EDIT), -1)
    objects: dict[int, int] = {}
    seen: set[int] = set()
    document, locked = 0, token == _LOCKED
    left = len(data) // 4
    while at not in seen and _kind(data, at) == USER_EDIT and at + 8 + _EDIT.size <= len(data):
        seen.add(at)
        locked = locked or HEADER.unpack_from(data, at)[2] >= _WITH_KEY
        before, directory, number = _EDIT.unpack_from(data, at + 8)
        document = document or number
        if directory not in seen and _kind(data, directory) == _DIRECTORY:
            seen.add(directory)
            left = _collect(data, directory, objects, left)
        at = before or -1
    return Edits(objects, document, locked)


def _kind(data: bytes, at: int) -> int:
    if at < 0 or at + 8 > len(data):
        return 0
    return int(HEADER.unpack_from(data, at)[1])


def _collect(data: bytes, at: int, objects: dict[int, int], left: int) -> int:
    """Take the objects of a directory ([MS-PPT], PersistDirectoryAtom) that no later one has; return how many are left.

    That is how many may yet be taken from all directories: they may lie one over the other.
    """
    size = HEADER.unpack_from(data, at)[2]
    at += 8
    end = min(at + size, len(data) - 3)
    while at < end and left > 0:
        (entry,) = struct.unpack_from("<I", data, at)
        at += 4
        first, count = entry & 0xFFFFF, entry >> 20
        for number in range(first, first + count):
            if at >= end or left <= 0:
                break
            objects.setdefault(number, struct.unpack_from("<I", data, at)[0])
            at += 4
            left -= 1
        left -= 1
    return left

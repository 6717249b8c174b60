"""Reads the properties that a storage of an Outlook message holds ([MS-OXMSG] 2)."""

import re
import struct
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.extract._ole.compound import Compound, Path
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.extract._outlook.mapi import BINARY, MANY, TEXT, WIDE_TEXT, MapiName, MapiValue
from scanner.extract._unreadable import UnreadableError

NAMES: Final = "__nameid_version1.0"
PROPERTIES: Final = "__properties_version1.0"
_STREAM: Final = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})(?:-([0-9A-Fa-f]{8}))?")
_READ: Final = frozenset({TEXT, WIDE_TEXT, BINARY})
_NAMED: Final = 0x8000
_ENTRY: Final = struct.Struct("<IHH")
_FIXED: Final = struct.Struct("<HHI8s")
_MAPI: Final = bytes.fromhex("2803020000000000c000000000000046")
_PUBLIC: Final = bytes.fromhex("2903020000000000c000000000000046")
_GIVEN_SETS: Final = 3
_MOST_NAMES: Final = 1 << 16
_MOST_NUMBERS: Final = 100_000


def names(compound: Compound) -> Mapping[int, MapiName]:
    """Return what the properties from 0x8000 on are called in this file ([MS-OXMSG] 2.2.3)."""
    sets = _stream(compound, "00020102")
    entries = _stream(compound, "00030102")[: _ENTRY.size * _MOST_NAMES]
    words = _stream(compound, "00040102")
    found: dict[int, MapiName] = {}
    for number, kind, index in _ENTRY.iter_unpack(entries[: len(entries) - len(entries) % _ENTRY.size]):
        set_ = _set(sets, kind >> 1)
        if kind & 1:
            size = int.from_bytes(words[number : number + 4], "little")
            word = words[number + 4 : number + 4 + min(size, 1 << 12)].decode("utf-16-le", "replace")
            found[_NAMED + index] = MapiName(set_, word=word)
        else:
            found[_NAMED + index] = MapiName(set_, number=number)
    return found


def values(compound: Compound, storage: Path, named: Mapping[int, MapiName], faults: list[str]) -> Iterator[MapiValue]:
    """Yield the properties right within a storage that are texts or bytes; what cannot be read goes to `faults`."""
    for path in compound.inside(*storage):
        match = _STREAM.fullmatch(path[-1])
        if match is None or not compound.has(*path):
            continue
        tag, kind = int(match[1], 16), int(match[2], 16)
        single = kind & ~MANY
        if single not in _READ or (kind & MANY and match[3] is None):
            # What has many values keeps their lengths under the bare name, and each value under one with a number.
            continue
        try:
            raw = compound.read(*path)
        except UnreadableError as error:
            faults.append(error.detail)
            continue
        if raw:
            yield MapiValue(tag, single, raw, named.get(tag) if tag >= _NAMED else None)


def numbers(compound: Compound, storage: Path) -> Mapping[int, int]:
    """Return the properties of fixed size by their tag, as whole numbers."""
    try:
        raw = compound.read(*storage, PROPERTIES)
    except UnreadableError:
        return {}
    # A file has 32 bytes before them, a message within it 24, all else 8 (2.4.1): of each entry 16 remain.
    start = 8 if len(raw) % 16 else 0
    found: dict[int, int] = {}
    for at in range(start, min(len(raw) - 15, _MOST_NUMBERS * 16), 16):
        _, tag, _, value = _FIXED.unpack_from(raw, at)
        found.setdefault(tag, int.from_bytes(value[:4], "little"))
    return found


def nested(compound: Compound, storage: Path, faults: list[str]) -> bytes:
    """Return a message that is attached to another as a file of its own, with the names that only the outer one has.

    What cannot be read goes to `faults`.
    """
    entries = [PackedEntry((), bytes(16), None), *_entries(compound, storage, (), faults)]
    if compound.has_storage(NAMES) and not compound.has_storage(*storage, NAMES):
        entries += [PackedEntry((NAMES,), bytes(16), None), *_entries(compound, (NAMES,), (NAMES,), faults)]
    return pack(entries)


def _entries(compound: Compound, storage: Path, below: Path, faults: list[str]) -> Iterator[PackedEntry]:
    """Yield what is within a storage, as something below another place."""
    waiting = [storage]
    while waiting:
        for path in compound.inside(*waiting.pop()):
            place = (*below, *path[len(storage) :])
            if not compound.has(*path):
                yield PackedEntry(place, bytes(16), None)
                waiting.append(path)
                continue
            try:
                yield PackedEntry(place, bytes(16), compound.read(*path))
            except UnreadableError as error:
                faults.append(error.detail)


def _stream(compound: Compound, name: str) -> bytes:
    try:
        return compound.read(NAMES, f"__substg1.0_{name}")
    except UnreadableError:
        return b""


def _set(sets: bytes, index: int) -> bytes:
    if index == 1:
        return _MAPI
    if index < _GIVEN_SETS:
        return _PUBLIC
    at = (index - _GIVEN_SETS) * 16
    return sets[at : at + 16]

"""Reads the directory of a compound file: what streams and storages there are, and where each begins."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._ole.sectors import Sectors
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

CUTOFF: Final = 4096
"""Streams of fewer bytes stand in small sectors ([MS-CFB] 2.2)."""

_ENTRY: Final = struct.Struct("<64sHBxIII16s20xIQ")
_STORAGE: Final = 1
_STREAM: Final = 2
_ROOT: Final = 5
_LARGE: Final = 12
_ROOT_NAME: Final = "Root Entry".encode("utf-16-le")
_MOST_ENTRIES: Final = 1 << 17
_MOST_DEEP: Final = 32


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One stream or storage. `start` is its first sector, `size` what the directory says, in bytes."""

    path: tuple[str, ...]
    is_stream: bool
    class_id: bytes
    start: int
    size: int


@dataclass(slots=True)
class _Raw:
    name: str
    kind: int
    left: int
    right: int
    child: int
    class_id: bytes
    start: int
    size: int


def read_directory(sectors: Sectors) -> tuple[tuple[DirectoryEntry, ...], tuple[str, ...]]:
    """Return the entries in their order, the root first and under an empty path, and what is damaged.

    An entry that no storage names any more stands below the root. Of two that have one path the second is renamed.

    Raises:
        UnreadableError: there is no directory.
    """
    faults: list[str] = []
    if not sectors.whole:
        faults.append("the allocation table of the compound file breaks off")
    (start,) = struct.unpack_from("<I", sectors.data, 48)
    raw = sectors.chain(start, None)
    if len(raw) < _ENTRY.size or raw[66] != _ROOT:
        raw = _searched(sectors)
        faults.append("the directory of the compound file is not where it should be")
    if len(raw) % (1 << sectors.shift):
        # The file ends within a sector that is in use.
        faults.append("the directory of the compound file breaks off")
    if len(raw) > _MOST_ENTRIES * _ENTRY.size:
        faults.append(f"only the first {_MOST_ENTRIES} entries of the directory were read")
    large = sectors.shift == _LARGE
    entries = [_entry(fields, large=large) for fields in _ENTRY.iter_unpack(_even(raw))]
    paths, lost = _paths(entries)
    if lost:
        faults.append("the directory of the compound file is damaged")
    root = entries[0]
    found = [DirectoryEntry((), False, root.class_id, root.start, root.size)]  # noqa: FBT003 - the field's value
    taken: set[tuple[str, ...]] = set()
    for number, entry in enumerate(entries[1:], 1):
        if entry.kind not in {_STORAGE, _STREAM}:
            continue
        path = _free(paths[number], taken)
        taken.add(tuple(name.casefold() for name in path))
        found.append(DirectoryEntry(path, entry.kind == _STREAM, entry.class_id, entry.start, entry.size))
    return tuple(found), tuple(faults)


def _even(raw: bytes) -> bytes:
    raw = raw[: _MOST_ENTRIES * _ENTRY.size]
    return raw[: len(raw) // _ENTRY.size * _ENTRY.size]


def _entry(fields: tuple[bytes, int, int, int, int, int, bytes, int, int], *, large: bool) -> _Raw:
    name, length, kind, left, right, child, class_id, start, size = fields
    text = name[: max(0, min(length, 64) - 2) & ~1].decode("utf-16-le", "replace")
    # The upper half is only defined for large sectors, and holds anything elsewhere (2.6.1).
    return _Raw(text, kind, left, right, child, class_id, start, size if large else size & 0xFFFFFFFF)


def _searched(sectors: Sectors) -> bytes:
    """Return the directory found by the name of its first entry.

    Raises:
        UnreadableError: it is not there.
    """
    at = sectors.data.find(_ROOT_NAME)
    while at >= 0:
        entry = sectors.data[at : at + _ENTRY.size]
        if at % 512 == 0 and len(entry) == _ENTRY.size and entry[66] == _ROOT:
            number = (at - sectors.skip) >> sectors.shift
            found = sectors.chain(number, None)
            return found if len(found) >= _ENTRY.size else sectors.data[at : at + (1 << sectors.shift)]
        at = sectors.data.find(_ROOT_NAME, at + 1)
    raise UnreadableError(Reason.CORRUPT, "the compound file has no directory")


def _paths(entries: list[_Raw]) -> tuple[list[tuple[str, ...]], bool]:
    """Return the path of every entry, and whether entries are lost: one is named that is not there."""
    paths: list[tuple[str, ...]] = [(entry.name,) for entry in entries]
    used = bytearray(len(entries))
    used[0] = 1
    lost = False
    waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while waiting:
        number, path = waiting.pop()
        for below in _siblings(entries, entries[number].child, used):
            if below < 0:
                lost = True
                continue
            paths[below] = (*path, entries[below].name) if len(path) < _MOST_DEEP else (*path[:-1], entries[below].name)
            if entries[below].kind == _STORAGE:
                waiting.append((below, paths[below]))
    return paths, lost


def _siblings(entries: list[_Raw], first: int, used: bytearray) -> Iterator[int]:
    """Yield the numbers in one tree of siblings, each once; -1 for a number that leads nowhere."""
    nothing = 0xFFFFFFFF
    waiting = [first]
    while waiting:
        number = waiting.pop()
        if number >= len(entries):
            if number != nothing:
                yield -1
            continue
        if used[number]:
            continue
        used[number] = 1
        yield number
        waiting += (entries[number].left, entries[number].right)


def _free(path: tuple[str, ...], taken: set[tuple[str, ...]]) -> tuple[str, ...]:
    key = tuple(name.casefold() for name in path)
    if key not in taken:
        return path
    # The number grows with the entries, so that ever the same name costs no search.
    return (*path[:-1], f"{path[-1]}~{len(taken)}")

"""Reads the directory of a compound file: what streams and storages there are, and where each begins."""

import codecs
import struct
from collections.abc import Iterator, Sequence
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
_ENTRIES: Final = frozenset({_STORAGE, _STREAM})
_NOTHING: Final = 0xFFFFFFFF
_LARGE: Final = 12
_ROOT_NAME: Final = "Root Entry".encode("utf-16-le")
_MOST_ENTRIES: Final = 1 << 17
_MOST_DEEP: Final = 32


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One stream or storage. `start` is its first sector, `size` what the directory says, in bytes.

    `key` is its path in one case: names are compared so (2.6.4).
    """

    path: tuple[str, ...]
    key: tuple[str, ...]
    is_stream: bool
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
    tree, class_ids, starts, sizes = _columns(_even(raw))
    lost = tree.climb()
    if lost:
        faults.append("the directory of the compound file is damaged")
    # The upper half is only defined for large sectors, and holds anything elsewhere (2.6.1).
    most = 0xFFFFFFFFFFFFFFFF if sectors.shift == _LARGE else 0xFFFFFFFF
    found = [DirectoryEntry((), (), False, class_ids[0], starts[0], sizes[0] & most)]  # noqa: FBT003 - the field's value
    taken: set[tuple[str, ...]] = set()
    for number, kind in enumerate(tree.kinds):
        if not number or kind not in _ENTRIES:
            continue
        path, key = tree.paths[number], tree.keys[number]
        if key in taken:
            # The number grows with the entries, so that ever the same name costs no search.
            path = (*path[:-1], f"{path[-1]}~{len(taken)}")
            key = tuple(name.casefold() for name in path)
        taken.add(key)
        found.append(
            DirectoryEntry(path, key, kind == _STREAM, class_ids[number], starts[number], sizes[number] & most)
        )
    return tuple(found), tuple(faults)


def _even(raw: bytes) -> bytes:
    raw = raw[: _MOST_ENTRIES * _ENTRY.size]
    return raw[: len(raw) // _ENTRY.size * _ENTRY.size]


def _columns(raw: bytes) -> tuple["_Tree", Sequence[bytes], Sequence[int], Sequence[int]]:
    """Return how the entries hang together, their class identifiers, first sectors and sizes."""
    names, lengths, kinds, lefts, rights, children, class_ids, starts, sizes = zip(
        *_ENTRY.iter_unpack(raw), strict=True
    )
    decode = codecs.utf_16_le_decode
    paths: list[tuple[str, ...]] = [
        (decode(name[: max(0, min(length, 64) - 2) & ~1], "replace", True)[0] if kind in _ENTRIES else "",)  # noqa: FBT003 - takes no keywords
        for name, length, kind in zip(names, lengths, kinds, strict=True)
    ]
    keys: list[tuple[str, ...]] = [(path[0].casefold(),) for path in paths]
    return _Tree(kinds, lefts, rights, children, paths, keys), class_ids, starts, sizes


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


@dataclass(slots=True)
class _Tree:
    """How the entries hang together. The paths of all of them are their names, at first."""

    kinds: Sequence[int]
    lefts: Sequence[int]
    rights: Sequence[int]
    children: Sequence[int]
    paths: list[tuple[str, ...]]
    keys: list[tuple[str, ...]]

    def climb(self) -> bool:
        """Find the path of every entry; tell whether entries are lost: one is named that is not there."""
        used = bytearray(len(self.kinds))
        used[0] = 1
        lost = False
        paths, keys = self.paths, self.keys
        waiting: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = [(0, (), ())]
        while waiting:
            number, path, key = waiting.pop()
            if len(path) >= _MOST_DEEP:
                path, key = path[:-1], key[:-1]
            for below in self._siblings(self.children[number], used):
                if below < 0:
                    lost = True
                    continue
                if path:
                    paths[below] = path + paths[below]
                    keys[below] = key + keys[below]
                if self.kinds[below] == _STORAGE:
                    waiting.append((below, paths[below], keys[below]))
        return lost

    def _siblings(self, first: int, used: bytearray) -> Iterator[int]:
        """Yield the numbers in one tree of siblings, each once; -1 for a number that leads nowhere."""
        count = len(used)
        lefts, rights = self.lefts, self.rights
        waiting = [first]
        while waiting:
            number = waiting.pop()
            if number >= count:
                if number != _NOTHING:
                    yield -1
                continue
            if used[number]:
                continue
            used[number] = 1
            yield number
            waiting += (lefts[number], rights[number])

"""Opens compound files (OLE2, [MS-CFB]): folders and streams within one file, also where the file is damaged.

The tables are read here and not by a library: a file may lie in every number in it, and what its tables no longer
name is still looked for.
"""

import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Final

from scanner.extract._ole.directory import CUTOFF, DirectoryEntry, read_directory
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.extract._ole.sectors import MINI_SECTOR, Sectors, mini_table, read_sectors
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams share no sectors. Those of a damaged file may, and then all of them together are no larger than this.
_SHARED: Final = 3
_SHARED_FLOOR: Final = 16 << 20

MOST_FREE: Final = 16 << 20
"""Bytes of sectors that belong to no stream, which are looked at."""

Path = tuple[str, ...]


def open_compound(data: bytes) -> "Compound":
    """Return the streams and storages of a compound file.

    Raises:
        UnreadableError: it is none, or nothing of its directory is left.
    """
    if not data.startswith(OLE_MAGIC):
        raise UnreadableError(Reason.CORRUPT, "not a compound file")
    sectors = read_sectors(data)
    entries, faults = read_directory(sectors)
    return Compound(sectors, entries, faults)


class Compound:
    """A compound file. Paths are the names below the root; they are found in any case ([MS-CFB] 2.6.4)."""

    def __init__(self, sectors: Sectors, entries: tuple[DirectoryEntry, ...], faults: tuple[str, ...]) -> None:
        """Take the file's sectors and the entries of its directory, the root first."""
        self._sectors = sectors
        self._faults = list(faults)
        self._root = entries[0]
        self._mini: Sectors | None = None
        self._given: set[Path] = set()
        self._left = _SHARED * len(sectors.data) + _SHARED_FLOOR
        self._found: dict[Path, DirectoryEntry] = {}
        self._classes: dict[Path, bytes] = {(): self._root.class_id}
        self._inside: dict[Path, list[Path]] = {}
        # The paths as they are written in the file, which nearly all are asked for by.
        self._keys: dict[Path, Path] = {}
        for entry in entries[1:]:
            key = self._keys[entry.path] = entry.key
            self._inside.setdefault(key[:-1], []).append(entry.path)
            if entry.is_stream:
                self._found[key] = entry
            else:
                self._classes[key] = entry.class_id
        self.streams: tuple[Path, ...] = tuple(entry.path for entry in entries[1:] if entry.is_stream)
        self.storages: tuple[Path, ...] = tuple(entry.path for entry in entries[1:] if not entry.is_stream)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is known to be damaged so far, a sentence each: of the tables, and of the streams that were read."""
        return tuple(dict.fromkeys(self._faults))

    def has(self, *path: str) -> bool:
        """Tell whether there is a stream of this path."""
        return self._key(path) in self._found

    def has_storage(self, *path: str) -> bool:
        """Tell whether there is a storage of this path."""
        return self._key(path) in self._classes

    def class_id(self, *path: str) -> str:
        """Return the class of a storage, the root's without a path, in capitals; nothing where it has none."""
        raw = self._classes.get(self._key(path), b"")
        return str(uuid.UUID(bytes_le=raw)).upper() if any(raw) else ""

    def size(self, *path: str) -> int:
        """Return how many bytes the directory says a stream has, 0 where there is none."""
        stream = self._found.get(self._key(path))
        return 0 if stream is None else stream.size

    def read(self, *path: str) -> bytes:
        """Return a stream as far as it can be had; where that is not all of it, `faults` says so.

        Raises:
            UnreadableError: there is no such stream, or the streams of the file overlap without end.
        """
        key = self._key(path)
        stream = self._found.get(key)
        if stream is None:
            raise UnreadableError(Reason.CORRUPT, "a stream is missing")
        if key not in self._given:
            self._given.add(key)
            self._left -= min(stream.size, len(self._sectors.data))
        if self._left < 0:
            raise UnreadableError(Reason.CORRUPT, "streams of the compound file overlap")
        found = self._sectors.chain(stream.start, stream.size) if stream.size >= CUTOFF else self._small(stream)
        if len(found) < stream.size:
            self._faults.append("a stream of the compound file breaks off")
        return found

    def packed(self, path: Path) -> bytes:
        """Return a storage of this file as a compound file of its own.

        Raises:
            UnreadableError: there is no such storage.
        """
        base = self._key(path)
        if base not in self._classes:
            raise UnreadableError(Reason.CORRUPT, "a storage is missing")
        inside = [PackedEntry((), self._classes[base], None)]
        waiting = [base]
        while waiting:
            for below in self._inside.get(waiting.pop(), ()):
                key = self._key(below)
                if key in self._classes:
                    inside.append(PackedEntry(below[len(base) :], self._classes[key], None))
                    waiting.append(key)
                    continue
                try:
                    inside.append(PackedEntry(below[len(base) :], bytes(16), self.read(*below)))
                except UnreadableError as error:
                    self._faults.append(error.detail)
        return pack(inside)

    def inside(self, *path: str) -> tuple[Path, ...]:
        """Return the paths of the streams and storages right within a storage, in directory order."""
        return tuple(self._inside.get(self._key(path), ()))

    def free_sectors(self) -> Iterator[bytes]:
        """Yield the sectors that belong to no stream and are not empty, up to 16 MiB of them."""
        return islice(self._sectors.free(), MOST_FREE >> self._sectors.shift)

    def tail(self) -> bytes:
        """Return what stands behind the last sector that the file's tables know of."""
        return self._sectors.tail()

    def _key(self, path: Path) -> Path:
        return self._keys.get(path) or tuple(name.casefold() for name in path)

    def _small(self, stream: DirectoryEntry) -> bytes:
        """Return a stream below the cutoff: these stand in small sectors within the stream of the root (2.4)."""
        if self._mini is None:
            held = self._sectors.chain(self._root.start, None)
            self._mini = Sectors(held, MINI_SECTOR, 0, mini_table(self._sectors))
        return self._mini.chain(stream.start, stream.size)

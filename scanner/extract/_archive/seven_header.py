"""Reads the header of a 7z archive: its files, and the chains of coders that their bytes went through."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

SIGNATURE: Final = b"7z\xbc\xaf\x27\x1c"
START: Final = 32
"""Bytes before the packed streams (7zFormat.txt, "SignatureHeader")."""

_MOST: Final = 200_000
# The names of properties, as 7zFormat.txt numbers them.
_END, _HEADER, _ARCHIVE, _ADDITIONAL, _MAIN, _FILES = 0, 1, 2, 3, 4, 5
_PACK, _UNPACK, _SUBSTREAMS, _SIZE, _CRC, _FOLDER, _UNPACK_SIZE, _COUNT = 6, 7, 8, 9, 10, 11, 12, 13
_EMPTY_STREAM, _EMPTY_FILE, _NAMES, _ATTRIBUTES = 14, 15, 17, 21
ENCODED: Final = 23


@dataclass(frozen=True, slots=True)
class Coder:
    """One step of a folder: the number of its method, its properties, how many streams go in and out."""

    method: bytes
    properties: bytes
    inputs: int
    outputs: int


@dataclass(frozen=True, slots=True)
class Folder:
    """Packed streams and the coders that unpack them to one; `bonds` join an input to an output.

    `sizes` are those of all outputs, `files` the sizes and checksums (None: none is kept) of what is in the last.
    """

    coders: tuple[Coder, ...]
    bonds: tuple[tuple[int, int], ...]
    sizes: tuple[int, ...]
    start: int
    packed: int
    checksum: int | None
    files: tuple[tuple[int, int | None], ...] = ()

    @property
    def size(self) -> int:
        """What the whole folder unpacks to: the size of the output that goes into no coder."""
        bound = {output for _, output in self.bonds}
        return next((size for number, size in enumerate(self.sizes) if number not in bound), 0)


@dataclass(frozen=True, slots=True)
class File:
    """A file, folder or link: its name, whether bytes are kept for it, and its mode as Unix has it (0: unknown)."""

    name: str
    holds: bool
    is_folder: bool
    mode: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a header lists."""

    folders: tuple[Folder, ...]
    files: tuple[File, ...]


class Cursor:
    """A place in a header; whatever is read past the end is damage."""

    def __init__(self, data: bytes) -> None:
        """Start at the beginning."""
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """Return so many bytes.

        Raises:
            UnreadableError: there are not so many.
        """
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            raise _damaged()
        self.at += size
        return piece

    def byte(self) -> int:
        """Return the next byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """Return a number whose first byte says in its high bits how many bytes follow ("REAL_UINT64")."""
        first = self.byte()
        extra = next((count for count in range(8) if not first & (0x80 >> count)), 8)
        low = int.from_bytes(self.take(extra), "little")
        return low + ((first & ((0x80 >> extra) - 1)) << (8 * extra)) if extra < 8 else low  # noqa: PLR2004 - all eight

    def count(self) -> int:
        """Return a number of things that are listed."""
        if (number := self.number()) > _MOST:
            raise UnreadableError(Reason.TOO_MANY_MEMBERS, f"more than {_MOST} entries")
        return number

    def bits(self, count: int) -> list[bool]:
        """Return a flag for each of so many things."""
        raw = self.take((count + 7) // 8)
        return [bool(raw[number // 8] & (0x80 >> number % 8)) for number in range(count)]

    def defined(self, count: int) -> list[bool]:
        """Return which of so many things something is said of: all, or those with a flag."""
        return [True] * count if self.byte() else self.bits(count)

    def checksums(self, count: int) -> list[int | None]:
        """Return checksums, None where there is none."""
        return [int.from_bytes(self.take(4), "little") if known else None for known in self.defined(count)]


def first(data: bytes) -> bytes:
    """Return the header behind the packed streams, as it stands there.

    Raises:
        UnreadableError: it is damaged or missing.
    """
    if len(data) < START or zlib.crc32(data[12:START]) != int.from_bytes(data[8:12], "little"):
        raise _damaged()
    offset, size, checksum = struct.unpack_from("<QQI", data, 12)
    raw = data[START + offset : START + offset + size]
    if len(raw) < size:
        raise UnreadableError(Reason.PARTIAL, "the archive ends early, or is one of several parts")
    if zlib.crc32(raw) != checksum:
        raise _damaged()
    return raw


def header(cursor: Cursor) -> Header:
    """Read a header that is not packed, from behind its first byte.

    Raises:
        UnreadableError: it is damaged.
    """
    folders: tuple[Folder, ...] = ()
    files: tuple[File, ...] = ()
    while (kind := cursor.byte()) != _END:
        if kind == _ARCHIVE:
            while cursor.byte() != _END:
                cursor.take(cursor.number())
        elif kind in {_ADDITIONAL, _MAIN}:
            found = streams(cursor)
            folders = found if kind == _MAIN else folders
        elif kind == _FILES:
            files = tuple(_files(cursor))
        else:
            raise _damaged()
    return Header(folders, files)


def streams(cursor: Cursor) -> tuple[Folder, ...]:
    """Read where packed streams stand and how they are unpacked ("Streams Info").

    Raises:
        UnreadableError: it is damaged.
    """
    position, packed = 0, [0]
    folders: list[Folder] = []
    while (kind := cursor.byte()) != _END:
        if kind == _PACK:
            position, packed = _packed(cursor)
        elif kind == _UNPACK:
            folders = _folders(cursor, position, packed)
        elif kind == _SUBSTREAMS:
            folders = _substreams(cursor, folders)
        else:
            raise _damaged()
    return tuple(folders)


def _damaged() -> UnreadableError:
    return UnreadableError(Reason.CORRUPT, "the header of the archive is damaged")


def _packed(cursor: Cursor) -> tuple[int, list[int]]:
    position, count = cursor.number(), cursor.count()
    sizes = [0] * count
    while (kind := cursor.byte()) != _END:
        if kind == _SIZE:
            sizes = [cursor.number() for _ in range(count)]
        elif kind == _CRC:
            cursor.checksums(count)
        else:
            raise _damaged()
    return position, sizes


def _folders(cursor: Cursor, position: int, packed: list[int]) -> list[Folder]:
    if cursor.byte() != _FOLDER:
        raise _damaged()
    count = cursor.count()
    if cursor.byte():
        raise UnreadableError(Reason.UNSUPPORTED, "its header stands in a stream of its own")
    chains = [_chain(cursor) for _ in range(count)]
    if cursor.byte() != _UNPACK_SIZE:
        raise _damaged()
    sizes = [tuple(cursor.number() for coder in coders for _ in range(coder.outputs)) for coders, _ in chains]
    checksums: list[int | None] = [None] * count
    while (kind := cursor.byte()) != _END:
        if kind != _CRC:
            raise _damaged()
        checksums = cursor.checksums(count)
    found = []
    at, taken = START + position, 0
    for (coders, bonds), own, checksum in zip(chains, sizes, checksums, strict=True):
        streams_in = sum(coder.inputs for coder in coders) - len(bonds)
        size = sum(packed[taken : taken + streams_in])
        found.append(Folder(coders, bonds, own, at, size, checksum))
        at, taken = at + size, taken + streams_in
    return [Folder(f.coders, f.bonds, f.sizes, f.start, f.packed, f.checksum, ((f.size, f.checksum),)) for f in found]


def _chain(cursor: Cursor) -> tuple[tuple[Coder, ...], tuple[tuple[int, int], ...]]:
    coders = []
    for _ in range(min(cursor.count(), 32)):
        flags = cursor.byte()
        method = cursor.take(flags & 15)
        inputs, outputs = (cursor.count(), cursor.count()) if flags & 0x10 else (1, 1)
        properties = cursor.take(cursor.number()) if flags & 0x20 else b""
        coders.append(Coder(method, properties, min(inputs, 32), min(outputs, 32)))
    bonds = tuple((cursor.number(), cursor.number()) for _ in range(sum(coder.outputs for coder in coders) - 1))
    streams_in = sum(coder.inputs for coder in coders) - len(bonds)
    if streams_in > 1:
        for _ in range(streams_in):
            cursor.number()
    return tuple(coders), bonds


def _substreams(cursor: Cursor, folders: list[Folder]) -> list[Folder]:
    counts = [1] * len(folders)
    kind = cursor.byte()
    if kind == _COUNT:
        counts = [cursor.count() for _ in folders]
        kind = cursor.byte()
    sizes: list[list[int]] = []
    for folder, count in zip(folders, counts, strict=True):
        known = [cursor.number() for _ in range(count - 1)] if kind == _SIZE and count > 1 else []
        if folder.size < sum(known):
            raise _damaged()
        sizes.append([*known, folder.size - sum(known)] if count else [])
    kind = cursor.byte() if kind == _SIZE else kind
    known_already = [len(own) == 1 and folder.checksum is not None for folder, own in zip(folders, sizes, strict=True)]
    missing = sum(0 if known else len(own) for known, own in zip(known_already, sizes, strict=True))
    checksums: list[int | None] = [None] * missing
    while kind != _END:
        if kind == _CRC:
            checksums = cursor.checksums(missing)
        else:
            cursor.take(cursor.number())
        kind = cursor.byte()
    following = iter(checksums)
    return [
        Folder(
            f.coders,
            f.bonds,
            f.sizes,
            f.start,
            f.packed,
            f.checksum,
            tuple((size, f.checksum if known else next(following)) for size in own),
        )
        for f, own, known in zip(folders, sizes, known_already, strict=True)
    ]


def _files(cursor: Cursor) -> Iterator[File]:
    count = cursor.count()
    empty = [False] * count
    hollow_files: list[bool] = []
    names, modes = [""] * count, [0] * count
    while (kind := cursor.number()) != _END:
        inner = Cursor(cursor.take(cursor.number()))
        if kind == _EMPTY_STREAM:
            empty = inner.bits(count)
        elif kind == _EMPTY_FILE:
            hollow_files = inner.bits(sum(empty))
        elif kind == _NAMES and not inner.byte():
            text = inner.data[1:].decode("utf-16-le", "replace").split("\x00")
            names = [*text, *names][:count]
        elif kind == _ATTRIBUTES:
            known = inner.defined(count)
            inner.byte()
            attributes = [int.from_bytes(inner.take(4), "little") if one else 0 for one in known]
            modes = [value >> 16 if value & 0x8000 else 0 for value in attributes]
    files = iter(hollow_files)
    for name, hollow, mode in zip(names, empty, modes, strict=True):
        yield File(name, not hollow, hollow and not next(files, False), mode)

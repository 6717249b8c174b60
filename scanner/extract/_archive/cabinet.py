"""Reads cabinets: their files, and what is stored in them or packed with MSZIP."""

import operator
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from typing import Final

from scanner.extract._archive.solid import Flow, Part
from scanner.extract._text.encoding import decodings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

# [MS-CAB] 2.1 to 2.4.
_HEADER: Final = struct.Struct("<4s4xI4xI4xBBHHHHH")
_FOLDER: Final = struct.Struct("<IHH")
_FILE: Final = struct.Struct("<IIHHHH")
_DATA: Final = struct.Struct("<IHH")
_PREVIOUS, _NEXT, _RESERVED = 1, 2, 4
_STORED, _MSZIP = 0, 1
_UTF8: Final = 0x80
_FIRST_OF_ODD: Final = 0xFFFD
_WINDOW: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class File:
    """A file: its name in every plausible encoding, and which bytes of which folder it is."""

    names: tuple[str, ...]
    folder: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class _Folder:
    """Blocks that unpack to one stretch of bytes: where the first stands, how many there are, how they are packed."""

    start: int
    blocks: int
    method: int


@dataclass(frozen=True, slots=True)
class Cabinet:
    """What a cabinet lists. `is_part` says that some of its files begin or end in another one."""

    folders: tuple[_Folder, ...]
    files: tuple[File, ...]
    reserved: int
    is_part: bool

    @property
    def is_known(self) -> bool:
        """Whether Python can unpack it."""
        return all(folder.method in {_STORED, _MSZIP} for folder in self.folders)

    def is_sound(self, data: bytes) -> bool:
        """Tell whether every block that it counts is there: what is not makes old releases of libarchive crash."""
        try:
            return all(sum(1 for _ in _blocks(data, self, folder)) == folder.blocks for folder in self.folders)
        except UnreadableError:
            return False


def cabinet(data: bytes) -> Cabinet:
    """Return what a cabinet lists.

    Raises:
        UnreadableError: its header is damaged.
    """
    try:
        return _cabinet(data)
    except (struct.error, ValueError):
        raise UnreadableError(Reason.CORRUPT, "the header of the cabinet is damaged") from None


def parts(data: bytes, found: Cabinet) -> Iterator[tuple[File, Part | None]]:
    """Yield each file with what is read of it: nothing where it begins or ends in another cabinet."""
    files = sorted(found.files, key=lambda file: (file.folder, file.offset))
    for number, own in groupby(files, key=lambda file: file.folder):
        if number >= len(found.folders):
            yield from ((file, None) for file in own)
            continue
        flow = Flow(_unpacked(data, found, found.folders[number]))
        for file in own:
            if file.offset < flow.at:
                yield file, None
                continue
            for _ in Part(flow, file.offset - flow.at).skipped():
                pass
            yield file, Part(flow, file.size)


def _cabinet(data: bytes) -> Cabinet:
    _, _, at_files, _, _, folders, files, flags, _, _ = _HEADER.unpack_from(data)
    at = _HEADER.size
    folder_extra = data_extra = 0
    if flags & _RESERVED:
        own, folder_extra, data_extra = struct.unpack_from("<HBB", data, at)
        at += 4 + own
    for flag in (_PREVIOUS, _NEXT):
        for _ in range(2 if flags & flag else 0):
            at = data.index(b"\x00", at) + 1
    listed = []
    for _ in range(folders):
        listed.append(_Folder(*_FOLDER.unpack_from(data, at)))
        at += _FOLDER.size + folder_extra
    found = []
    at = at_files
    for _ in range(files):
        size, offset, folder, _, _, attributes = _FILE.unpack_from(data, at)
        end = data.index(b"\x00", at + _FILE.size)
        raw = data[at + _FILE.size : end]
        names = (raw.decode("utf-8", "replace"),) if attributes & _UTF8 else decodings(raw)
        found.append(File(names, folder, offset, size))
        at = end + 1
    is_part = any(file.folder >= _FIRST_OF_ODD for file in found)
    return Cabinet(tuple(listed), tuple(found), data_extra, is_part)


def _blocks(data: bytes, found: Cabinet, folder: _Folder) -> Iterator[tuple[bytes, int]]:
    """Yield the blocks of a folder as they are packed, with the sizes they unpack to."""
    at = folder.start
    for _ in range(folder.blocks):
        if at + _DATA.size > len(data):
            raise UnreadableError(Reason.CORRUPT, "breaks off")
        checksum, packed, size = _DATA.unpack_from(data, at)
        at += _DATA.size + found.reserved
        block = data[at : at + packed]
        if len(block) < packed:
            raise UnreadableError(Reason.CORRUPT, "breaks off")
        sums = (_sum(data[at - found.reserved - 4 : at] + block), _sum(block, packed | size << 16))
        # Zero is none; some programs leave the reserved bytes out of it.
        if checksum and checksum not in sums:
            raise UnreadableError(Reason.CORRUPT, "its checksum is wrong")
        yield block, size
        at += packed


def _unpacked(data: bytes, found: Cabinet, folder: _Folder) -> Iterator[bytes]:
    window = b""
    for block, size in _blocks(data, found, folder):
        if folder.method == _STORED:
            yield block
            continue
        if folder.method != _MSZIP:
            raise UnreadableError(Reason.UNSUPPORTED, "packed by a method that cannot be unpacked here")
        try:
            machine = zlib.decompressobj(-zlib.MAX_WBITS, zdict=window)
            piece = machine.decompress(block.removeprefix(b"CK"), size or _WINDOW)
        except zlib.error:
            raise UnreadableError(Reason.CORRUPT, "the stream is damaged") from None
        yield piece
        if len(piece) < size:
            raise UnreadableError(Reason.CORRUPT, "the stream is damaged")
        window = (window + piece)[-_WINDOW:]


def _sum(data: bytes, seed: int = 0) -> int:
    """Return the checksum of a block: its words, one on the other ([MS-CAB] 3.1)."""
    whole = len(data) & ~3
    words = struct.unpack(f"<{whole // 4}I", data[:whole])
    return reduce(operator.xor, words, seed) ^ int.from_bytes(data[whole:], "big")

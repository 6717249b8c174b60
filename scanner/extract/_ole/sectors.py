"""Follows the chains of sectors that the streams of a compound file consist of ([MS-CFB] 2.2 to 2.5)."""

import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

MINI_SECTOR: Final = 6
"""Binary logarithm of the size of a small sector: 64 bytes, always ([MS-CFB] 2.2)."""

_HEADER: Final = 512
_LAST: Final = 0xFFFFFFFA  # above: not a sector (2.1)
_FREE: Final = 0xFFFFFFFF
_SHIFT_3: Final = 9
_SHIFT_4: Final = 12


@dataclass(frozen=True, slots=True)
class Sectors:
    """Bytes cut into sectors of `1 << shift` bytes after `skip` bytes, and the table of what follows what.

    `whole` is False where a part of the table is missing.
    """

    data: bytes
    shift: int
    skip: int
    table: "array[int]"
    whole: bool = True

    def chain(self, start: int, size: int | None) -> bytes:
        """Return the bytes of the chain that begins at a sector: `size` of them, or all; less where it breaks off.

        A chain that comes back to itself ends after as many sectors as there are in the table.
        """
        table = self.table
        if start >= len(table) or size == 0:
            return b""
        most = len(table) if size is None else min(len(table), (size + (1 << self.shift) - 1) >> self.shift)
        if size is not None and (
            most == 1 or table[start : start + most - 1] == array(table.typecode, range(start + 1, start + most))
        ):
            # Most streams are of one piece.
            at = (start << self.shift) + self.skip
            return self.data[at : at + min(size, most << self.shift)]
        joined = b"".join(self._runs(start, most, bytearray(len(table)) if size is None else None))
        return joined if size is None else joined[:size]

    def _runs(self, start: int, most: int, seen: bytearray | None) -> Iterator[bytes]:
        """Yield at most so many sectors of a chain, those that lie in a row in one piece.

        With `seen`, a byte for each sector, no sector comes twice.
        """
        table, shift, skip = self.table, self.shift, self.skip
        count = len(table)
        first = sector = start
        for left in range(most - 1, -1, -1):
            if seen is not None:
                seen[sector] = 1
            following = table[sector]
            ends = not left or following >= count or (seen is not None and seen[following] == 1)
            if ends or following != sector + 1:
                yield self.data[(first << shift) + skip : (sector + 1 << shift) + skip]
                first = following
            if ends:
                return
            sector = following

    def sector(self, number: int) -> bytes:
        """Return one sector, shorter or empty at the end of the file."""
        at = (number << self.shift) + self.skip
        return self.data[at : at + (1 << self.shift)]

    def free(self) -> Iterator[bytes]:
        """Yield the sectors that nothing uses, without those of zeros."""
        if not self.table.count(_FREE):
            return
        for number, following in enumerate(self.table):
            if following == _FREE and (sector := self.sector(number)).strip(b"\0"):
                yield sector

    def tail(self) -> bytes:
        """Return what is behind the last sector of the table."""
        return self.data[(len(self.table) << self.shift) + self.skip :]


def read_sectors(data: bytes) -> Sectors:
    """Return the sectors of a compound file with its allocation table (2.3).

    Raises:
        UnreadableError: it is shorter than a header.
    """
    if len(data) < _HEADER:
        raise UnreadableError(Reason.CORRUPT, "the compound file is cut off in its header")
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in {_SHIFT_3, _SHIFT_4}:
        shift = _SHIFT_4 if data[26] == 4 else _SHIFT_3  # noqa: PLR2004 - the version whose sectors are large
    bare = Sectors(data, shift, 1 << shift, _numbers(b""))
    count = (len(data) - 1) >> shift
    table = _numbers(b"")
    whole = True
    for number in _table_sectors(bare, count):
        piece = bare.sector(number)[: 1 << shift] if number <= count else b""
        whole = whole and len(piece) == 1 << shift
        known = _numbers(piece[: len(piece) & ~3])
        table.extend(known)
        # A sector of the table that is lost: streams mostly lie in one piece.
        table.extend(range(len(table) + 1, len(table) + 1 + (1 << shift) // 4 - len(known)))
        if len(table) >= count:
            break
    return Sectors(data, shift, 1 << shift, table[:count], whole)


def mini_table(sectors: Sectors) -> "array[int]":
    """Return the allocation table of the small sectors (2.4)."""
    (start,) = struct.unpack_from("<I", sectors.data, 60)
    raw = sectors.chain(start, None)
    return _numbers(raw[: len(raw) & ~3])


def _table_sectors(bare: Sectors, count: int) -> list[int]:
    """Return the sectors that the allocation table stands in: the first in the header, the rest in a chain (2.5)."""
    found = [number for number in struct.unpack_from("<109I", bare.data, 76) if number < _LAST]
    (sector, declared) = struct.unpack_from("<II", bare.data, 68)
    seen: set[int] = set()
    most = count // ((1 << bare.shift) // 4) + 1
    while declared and sector <= count and sector not in seen and len(found) < most:
        seen.add(sector)
        piece = bare.sector(sector)
        numbers = _numbers(piece[: len(piece) & ~3])
        if not numbers:
            break
        found += (number for number in numbers[:-1] if number < _LAST)
        sector = numbers[-1]
    return list(dict.fromkeys(found))


def _numbers(raw: bytes) -> "array[int]":
    numbers = array("I" if array("I").itemsize == 4 else "L", raw)  # noqa: PLR2004 - a table's entry has four bytes
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers

"""Unpacks the parts of an office document: small ones at once, if nothing about them is unusual, others in pieces."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._archive.zipped import pieces
from scanner.extract._budget import Budget

LARGEST: Final = 1 << 22
"""Bytes of the largest part that is unpacked at once."""

_LOCAL: Final = struct.Struct("<4s22xHH")
_STORED: Final = 0
_DEFLATED: Final = 8
_SIGNATURE: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Packed:
    """An opened zip, its bytes, and the budget that unpacking it draws on."""

    archive: zipfile.ZipFile
    data: bytes
    budget: Budget

    def small(self, info: zipfile.ZipInfo) -> bytes | None:
        """Return a small part, None where it has to be read piece by piece for whatever reason.

        Raises:
            LimitReachedError: the budget of the whole file is spent.
        """
        size, start = info.file_size, info.header_offset
        if size > min(LARGEST, self.budget.limits.member_bytes or LARGEST) or info.flag_bits & 1:
            return None
        if not 0 <= start <= len(self.data) - _LOCAL.size:
            return None
        signature, name, extra = _LOCAL.unpack_from(self.data, start)
        start += _LOCAL.size + name + extra
        found = self.data[start : start + info.compress_size]
        if info.compress_type == _DEFLATED:
            try:
                found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(found, size + 1)
            except zlib.error:
                return None
        elif info.compress_type != _STORED:
            return None
        if signature != _SIGNATURE or len(found) != size or zlib.crc32(found) != info.CRC:
            return None
        self.budget.expand(size)
        return found

    def pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a part as it is unpacked.

        Raises:
            UnreadableError: it is encrypted, damaged or packed in an unknown way.
            LimitReachedError: a budget is spent.
        """
        return pieces(self.archive, info, self.budget)

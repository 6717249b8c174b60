"""Unpacks what stands in a ZIP by the number of its method."""

import bz2
import lzma
import struct
from collections.abc import Callable, Iterator
from typing import Final

from scanner.extract._archive import libarchive as _libarchive
from scanner.extract._archive.inflate64 import inflate64
from scanner.extract._archive.streams import MACHINES, inflater, unpack_one
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

STORED: Final = 0
DEFLATED: Final = 8
_LZMA: Final = 14
_LZMA_HEADER: Final = 9
_PPMD: Final = 98
_MOST_DICTIONARY: Final = 1 << 29
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")


def unpacked(method: int, data: bytes, size: int, checksum: int) -> Iterator[bytes]:
    """Yield the pieces of a file that is packed by a method (APPNOTE 6.3.10, section 4.4.5).

    Raises:
        UnreadableError: it is damaged, or nothing here knows the method.
    """
    if method == STORED:
        yield data
    elif method == _LZMA:
        yield from _lzma(data, size)
    elif method in _KNOWN:
        yield from _KNOWN[method](data)
    elif method == _PPMD:
        yield from _by_libarchive(method, data, size, checksum)
    else:
        raise UnreadableError(Reason.UNSUPPORTED, f"packed by method {method}, which cannot be unpacked here")


def _lzma(data: bytes, size: int) -> Iterator[bytes]:
    """Unpack LZMA: behind a version and the length of five bytes of properties (section 5.8.8).

    Many streams have no mark at their end; they end where the size is reached.
    """
    if len(data) < _LZMA_HEADER or data[4] >= 9 * 5 * 5:
        raise UnreadableError(Reason.CORRUPT, "the stream is damaged")
    rest, lc = divmod(data[4], 9)
    pb, lp = divmod(rest, 5)
    (dictionary,) = struct.unpack_from("<I", data, 5)
    chosen = {
        "id": lzma.FILTER_LZMA1,
        "lc": lc,
        "lp": lp,
        "pb": pb,
        "dict_size": min(max(dictionary, 1 << 12), _MOST_DICTIONARY),
    }
    try:
        lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chosen])
    except (lzma.LZMAError, ValueError):
        raise UnreadableError(Reason.CORRUPT, "the stream is damaged") from None
    given = 0
    try:
        for piece in unpack_one(data[_LZMA_HEADER:], lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chosen])):
            yield piece
            given += len(piece)
    except UnreadableError:
        if given != size:
            raise


def _by_libarchive(method: int, data: bytes, size: int, checksum: int) -> Iterator[bytes]:
    """Unpack with the system's libarchive: an archive with this one file in it is made for it."""
    if not _libarchive.available():
        raise UnreadableError(Reason.UNSUPPORTED, f"packed by method {method}: {_libarchive.MISSING}")
    header = _LOCAL.pack(b"PK\x03\x04", 63, 0, method, 0, 0, checksum, len(data), min(size, 0xFFFFFFFF), 1, 0) + b"a"
    for entry in _libarchive.entries(header + data, ("zip_streamable",)):
        while piece := entry.stream.read(1 << 18):
            yield piece
        return


def _with(make: Callable[..., object]) -> Callable[[bytes], Iterator[bytes]]:
    return lambda data: unpack_one(data, make)  # type: ignore[arg-type] # each is a machine


_KNOWN: Final[dict[int, Callable[[bytes], Iterator[bytes]]]] = {
    DEFLATED: _with(inflater),
    9: inflate64,
    12: _with(bz2.BZ2Decompressor),
    20: _with(MACHINES["application/zstd"][0]),  # the number before 93
    93: _with(MACHINES["application/zstd"][0]),
    95: _with(MACHINES["application/x-xz"][0]),
}

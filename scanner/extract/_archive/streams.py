"""Unpacks compressed streams held in memory, all that stand one behind the other, piece by piece."""

import bz2
import lzma
import re
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, cast

import lz4.block
import lz4.frame

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_DAMAGE: Final = (zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, ValueError, EOFError, RuntimeError)
_PIECE: Final = 1 << 18
_FEED: Final = 1 << 16
# Small at first: what a stream leaves over is copied, and a file may hold a million streams of a few bytes.
_FIRST_FEED: Final = 1 << 9
_MEMORY: Final = 1 << 30
_SOMETHING: Final = re.compile(rb"[^\x00]")
_LZIP_HEADER: Final = 6
_LZIP_TRAILER: Final = struct.Struct("<IQQ")
_LEGACY_LZ4: Final = b"\x02\x21\x4c\x18"
_LEGACY_BLOCK: Final = 8 << 20


class Machine(Protocol):
    """A decompressor of one stream, as the standard library's are."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether more bytes have to be fed before anything comes out."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What was fed from behind the end of the stream."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Take bytes and return some of what they unpack to."""
        ...


class Unpacked:
    """What all the streams of a file unpack to, as something to read from; `end` is where they ended."""

    def __init__(self, data: bytes, media_type: str, start: int = 0, make: Callable[[], Machine] | None = None) -> None:
        """Take the bytes, and their media type: one of `MACHINES`, or `application/lzip`."""
        self.end = start
        self.starts: list[int] = []
        self._data = data
        if make is not None:
            self._pieces = self._one(make)
            return
        match media_type:
            case "application/lzip":
                self._pieces = self._lzip()
            case "application/x-lz4" if data.startswith(_LEGACY_LZ4, start):
                self._pieces = self._legacy_lz4()
            case _:
                self._pieces = self._all(*MACHINES[media_type])

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces."""
        return self._pieces

    def read(self, _: int = 0) -> bytes:
        """Return the next piece, nothing at the end.

        Raises:
            UnreadableError: a stream is damaged, or needs more memory than there is for one.
        """
        for piece in self._pieces:
            if piece:
                return piece
        return b""

    def _all(self, make: Callable[[], Machine], magic: tuple[bytes, ...]) -> Iterator[bytes]:
        while True:
            self.starts.append(self.end)
            yield from self._one(make)
            following = _SOMETHING.search(self._data, self.end)
            if following is None:
                self.end = len(self._data)
                return
            if not self._data.startswith(magic, following.start()) or not magic:
                return
            self.end = following.start()

    def _one(self, make: Callable[[], Machine]) -> Iterator[bytes]:
        """Yield what one stream unpacks to, and set `end` to where it ended."""
        machine = make()
        size = _FIRST_FEED
        at = start = self.end
        given = 0
        while not machine.eof:
            feed = self._data[at : at + size] if machine.needs_input else b""
            if not feed and machine.needs_input:
                raise UnreadableError(Reason.CORRUPT, "the stream breaks off")
            try:
                piece = machine.decompress(feed, _PIECE)
            except _DAMAGE as error:
                yield from self._rest(make(), start, at, given)
                if "memory" in str(error).lower():
                    raise UnreadableError(Reason.TOO_LARGE, "unpacking it needs too much memory") from None
                raise UnreadableError(Reason.CORRUPT, "the stream is damaged") from None
            yield piece
            given += len(piece)
            at += len(feed)
            size = min(_FEED, size * 2)
        self.end = at - len(machine.unused_data or b"")

    def _rest(self, machine: Machine, start: int, fault: int, given: int) -> Iterator[bytes]:
        """Yield what a damaged stream holds up to the very byte that is wrong, without what was given before.

        A decompressor that meets a fault keeps to itself what it had unpacked from the same bytes.
        """
        at = start
        while not machine.eof and at < fault + _FEED:
            step = min(_FEED, fault - at) if at < fault else 1
            feed = self._data[at : at + step] if machine.needs_input else b""
            if not feed and machine.needs_input:
                return
            at += len(feed)
            try:
                piece = machine.decompress(feed, _PIECE)
            except _DAMAGE:
                return
            yield piece[given:]
            given = max(0, given - len(piece))

    def _lzip(self) -> Iterator[bytes]:
        """Unpack members of lzip: a raw LZMA stream between a header and a trailer (Lzip manual, "File format")."""
        while self._data.startswith(b"LZIP\x01", self.end) and self.end + _LZIP_HEADER <= len(self._data):
            self.starts.append(self.end)
            coded = self._data[self.end + 5]
            size = 1 << (coded & 0x1F)
            size -= size // 16 * (coded >> 5)
            self.end += _LZIP_HEADER
            checksum = 0
            for piece in self._one(_raw(size)):
                checksum = zlib.crc32(piece, checksum)
                yield piece
            if self.end + _LZIP_TRAILER.size > len(self._data):
                raise UnreadableError(Reason.CORRUPT, "the stream breaks off")
            if _LZIP_TRAILER.unpack_from(self._data, self.end)[0] != checksum:
                raise UnreadableError(Reason.CORRUPT, "its checksum is wrong")
            self.end += _LZIP_TRAILER.size
        if not self.starts:
            raise UnreadableError(Reason.CORRUPT, "the stream breaks off")

    def _legacy_lz4(self) -> Iterator[bytes]:
        """Unpack the old form of LZ4 files: blocks with their sizes, up to the end of the file."""
        self.starts.append(self.end)
        self.end += len(_LEGACY_LZ4)
        while self.end + 4 <= len(self._data):
            (size,) = struct.unpack_from("<I", self._data, self.end)
            if self._data.startswith(_LEGACY_LZ4, self.end):
                self.end += 4
                continue
            if not size or self.end + 4 + size > len(self._data):
                raise UnreadableError(Reason.CORRUPT, "the stream breaks off")
            try:
                yield lz4.block.decompress(self._data[self.end + 4 : self.end + 4 + size], _LEGACY_BLOCK)
            except (lz4.block.LZ4BlockError, ValueError, OverflowError):
                raise UnreadableError(Reason.CORRUPT, "the stream is damaged") from None
            self.end += 4 + size


class _Zlib:
    """A stream of zlib's, with the manners of the other decompressors."""

    def __init__(self, bits: int) -> None:
        self._machine = zlib.decompressobj(bits)

    @property
    def eof(self) -> bool:
        return self._machine.eof

    @property
    def needs_input(self) -> bool:
        return not self._machine.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._machine.unused_data

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._machine.decompress(self._machine.unconsumed_tail + data, most)


def _raw(size: int) -> Callable[[], Machine]:
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": min(max(size, 1 << 12), _MEMORY // 2)}]
    return lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)


def unpack_one(data: bytes, make: Callable[[], Machine]) -> Iterator[bytes]:
    """Yield what a single stream unpacks to; what stands behind it is left.

    Raises:
        UnreadableError: it is damaged, or needs more memory than there is for one.
    """
    yield from Unpacked(data, "", make=make)


def inflater() -> Machine:
    """Return a decompressor for a bare deflate stream."""
    return _Zlib(-zlib.MAX_WBITS)


MACHINES: Final[dict[str, tuple[Callable[[], Machine], tuple[bytes, ...]]]] = {
    "application/gzip": (lambda: _Zlib(16 + zlib.MAX_WBITS), (b"\x1f\x8b\x08",)),
    "application/zlib": (lambda: _Zlib(zlib.MAX_WBITS), ()),
    "application/x-bzip2": (bz2.BZ2Decompressor, (b"BZh",)),
    "application/x-xz": (lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY), (b"\xfd7zXZ\x00",)),
    "application/x-lzma": (lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY), ()),
    "application/zstd": (
        zstd.ZstdDecompressor,
        (b"\x28\xb5\x2f\xfd", *(bytes((0x50 + number,)) + b"\x2a\x4d\x18" for number in range(16))),
    ),
    "application/x-lz4": (
        lambda: cast("Any", lz4.frame.LZ4FrameDecompressor()),
        (b"\x04\x22\x4d\x18", *(bytes((0x50 + number,)) + b"\x2a\x4d\x18" for number in range(16))),
    ),
}
"""By media type: what unpacks one stream, and how another one behind it begins."""

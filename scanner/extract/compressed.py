"""Reads single compressed files: gzip, bzip2, xz and zlib, each with all the streams that stand in it."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, Final, cast

from scanner.extract._budget import Budget
from scanner.extract._encoding import decodings
from scanner.extract._member import unpack
from scanner.model.document import Blob, Member, Problem

MEDIA_TYPES: Final = frozenset(
    {
        "application/gzip",
        "application/x-bzip2",
        "application/x-xz",
        "application/x-lzma",
        "application/zlib",
    }
)
_SHORT: Final = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tlz": ".tar", ".svgz": ".svg"}
_ENDINGS: Final = frozenset({".gz", ".bz2", ".xz", ".lzma", ".z", ".zlib"})
_NAMED: Final = 0x08
_EXTRA: Final = 0x04
_FLAGS: Final = 3
_FIXED_HEADER: Final = 10


def extract(blob: Blob, budget: Budget) -> Iterator[Member | Problem]:
    """Yield the one file that is in it, under the name it had or else its own without the ending."""
    name = _stored_name(blob.data) if blob.media_type == "application/gzip" else ""
    outer = blob.place.members[-1] if blob.place.members else blob.place.file
    place = replace(blob.place, members=(*blob.place.members, name or _without_ending(outer)))
    with _open(blob) as stream:
        yield from unpack(place, stream, budget)


def _open(blob: Blob) -> IO[bytes]:
    source = io.BytesIO(blob.data)
    match blob.media_type:
        case "application/gzip":
            return cast("IO[bytes]", gzip.GzipFile(fileobj=source))
        case "application/x-bzip2":
            return cast("IO[bytes]", bz2.BZ2File(source))
        case "application/zlib":
            return cast("IO[bytes]", io.BufferedReader(_Zlib(source)))
        case _:
            return cast("IO[bytes]", lzma.LZMAFile(source))


def _without_ending(name: str) -> str:
    path = PurePosixPath(name)
    ending = path.suffix.lower()
    if ending in _SHORT:
        return path.stem + _SHORT[ending]
    return path.stem if ending in _ENDINGS else "content"


def _stored_name(data: bytes) -> str:
    """Return the name in a gzip header (RFC 1952, section 2.3), nothing where there is none."""
    if len(data) < _FIXED_HEADER or not data[_FLAGS] & _NAMED:
        return ""
    start = _FIXED_HEADER
    if data[_FLAGS] & _EXTRA:
        start += 2 + int.from_bytes(data[start : start + 2], "little")
    name = data[start : data.find(b"\x00", start)] if data.find(b"\x00", start) > 0 else b""
    return decodings(name[:255])[0]


class _Zlib(io.RawIOBase):
    """A zlib stream as a file."""

    def __init__(self, source: io.BytesIO) -> None:
        self._machine = zlib.decompressobj()
        self._waiting = source.getvalue()

    def readable(self) -> bool:
        """Say yes, as `BufferedReader` asks."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # always called with a memoryview here
        """Fill the buffer as far as there is something."""
        if self._machine.eof:
            return 0
        piece = self._machine.decompress(self._waiting, len(buffer))
        self._waiting = self._machine.unconsumed_tail
        if not piece and not self._machine.eof:
            message = "the stream breaks off"
            raise EOFError(message)
        buffer[: len(piece)] = piece
        return len(piece)

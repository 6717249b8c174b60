"""Reads a document from its descriptor: whole, or in pieces that can be looked at one by one."""

import codecs
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

PIECE: Final = 8 << 20
"""Bytes of one piece; what is not larger is read whole."""

_OVERLAP: Final = 1 << 16
_END: Final = 1 << 17
_CHUNK: Final = 1 << 20
_MOST: Final = 1 << 30
_WIDE_HEAD: Final = 1 << 12
_MARKS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)


def size_of(fd: int) -> int:
    """Return the bytes of an open file; where documents are read, fstat is refused, as it can be asked about names."""
    return os.lseek(fd, 0, os.SEEK_END)


def read_whole(fd: int, limit: int) -> tuple[bytes, bool]:
    """Return a file from its start, up to `limit` bytes (0: all), and whether that is all of it.

    Raises:
        OSError: it cannot be read.
    """
    pieces: list[bytes] = []
    size = 0
    # What is there by now is asked for at once: putting pieces together would take the memory twice.
    expected = size_of(fd) + 1
    while piece := os.pread(fd, min(max(expected - size, _CHUNK), limit + 1 - size if limit else _MOST), size):
        pieces.append(piece)
        size += len(piece)
        if limit and size > limit:
            return (pieces[0] if len(pieces) == 1 else b"".join(pieces))[:limit], False
    return pieces[0] if len(pieces) == 1 else b"".join(pieces), True


def read_ends(fd: int) -> bytes:
    """Return the beginning and the end of a large file as one: enough to tell what it is.

    Raises:
        OSError: it cannot be read.
    """
    size = size_of(fd)
    return os.pread(fd, _END, 0) + os.pread(fd, _END, max(_END, size - _END))


@dataclass(slots=True)
class Pieces:
    """A file in pieces, each beginning and ending with a line where lines are shorter than 64 KiB.

    Once the last piece was taken, `whole` tells whether they were all of it, and `sha256` is its hash if they were.
    """

    fd: int
    size: int
    limit: int
    whole: bool = False
    sha256: str = ""
    _mark: bytes = field(default=b"", repr=False)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Yield the offset and the bytes of each piece; all open with the file's byte order mark, where it has one.

        Raises:
            OSError: it cannot be read.
        """
        digest = hashlib.sha256()
        at = hashed = 0
        wide = False
        while data := os.pread(self.fd, min(PIECE, self.limit - at) if self.limit else PIECE, at):
            digest.update(memoryview(data)[hashed - at :])
            hashed = at + len(data)
            if at == 0:
                self._mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
                wide = b"\0" in data[:_WIDE_HEAD]
            last = len(data) < PIECE
            if last:
                # The end of the file, or of what may be read of it.
                self.whole = not os.pread(self.fd, 1, hashed)
                self.sha256 = digest.hexdigest() if self.whole else ""
            first, stop = (0, len(data)) if wide else _lines(data, first=at == 0, last=last)
            yield at + first, (self._mark if at else b"") + data[first:stop]
            if last:
                return
            at = hashed - _OVERLAP


def _lines(data: bytes, *, first: bool, last: bool) -> tuple[int, int]:
    """Return where the first whole line of a piece begins and the last one ends, as near to its ends as the overlap."""
    start = 0 if first else data.find(b"\n", 0, _OVERLAP) + 1
    stop = len(data) if last else data.rfind(b"\n", len(data) - _OVERLAP) + 1
    return start, stop or len(data)

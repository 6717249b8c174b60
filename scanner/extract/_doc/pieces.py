"""Puts the text of a Word document together from the pieces it stands in ([MS-DOC] 2.4.1, 2.8.35, 2.9.38)."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._doc.fib import PIECES, Fib
from scanner.extract._text.encoding import decodings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_FORMATS: Final = 1
_TABLE: Final = 2
_NARROW: Final = 0x40000000
_OFFSET: Final = 0x3FFFFFFF
# A piece may stand for bytes that another stands for, too; all together they are not much longer than the stream.
_SHARED: Final = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters in a row: from number `first` up to `end`, from byte `start`, `width` bytes each."""

    first: int
    end: int
    start: int
    width: int
    format: int

    @property
    def behind(self) -> int:
        """The byte behind the last."""
        return self.start + (self.end - self.first) * self.width


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces in the order of their characters.

    `narrow` is the encoding of those with one byte a character; in an old document it is only the likely one.
    `formats` are what pieces may be formatted with besides.
    """

    stream: bytes = field(repr=False)
    pieces: tuple[Piece, ...]
    firsts: tuple[int, ...] = field(repr=False)
    narrow: str
    formats: tuple[bytes, ...] = ()
    is_old: bool = False

    @property
    def end(self) -> int:
        """The number of characters."""
        return self.pieces[-1].end if self.pieces else 0

    def text(self, first: int, end: int) -> str:
        """Return the characters from number `first` up to `end`, as far as they are there."""
        found = list(self._raw(first, end))
        if self.is_old and found and found[0][0] == 1:
            return decodings(b"".join(raw for _, raw in found), self.narrow)[0]
        return "".join(raw.decode("utf-16-le" if width > 1 else self.narrow, "replace") for width, raw in found)

    def _raw(self, first: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Yield the bytes of characters with how many of them are one character."""
        index = max(0, bisect_right(self.firsts, first) - 1)
        while index < len(self.pieces) and (piece := self.pieces[index]).first < end:
            a, b = max(first, piece.first), min(end, piece.end)
            if a < b:
                start = piece.start + (a - piece.first) * piece.width
                yield piece.width, self.stream[start : start + (b - a) * piece.width]
            index += 1


def read_pieces(fib: Fib) -> Pieces:
    """Return the pieces that the table names.

    Raises:
        UnreadableError: there is no table, or it is damaged.
    """
    raw = fib.at(PIECES)
    at = 0
    formats: list[bytes] = []
    while at + 3 <= len(raw) and raw[at] == _FORMATS:
        (size,) = struct.unpack_from("<H", raw, at + 1)
        formats.append(raw[at + 3 : at + 3 + size])
        at += 3 + size
    if at + 5 > len(raw) or raw[at] != _TABLE:
        raise UnreadableError(Reason.CORRUPT, "the table of the text's pieces is damaged")
    (size,) = struct.unpack_from("<I", raw, at + 1)
    size = min(size, len(raw) - at - 5)
    count = (size - 4) // 12
    pieces = tuple(_pieces(fib, raw, at + 5, count)) if count > 0 else ()
    if not pieces:
        raise UnreadableError(Reason.CORRUPT, "the table of the text's pieces is empty")
    firsts = tuple(piece.first for piece in pieces)
    return Pieces(fib.stream, pieces, firsts, fib.encoding, tuple(formats), fib.is_old)


def whole_text(fib: Fib) -> Pieces:
    """Return all that stands where the head says that text is, as one piece: for want of a table."""
    end = fib.text_end if fib.text_start < fib.text_end <= len(fib.stream) else len(fib.stream)
    start = min(fib.text_start, end)
    raw = fib.stream[start:end]
    # Every other byte of text in two bytes a character is nothing, in most scripts.
    is_wide = fib.is_wide if fib.is_old else raw[:4096].count(0) * 4 > min(len(raw), 4096)
    width = 2 if is_wide else 1
    piece = Piece(0, len(raw) // width, start, width, 0)
    return Pieces(fib.stream, (piece,), (0,), fib.encoding, (), fib.is_old)


def _pieces(fib: Fib, raw: bytes, at: int, count: int) -> Iterator[Piece]:
    firsts = struct.unpack_from(f"<{count + 1}I", raw, at)
    left = _SHARED * len(fib.stream)
    for number, (_, offset, form) in enumerate(struct.iter_unpack("<HIH", raw[at + 4 * count + 4 :][: 8 * count])):
        first, end = firsts[number], firsts[number + 1]
        if fib.is_old:
            width, start = (2 if fib.is_wide else 1), offset
        elif offset & _NARROW:
            width, start = 1, (offset & _OFFSET) // 2
        else:
            width, start = 2, offset & _OFFSET
        if end <= first or start >= len(fib.stream):
            continue
        left -= (end - first) * width
        if left < 0:
            return
        yield Piece(first, end, start, width, form)

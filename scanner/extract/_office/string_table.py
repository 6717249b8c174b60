"""Holds the strings that the cells of a workbook share, many to a piece of memory."""

import zlib
from array import array
from collections.abc import Iterator
from typing import Final

from scanner.extract._budget import LimitReachedError
from scanner.model.document import Reason

_PER_PIECE: Final = 1 << 8
_LOOSE: Final = 16 << 20  # characters that are held as they are; what comes after is packed
_UNPACKED: Final = 32
_MOST_STRINGS: Final = 1 << 22


class StringTable:
    """Strings by their number from 0, and which of them were asked for."""

    def __init__(self, most: int) -> None:
        """Hold at most `most` characters, 0 for any number."""
        self._most = most
        self._size = 0
        # A million short strings, each an object, would take ten times the memory of their letters.
        self._pieces: list[str | bytes] = []
        # Cells name strings mostly in the order in which they stand, so few pieces are asked for at a time.
        self._unpacked: dict[int, str] = {}
        self._tail: list[str] = []
        self._length = 0
        self._ends = array("Q")
        self._used = bytearray()

    def add(self, text: str) -> None:
        """Take the next string.

        Raises:
            LimitReachedError: there are too many, or they are too long together.
        """
        self._size += len(text)
        if self._most and self._size > self._most:
            raise LimitReachedError(Reason.TOO_LARGE, f"more than {self._most} characters of text")
        if len(self._ends) >= _MOST_STRINGS:
            raise LimitReachedError(Reason.TOO_LARGE, f"more than {_MOST_STRINGS} shared strings")
        self._tail.append(text)
        self._length += len(text)
        self._ends.append(self._length)
        self._used.append(0)
        if len(self._tail) == _PER_PIECE:
            piece = "".join(self._tail)
            packed = self._size > _LOOSE
            self._pieces.append(zlib.compress(piece.encode("utf-8", "surrogatepass"), 1) if packed else piece)
            self._tail.clear()
            self._length = 0

    def use(self, index: int) -> str | None:
        """Return a string, None where there is none of this number."""
        if index >= len(self._ends):
            return None
        self._used[index] = 1
        return self._at(index)

    def unused(self) -> Iterator[str]:
        """Yield the strings that nobody asked for."""
        return (text for index, used in enumerate(self._used) if not used and (text := self._at(index)))

    def _at(self, index: int) -> str:
        piece, place = divmod(index, _PER_PIECE)
        if piece == len(self._pieces):
            return self._tail[place]
        return self._piece(piece)[self._ends[index - 1] if place else 0 : self._ends[index]]

    def _piece(self, number: int) -> str:
        piece = self._pieces[number]
        if isinstance(piece, str):
            return piece
        if number not in self._unpacked:
            if len(self._unpacked) >= _UNPACKED:
                del self._unpacked[next(iter(self._unpacked))]
            self._unpacked[number] = zlib.decompress(piece).decode("utf-8", "surrogatepass")
        return self._unpacked[number]

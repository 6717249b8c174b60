"""Gathers the cells of Excel's binary sheets into rows, and writes their numbers as a person would."""

import struct
from typing import Final

from scanner.extract._lines import Lines
from scanner.model.place import Place

_LONGEST_ROW: Final = 1 << 20
_EXACT: Final = 1e21
_DOUBLE: Final = struct.Struct("<d")
_WHOLE: Final = 0x02
_PER_CENT: Final = 0x01


class Rows:
    """The row that is being read: its cells become one line when the next row begins."""

    __slots__ = ("_cells", "_held", "_lines", "_place", "_row", "_size", "written")

    def __init__(self, lines: Lines, place: Place) -> None:
        """Write to `lines` at `place`."""
        self.written = 0
        self._place = place
        self._lines = lines
        self._held: list[str] = []
        self._cells: list[str] = []
        self._row = -1
        self._size = 0

    @property
    def place(self) -> Place:
        """Where the rows stand."""
        return self._place

    def move(self, place: Place) -> None:
        """Let the rows from here on stand at another place."""
        self.flush()
        self._place = place

    def flush(self) -> None:
        """End the row, and write all that have ended."""
        self.end()
        if self._held:
            # To add a thousand lines at once is as good, and quicker.
            self._lines.add(self._place, "\n".join(self._held))
            self._held.clear()
        self.written = 0

    def add(self, row: int, text: str) -> None:
        """Add a cell's text to a row; one without text adds nothing."""
        if row != self._row or self._size > _LONGEST_ROW:
            self.end()
            self._row = row
        if text:
            self._cells.append(text)
            self._size += len(text)

    def append(self, text: str) -> None:
        """Add a cell's text to the row of the cell before."""
        self.add(self._row, text)

    def end(self) -> None:
        """End the row."""
        if self._cells:
            self._held.append("\t".join(self._cells))
            self.written += self._size
            self._cells.clear()
            self._size = 0
        self._row = -1


def number_text(value: float) -> str:
    """Return a cell's number, whole ones without a point or an exponent: they are often account numbers."""
    if value.is_integer() and -_EXACT < value < _EXACT:
        return str(int(value))
    return repr(value)


def packed_number(value: int) -> str:
    """Return the number in four bytes of a cell ([MS-XLS], RkNumber)."""
    if value & _WHOLE:
        whole = (value - (1 << 32) if value & 0x80000000 else value) >> 2
        return number_text(whole / 100) if value & _PER_CENT else str(whole)
    (number,) = _DOUBLE.unpack(b"\0\0\0\0" + (value & 0xFFFFFFFC).to_bytes(4, "little"))
    return number_text(number / 100 if value & _PER_CENT else number)

"""Gathers the cells of Excel's binary sheets into rows, and writes their numbers as a person would."""

import struct
from dataclasses import replace
from typing import Final

from scanner.extract._lines import Lines
from scanner.model.place import Part, Place

_LONGEST_ROW: Final = 1 << 20
_MOST_COLUMNS: Final = 1 << 14
_MOST_RANGES: Final = 1 << 10
_EXACT: Final = 1e21
_DOUBLE: Final = struct.Struct("<d")
_WHOLE: Final = 0x02
_PER_CENT: Final = 0x01


class Rows:
    """The row that is being read: its cells become one line when the next row begins, hidden ones another."""

    def __init__(self, lines: Lines, place: Place) -> None:
        """Write to `lines` at `place`."""
        self.written = 0
        self._place = place
        self._lines = lines
        self._held: list[str] = []
        self._cells: list[str] = []
        self._unseen: list[str] = []
        self._row = -1
        self._column = -1
        self._size = 0
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._ranges = 0
        self._hides = False

    @property
    def place(self) -> Place:
        """Where the rows stand."""
        return self._place

    def move(self, place: Place) -> None:
        """Let the rows from here on stand at another place."""
        self.flush()
        self._place = place
        self._look()

    def hide_row(self, row: int) -> None:
        """Let the cells of a row of this sheet be hidden text."""
        self._hidden_rows.add(row)
        self._look()

    def hide_columns(self, columns: range) -> None:
        """Let the cells of these columns of the sheet be hidden text."""
        self._ranges += 1
        if self._ranges <= _MOST_RANGES:
            self._hidden_columns.update(range(columns.start, min(columns.stop, _MOST_COLUMNS)))
            self._look()

    def show_all(self) -> None:
        """Forget what is hidden: another sheet begins."""
        self.flush()
        self._hidden_rows.clear()
        self._hidden_columns.clear()
        self._ranges = 0
        self._hides = False

    def flush(self) -> None:
        """End the row, and write all that have ended."""
        self.end()
        if self._held:
            # To add a thousand lines at once is as good, and quicker.
            self._lines.add(self._place, "\n".join(self._held))
            self._held.clear()
        self.written = 0

    def add(self, row: int, column: int, text: str) -> None:
        """Add a cell's text to a row; one without text adds nothing."""
        if row != self._row or self._size > _LONGEST_ROW:
            self.end()
            self._row = row
        self._column = column
        if text:
            self._size += len(text)
            if self._hides and self._is_hidden():
                self._unseen.append(text)
            else:
                self._cells.append(text)

    def append(self, text: str) -> None:
        """Add the text of the cell that was added last without any."""
        self.add(self._row, self._column, text)

    def end(self) -> None:
        """End the row."""
        if self._cells:
            self._held.append("\t".join(self._cells))
            self._cells.clear()
        if self._unseen:
            self._lines.add(replace(self._place, part=Part.HIDDEN), "\t".join(self._unseen))
            self._unseen.clear()
        self.written += self._size
        self._size = 0
        self._row = -1

    def _look(self) -> None:
        self._hides = self._place.part is Part.SHEET and bool(self._hidden_rows or self._hidden_columns)

    def _is_hidden(self) -> bool:
        return self._row in self._hidden_rows or self._column in self._hidden_columns


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

"""Reads the cells of Excel's binary sheets before 2007: strings, numbers and the results of formulas."""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._biff.records import BIFF2, BIFF5, BIFF8, BiffStream, shared_strings
from scanner.extract._biff.rows import Rows, number_text, packed_number
from scanner.extract._biff.texts import formula_texts
from scanner.extract._lines import Lines
from scanner.extract._office.string_table import StringTable
from scanner.model.place import Part, Place

Handler = Callable[[int, int], None]

_CELL: Final = struct.Struct("<HH")
_ROW_FLAGS_AT: Final = 12
_ROW_HIDDEN: Final = 0x20
_COLUMN_FLAGS_AT: Final = 8
# A row, its column and format, and four bytes of value.
_LONG_CELL: Final = struct.Struct("<HH2xI")

_DOUBLE: Final = struct.Struct("<d")
_PAIR: Final = struct.Struct("<HI")
# What stands in place of a formula's number when its result is none ([MS-XLS], FormulaValue).
_NO_NUMBER: Final = b"\xff\xff"


class Cells:
    """The cells of one stream. A cell's record begins with its row, its column and its format, two bytes each."""

    def __init__(self, stream: BiffStream, lines: Lines, place: Place, most: int) -> None:
        """Write to `lines`; hold at most `most` characters of shared strings, 0 for any number."""
        self.missing = 0
        self._stream = stream
        self._data = stream.data
        self._lines = lines
        self.rows = Rows(lines, place)
        self._strings = StringTable(most)

    def handlers(self) -> Mapping[int, Handler]:
        """Return what takes each record of a cell, by its number."""
        return {
            0x0002: self._integer,
            0x0003: self._number,
            0x0004: self._label,
            0x0006: self._formula,
            0x0007: self._result,
            0x007D: self._hidden_columns,
            0x007E: self._packed,
            0x00BD: self._packed_row,
            0x00D6: self._label,
            0x00FC: self._shared_strings,
            0x00FD: self._shared,
            0x0203: self._number,
            0x0204: self._label,
            0x0206: self._formula,
            0x0208: self._hidden_row,
            0x0207: self._result,
            0x027E: self._packed,
            0x0406: self._formula,
        }

    def move(self, place: Place) -> None:
        """Let the rows from here on stand at another place."""
        self.rows.move(place)

    def end_row(self) -> None:
        """End the row."""
        self.rows.end()

    def settle(self) -> None:
        """End the row, and count anew."""
        self.rows.flush()

    def unused(self) -> Iterator[str]:
        """Yield the shared strings that no cell shows."""
        return self._strings.unused()

    def _value_at(self, at: int) -> int:
        # In BIFF2 three bytes of format follow the column, later two.
        return at + 7 if self._stream.version == BIFF2 else at + 6

    def _cell(self, at: int) -> tuple[int, int]:
        """Return the row and the column of a cell."""
        if at + _CELL.size > len(self._data):
            return -1, -1
        row, column = _CELL.unpack_from(self._data, at)
        return row, column

    def _hidden_row(self, at: int, size: int) -> None:
        """[MS-XLS], Row: the sixth bit of the thirteenth byte says that it is not shown."""
        whole = size > _ROW_FLAGS_AT and at + _ROW_FLAGS_AT < len(self._data)
        if whole and self._data[at + _ROW_FLAGS_AT] & _ROW_HIDDEN:
            self.rows.hide_row(self._cell(at)[0])

    def _hidden_columns(self, at: int, size: int) -> None:
        """[MS-XLS], ColInfo: the first bit of the ninth byte says that they are not shown."""
        if size > _COLUMN_FLAGS_AT and at + _COLUMN_FLAGS_AT < len(self._data):
            first, last = self._cell(at)
            if self._data[at + _COLUMN_FLAGS_AT] & 1:
                self.rows.hide_columns(range(first, last + 1))

    def _integer(self, at: int, size: int) -> None:
        self.rows.add(*self._cell(at), str(self._stream.reader(at + 7, size - 7).number(2)))

    def _number(self, at: int, size: int) -> None:
        value = self._value_at(at)
        if value + 8 <= min(at + size, len(self._data)):
            self.rows.add(*self._cell(at), number_text(_DOUBLE.unpack_from(self._data, value)[0]))

    def _packed(self, at: int, size: int) -> None:
        if size >= _LONG_CELL.size and at + _LONG_CELL.size <= len(self._data):
            row, column, value = _LONG_CELL.unpack_from(self._data, at)
            self.rows.add(row, column, packed_number(value))

    def _packed_row(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.175: the last two bytes are the last column."""
        row, column = self._cell(at)
        for start in range(at + 4, min(at + size - 2, len(self._data)) - 5, 6):
            self.rows.add(row, column, packed_number(_PAIR.unpack_from(self._data, start)[1]))
            column += 1

    def _label(self, at: int, size: int) -> None:
        reader = self._stream.reader(at, size)
        reader.at = self._value_at(at) - at
        self.rows.add(*self._cell(at), reader.string(1 if self._stream.version == BIFF2 else 2))

    def _result(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.268: the text that the formula before gave."""
        self.rows.append(self._stream.reader(at, size).string(1 if self._stream.version == BIFF2 else 2))

    def _shared(self, at: int, size: int) -> None:
        if size < _LONG_CELL.size or at + _LONG_CELL.size > len(self._data):
            return
        row, column, index = _LONG_CELL.unpack_from(self._data, at)
        text = self._strings.use(index)
        if text is None:
            self.missing += 1
        else:
            self.rows.add(row, column, text)

    def _formula(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.127: the result first, then what it comes from."""
        value = self._value_at(at)
        end = min(at + size, len(self._data))
        if value + 8 > end:
            return
        number = self._data[value : value + 8]
        shown = "" if number.endswith(_NO_NUMBER) else number_text(_DOUBLE.unpack(number)[0])
        self.rows.add(*self._cell(at), shown)
        version = self._stream.version
        # Flags and, since BIFF5, four bytes for the order of calculation; then the size.
        start = value + {BIFF2: 9, BIFF5: 14, BIFF8: 14}.get(version, 10)
        width = 1 if version == BIFF2 else 2
        length = int.from_bytes(self._data[start : start + width], "little")
        start += width
        behind = self._data[start + length : end]
        for part, _, text in formula_texts(self._data[start : start + length], behind, self._stream):
            self._lines.add(replace(self.rows.place, part=part), text)

    def _shared_strings(self, at: int, size: int) -> None:
        aside = replace(self.rows.place, part=Part.METADATA, title="reading aid")
        for text, reading in shared_strings(self._stream.reader(at, size)):
            self._strings.add(text)
            if reading:
                self._lines.add(aside, reading)

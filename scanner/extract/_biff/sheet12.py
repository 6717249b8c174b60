"""Reads the cells of a sheet in a binary Excel workbook."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._biff.records12 import records, wide_string
from scanner.extract._biff.rows import Rows, number_text, packed_number
from scanner.extract._biff.texts12 import Records, formula_literals
from scanner.extract._lines import Lines
from scanner.extract._office.string_table import StringTable
from scanner.model.place import Part, Place

_ROW: Final = 0
_BLANK, _PACKED, _, _, _REAL, _STRING, _SHARED = range(1, 8)
_RESULT_STRING, _RESULT_REAL = 8, 9
_SHORT: Final = range(12, 19)
_RICH: Final = 62
_COLUMNS: Final = 60
_COLUMN_FLAGS_AT: Final = 16
# [MS-XLSB], BrtRowHdr.
_ROW_FLAGS_AT: Final = 11
_ROW_HIDDEN: Final = 0x10
_LAST_CELL: Final = 18
_STRING_ITEM: Final = 19
_PHONETIC: Final = 0x02
_BATCH: Final = 1 << 20
_DOUBLE: Final = struct.Struct("<d")
_LONG: Final = struct.Struct("<I")


class SharedStrings:
    """The strings that the cells of a workbook share."""

    def __init__(self, lines: Lines, place: Place, most: int) -> None:
        """Hold at most `most` characters, 0 for any number; phonetic readings go to `lines` at `place`."""
        self.missing = 0
        self._found = StringTable(most)
        self._lines = lines
        self._place = place

    def read(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """Take all strings of a part ([MS-XLSB], BrtSSTItem).

        Raises:
            UnreadableError: the part breaks off.
        """
        for kind, content in records(pieces):
            if kind != _STRING_ITEM:
                continue
            text, after = wide_string(content, 1, len(content))
            self._found.add(text)
            if content[:1] >= bytes((_PHONETIC,)):
                self._reading(content, after)
        yield

    def _reading(self, content: bytes, at: int) -> None:
        if content[0] & 1:
            (count,) = _LONG.unpack(content[at : at + 4].ljust(4, b"\0"))
            at += 4 + 4 * count
        if content[0] & _PHONETIC:
            self._lines.add(self._place, wide_string(content, at, len(content))[0])

    def use(self, index: int) -> str:
        """Return a string by its number; an empty one where there is none."""
        text = self._found.use(index)
        self.missing += text is None
        return text or ""

    def unused(self) -> Iterator[str]:
        """Yield the strings that no cell shows."""
        return self._found.unused()


class SheetReader:
    """Reads one sheet: its cells as rows, and its other records."""

    def __init__(self, lines: Lines, place: Place, shared: SharedStrings, others: Records) -> None:
        """Write to `lines` at `place`; `others` takes the records that are no cells."""
        self._lines = lines
        self._code = replace(place, part=Part.CODE)
        self._rows = Rows(lines, place)
        self._shared = shared
        self._others = others

    def read(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """Take all records; yields where lines may be handed on.

        Raises:
            UnreadableError: the part breaks off.
        """
        row, column = 0, -1
        try:
            for kind, content in records(pieces):
                if kind == _ROW:
                    row += 1
                    column = -1
                    if content[_ROW_FLAGS_AT : _ROW_FLAGS_AT + 1] and content[_ROW_FLAGS_AT] & _ROW_HIDDEN:
                        self._rows.hide_row(row)
                elif kind <= _LAST_CELL or kind == _RICH:
                    # A short cell stands right of the one before.
                    column = column + 1 if kind in _SHORT else int.from_bytes(content[:4], "little")
                    self._rows.add(row, column, self._cell(kind, content))
                elif kind == _COLUMNS:
                    self._columns(content)
                else:
                    self._others.take(kind, content)
                if self._rows.written > _BATCH:
                    self._rows.flush()
                    yield
        finally:
            self._rows.flush()

    def _columns(self, content: bytes) -> None:
        """[MS-XLSB], BrtColInfo: the first column and the last, and in the seventeenth byte whether they are hidden."""
        if len(content) > _COLUMN_FLAGS_AT and content[_COLUMN_FLAGS_AT] & 1:
            first, last = struct.unpack_from("<II", content)
            self._rows.hide_columns(range(first, last + 1))

    def _cell(self, kind: int, content: bytes) -> str:
        """Return a cell's text. Its column and format stand before its value, in a short one only the format."""
        at = 8
        if kind in _SHORT:
            kind -= _SHORT.start - _BLANK
            at = 4
        try:
            return self._value(kind, content, at)
        except struct.error:
            return ""

    def _value(self, kind: int, content: bytes, at: int) -> str:
        if kind == _SHARED:
            return self._shared.use(_LONG.unpack_from(content, at)[0])
        if kind == _PACKED:
            return packed_number(_LONG.unpack_from(content, at)[0])
        if kind == _REAL:
            return number_text(_DOUBLE.unpack_from(content, at)[0])
        if kind == _STRING:
            return wide_string(content, at, len(content))[0]
        if kind == _RICH:
            return wide_string(content, at + 1, len(content))[0]
        return self._result(kind, content, at) if kind >= _RESULT_STRING else ""

    def _result(self, kind: int, content: bytes, at: int) -> str:
        """Return what a formula gave; the strings in the formula itself are code."""
        text = ""
        if kind == _RESULT_STRING:
            text, at = wide_string(content, at, len(content))
        elif kind == _RESULT_REAL:
            text = number_text(_DOUBLE.unpack_from(content, at)[0])
            at += 8
        else:
            at += 1
        for literal in formula_literals(content, at + 2):
            self._lines.add(self._code, literal)
        return text

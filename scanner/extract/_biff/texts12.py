"""Reads the records with words in them beside the cells of a binary Excel workbook."""

import struct
from dataclasses import replace
from typing import Final

from scanner.extract._biff.formula import BIFF12, literals
from scanner.extract._biff.records12 import wide_string, wide_strings
from scanner.extract._lines import Lines
from scanner.extract._office.sheet import page_lines
from scanner.extract._text.strings import document_strings
from scanner.model.place import Part, Place

_NAME: Final = 39
_FORMAT: Final = 44
_STYLE: Final = 48
_VALIDATION: Final = 64
_ARRAY: Final = 426
_SHARED_FORMULA: Final = 427
_CONDITION: Final = 463
_PAGES: Final = 479
_LINK: Final = 494
_AUTHOR: Final = 632
_COMMENT: Final = 637
_BUILT_IN: Final = 0x01
_TITLES: Final = {
    _NAME: "defined name",
    _FORMAT: "number format",
    _VALIDATION: "input help",
    _LINK: "link",
    _AUTHOR: "author",
}
# Fonts, fills, borders, formats of cells and columns, and what stands around them.
_NO_TEXT: Final = frozenset({43, 45, 46, 47, 60, 145, 146, 148, 151, 152, 485, 486, 507})


def formula_literals(content: bytes, at: int) -> list[str]:
    """Return the strings in a formula that stands with its size before it ([MS-XLSB], CellParsedFormula)."""
    (size,) = struct.unpack("<I", content[at : at + 4].ljust(4, b"\0"))
    end = at + 4 + size
    return [line for text in literals(content[at + 4 : end], content[end + 4 :], BIFF12) for line in text.split("\0")]


class Records:
    """Takes the records of one part. `place` is that of words whose record says nothing of where they stand."""

    def __init__(self, lines: Lines, place: Place, base: Place) -> None:
        """Write to `lines`, all in the document at `base`."""
        self._lines = lines
        self._place = place
        self._base = base
        self._comments = 0

    def take(self, kind: int, content: bytes) -> None:
        """Write the words of a record."""
        if kind in _NO_TEXT or len(content) < 6:  # noqa: PLR2004 - a length and one character
            return
        if kind == _PAGES:
            self._pages(content)
        elif kind == _COMMENT:
            self._comments += 1
            place = replace(self._base, part=Part.COMMENT, number=self._comments)
            self._lines.add(place, wide_string(content, 1, len(content))[0])
        elif kind == _STYLE:
            self._style(content)
        elif kind in {_ARRAY, _SHARED_FORMULA}:
            for text in formula_literals(content, 17 if kind == _ARRAY else 16):
                self._lines.add(replace(self._place, part=Part.CODE), text)
        else:
            place = self._titled(_TITLES[kind]) if kind in _TITLES else self._place
            self._add(place, wide_strings(content))
            if kind in {_NAME, _VALIDATION, _CONDITION}:
                self._add(place, document_strings(content).splitlines())

    def _pages(self, content: bytes) -> None:
        """[MS-XLSB], BrtBeginHeaderFooter: header and footer of odd pages, of even ones, and of the first."""
        at = 2
        for part in (Part.HEADER, Part.FOOTER) * 3:
            text, at = wide_string(content, at, len(content))
            for line in page_lines(text):
                self._lines.add(replace(self._place, part=part), line)

    def _style(self, content: bytes) -> None:
        """[MS-XLSB], BrtStyle: its name stands last; those of styles that Excel brings along say nothing."""
        if not content[4] & _BUILT_IN:
            self._add(self._titled("style"), [wide_string(content, 8, len(content))[0]])

    def _titled(self, title: str) -> Place:
        return replace(self._base, part=Part.METADATA, title=title)

    def _add(self, place: Place, texts: list[str]) -> None:
        for text in dict.fromkeys(texts):
            if text.strip():
                self._lines.add(place, text)

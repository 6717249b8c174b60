"""Puts words together again whose letters were placed one by one, far apart or below each other."""

import re
from collections.abc import Iterator
from ctypes import byref, c_ushort
from typing import Any, Final

import pypdfium2.raw as pdfium

# Single characters, with one space or line feed between them.
_APART: Final = re.compile(r"(?<!\S)\w(?:[ \n]\w){3,}(?!\S)")
_ROW: Final = 4
_EVEN: Final = 0.06
_MOST_ROWS: Final = 200
_LONGEST_ROW: Final = 200

Handle = Any


def spelled_out(text: str) -> Iterator[str]:
    """Yield the words in a page's text whose letters stand alone, side by side or below each other."""
    for match in _APART.finditer(text):
        word = match[0].replace(" ", "").replace("\n", "")
        if any(map(str.isalpha, word)):
            yield word


class Rows:
    """Gathers the texts of a page that are no wider than a letter and follow each other in even steps.

    Only a writer that places each letter on its own makes these: in any other text a letter takes the room it needs.
    PDFium puts spaces into such words.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._rows: list[list[Handle]] = []
        self._row: list[Handle] = []
        self._last = (0.0, 0.0)
        self._step = (0.0, 0.0)

    def add(self, item: Handle) -> None:
        """Take the next narrow text of the page."""
        matrix = pdfium.FS_MATRIX()
        if not pdfium.FPDFPageObj_GetMatrix(item, byref(matrix)):
            return
        step = (matrix.e - self._last[0], matrix.f - self._last[1])
        if len(self._row) > 1 and not _is_even(step, self._step):
            # The letter before may begin the next word.
            before = self._row[-1]
            self.end()
            self._row = [before]
        self._row.append(item)
        self._last, self._step = (matrix.e, matrix.f), step

    def end(self) -> None:
        """Take note that the next text does not go on with the last ones."""
        if len(self._row) >= _ROW and len(self._rows) < _MOST_ROWS:
            backwards = abs(self._step[0]) > abs(self._step[1]) and self._step[0] < 0
            self._rows.append(self._row[::-1] if backwards else self._row)
        self._row = []

    def words(self, textpage: Handle) -> Iterator[str]:
        """Yield the word that each row of single letters is."""
        self.end()
        for row in self._rows:
            letters = [_letter(item, textpage) for item in row[:_LONGEST_ROW]]
            word = "".join(letters)
            if all(letters) and any(map(str.isalpha, word)):
                yield word


def _letter(item: Handle, textpage: Handle) -> str:
    """Return the only character of a text, nothing where there are more."""
    buffer = (c_ushort * 8)()
    size = pdfium.FPDFTextObj_GetText(item, textpage, buffer, 16)
    text = bytes(buffer)[: max(0, min(size, 16) - 2)].decode("utf-16-le", "ignore").strip()
    return text if len(text) == 1 else ""


def _is_even(step: tuple[float, float], other: tuple[float, float]) -> bool:
    size = abs(step[0]) + abs(step[1])
    return size > 0 and abs(step[0] - other[0]) + abs(step[1] - other[1]) < _EVEN * size

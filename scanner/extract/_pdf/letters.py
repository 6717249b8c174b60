"""Puts words together again whose letters were placed one by one, far apart or below each other."""

import re
from collections.abc import Iterator
from ctypes import byref, c_double
from typing import Final

import pypdfium2.raw as pdfium

from scanner.extract._pdf.quick import character, count_characters, matrix, origin

# Four of at most two characters each, with one space or line feed between them.
_APART: Final = re.compile(r"[ \n](\S{1,2}+(?!\S)(?:[ \n]\S{1,2}+(?!\S)){3,}+)")
_SINGLE: Final = re.compile(r"(?<!\S)\w(?:[ \n]\w){3,}(?!\S)")
# Text that is drawn twice, a little shifted, to look bold.
_DOUBLED: Final = re.compile(r"\b(\w)\1(?:(\w)\2){3,}")
# The same by the bytes of a letter.
_SAME: Final = {
    1: re.compile(rb"\0.\0.\0.\0", re.DOTALL),
    2: re.compile(rb"\0\0..\0\0..\0\0..\0\0", re.DOTALL),
}
_MOSTLY_LATIN: Final = 0.9
_ALONE: Final = 3
_SHORT: Final = 2.4
_MOSTLY: Final = 0.6
_LONGEST: Final = 2000
ROW: Final = 4
"""How many letters in even steps are a word."""

_EVEN: Final = 0.06
_MOST_CHARACTERS: Final = 100_000
_VISIBLE: Final = 0x20
_SURROGATES: Final = 0xD800

_Spot = tuple[float, float]


def spelled_out(text: str) -> Iterator[str]:
    """Yield the words in a page's text whose letters stand alone, side by side or below each other, or stand twice."""
    text = f"\n{text}"
    for match in _APART.finditer(text):
        alone = [token.isalpha() for token in match[1].split() if len(token) == 1]
        # Four short words in a row are no rarity: "so as to be".
        if sum(alone) < _ALONE or len(alone) * 3 < len(match[1].split()):
            continue
        yield from _put_together(match[1])
        for single in _SINGLE.finditer(match[1]):
            yield from _put_together(single[0])
        start, end = text.rfind("\n", 0, match.start(1)) + 1, text.find("\n", match.end())
        if "\n" in match[1]:
            # Text on a curve comes in pieces, some of them longer.
            start, end = text.rfind("\n", 0, max(0, start - 1)) + 1, text.find("\n", max(end, 0) + 1)
        line = text[start : end if end >= 0 else len(text)]
        tokens = line.split()
        if line != match[1] and len(line) < _LONGEST and len("".join(tokens)) < _SHORT * len(tokens):
            yield from _put_together(line)
    for match in _DOUBLED.finditer(text) if _has_doubles(text) else ():
        if match[0][::2].isalpha():
            yield match[0][::2]


def _has_doubles(text: str) -> bool:
    """Tell whether four letters may stand twice each in a row: all letters are compared with the next one at once."""
    # All that are no Latin letters are the same here.
    units, size = text.encode("latin-1", "replace"), 1
    if units.count(b"?") > (1 - _MOSTLY_LATIN) * len(units):
        units, size = text.encode("utf-16-le", "surrogatepass"), 2
    number = int.from_bytes(units, "little")
    steps = (number ^ number >> 8 * size).to_bytes(len(units), "little")
    # A letter may be two units.
    return len(units) > size * len(text) or _SAME[size].search(steps) is not None


def _put_together(letters: str) -> Iterator[str]:
    word = "".join(letters.split())
    if sum(map(str.isalpha, word)) >= _MOSTLY * len(word):
        yield word


class Rows:
    """Gathers the texts of a page that are no wider than a letter and follow each other in even steps.

    Only a writer that places each letter on its own makes these: in any other text a letter takes the room it needs.
    PDFium puts spaces into such words.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._rows: list[list[_Spot]] = []
        self._row: list[_Spot] = []
        self._step = (0.0, 0.0)
        self._matrix = pdfium.FS_MATRIX()

    def add(self, item: int) -> None:
        """Take the next narrow text of the page."""
        own = self._matrix
        if not matrix(item, byref(own)):
            return
        spot = (own.e, own.f)
        last = self._row[-1] if self._row else spot
        step = (spot[0] - last[0], spot[1] - last[1])
        if len(self._row) > 1 and not _is_even(step, self._step):
            self.end()
            # The letter before may begin the next word.
            self._row = [last]
        self._row.append(spot)
        self._step = step

    def end(self) -> None:
        """Take note that the next text does not go on with the last ones."""
        if len(self._row) >= ROW:
            backwards = abs(self._step[0]) > abs(self._step[1]) and self._step[0] < 0
            self._rows.append(self._row[::-1] if backwards else self._row)
        self._row = []

    def words(self, textpage: int) -> Iterator[str]:
        """Yield the word that each row of single letters is."""
        self.end()
        letters = _by_spot(textpage, {_rounded(*spot) for row in self._rows for spot in row})
        for row in self._rows:
            word = "".join(letters.get(_rounded(*spot), "") for spot in row)
            if len(word) == len(row) and any(map(str.isalpha, word)):
                yield word


def _by_spot(textpage: int, spots: set[_Spot]) -> dict[_Spot, str]:
    """Return the characters of a page that stand at some spots; a text of several begins with its first."""
    if not spots:
        return {}
    x, y = c_double(), c_double()
    at_x, at_y = byref(x), byref(y)
    found = {}
    for at in range(min(count_characters(textpage), _MOST_CHARACTERS)):
        if not origin(textpage, at, at_x, at_y) or (spot := _rounded(x.value, y.value)) not in spots:
            continue
        code = character(textpage, at)
        if _VISIBLE < code < _SURROGATES:
            found[spot] = chr(code)
    return found


def _rounded(x: float, y: float) -> _Spot:
    return round(x, 1), round(y, 1)


def _is_even(step: tuple[float, float], other: tuple[float, float]) -> bool:
    size = abs(step[0]) + abs(step[1])
    return size > 0 and abs(step[0] - other[0]) + abs(step[1] - other[1]) < _EVEN * size

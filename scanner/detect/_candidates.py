"""Finds the few lines of a text that could hold a marking, without looking at the others one by one."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.detect._anchors import expression, keys_expression, searched, stems
from scanner.detect._pages import Page
from scanner.detect._prose import Prose
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect.normalize import key, read_order

LONGEST_LINE: Final = 300
_MOST_OTHER_LETTERS: Final = 60
_COLUMN: Final = re.compile(r"\t| {3,}")
# A line that begins with a long name may be a whole notice.
_STATEMENT: Final = 16
_SLASHES: Final = "//"
_AT_ONCE: Final = 1 << 14  # characters


class Candidates:
    """Looks for the words of all spellings in a text, in one pass, and then at the lines that hold them."""

    def __init__(self, schemes: tuple[Scheme, ...], prose: Prose) -> None:
        """Compile the search."""
        spelled = stems(searched(schemes))
        short = {
            spelling.key
            for scheme in schemes
            for rule in scheme.levels
            for spelling in rule.spellings
            if spelling.strength is Strength.SHORT and spelling.key.isascii()
        }
        words = "|".join(sorted(map(re.escape, short), key=len, reverse=True)) or "[^\x00-\x7f]{9}"
        beginning = rf"(?:{words})\s?//\s?[A-Z]"
        self._short = re.compile(rf"\W*{beginning}")
        self._search = expression(spelled.values(), rf"^[^\pL\n]*{beginning}")
        self._prose = prose
        self._keys = keys_expression(spelled)

    def lines(self, page: Page) -> Iterator[tuple[int, int, str]]:
        """Yield the number of each candidate line, the offset in it of a piece, and the piece.

        The piece is the whole line; of a line too long to be a marking, each of its columns that holds a name.
        """
        for number in self._numbers(page):
            line = page.lines[number]
            if len(line.strip()) <= LONGEST_LINE:
                if self._may(line):
                    yield number, 0, line
            elif _COLUMN.search(line):
                yield from ((number, offset, piece) for offset, piece in self._columns(line))

    def _numbers(self, page: Page) -> Iterator[int]:
        """Yield the numbers of the lines that hold the words of a spelling, or letters set apart."""
        data = _capitals(page.text)
        number = counted = 0
        found = self._search.search(data, 0)
        while found is not None:
            # What parts a word from the line before it may be that line's end.
            first = found.start() + (data[found.start() : found.start() + 1] == b"\n")
            number += data.count(b"\n", counted, first)
            counted = first
            yield number
            end = data.find(b"\n", max(first, found.end() - 1))
            if end < 0:
                return
            found = self._search.search(data, end)

    def _may(self, line: str) -> bool:
        """Tell a line that could be a marking from a sentence that holds the words of one."""
        if _SLASHES in line and self._short.match(line):
            return True
        letters = key(read_order(line))
        held = self._keys.search(letters.encode("utf-8", "replace"), 0)
        if held is None:
            return False
        name = held[0].decode()
        if len(name) >= _STATEMENT and letters.startswith(name):
            return True
        if self._prose.is_sentence(line) or self._prose.is_title(line):
            return False
        others = len(letters) - len(name)
        return others <= _MOST_OTHER_LETTERS or _SLASHES in line or _COLUMN.search(line.strip()) is not None

    def _columns(self, line: str) -> Iterator[tuple[int, str]]:
        gaps = [offset for gap in _COLUMN.finditer(line) for offset in gap.span()]
        for start, end in zip((0, *gaps[1::2]), (*gaps[::2], len(line)), strict=True):
            if end - start <= LONGEST_LINE and self._may(line[start:end]):
                yield start, line[start:end]


def _capitals(text: str) -> bytes:
    """Return a text in capitals; in parts, because one letter that is not ASCII makes all of a string slower."""
    parts = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
    return b"".join(part.upper().encode("utf-8", "replace") for part in parts)

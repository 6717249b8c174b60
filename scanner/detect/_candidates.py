"""Finds the few lines of a text that could hold a marking, without looking at the others one by one."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.detect._pages import Page
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect.normalize import key

LONGEST_LINE: Final = 300
_COLUMN: Final = re.compile(r"\t| {3,}")
_MOST_COLUMNS: Final = 500
_SLASHES: Final = "//"


class Candidates:
    """Looks for the stems of all spellings in the keys of a text: one search of C speed a stem."""

    def __init__(self, schemes: tuple[Scheme, ...]) -> None:
        """Take the shortest set of stems that any spelling contains."""
        names = {
            spelling.key
            for scheme in schemes
            for rule in scheme.levels
            for spelling in rule.spellings
            if spelling.strength not in {Strength.LABEL, Strength.SHORT}
        }
        self._stems = tuple(sorted(name for name in names if not any(other in name for other in names - {name})))
        short = {
            spelling.key
            for scheme in schemes
            for rule in scheme.levels
            for spelling in rule.spellings
            if spelling.strength is Strength.SHORT and spelling.key.isascii()
        }
        words = "|".join(sorted(map(re.escape, short), key=len, reverse=True)) or "(?!)"
        self._short = re.compile(rf"\W*(?:{words})\s?//\s?[A-Z]")

    def lines(self, page: Page) -> Iterator[tuple[int, int, str]]:
        """Yield the number of each candidate line, the offset in it of a piece, and the piece.

        The piece is the whole line; of a line too long to be a marking, each of its columns that holds a stem.
        """
        for number in sorted(self._numbers(page)):
            line = page.lines[number]
            if len(line.strip()) <= LONGEST_LINE:
                yield number, 0, line
            elif _COLUMN.search(line):
                yield from ((number, offset, piece) for offset, piece in self._columns(line))

    def _numbers(self, page: Page) -> set[int]:
        keyed = key(page.text)
        found: set[int] = set()
        for stem in self._stems:
            found.update(_line_numbers(keyed, stem))
        if _SLASHES in page.text:
            lines = page.lines
            found.update(number for number in _line_numbers(page.text, _SLASHES) if self._short.match(lines[number]))
        return found

    def _columns(self, line: str) -> Iterator[tuple[int, str]]:
        start = 0
        for count, gap in enumerate(_COLUMN.finditer(line)):
            if count > _MOST_COLUMNS:
                return  # what stands that far to the right is no marking
            piece = line[start : gap.start()]
            if len(piece) <= LONGEST_LINE and any(stem in key(piece) for stem in self._stems):
                yield start, piece
            start = gap.end()
        if len(line) - start <= LONGEST_LINE:
            yield start, line[start:]


def _line_numbers(text: str, wanted: str) -> Iterator[int]:
    """Yield the number of each line that holds a string."""
    number = counted = 0
    at = text.find(wanted)
    while at >= 0:
        number += text.count("\n", counted, at)
        counted = at
        yield number
        end = text.find("\n", at)
        at = text.find(wanted, end) if end >= 0 else -1

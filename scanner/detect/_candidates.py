"""Finds the few lines of a text that could hold a marking, without looking at the others one by one."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.detect._pages import Page
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect.normalize import key

LONGEST_LINE: Final = 300
_MOST_OTHER_LETTERS: Final = 60
_COLUMN: Final = re.compile(r"\t| {3,}")
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
        for number in self._numbers(page):
            line = page.lines[number]
            if len(line.strip()) <= LONGEST_LINE:
                yield number, 0, line
            elif _COLUMN.search(line):
                yield from ((number, offset, piece) for offset, piece in self._columns(line))

    def _numbers(self, page: Page) -> list[int]:
        keyed = key(page.text)
        letters: dict[int, int] = {}
        for stem in self._stems:
            for number, length in _lines_with(keyed, stem):
                letters[number] = min(letters.get(number, length), length - len(stem))
        lines = page.lines
        found = {number for number, others in letters.items() if others <= _MOST_OTHER_LETTERS or _may(lines[number])}
        if _SLASHES in page.text:
            found.update(number for number, _ in _lines_with(page.text, _SLASHES) if self._short.match(lines[number]))
        return sorted(found)

    def _columns(self, line: str) -> Iterator[tuple[int, str]]:
        gaps = [offset for gap in _COLUMN.finditer(line) for offset in gap.span()]
        for start, end in zip((0, *gaps[1::2]), (*gaps[::2], len(line)), strict=True):
            if end - start <= LONGEST_LINE:
                letters = key(line[start:end])
                if any(stem in letters for stem in self._stems):
                    yield start, line[start:end]


def _may(line: str) -> bool:
    """Tell a line that is too full to be a marking in prose, but has slashes or columns."""
    return _SLASHES in line or _COLUMN.search(line.strip()) is not None


def _lines_with(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Yield the number and the length of each line that holds a string."""
    number = counted = 0
    at = text.find(wanted)
    while at >= 0:
        number += text.count("\n", counted, at)
        counted = at
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        yield number, (end if end >= 0 else len(text)) - start
        at = text.find(wanted, end) if end >= 0 else -1

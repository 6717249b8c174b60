"""Finds the few lines of a text that could hold a marking, without looking at the others one by one."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from scanner.detect._anchors import expression, holding, keys_expression, searched, stems
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
        beginning = rf"(?:{words})[ \t]?//[ \t]?[A-Z]"
        self._short = re.compile(rf"\W*{beginning}")
        self._search = expression(spelled.values(), rf"^[^\pL\n]*{beginning}")
        self._prose = prose
        self._keys = keys_expression(spelled)

    def hits(self, page: Page) -> Sequence[tuple[int, str]]:
        """Return the number and the text of each line that is worth a look.

        It holds the words of a spelling or letters set apart, is in capitals, or begins with a bracket.
        """
        data = page.data
        if not data:
            return ()
        number = counted = 0
        found: list[tuple[int, str]] = []
        for match in self._search.finditer(data):
            first, end = match.span()
            start = data.rfind(b"\n", counted, first) + 1 or counted
            number += data.count(b"\n", counted, start)
            counted = start
            found.append((number, data[start:end].decode()))
        if not found:
            return ()
        page.counted = (number, counted)
        return found

    def lines(self, hits: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
        """Yield the number of each candidate line, the offset in it of a piece, and the piece.

        The piece is the whole line; of a line too long to be a marking, each of its columns that holds a name.
        """
        for number, line in self._named(hits):
            if len(line.strip()) <= LONGEST_LINE:
                if self._may(line):
                    yield number, 0, line
            elif _COLUMN.search(line):
                yield from ((number, offset, piece) for offset, piece in self._columns(line))

    def _named(self, hits: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Yield the hits that hold a name, or begin with an abbreviation and slashes."""
        if not hits:
            return
        places = set(holding(self._keys, [read_order(line) for _, line in hits]))
        places.update(place for place, (_, line) in enumerate(hits) if _SLASHES in line and self._short.match(line))
        for place in sorted(places):
            yield hits[place]

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

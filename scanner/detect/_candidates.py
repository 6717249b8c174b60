"""Finds the few lines of a text that could hold a marking, without looking at the others one by one."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from scanner.detect._anchors import expression, holding, keys_expression, keys_of, searched, stems
from scanner.detect._pages import RARE_BREAKS, Page
from scanner.detect._prose import Prose
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect.normalize import read_order

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
        spellings = searched(schemes)
        spelled = stems(spellings)
        short = {
            spelling.key
            for scheme in schemes
            for rule in scheme.levels
            for spelling in rule.spellings
            if spelling.strength is Strength.SHORT and spelling.key.isascii()
        }
        words = "|".join(sorted(map(re.escape, sorted(short)), key=len, reverse=True)) or "[^\x00-\x7f]{9}"
        beginning = rf"(?:{words})[ \t]?//[ \t]?[A-Z]"
        self._short = re.compile(rf"\W*{beginning}")
        self._search = expression(spelled.values(), rf"^[^\pL\n]*{beginning}")
        self._prose = prose
        self._statements = {one.key[:_STATEMENT] for one in spellings if len(one.key) >= _STATEMENT}
        self._keys = keys_expression(spelled)

    def hits(self, page: Page) -> Sequence[tuple[int, str]]:
        """Return the place and the text of each line that is worth a look.

        It holds the words of a spelling or letters set apart, is in capitals, or begins with a bracket; or a line
        break that is none of the usual ones: then the page is broken there, and looked at again.
        """
        found = list(self._hits(page))
        if len(page.data) > len(page.text) and any(RARE_BREAKS.search(line) for _, line in found):
            page.break_lines()
            found = list(self._hits(page))
        return found

    def lines(self, hits: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
        """Yield the place of each candidate line, the offset in it of a piece, and the piece.

        The piece is the whole line; of a line too long to be a marking, each of its columns that holds a name.
        """
        if not hits:
            return
        named: dict[int, tuple[str, str] | None] = dict(self._named([line for _, line in hits]))
        short = {number for number, (_, line) in enumerate(hits) if _SLASHES in line and self._short.match(line)}
        named.update(dict.fromkeys(short))
        for number in sorted(named):
            at, line = hits[number]
            if len(line.strip()) <= LONGEST_LINE:
                if self._may(line, named[number]):
                    yield at, 0, line
            elif _COLUMN.search(line):
                yield from ((at, offset, piece) for offset, piece in self._columns(line))

    def _hits(self, page: Page) -> Iterator[tuple[int, str]]:
        data = page.data
        last = 0
        for match in self._search.finditer(data):
            first, end = match.span()
            start = data.rfind(b"\n", last, first) + 1 or last
            yield start, data[start:end].decode()
            last = end

    def _named(self, lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, str]]]:
        """Yield the number of each line that holds a name, with the first name in it and its key."""
        for number, name, letters in holding(self._keys, keys_of([read_order(line) for line in lines])):
            yield number, (name.decode(), letters.decode())

    def _may(self, line: str, named: tuple[str, str] | None) -> bool:
        """Tell a line that could be a marking from a sentence that holds the words of one.

        `named` is the first name in it and its key, None where it begins with an abbreviation and slashes.
        """
        if named is None:
            return True
        name, letters = named
        others = len(letters) - len(name)
        if not others or letters[:_STATEMENT] in self._statements:
            return True
        if others > _MOST_OTHER_LETTERS and _SLASHES not in line and not _COLUMN.search(line.strip()):
            return False
        return not self._prose.is_running(line, letters)

    def _columns(self, line: str) -> Iterator[tuple[int, str]]:
        gaps = [offset for gap in _COLUMN.finditer(line) for offset in gap.span()]
        spans = zip((0, *gaps[1::2]), (*gaps[::2], len(line)), strict=True)
        pieces = [(start, line[start:end]) for start, end in spans if end - start <= LONGEST_LINE]
        named = dict(self._named([piece for _, piece in pieces]))
        for number, (start, piece) in enumerate(pieces):
            short = _SLASHES in piece and self._short.match(piece)
            if short or (number in named and self._may(piece, named[number])):
                yield start, piece

"""Tells a line of running text from one that could be a marking, by its small words: a first look, cheap and safe."""

import re
from collections.abc import Iterable
from typing import Final

from scanner.detect._alike import is_cjk
from scanner.detect._scheme_rule import Scheme

_WORD: Final = re.compile(r"(?<![^\W\d_])[^\W\dA-Z_][^\W\d_]+")
_COLUMN: Final = re.compile(r"\t| {3,}|//|[|¦★☆]")
# No marking, with a list of names and all that stands beside it, has as many small words of other meaning.
_MOST_FOREIGN: Final = 4
_MOST_UNSPACED: Final = 30
_SHORTEST: Final = 24


class Prose:
    """Knows the words that markings are made of."""

    def __init__(self, schemes: Iterable[Scheme]) -> None:
        """Take the words of all levels, caveats and lead-ins."""
        self._words = frozenset(
            word.lower()
            for scheme in schemes
            for word in (
                *(word for rule in scheme.levels for spelling in rule.spellings for word in spelling.words),
                *(word for caveat in scheme.caveats for word in re.findall(r"[^\W\d_]+", caveat.name)),
            )
        )

    def holds(self, line: str) -> bool:
        """Tell whether a line is a sentence or a part of one; columns and slashes make it none."""
        if len(line) < _SHORTEST or _COLUMN.search(line.strip()):
            return False
        foreign = 0
        for word in _WORD.findall(line):
            if word.islower():
                foreign += word not in self._words
            elif len(word) > _MOST_UNSPACED and is_cjk(word[0]):
                return True
            if foreign >= _MOST_FOREIGN:
                return True
        return False

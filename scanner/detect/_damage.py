"""Recognises level names that a scanner's text recognition has damaged: SEGRET, SECREI, CONFIDENTIEL DEFEN8E."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from scanner.detect._line import Line
from scanner.detect._pages import Page
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect.normalize import key

_LONGEST: Final = 90
_SHORTEST: Final = 6
_MOST_LINES: Final = 2_000
_MOST_WORDS: Final = 10
# At most two small letters, as a 1 or I is often read, in a line that is not blank.
_CAPITALS: Final = re.compile(r"\n(?=[^A-Z\n]*+[A-Z])[^a-zà-ÿ\n]*+(?:[a-zà-ÿ][^a-zà-ÿ\n]*+){0,2}+(?=\n)")
_ENOUGH_CAPITALS: Final = re.compile(r"(?:[^A-Z]*+[A-Z]){5}")
# Letters beside a name: page numbers, dates and copy numbers, but no sentence.
_MOST_BESIDE: Final = 14
_MOST_EDITS: Final = 2
_EDGE: Final = 0.6
# A plain word must be closer than a phrase, and one that stands on many a sign closer still.
_MOST: Final = {Strength.COMMON: 0.6, Strength.WEAK: 0.4}
_STROKES: Final = frozenset("IL1TJ")
_WHOLE: Final = 1.0
# What one letter is read as, and how far that is; measured on 36,000 released files of the 1960s.
_CONFUSED: Final = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.1, "I1 L1 O0 S5 S8 B8 Z2 G6"),
        (0.3, "CG TI RH RK EF CO TL RP IL DO UV NM UM HN"),
        (0.4, "SB EB CE TY ES EI TE TF"),
    )
    for pair in pairs.split()
}


class Damage:
    """Finds lines in capitals with a word or phrase close to a level's name, and mends them."""

    def __init__(self, schemes: Iterable[Scheme]) -> None:
        """Take the names that are long enough to be recognised in pieces."""
        self._most: dict[str, float] = {}
        for spelling in (spelling for scheme in schemes for rule in scheme.levels for spelling in rule.spellings):
            if spelling.strength in {Strength.SHORT, Strength.LABEL} or len(spelling.key) < _SHORTEST:
                continue
            if spelling.key.isascii():
                most = 1.2 if len(spelling.key) > _SHORTEST + 2 else _MOST[Strength.COMMON]
                most = _MOST.get(spelling.strength, most)
                self._most[spelling.key] = max(most, self._most.get(spelling.key, 0.0))
        near: defaultdict[int, list[str]] = defaultdict(list)
        for name in sorted(self._most):
            for length in range(len(name) - 1, len(name) + 2):
                near[length].append(name)
        self._near = dict(near)

    def lines(self, page: Page, known: Collection[int]) -> Iterator[tuple[int, Line, float]]:
        """Yield the number of each line that can be mended, the mended line, and how far it was off."""
        read: dict[str, tuple[Line, float] | None] = {}
        text = f"\n{page.text}\n"
        number = counted = 0
        for match in _CAPITALS.finditer(text):
            if not _SHORTEST - 1 < match.end() - match.start() <= _LONGEST:
                continue
            line = match[0][1:]
            if line not in read:
                if len(read) > _MOST_LINES:
                    return
                read[line] = self._mend(line) if _ENOUGH_CAPITALS.match(line) else None
            mended = read[line]
            if mended is not None:
                number += text.count("\n", counted, match.start())
                counted = match.start()
                if number not in known:
                    yield number, *mended

    def _mend(self, text: str) -> tuple[Line, float] | None:
        if len(key(text)) < _SHORTEST - 1:
            return None
        line = Line.of(text)
        best: tuple[float, int, int, int, str] | None = None
        for start, end in _windows(line):
            read = line.key[start:end]
            if read in self._most:
                return None
            for name, _, _ in process.extract(
                read, self._near.get(end - start, ()), scorer=OSA.distance, score_cutoff=_MOST_EDITS, limit=None
            ):
                cost = _distance(read, name, self._most[name])
                if cost <= self._most[name]:
                    found = (cost - len(name), len(name), start, end, name)
                    best = min(found, best) if best is not None else found
        if best is None:
            return None
        return line.mended(best[2], best[3], best[4]), best[0] + best[1]


def _windows(line: Line) -> Iterator[tuple[int, int]]:
    """Yield the spans of words that nearly fill the line, or a column of it."""
    edges = sorted(line.edges)
    columns = [0, *(edge for edge in edges if line.is_wide(edge)), len(line.key)]
    for low, high in {*zip(columns, columns[1:], strict=False), (0, len(line.key))}:
        inside = [edge for edge in edges if low <= edge <= high][: _MOST_WORDS + 1]
        for start in inside:
            for end in inside:
                if end - start >= max(_SHORTEST - 1, high - low - _MOST_BESIDE):
                    yield start, end


def _distance(read: str, name: str, most: float) -> float:
    """Return the edit distance with confusions that cost less, or something above `most`.

    A letter lost at either end, or an upright stroke gained at the end, costs less than one inside.
    """
    last = len(read)
    before = [_EDGE * min(column, 1) + _WHOLE * max(column - 1, 0) for column in range(len(name) + 1)]
    for row, letter in enumerate(read, 1):
        here = [before[0] + _WHOLE]
        gained = _EDGE if row == last and letter in _STROKES else _WHOLE
        for column, wanted in enumerate(name, 1):
            swap = before[column - 1] + (
                0.0 if letter == wanted else _CONFUSED.get(frozenset((letter, wanted)), _WHOLE)
            )
            lost = here[-1] + (_EDGE if row == last and column == len(name) else _WHOLE)
            here.append(min(swap, lost, before[column] + gained))
        if min(here) > most:
            return most + 1
        before = here
    return before[-1]

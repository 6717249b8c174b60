"""Recognises level names that a scanner's text recognition has damaged: SEGRET, SECREI, CONFIDENTIEL DEFEN8E."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scanner.detect._line import Line
from scanner.detect._pages import Page
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect.normalize import key

_LONGEST: Final = 90
_SHORTEST: Final = 6
_MOST_LINES: Final = 2_000
_MOST_WORDS: Final = 10
# At most two small letters, as a 1 or I is often read: cheap to refuse, because ordinary lines fail at once.
_CAPITALS: Final = re.compile(r"(?=(?:[^A-Z]*[A-Z]){5})[^a-zà-ÿ]*(?:[a-zà-ÿ][^a-zà-ÿ]*){0,2}")
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


@dataclass(frozen=True, slots=True)
class _Target:
    key: str
    pieces: tuple[str, ...]
    most: float


class Damage:
    """Finds lines in capitals with a word or phrase close to a level's name, and mends them."""

    def __init__(self, schemes: Iterable[Scheme]) -> None:
        """Take the names that are long enough to be recognised in pieces."""
        names: dict[str, float] = {}
        for spelling in (spelling for scheme in schemes for rule in scheme.levels for spelling in rule.spellings):
            if spelling.strength in {Strength.SHORT, Strength.LABEL} or len(spelling.key) < _SHORTEST:
                continue
            if spelling.key.isascii():
                most = 1.2 if len(spelling.key) > _SHORTEST + 2 else _MOST[Strength.COMMON]
                most = _MOST.get(spelling.strength, most)
                names[spelling.key] = max(most, names.get(spelling.key, 0.0))
        self._names = frozenset(names)
        self._targets = tuple(_Target(name, _pieces(name), most) for name, most in names.items())
        pieces = sorted({piece for target in self._targets for piece in target.pieces})
        self._likely = re.compile("|".join(map(re.escape, pieces)) or "(?!)")

    def lines(self, page: Page, known: Collection[int]) -> Iterator[tuple[int, Line, float]]:
        """Yield the number of each line that can be mended, the mended line, and how far it was off."""
        read: dict[str, tuple[Line, float] | None] = {}
        for number, text in enumerate(page.lines):
            if not _SHORTEST - 1 <= len(text) <= _LONGEST or number in known or not _CAPITALS.fullmatch(text):
                continue
            letters = key(text)
            if len(letters) < _SHORTEST - 1 or not self._likely.search(letters):
                continue
            if text not in read:
                if len(read) > _MOST_LINES:
                    return
                read[text] = self._mend(Line.of(text))
            mended = read[text]
            if mended is not None:
                yield number, *mended

    def _mend(self, line: Line) -> tuple[Line, float] | None:
        likely = [target for target in self._targets if any(piece in line.key for piece in target.pieces)]
        edges = sorted(line.edges)
        if not likely or len(edges) > _MOST_WORDS + 1:
            return None
        windows: dict[int, list[tuple[int, int]]] = {}
        for start in edges:
            for end in edges:
                windows.setdefault(end - start, []).append((start, end))
        best: tuple[float, int, int, int, str] | None = None
        for target in likely:
            for length in range(len(target.key) - 1, len(target.key) + 2):
                for start, end in windows.get(length, ()):
                    cost = _cost(line.key[start:end], target)
                    if cost <= target.most:
                        found = (cost - len(target.key), len(target.key), start, end, target.key)
                        best = min(found, best) if best is not None else found
        if best is None or line.key[best[2] : best[3]] in self._names:
            return None
        return line.mended(best[2], best[3], best[4]), best[0] + best[1]


def _pieces(name: str) -> tuple[str, ...]:
    """Cut a name in three: two errors leave one piece whole."""
    third = len(name) // 3
    return name[:third], name[third : 2 * third], name[2 * third :]


def _cost(read: str, target: _Target) -> float:
    if not any(piece in read for piece in target.pieces):
        return target.most + 1
    return _distance(read, target.key, target.most)


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

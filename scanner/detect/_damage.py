"""Recognises level names that a scanner's text recognition has damaged: SEGRET, SECREI, CONFIDENTIEL DEFEN8E."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, pairwise
from operator import or_
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from scanner.detect._alike import is_cjk
from scanner.detect._anchors import holding, keys_of
from scanner.detect._line import Line
from scanner.detect._misread import MOST_EDITS, WHOLE, distance
from scanner.detect._near import Near
from scanner.detect._pages import Page
from scanner.detect._prose import Prose
from scanner.detect._scheme_rule import Scheme, Spelling, Strength
from scanner.detect.normalize import key

_LONGEST: Final = 90
_SHORTEST: Final = 5
MOST_MENDED: Final = 20_000  # different lines of a document
_MOST_WORDS: Final = 10
# At most two small letters, as a 1 or I is often read.
_CAPITALS: Final = re.compile(r"[^a-zà-ÿ]*+(?:[a-zà-ÿ][^a-zà-ÿ]*+){0,2}+")
# So many words of other meaning in small letters have no name among them, damaged or not.
_MOST_FOREIGN: Final = 3
_COLUMN: Final = re.compile(r"\t| {3,}|[|¦]")
_NO_WORD: Final = re.compile(r"[\W_]+")
_MOST_IN_MARGIN: Final = 6
_ENOUGH_CAPITALS: Final = re.compile(r"(?:[^A-Z]*+[A-Z]){5}")
# Letters beside a name: page numbers, dates and copy numbers, but no sentence.
_MOST_BESIDE: Final = 14
# A plain word must be closer than a phrase, and one that stands on many a sign closer still.
_MOST: Final = {Strength.COMMON: 0.6, Strength.WEAK: 0.4}
_MOST_LONG: Final = 1.2
_SHORT_WORD: Final = 2
_MOST_SHORT: Final = 0.35
_MOST_CAVEAT: Final = 0.6
# An error outweighs some letters more that fit.
_LETTERS_FOR_ERROR: Final = 3
_PIECE: Final = 4  # letters
_LEAST_PIECE: Final = 2


class Damage:
    """Finds lines in capitals with a word or phrase close to a level's name, and mends them."""

    def __init__(self, schemes: Iterable[Scheme], prose: Prose) -> None:
        """Take the names that are long enough to be recognised in pieces."""
        schemes = tuple(schemes)
        self._prose = prose
        self._most: dict[str, float] = {}
        self._whole: dict[str, tuple[bool, bool]] = {}
        for spelling in (spelling for scheme in schemes for rule in scheme.levels for spelling in rule.spellings):
            if spelling.strength in {Strength.SHORT, Strength.LABEL} or len(spelling.key) < _SHORTEST:
                continue
            if spelling.key.isascii() or not any(map(is_cjk, spelling.key)):
                self._most[spelling.key] = max(_tolerance(spelling), self._most.get(spelling.key, 0.0))
                self._whole[spelling.key] = _edges_to_keep(spelling)
        self._caveats = _by_length({name for scheme in schemes for rule in scheme.caveats for name in rule.keys})
        self.near = Near(self._most)
        # Sets of names as the bits of a number.
        self._names = sorted(self._most)
        self._always = 0
        pieces: defaultdict[str, int] = defaultdict(int)
        lengths: defaultdict[int, int] = defaultdict(int)
        for number, name in enumerate(self._names):
            parts = _pieces(name)
            for piece in parts:
                pieces[piece] |= 1 << number
            if min(map(len, parts)) < _LEAST_PIECE:
                self._always |= 1 << number
            for length in range(len(name) - 1, len(name) + 2):
                lengths[length] |= 1 << number
        self._pieces, self._lengths = dict(pieces), dict(lengths)

    def lines(
        self,
        page: Page,
        hits: Sequence[tuple[int, str]],
        known: Collection[int],
        read: dict[str, tuple[Line, float] | None],
    ) -> Iterator[tuple[int, Line, float]]:
        """Yield the place of each line that can be mended, the mended line, and how far it was off.

        Looked at are the hits in capitals, and the lines in the margins of a page however they are written. `read`
        keeps what lines were mended to, for pages that repeat them.
        """
        likely = _likely(page, hits)
        if known:
            likely = [entry for entry in likely if entry[0] not in known]
        for at, line in self._held(likely):
            if line not in read:
                if len(read) >= MOST_MENDED:
                    return
                read[line] = self._mend(line)
            mended = read[line]
            if mended is not None:
                yield at, *mended

    def _held(self, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Yield those of some lines, given with their places, that hold what may be left of a name."""
        if not lines:
            return
        letters = keys_of([line for _, line in lines])
        found = {place for place, _, _ in holding(self.near.halves, letters)}
        # Several confusions in one name: in small letters they would be a word of another language.
        capitals = [
            place
            for place, (_, line) in enumerate(lines)
            if place not in found and _CAPITALS.fullmatch(line) and len(key(line)) >= self.near.least
        ]
        if capitals:
            letters = keys_of([lines[place][1] for place in capitals])
            found.update(capitals[place] for place, _, _ in holding(self.near.quarters, letters))
        for place in sorted(found):
            yield lines[place]

    def _possible(self, text: str) -> int:
        """Return the set of names that a line could hold.

        Two errors spoil two of the three pieces of a name; the third stands in the line as it is.
        """
        letters = key(text)
        pieces = {letters[at : at + length] for length in range(_LEAST_PIECE, _PIECE + 1) for at in range(len(letters))}
        return reduce(or_, (self._pieces[piece] for piece in pieces & self._pieces.keys()), self._always)

    def _of_length(self, length: int, possible: int) -> Iterator[str]:
        """Yield the names of a set whose damaged forms may have so many letters."""
        left = possible & self._lengths.get(length, 0)
        while left:
            lowest = left & -left
            yield self._names[lowest.bit_length() - 1]
            left ^= lowest

    def _is_near(self, text: str, possible: int) -> bool:
        """Tell whether some words of a line are close to a name: cheap, because most lines are not."""
        names: dict[int, tuple[str, ...]] = {}
        for column in {text, *_COLUMN.split(text)}:
            words = key(_NO_WORD.sub("\n", column)).split("\n")
            places = list(accumulate(map(len, words), initial=0))
            least = max(_SHORTEST - 1, places[-1] - _MOST_BESIDE)
            for first, low in enumerate(places):
                if places[-1] - low < least:
                    break
                for last in range(len(words), first, -1):
                    if places[last] - low < least:
                        break
                    length = places[last] - low
                    if length not in names:
                        names[length] = tuple(self._of_length(length, possible))
                    near = names[length]
                    if near and process.extractOne(
                        "".join(words[first:last]), near, scorer=OSA.distance, score_cutoff=MOST_EDITS
                    ):
                        return True
        return False

    def _mend(self, text: str) -> tuple[Line, float] | None:
        if self._prose.is_sentence(text, _MOST_FOREIGN, 0):
            return None
        possible = self._possible(text)
        if not self._is_near(text, possible):
            return None
        line = Line.of(text)
        best: tuple[float, float, int, int, str] | None = None
        for start, end in _windows(line):
            read = line.key[start:end]
            for name, _, _ in process.extract(
                read,
                tuple(self._of_length(end - start, possible)),
                scorer=OSA.distance,
                score_cutoff=MOST_EDITS,
                limit=None,
            ):
                if best is not None and -len(name) > best[0]:
                    continue  # A longer name that is less damaged has been found.
                cost = distance(read, name, self._most[name])
                if cost <= self._most[name] and _keeps(read, name, self._whole[name]):
                    found = (_LETTERS_FOR_ERROR * cost - len(name), cost, start, end, name)
                    best = min(found, best) if best is not None else found
        if best is None:
            return None
        _, cost, start, end, name = best
        if cost:
            line, end = line.mended(start, end, name), start + len(name)
        beside = self._mend_beside(line, start, end)
        if beside is None:
            # As it was written it has been looked at before.
            return (line, cost) if cost else None
        mended, more = beside
        return mended, cost + more

    def _mend_beside(self, line: Line, start: int, end: int) -> tuple[Line, float] | None:
        """Mend the caveat beside a name."""
        edges = sorted(line.edges)
        spans = [(low, high) for low in edges for high in edges if low >= end or high <= start]
        for low, high in sorted(spans, key=lambda span: span[0] - span[1]):
            read = line.key[low:high]
            if len(read) < _SHORTEST or read in self._most:
                continue
            for name, _, _ in process.extract(
                read, self._caveats.get(len(read), ()), scorer=OSA.distance, score_cutoff=MOST_EDITS, limit=3
            ):
                cost = distance(read, name, _MOST_CAVEAT)
                if not cost:
                    return None
                if cost <= _MOST_CAVEAT:
                    return line.mended(low, high, name), cost
        return None


def _likely(page: Page, hits: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the lines that may hold a damaged name."""
    margins = page.margins() if len(page.text) >= _SHORTEST else []
    found = [
        (at, line)
        for at, line in margins
        if _SHORTEST <= len(line) <= _LONGEST and len(line.split(None, _MOST_IN_MARGIN)) <= _MOST_IN_MARGIN
    ]
    if hits:
        places = {at for at, _ in margins}
        found.extend(
            (at, line)
            for at, line in hits
            if _SHORTEST <= len(line) < _LONGEST - 1
            and at not in places
            and _CAPITALS.fullmatch(line)
            and _ENOUGH_CAPITALS.match(line)
        )
    return found


def _by_length(names: Iterable[str]) -> dict[int, list[str]]:
    """Return, for each length that a word may have, the names that it could be, in alphabetical order."""
    found: dict[int, list[str]] = {}
    for name in sorted(names):
        if len(name) >= _SHORTEST:
            for length in range(max(_SHORTEST, len(name) - MOST_EDITS), len(name) + MOST_EDITS + 1):
                found.setdefault(length, []).append(name)
    return found


def _pieces(name: str) -> set[str]:
    """Return three parts of a name that do not overlap; letters of a long one that are enough to tell it."""
    cuts = [len(name) * part // 3 for part in range(4)]
    return {name[start : min(end, start + _PIECE)] for start, end in pairwise(cuts)}


def _edges_to_keep(spelling: Spelling) -> tuple[bool, bool]:
    """Tell for either end of a name whether its word there is so short that without it the name is another."""
    words = spelling.words or ("",)
    return len(words[0]) <= _SHORT_WORD, len(words[-1]) <= _SHORT_WORD


def _keeps(read: str, name: str, whole: tuple[bool, bool]) -> bool:
    return (not whole[0] or read[0] == name[0]) and (not whole[1] or read[-1] == name[-1])


def _tolerance(spelling: Spelling) -> float:
    """Return how far a name may be off: a short one less than a long one, a plain word less than a phrase."""
    letters = len(spelling.key)
    if letters <= _SHORTEST:
        return _MOST_SHORT
    if not spelling.key.isascii():
        return WHOLE if letters > _SHORTEST + 2 else 0.0
    most = _MOST_LONG if letters > _SHORTEST + 3 else _MOST[Strength.COMMON]
    return min(most, _MOST[Strength.WEAK]) if spelling.strength is Strength.WEAK else most


def _windows(line: Line) -> Iterator[tuple[int, int]]:
    """Yield the spans of words that nearly fill the line, or a column of it."""
    edges = sorted(line.edges)
    columns = [0, *(edge for edge in edges if line.is_wide(edge)), len(line.key)]
    for low, high in {*pairwise(columns), (0, len(line.key))}:
        inside = [edge for edge in edges if low <= edge <= high][: _MOST_WORDS + 1]
        for start in inside:
            for end in inside:
                if end - start >= max(_SHORTEST, high - low - _MOST_BESIDE):
                    yield start, end

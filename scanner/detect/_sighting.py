"""A marking as it was seen on one line: how it can be read, and what else stands on the line."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Final

from scanner.detect._alike import is_cjk
from scanner.detect._line import Line
from scanner.detect._pages import Page
from scanner.detect._scheme_rule import Context, Scheme, Strength
from scanner.detect.grammar import Reading
from scanner.detect.normalize import key

# Bullets, rules, brackets and quotes that are drawn around markings.
_TRIVIAL: Final = re.compile(
    r"""(?:[\s*•·●■▪◆◇►>|~^"'“”‘’.:;!()\[\]{}«»‹›【】〔〕《》\-–—/★§¦]|={2,}|_+|\#{1,6}(?=\s))+"""
)
# A box that somebody ticked, right before a level: of a form's levels it is the one that holds.
_TICK: Final = re.compile(r"(?:[☑☒✓✔✗✘⊠◉]|\[[xX✓✔]\]|\([xX✓✔]\))\s*$")
_WORD: Final = re.compile(r"[^\W_]+|.", re.DOTALL)
_STRAY_LETTERS: Final = 2
_TO: Final = re.compile(r"\s+-+\s+$|\s?,\s+$")
_ADDRESSED: Final = frozenset({Strength.DISTINCT, Strength.TELLING, Strength.COMMON})
_MOST_ADDRESS: Final = 8


class Isolation(IntEnum):
    """How alone a marking stands; among other words only one with its own grammar counts at all.

    One that begins the first line of a document may have a few words of address behind it.
    """

    NONE = 0
    WORDS = 1
    STRAY = 2
    COLUMN = 3
    LINE = 4
    ADDRESSED = 5


@dataclass(slots=True)
class Sighting:
    """One line read as a marking. `readings` are equally good ones of different schemes, the preferred first.

    `at` is the place of the line on its page, `number` counts the lines before it.
    """

    page: Page
    at: int
    number: int
    line: Line
    offset: int
    readings: list[Reading]
    isolation: Isolation
    lead: bool = False
    levels: int = 1
    caveat_line: bool = False
    damage: float | None = None
    ticked: bool = False
    features: dict[str, float] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """The preferred reading."""
        return self.readings[0]

    @property
    def text(self) -> str:
        """The marking as written, letters set apart included."""
        start, end = self.line.span(self.reading.start, self.reading.end)
        return self.line.raw[start:end]

    def is_named(self, reading: Reading) -> bool:
        """Tell whether the level stands as a scheme names it, to the letter and the sign, in letters of both sizes."""
        name = reading.label.level.name
        return not name.isupper() and self.line.text(reading.start, reading.end).startswith(name)

    def is_spelled(self, reading: Reading) -> bool:
        """Tell whether the level stands as a scheme spells it, diacritics included."""
        return "".join(reading.spelling.words) in "".join(filter(str.isalnum, self.line.raw.upper()))

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the text of its segment."""
        start, end = self.line.span(self.reading.start, self.reading.end)
        base = self.page.start_of(self.at) + self.offset
        return base + start, base + end


class Surroundings:
    """Tells furniture and lead words around a marking from words that make it part of a sentence."""

    def __init__(self, context: Context, schemes: Iterable[Scheme]) -> None:
        """Take what may stand beside any marking, and the lead words of each scheme."""
        # One expression for all: it is tried at each word.
        self._furniture = re.compile(
            "|".join(f"(?:{pattern.text})" for pattern in context.furniture) or "(?!)", re.IGNORECASE
        )
        self._leads = {scheme.id: frozenset((*context.leads, *scheme.grammar.leads)) for scheme in schemes}

    def isolation(
        self, line: Line, reading: Reading, split: Callable[[str], tuple[str, ...]] | None = None
    ) -> tuple[Isolation, bool]:
        """Return how alone a reading stands, and whether a lead word introduces it.

        `split` is `words`, or it with a memory: many schemes ask for the same words of one line.
        """
        words = split or self.words
        before, after = words(line.before(reading.start)), words(line.after(reading.end))
        lead = self._leads_on(before, reading.scheme)
        if not after and (not before or lead):
            return Isolation.LINE, lead
        low, high = _column(line, reading)
        left = words(line.before(reading.start)[len(line.before(low)) :])
        right = words(line.after(reading.end)[: len(line.after(reading.end)) - len(line.after(high))])
        lead = self._leads_on(left, reading.scheme)
        if (low, high) != (0, len(line.key)) and not right and (not left or lead):
            return Isolation.COLUMN, lead
        stray = "".join((*before, *after))
        if (
            len(stray) <= _STRAY_LETTERS
            and not any(map(is_cjk, stray))
            and not line.text(reading.start, reading.end).islower()
        ):
            return Isolation.STRAY, False
        whole = reading.parts and reading.separated and not reading.unknown
        if whole and reading.spelling.strength is not Strength.SHORT and line.slashes(reading.start, reading.end):
            return Isolation.WORDS, False
        return Isolation.NONE, False

    def beside(self, line: Line, reading: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the words before and after a reading that are neither signs nor furniture."""
        return self.words(line.before(reading.start)), self.words(line.after(reading.end))

    def _leads_on(self, words: Sequence[str], scheme: Scheme) -> bool:
        owner = scheme.grammar.owner
        joined = _joined(words)
        return joined in self._leads[scheme.id] or (owner is not None and owner.compiled.fullmatch(joined) is not None)

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words that are neither signs nor furniture."""
        found: list[str] = []
        at = 0
        while at < len(text):
            match = _TRIVIAL.match(text, at)
            if match is None:
                match = self._furniture.match(text, at)
            if match is None or not match[0]:
                match = _WORD.match(text, at)
                found.append(text[at] if match is None else match[0])
            at = max(at + 1, match.end() if match is not None else 0)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a line is read as, wherever it stands."""

    line: Line
    readings: tuple[Reading, ...]
    isolation: Isolation
    lead: bool
    levels: int
    ticked: bool = False

    def at(self, page: Page, at: int, offset: int, damage: float | None = None) -> Sighting:
        """Return the line as seen at one place; `offset` is where its text begins in the page's line."""
        return Sighting(
            page,
            at,
            page.number_of(at),
            self.line,
            offset,
            list(self.readings),
            self.isolation,
            self.lead,
            self.levels,
            damage=damage,
            ticked=self.ticked,
        )


def sight(line: Line, readings: Iterable[Reading], around: Surroundings) -> Sight | None:
    """Return the best reading of a line, or None where none stands alone enough to be a marking."""
    longest = list(_longest([reading for reading in readings if _is_said(reading)]))
    # Kept for this line only: no words of one document stay for the next.
    split = cache(around.words)
    beside: dict[tuple[int, int, str], tuple[Isolation, bool]] = {}
    found = []
    for reading in longest:
        place = (reading.start, reading.end, reading.scheme.id)
        if place not in beside:
            beside[place] = around.isolation(line, reading, split)
        found.append((beside[place], reading))
    ticked = [((Isolation.COLUMN, False), reading) for _, reading in found if _TICK.search(line.before(reading.start))]
    found = ticked or [(how, reading) for how, reading in found if how[0] is not Isolation.NONE]
    if not found:
        return None
    best = max(_rating(how, reading) for how, reading in found)
    kept = [(how, reading) for how, reading in found if _rating(how, reading) == best]
    kept.sort(key=lambda entry: (entry[1].scheme.priority, entry[1].scheme.id))
    (isolation, lead), first = kept[0]
    levels = len({reading.label.level.id for reading in longest if reading.scheme == first.scheme})
    return Sight(line, tuple(reading for _, reading in kept), isolation, lead, levels, ticked=bool(ticked))


def addressed(line: Line, readings: Iterable[Reading], around: Surroundings) -> Sight | None:
    """Return a line that begins with a level in capitals and goes on with whom or what it is for, None for any other.

    That is `CONFIDENTIAL - file of Jane Roe`: a dash or a comma, and a few words that are not all in capitals.
    """
    found = [
        reading
        for reading in readings
        if reading.start == 0
        and reading.spelling.strength in _ADDRESSED
        and reading.end < len(line.key)
        and line.text(0, reading.end).isupper()
        and _TO.match(line.gap(reading.end))
    ]
    end = max((reading.end for reading in found), default=0)
    rest = line.after(end)
    if not end or rest.isupper() or not 0 < len(around.words(rest)) <= _MOST_ADDRESS:
        return None
    found.sort(key=lambda reading: (reading.scheme.priority, reading.scheme.id))
    return Sight(
        line, tuple(reading for reading in found if reading.end == end), Isolation.ADDRESSED, lead=False, levels=1
    )


def _is_said(reading: Reading) -> bool:
    """Leave out names of electronic labels, and abbreviations with nothing beside them."""
    strength = reading.spelling.strength
    return strength is not Strength.LABEL and (
        strength is not Strength.SHORT or (reading.separated and reading.parts > 0 and not reading.unknown)
    )


def _longest(readings: list[Reading]) -> Iterator[Reading]:
    """Leave out readings inside longer ones: SECRET in TOP SECRET."""
    spans = {(reading.start, reading.end) for reading in readings}
    inner = {
        (start, end)
        for start, end in spans
        if any(low <= start and end <= high and (low, high) != (start, end) for low, high in spans)
    }
    yield from (reading for reading in readings if (reading.start, reading.end) not in inner)


def _length(reading: Reading) -> int:
    return reading.end - reading.start


def _rating(how: tuple[Isolation, bool], reading: Reading) -> tuple[int, int, bool, bool, bool]:
    distinct = reading.spelling.strength is Strength.DISTINCT
    return how[0], _length(reading), not reading.unknown, distinct, how[1]


def _column(line: Line, reading: Reading) -> tuple[int, int]:
    """Return the span of the key between the wide gaps around a reading."""
    if not line.has_columns():
        return 0, len(line.key)
    wide = [place for place in line.edges if line.is_wide(place)]
    low = max((place for place in wide if place <= reading.start), default=0)
    high = min((place for place in wide if place >= reading.end), default=len(line.key))
    return low, high


def _joined(words: Sequence[str]) -> str:
    return key("".join(words))

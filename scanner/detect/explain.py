"""Tells of each line that could be a marking how it was read, what was weighed, and why it is one or none."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from scanner.detect._candidates import LONGEST_LINE
from scanner.detect._findings import decided
from scanner.detect._line import Line
from scanner.detect._pages import Page
from scanner.detect._scheme_rule import Strength
from scanner.detect._sighting import Isolation, Sighting
from scanner.detect.evidence import MARKED_FROM, SUSPECT_FROM, Weighed
from scanner.detect.grammar import Reading
from scanner.detect.markings import Looked, MarkingDetector
from scanner.detect.scheme import Schemes
from scanner.model.document import Blob, Segment
from scanner.model.explained import Explained, Weight
from scanner.model.finding import Status

NO_FINDING: Final = "none"

_MOST_WEIGHED: Final = 200
_MOST_DROPPED: Final = 50
_MOST_WORDS: Final = 40
_MOST_LINES: Final = 20_000  # of running text; each takes a tenth of a millisecond
_ISOLATION: Final = {
    Isolation.LINE: "alone on its line",
    Isolation.ADDRESSED: "first of all, with a few words about whom or what it is for",
    Isolation.COLUMN: "alone in its column",
    Isolation.STRAY: "alone but for a letter or two",
    Isolation.WORDS: "among other words, with a grammar that no prose has",
    Isolation.NONE: "not alone",
}


class Explainer:
    """Explains what a `MarkingDetector` does with one document.

    These are up to 200 lines that were weighed, and the 50 that came closest to it.
    """

    def __init__(self, markings: MarkingDetector, *, show_match: bool = False) -> None:
        """Take the detector; with `show_match` lines are given whole, which may tell what the document says."""
        self._markings = markings
        self._schemes = markings.schemes
        self._around = markings.around
        self._show = show_match

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Explained]:
        """Yield the lines of one file or member in their order."""
        del blob
        looked = self._markings.look(segments)
        weighed = zip(looked.sightings[:_MOST_WEIGHED], looked.weighed[:_MOST_WEIGHED], strict=True)
        found = [(seen.page.number, seen.at, seen.offset, self._weighed(seen, weight)) for seen, weight in weighed]
        dropped = sorted(self._dropped(looked), key=lambda entry: entry[3].before + entry[3].after)
        for _, _, _, explained in sorted((*found, *dropped[:_MOST_DROPPED]), key=lambda entry: entry[:3]):
            yield explained

    def _weighed(self, seen: Sighting, weight: Weighed) -> Explained:
        status = decided(weight)
        before, after = self._around.beside(seen.line, seen.reading)
        features = sorted(seen.features.items(), key=lambda item: -abs(item[1]))
        return Explained(
            place=seen.page.place,
            line=seen.number + 1,
            rule=seen.reading.scheme.id,
            label=seen.reading.label,
            written=" ".join(seen.text.split()),
            strength=seen.reading.spelling.strength.value,
            decision=NO_FINDING if status is None else status.value,
            why=self._why(seen, weight, status),
            also=tuple(reading.scheme.id for reading in seen.readings[1:]),
            isolation=_ISOLATION[seen.isolation],
            weights=tuple(Weight(name, step) for name, step in features),
            score=weight.score,
            confidence=weight.confidence,
            before=len(before),
            after=len(after),
            beside=self._shown((*before, *after)),
            whole=seen.line.raw.strip() if self._show else "",
        )

    def _why(self, seen: Sighting, weight: Weighed, status: Status | None) -> str:
        if status is None:
            return f"below {SUSPECT_FROM:g}"
        if weight.status is not None:
            rules = (*seen.reading.scheme.evidence, *self._schemes.context.evidence)
            telling = {rule.name for rule in rules if rule.status is status} | {"marking_guide"}
            if said := telling & seen.features.keys():
                return f"{' and '.join(sorted(said))} tells that it is {status.value}"
            examples = sorted({rule.name for rule in rules if rule.status is Status.EXAMPLE} & seen.features.keys())
            return f"{' and '.join(examples)} makes it an example, but it stands as no example does"
        return (
            f"{MARKED_FROM:g} or more" if status is Status.MARKED else f"between {SUSPECT_FROM:g} and {MARKED_FROM:g}"
        )

    def _dropped(self, looked: Looked) -> Iterator[tuple[int, int, int, Explained]]:
        """Yield lines with a level in them that are no sighting, with their place in the document."""
        seen = {(one.page.number, one.at, one.offset) for one in looked.sightings}
        left = _MOST_LINES
        for page in looked.pages:
            told = {at for there, at, _ in seen if there == page.number}
            hits = self._markings.candidates.hits(page)
            for at, offset, piece in self._pieces(page, hits, left):
                if (page.number, at, offset) in seen:
                    continue
                line = Line.of(piece)
                reading = _longest(line, self._schemes)
                if reading is not None:
                    told.add(at)
                    yield page.number, at, offset, self._refused(page, at, line, reading)
            for at, line, _ in self._markings.damage.lines(page, hits, frozenset(told), {}):
                reading = _longest(line, self._schemes)
                if reading is not None and at not in told:
                    told.add(at)
                    yield page.number, at, 0, self._refused(page, at, line, reading, damaged=True)
            left = max(0, left - page.number_of(len(page.data)) - 1)

    def _pieces(self, page: Page, hits: Sequence[tuple[int, str]], most: int) -> Iterator[tuple[int, int, str]]:
        """Yield what a detector looks at, then the lines it passes over as running text, up to so many."""
        looked_at: set[int] = set()
        for at, offset, piece in self._markings.candidates.lines(hits):
            looked_at.add(at)
            yield at, offset, piece
        for at, line in islice(page.rows(), most):
            if at not in looked_at and len(line) <= LONGEST_LINE:
                yield at, 0, line

    def _refused(self, page: Page, at: int, line: Line, reading: Reading, *, damaged: bool = False) -> Explained:
        before, after = self._around.beside(line, reading)
        start, end = line.span(reading.start, reading.end)
        return Explained(
            place=page.place,
            line=page.number_of(at) + 1,
            rule=reading.scheme.id,
            label=reading.label,
            written=" ".join(line.raw[start:end].split()),
            strength=reading.spelling.strength.value,
            decision=NO_FINDING,
            why=_refusal(reading, len(before), len(after)) + ("; and its letters are damaged" if damaged else ""),
            isolation=_ISOLATION[self._around.isolation(line, reading)[0]],
            before=len(before),
            after=len(after),
            beside=self._shown((*before, *after)),
            whole=line.raw.strip() if self._show else "",
        )

    def _shown(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(words[:_MOST_WORDS]) if self._show else ()


def _longest(line: Line, schemes: Schemes) -> Reading | None:
    """Return the reading of a line that takes in most, that of the preferred scheme among equals."""
    return max(
        schemes.heads.readings(line),
        key=lambda reading: (
            reading.spelling.strength is not Strength.LABEL,
            reading.end - reading.start,
            -reading.scheme.priority,
        ),
        default=None,
    )


def _refusal(reading: Reading, before: int, after: int) -> str:
    strength = reading.spelling.strength
    if strength is Strength.LABEL:
        return "a name of electronic labels, which is not looked for in text"
    if strength is Strength.SHORT and not (reading.separated and reading.parts):
        return "an abbreviation, which counts beside caveats only"
    if before or after:
        return f"not alone on its line: {_words(before)} before it and {_words(after)} after it"
    return "the line does not hold together as a marking"


def _words(count: int) -> str:
    return f"{count} word{'' if count == 1 else 's'}" if count else "nothing"

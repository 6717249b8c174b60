"""Finds classification markings in the text of a document and tells what is marked from what only mentions it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.detect._candidates import LONGEST_LINE, Candidates
from scanner.detect._damage import MOST_MENDED, Damage
from scanner.detect._document import Document
from scanner.detect._findings import banner_findings, portion_findings
from scanner.detect._line import Line
from scanner.detect._name import is_name, name_finding
from scanner.detect._pages import Page, pages_of
from scanner.detect._portions import Portion, find_portions
from scanner.detect._prose import Prose
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect._sighting import Sight, Sighting, Surroundings, addressed, sight
from scanner.detect.evidence import Weighed, weigh
from scanner.detect.grammar import Reader, Reading
from scanner.detect.scheme import Schemes
from scanner.model.document import Blob, Problem, Reason, Segment
from scanner.model.finding import Finding, Status
from scanner.model.label import Label

_MOST_FINDINGS: Final = 100
_MOST_OF_ONE: Final = 1000
_MOST_LINES: Final = 20_000  # different ones of a document that could hold a marking
_WORDS_THAT_TELL: Final = 4
_SOME: Final = 10  # expressions; to compile so many takes a hundredth of a second
_SKIPPED: Final = ("MSIP_Label_", "LabelInfo ", "msip_labels")


@dataclass(frozen=True, slots=True)
class _Read:
    """What lines were read as, by their text, for those that come again: as written, mended, and the mended ones."""

    written: dict[str, Sight | None] = field(default_factory=dict)
    mended: dict[str, tuple[Line, float] | None] = field(default_factory=dict)
    damaged: dict[str, Sight | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in a document, weighed: `weighed` has one entry for each sighting.

    `cut` tells that there were too many lines to look at them all.
    """

    pages: Sequence[Page]
    document: Document
    sightings: Sequence[Sighting]
    weighed: Sequence[Weighed]
    portions: Sequence[Portion]
    cut: bool = False


class MarkingDetector:
    """Looks at all text of one file or member together."""

    def __init__(self, schemes: Schemes) -> None:
        """Index the schemes for search."""
        self.schemes = schemes
        prose = Prose(schemes.schemes, schemes.context)
        self.candidates = Candidates(schemes.schemes, prose)
        self.damage = Damage(schemes.schemes, prose)
        self.around = Surroundings(schemes.context, schemes.schemes)
        owners = Counter(word for scheme in schemes.schemes for word in set(scheme.words))
        self._own = {scheme.id: [word for word in scheme.words if owners[word] == 1] for scheme in schemes.schemes}
        self._readers = {scheme.id: Reader(scheme) for scheme in schemes.schemes}

    def prepare(self) -> Iterator[None]:
        """Compile, some at a time, the expressions that not every document needs."""
        _ = self.damage.near.quarters
        yield
        for number, pattern in enumerate(self.schemes.patterns()):
            _ = pattern.compiled
            if number % _SOME == 0:
                yield

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        """Yield one finding for each label, part and status; the same banner on many pages is one finding."""
        for segment in segments:
            if is_name(segment) and not _is_label(segment):
                yield from name_finding(segment, self.schemes)
        looked = self.look(segments)
        if looked.cut:
            detail = f"more than {_MOST_LINES:,} different lines could hold a marking; the others were not weighed"
            yield Problem(blob.place, Reason.PARTIAL, detail)
        if not looked.sightings and not looked.portions:
            return
        banners = list(banner_findings(looked.sightings, looked.weighed))
        found = [*banners, *portion_findings(looked.portions, looked.document, banners)]
        found.sort(key=lambda finding: (finding.status is not Status.MARKED, -finding.severity))
        yield from found[:_MOST_FINDINGS]

    def look(self, segments: Sequence[Segment]) -> Looked:
        """Return everything in the text that is read as a marking, with what speaks for and against it."""
        searched = [segment for segment in segments if not _is_label(segment)]
        pages = list(pages_of([segment for segment in searched if not is_name(segment)]))
        hits = [self.candidates.hits(page) for page in pages]
        sightings, cut = self._sightings(pages, hits)
        portions = find_portions(zip(pages, hits, strict=True), self.schemes.portions) if any(hits) else []
        document = Document(searched, pages, self.schemes.context)
        if not sightings:
            return Looked(pages, document, (), (), portions, cut)
        self._choose(sightings, document, portions)
        marked_portions = frozenset(portion.reading.scheme.id for portion in portions)
        weighed = weigh(sightings, document, marked_portions, self.schemes.context)
        return Looked(pages, document, sightings, weighed, portions, cut)

    def _sightings(
        self, pages: Sequence[Page], hits: Sequence[Sequence[tuple[int, str]]]
    ) -> tuple[list[Sighting], bool]:
        """Return what is seen on all pages, given with their hits, and whether there were too many lines to look at."""
        found: list[Sighting] = []
        counts: defaultdict[Label, int] = defaultdict(int)
        read = _Read()
        for page, found_on in zip(pages, hits, strict=True):
            for seen in self._on_page(page, found_on, read):
                label = seen.reading.label
                counts[label] += 1
                if counts[label] <= _MOST_OF_ONE:
                    found.append(self._with_caveats(seen))
        return found, len(read.written) >= _MOST_LINES or len(read.mended) >= MOST_MENDED

    def _on_page(self, page: Page, hits: Sequence[tuple[int, str]], read: _Read) -> Iterator[Sighting]:
        """Yield what is seen on one page."""
        known, damaged = read.written, read.damaged
        seen_on: set[int] = set()
        for at, offset, piece in self.candidates.lines(hits):
            if piece not in known:
                if len(known) >= _MOST_LINES:
                    return
                known[piece] = self._sight(Line.of(piece))
            seen = known[piece]
            if seen is not None:
                seen_on.add(at)
                yield seen.at(page, at, offset)
        if page.number == 1 and hits and hits[0][0] not in seen_on:
            for seen_first in self._addressed(page, *hits[0]):
                seen_on.add(seen_first.at)
                yield seen_first
        for at, line, cost in self.damage.lines(page, hits, seen_on, read.mended):
            if line.raw not in damaged:
                damaged[line.raw] = self._sight(line)
            seen = damaged[line.raw]
            if seen is not None:
                yield seen.at(page, at, 0, cost)

    def _addressed(self, page: Page, at: int, text: str) -> Iterator[Sighting]:
        """Yield what the first line of a document begins with, where it goes on with whom or what it is for."""
        if page.rank(at)[0] == 0 and len(text) <= LONGEST_LINE:
            line = Line.of(text)
            seen = addressed(line, self.schemes.heads.readings(line), self.around)
            if seen is not None:
                yield seen.at(page, at, 0)

    def _sight(self, line: Line) -> Sight | None:
        return sight(line, self.schemes.heads.readings(line), self.around)

    def _with_caveats(self, sighting: Sighting) -> Sighting:
        """Add the caveats of the next line, where it holds nothing else."""
        _, below = sighting.page.neighbours(sighting.at)
        if not below:
            return sighting
        line = Line.of(below[0])
        for at, reading in enumerate(sighting.readings):
            more = self._readers[reading.scheme.id].read_caveats(line)
            if more is not None:
                sighting.readings[at] = replace(reading, label=_with(reading.label, more.label))
                sighting.caveat_line = True
                sighting.readings = [sighting.readings[at]]
                break
        return sighting

    def _choose(self, sightings: list[Sighting], document: Document, portions: Sequence[Portion]) -> None:
        """Where several schemes fit a line, prefer the one the rest of the document is written in."""
        votes: defaultdict[str, int] = defaultdict(int)
        names: defaultdict[str, set[str]] = defaultdict(set)
        for sighting in sightings:
            if len(sighting.readings) == 1:
                votes[sighting.reading.scheme.id] += 1
            for reading in sighting.readings:
                if sighting.damage is None and reading.spelling.strength is not Strength.WEAK:
                    names[_family(reading)].add(reading.spelling.key)
        for portion in portions:
            votes[portion.reading.scheme.id] += 1
        for sighting in sightings:
            if len(sighting.readings) > 1:
                tells = {reading.scheme.id: self._tells(reading.scheme, document) for reading in sighting.readings}
                most = max(tells.values())
                sighting.readings.sort(
                    key=lambda reading: (
                        -votes[reading.scheme.id],
                        -len(names[_family(reading)] - {reading.spelling.key}),
                        not sighting.is_named(reading),
                        (most - tells[reading.scheme.id]) // _WORDS_THAT_TELL,
                        not sighting.is_spelled(reading),
                        reading.scheme.priority,
                    )
                )

    def _tells(self, scheme: Scheme, document: Document) -> int:
        """Count the words of a scheme's language, and twice those of its country, which no other scheme has."""
        return document.count(scheme.words) + document.count(self._own[scheme.id])


def _family(reading: Reading) -> str:
    """Return what the schemes of one country have in common: `us` of `us-cui`."""
    return reading.scheme.id.partition("-")[0]


def _is_label(segment: Segment) -> bool:
    title = segment.place.title
    return title is not None and title.startswith(_SKIPPED)


def _with(label: Label, more: Label) -> Label:
    return replace(
        label,
        compartments=label.compartments | more.compartments,
        caveats=label.caveats | more.caveats,
        notes=label.notes | more.notes,
        releasable_to=label.releasable_to if more.releasable_to is None else more.releasable_to,
    )

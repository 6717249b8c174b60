"""Takes one document through identify, extract and detect, with everything that is packed in it."""

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Protocol

from scanner.deadline import OutOfTimeError, in_time
from scanner.detect import Detector, FirstLook
from scanner.detect.consistency import Consistency
from scanner.detect.explain import Explainer
from scanner.detect.labels import LabelDetector
from scanner.detect.lines import with_line
from scanner.detect.markings import MarkingDetector
from scanner.detect.mask import Mask
from scanner.detect.names import NameMask
from scanner.detect.scheme import load_schemes
from scanner.detect.yara import YaraDetector
from scanner.extract import Budget, LimitReachedError, Reader, readers
from scanner.identify import UNKNOWN, claimed_type, has_zip_at_end, identify
from scanner.model.document import Blob, Facts, Member, Problem, Reason, Segment
from scanner.model.explained import Explained
from scanner.model.finding import Finding
from scanner.model.label_name import LabelName
from scanner.model.limits import Limits
from scanner.model.place import Part, Place
from scanner.resources import RuleSource


@dataclass(frozen=True, slots=True)
class Early:
    """What was found in a file's bytes before any parser saw them; it comes again with the other findings."""

    finding: Finding


Item = Facts | Finding | Early | Problem | Explained

# Characters of one document that are looked at together; few documents have more, and memory is to stay flat.
_MOST_AT_ONCE: Final = 1_000_000
# Of the time that a file may take: what was read in one such part is looked at.
_PARTS: Final = 8
# Labels of one document that are compared; one text has at most a hundred, but a document may come in many pieces.
_MOST_COMPARED: Final = 1000


class Pieces(Protocol):
    """A file in pieces, each with its offset."""

    @property
    def size(self) -> int:
        """The bytes of the file when it was opened."""
        ...

    @property
    def limit(self) -> int:
        """How many bytes are read at most; 0: all."""
        ...

    @property
    def whole(self) -> bool:
        """Whether the pieces were all of it; known after the last one."""
        ...

    @property
    def sha256(self) -> str:
        """The hash of the file, if the pieces were all of it."""
        ...

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Yield the pieces."""
        ...


class Pipeline:
    """Reads documents with a fixed set of readers and detectors; keeps nothing between two documents."""

    def __init__(  # noqa: PLR0913 - what it reads and looks with, and what of that it keeps
        self,
        known: Mapping[str, Reader],
        detectors: Sequence[Detector | Explainer],
        limits: Limits,
        *,
        only: Collection[str] = (),
        exclude: Collection[str] = (),
        consistency: Consistency | None = None,
        first: FirstLook | None = None,
        passwords: Sequence[str] = (),
        names: Callable[[Place], Place] | None = None,
    ) -> None:
        """Take the readers by media type, and the rule ids to keep (`only`, all when empty) and to leave out.

        `consistency` compares what all detectors found in one file or member. `first` looks at a file's bytes before
        anything else does. `passwords` are tried on what is locked. `names` takes out of a place what is secret.
        """
        self._names = names
        self._first, self._passwords = first, tuple(passwords)
        self._consistency = consistency
        self._readers = known
        self._detectors = detectors
        self._limits = limits
        self._only = frozenset(only)
        self._exclude = frozenset(exclude)

    def examine(self, name: str, data: bytes, *, whole: bool = True) -> Iterator[Item]:
        """Yield the facts of a document, then all findings and problems as they come.

        `whole` is False where `data` is only the beginning of the file. Nothing in the document makes this raise,
        but running out of memory or of the stack.
        """
        yield from map(self._shown, self._examine(name, data, whole=whole))

    def _examine(self, name: str, data: bytes, *, whole: bool) -> Iterator[Item]:
        yield from self._early(Blob(Place(name), "", data))
        media_type = identify(data)
        yield Facts(media_type, claimed_type(name, media_type), hashlib.sha256(data).hexdigest() if whole else "")
        place = Place(name)
        if not whole:
            yield Problem(place, Reason.TOO_LARGE, f"only the first {len(data)} bytes were read")
        budget = Budget(self._limits, len(data), self._passwords)
        name_ = Segment(Place(name, part=Part.NAME), name)
        try:
            yield from self._blob(Blob(place, media_type, data), budget, [name_])
        except LimitReachedError as limit:
            yield Problem(place, limit.reason, limit.detail)

    def prepare(self) -> Iterator[None]:
        """Build, step by step, what is otherwise built when a document first needs it."""
        yield from chain.from_iterable(one.prepare() for one in self._detectors if isinstance(one, MarkingDetector))

    def piecewise(self, ends: bytes) -> str | None:
        """Return the media type of a large file that may be read in pieces, None for all others.

        `ends` is its beginning and its end. What has an archive behind it is read whole.
        """
        media_type = identify(ends)
        known = media_type in getattr(self._reader(media_type), "PIECEWISE", frozenset())
        return media_type if known and not has_zip_at_end(ends) else None

    def examine_pieces(self, name: str, media_type: str, pieces: Pieces) -> Iterator[Item]:
        """Yield what `examine` does, of a file that comes in pieces.

        Each piece is read like a document of its own, so that memory does not grow with the file.
        """
        yield from map(self._shown, self._examine_pieces(name, media_type, pieces))

    def _examine_pieces(self, name: str, media_type: str, pieces: Pieces) -> Iterator[Item]:
        claimed = claimed_type(name, media_type)
        yield Facts(media_type, claimed, "")
        place = Place(name)
        budget = Budget(self._limits, pieces.size, self._passwords)
        names = [Segment(replace(place, part=Part.NAME), name)]
        try:
            for offset, data in pieces:
                here = replace(place, title=f"from byte {offset}") if offset else place
                yield from self._early(Blob(here, "", data))
                yield from self._blob(Blob(here, media_type, data), budget, names)
                names = []
        except LimitReachedError as limit:
            yield Problem(place, limit.reason, limit.detail)
        else:
            if pieces.whole:
                yield Facts(media_type, claimed, pieces.sha256)
            else:
                yield Problem(place, Reason.TOO_LARGE, f"only the first {pieces.limit} bytes were read")

    def _shown(self, item: Item) -> Item:
        if self._names is None or isinstance(item, Facts | Early):
            return item
        place = self._names(item.place)
        return item if place is item.place else replace(item, place=place)

    def _early(self, blob: Blob) -> Iterator[Early]:
        if self._first is not None:
            yield from (Early(found) for found in self._first.first_look(blob) if self._wanted(found))

    def _blob(self, blob: Blob, budget: Budget, segments: list[Segment]) -> Iterator[Finding | Problem | Explained]:
        """Read a blob and look at it; `segments` is what is known of it before, its name."""
        spent: LimitReachedError | None = None
        found: list[Finding] = []
        shown, size, looked = blob, 0, time.monotonic()
        yield from self._unknown(blob)
        try:
            for item in self._read(blob, budget):
                if isinstance(item, Segment):
                    segments.append(item)
                    size += len(item.text)
                    if size > _MOST_AT_ONCE or 0 < self._limits.seconds / _PARTS < time.monotonic() - looked:
                        # The bytes are looked at once, memory does not grow with the text, and what was read of a
                        # document that takes too long is looked at before its time is over.
                        yield from self._detect(shown, segments, found)
                        shown, size, segments = replace(blob, data=b""), 0, []
                        looked = time.monotonic()
                elif isinstance(item, Member):
                    yield from self._member(item, budget)
                else:
                    yield item
        except LimitReachedError as limit:
            spent = limit
        if segments or shown is blob:
            yield from self._detect(shown, segments, found)
        if self._consistency is not None:
            yield from filter(self._wanted, self._consistency.compare(found))
        if spent is not None:
            raise spent

    def _detect(
        self, blob: Blob, segments: Sequence[Segment], known: list[Finding]
    ) -> Iterator[Finding | Problem | Explained]:
        """Yield what the detectors find, and add the labels among it to what is known of the whole blob."""
        for detector in self._detectors:
            for found in detector.detect(blob, segments):
                if not isinstance(found, Finding):
                    yield found
                elif self._wanted(found):
                    placed = with_line(found, segments)
                    if placed.label is not None and len(known) < _MOST_COMPARED:
                        known.append(placed)
                    yield placed

    def _unknown(self, blob: Blob) -> Iterator[Problem]:
        """Say of bytes that nobody knows that they are not the document their name promises."""
        name = (blob.place.file, *blob.place.members)[-1]
        claimed = claimed_type(name, UNKNOWN) if blob.media_type == UNKNOWN else None
        if claimed is not None and self._reader(claimed) is not self._reader(UNKNOWN):
            detail = f"its name says {claimed}, and its bytes are nothing known: it may be damaged or encrypted"
            yield Problem(blob.place, Reason.CORRUPT, detail)

    def _reader(self, media_type: str) -> Reader:
        family = media_type.partition("/")[0] + "/*"
        return self._readers.get(media_type) or self._readers.get(family) or self._readers["*/*"]

    def _read(self, blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
        try:
            yield from in_time(self._reader(blob.media_type).extract(blob, budget), self._limits.parse_seconds)
        except (LimitReachedError, MemoryError):
            raise
        except OutOfTimeError:
            detail = f"its reader took more than {self._limits.parse_seconds:g} s of processor time"
            yield Problem(blob.place, Reason.TIMEOUT, detail)
        except RecursionError:
            yield Problem(blob.place, Reason.TOO_DEEP, "nested deeper than the reader can follow")
        except Exception as error:  # noqa: BLE001 - one reader's defect must not hide the rest of the document
            yield Problem(blob.place, Reason.CRASHED, f"its reader failed: {type(error).__name__}")

    def _member(self, member: Member, budget: Budget) -> Iterator[Finding | Problem | Explained]:
        budget.member()
        if self._limits.depth and len(member.place.members) > self._limits.depth:
            yield Problem(member.place, Reason.TOO_DEEP, f"packed more than {self._limits.depth} levels deep")
            return
        name = Segment(replace(member.place, part=Part.NAME), member.place.members[-1])
        yield from self._blob(Blob(member.place, identify(member.data), member.data), budget, [name])

    def _wanted(self, finding: Finding) -> bool:
        return finding.rule not in self._exclude and (not self._only or finding.rule in self._only)


def assemble(  # noqa: PLR0913 - what a worker is told, word by word
    sources: Sequence[RuleSource],
    limits: Limits,
    *,
    key: bytes,
    only: Collection[str] = (),
    exclude: Collection[str] = (),
    show_match: bool = False,
    labels: Sequence[LabelName] = (),
    explain: bool = False,
    prefer: Sequence[str] = (),
    passwords: Sequence[str] = (),
) -> Pipeline:
    """Put a pipeline together from the shipped readers and the given rules.

    Words of several schemes are read in the first of `prefer`. With `explain` it tells of each line that could be a
    marking how it was weighed, too. `passwords` are tried on locked documents.

    Raises:
        RuleError: a rule file has faults; all of them.
    """
    schemes = load_schemes(sources, trust_shipped=True).preferring(prefer)
    markings = MarkingDetector(schemes)
    yara = YaraDetector(sources, key=key, show_match=show_match, only=only, exclude=exclude)
    detectors: tuple[Detector | Explainer, ...] = (
        markings,
        LabelDetector(schemes, labels),
        yara,
        *((Explainer(markings, show_match=show_match),) if explain else ()),
    )
    return Pipeline(
        readers(),
        detectors,
        limits,
        only=only,
        exclude=exclude,
        consistency=Consistency(schemes),
        first=yara,
        passwords=passwords,
        names=NameMask(Mask(key, show_match)),
    )

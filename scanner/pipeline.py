"""Takes one document through identify, extract and detect, with everything that is packed in it."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from scanner.detect import Detector
from scanner.detect.labels import LabelDetector
from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import load_schemes
from scanner.detect.yara import YaraDetector
from scanner.extract import Budget, LimitReachedError, Reader, readers
from scanner.identify import claimed_type, identify
from scanner.model.document import Blob, Facts, Member, Problem, Reason, Segment
from scanner.model.finding import Finding
from scanner.model.limits import Limits
from scanner.model.place import Part, Place
from scanner.resources import RuleSource

Item = Facts | Finding | Problem


class Pipeline:
    """Reads documents with a fixed set of readers and detectors; keeps nothing between two documents."""

    def __init__(
        self,
        known: Mapping[str, Reader],
        detectors: Sequence[Detector],
        limits: Limits,
        *,
        only: Collection[str] = (),
        exclude: Collection[str] = (),
    ) -> None:
        """Take the readers by media type, and the rule ids to keep (`only`, all when empty) and to leave out."""
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
        media_type = identify(data)
        yield Facts(media_type, claimed_type(name, media_type), hashlib.sha256(data).hexdigest() if whole else "")
        place = Place(name)
        if not whole:
            yield Problem(place, Reason.TOO_LARGE, f"only the first {len(data)} bytes were read")
        budget = Budget(self._limits, len(data))
        try:
            yield from self._blob(Blob(place, media_type, data), budget)
        except LimitReachedError as limit:
            yield Problem(place, limit.reason, limit.detail)

    def _blob(self, blob: Blob, budget: Budget) -> Iterator[Finding | Problem]:
        name = blob.place.members[-1] if blob.place.members else blob.place.file
        segments = [Segment(replace(blob.place, part=Part.NAME), name)]
        spent: LimitReachedError | None = None
        try:
            for item in self._read(blob, budget):
                if isinstance(item, Segment):
                    segments.append(item)
                elif isinstance(item, Member):
                    yield from self._member(item, budget)
                else:
                    yield item
        except LimitReachedError as limit:
            spent = limit
        for detector in self._detectors:
            for found in detector.detect(blob, segments):
                if isinstance(found, Problem) or self._wanted(found):
                    yield found
        if spent is not None:
            raise spent

    def _read(self, blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
        family = blob.media_type.partition("/")[0] + "/*"
        reader = self._readers.get(blob.media_type) or self._readers.get(family) or self._readers["*/*"]
        try:
            yield from reader.extract(blob, budget)
        except (LimitReachedError, MemoryError):
            raise
        except RecursionError:
            yield Problem(blob.place, Reason.TOO_DEEP, "nested deeper than the reader can follow")
        except Exception as error:  # noqa: BLE001 - one reader's defect must not hide the rest of the document
            yield Problem(blob.place, Reason.CRASHED, f"its reader failed: {type(error).__name__}")

    def _member(self, member: Member, budget: Budget) -> Iterator[Finding | Problem]:
        budget.member()
        if self._limits.depth and len(member.place.members) > self._limits.depth:
            yield Problem(member.place, Reason.TOO_DEEP, f"packed more than {self._limits.depth} levels deep")
            return
        yield from self._blob(Blob(member.place, identify(member.data), member.data), budget)

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
) -> Pipeline:
    """Put a pipeline together from the shipped readers and the given rules.

    Raises:
        RuleError: a rule file has faults; all of them.
    """
    schemes = load_schemes(sources)
    detectors: tuple[Detector, ...] = (
        MarkingDetector(schemes),
        LabelDetector(schemes),
        YaraDetector(sources, key=key, show_match=show_match, only=only, exclude=exclude),
    )
    return Pipeline(readers(), detectors, limits, only=only, exclude=exclude)

"""Makes findings of what was weighed: one for each label, part and status, whatever the number of pages."""

from collections.abc import Iterator, Sequence
from typing import Final

from scanner.detect._document import Document
from scanner.detect._portions import Portion
from scanner.detect._sighting import Sighting
from scanner.detect.evidence import MARKED_FROM, SUSPECT_FROM, Weighed
from scanner.model.finding import OBFUSCATED, Finding, Kind, Role, Severity, Span, Status
from scanner.model.label import Label, Level
from scanner.model.place import Part

_SEVERITIES: Final = (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL, Severity.CRITICAL)
_HOLDING: Final = frozenset({Status.MARKED, Status.SUSPECT})


def banner_findings(sightings: Sequence[Sighting], weighed: Sequence[Weighed]) -> Iterator[Finding]:
    """Yield one finding for each label, part and status: the surest, and of those the first."""
    best: dict[tuple[Label, Part, Status], tuple[Sighting, Weighed]] = {}
    for sighting, weight in zip(sightings, weighed, strict=True):
        status = decided(weight)
        if status is None:
            continue
        place = (sighting.reading.label, sighting.page.place.part, status)
        if place not in best or weight.score > best[place][1].score + 1.0:
            best[place] = (sighting, weight)
    for (label, part, status), (sighting, weight) in best.items():
        start, end = sighting.span
        yield Finding(
            kind=Kind.MARKING,
            rule=label.scheme,
            place=sighting.page.place,
            label=label,
            role=_role(part),
            status=status,
            severity=_severity(label, disguised=OBFUSCATED in weight.reasons),
            confidence=weight.confidence,
            span=Span(start, end),
            evidence=" ".join(sighting.text.split()),
            reasons=weight.reasons,
            title=sighting.reading.scheme.title,
            guidance=sighting.reading.scheme.guidance,
            also=tuple(reading.label for reading in sighting.readings[1:]),
        )


def decided(weight: Weighed) -> Status | None:
    """Return what a sighting becomes, None where it is no finding."""
    if weight.status is Status.EXAMPLE:
        return Status.EXAMPLE if weight.looks >= SUSPECT_FROM else None
    if weight.score < SUSPECT_FROM:
        return None
    if weight.status is not None:
        return weight.status
    return Status.MARKED if weight.score >= MARKED_FROM else Status.SUSPECT


def portion_findings(portions: Sequence[Portion], document: Document, banners: Sequence[Finding]) -> Iterator[Finding]:
    """Yield one finding for each label that paragraphs are marked with."""
    seen: dict[Label, list[Portion]] = {}
    held = [found.label.level for found in banners if found.label is not None and found.status in _HOLDING]
    for portion in portions:
        seen.setdefault(portion.reading.label, []).append(portion)
    for label, marks in seen.items():
        first = marks[0]
        said = (rule.status for rule in document.evidence(first.reading.scheme) if rule.status is not None)
        status = next(said, Status.EXAMPLE if document.is_guide else Status.MARKED)
        if status is Status.EXAMPLE and _is_within(label.level, held):
            status = Status.SUSPECT
        yield Finding(
            kind=Kind.MARKING,
            rule=label.scheme,
            place=first.page.place,
            label=label,
            role=Role.PORTION,
            status=status,
            severity=_SEVERITIES[label.level.rank],
            confidence=0.95 if first.rich or len(marks) > 1 else 0.9,
            span=Span(first.start, first.end),
            evidence=first.text,
            reasons=("portion_marks", *(("full_grammar",) if first.rich else ())),
            title=first.reading.scheme.title,
            guidance=first.reading.scheme.guidance,
        )


def _severity(label: Label, *, disguised: bool) -> Severity:
    """Rate a marking by its rank; one that was disguised was meant to be passed over."""
    severity = _SEVERITIES[label.level.rank]
    return Severity(min(severity + 1, Severity.CRITICAL)) if disguised and label.level.rank else severity


def _role(part: Part) -> Role:
    return {Part.WATERMARK: Role.WATERMARK, Part.PROPERTY: Role.PROPERTY, Part.METADATA: Role.PROPERTY}.get(
        part, Role.BANNER
    )


def _is_within(level: Level, held: Sequence[Level]) -> bool:
    """Tell a level that banners cover which are no examples: those of a guide are, or say that it is unclassified."""
    return any(banner.scheme == level.scheme and banner.rank and banner.order >= level.order for banner in held)

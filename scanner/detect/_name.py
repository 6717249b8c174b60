"""Looks for a marking in a file's name, where it counts for little unless nothing else can be meant."""

from collections.abc import Iterator
from typing import Final

from scanner.detect._line import Line
from scanner.detect._scheme_rule import Strength
from scanner.detect.grammar import Reading
from scanner.detect.scheme import Schemes
from scanner.model.document import Segment
from scanner.model.finding import Finding, Kind, Role, Severity, Span, Status

_LONGEST: Final = 255
_SEVERITIES: Final = (Severity.INFO, Severity.LOW, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.HIGH)
_AROUND: Final = frozenset("()[]_-{}【】（）")


def name_finding(segment: Segment, schemes: Schemes) -> Iterator[Finding]:
    """Yield the marking that a name begins or ends with, or that stands in brackets in it."""
    name = segment.text[:_LONGEST]
    stem, dot, ending = name.rpartition(".")
    if not dot or not ending.isalnum() or len(ending) > len("xhtml"):
        stem = name
    line = Line.of(stem)
    readings = [reading for reading in schemes.heads.readings(line) if _stands_out(line, reading)]
    if not readings:
        return
    best = max(readings, key=lambda reading: (reading.end - reading.start, -reading.scheme.priority))
    plain = best.spelling.strength is Strength.DISTINCT or best.signed
    guide = any(rule.status is Status.EXAMPLE and rule.pattern.search(stem) for rule in schemes.context.evidence)
    start, end = line.span(best.start, best.end)
    yield Finding(
        kind=Kind.MARKING,
        rule=best.scheme.id,
        place=segment.place,
        label=best.label,
        role=Role.PROPERTY,
        status=Status.EXAMPLE if guide else Status.MARKED if plain else Status.SUSPECT,
        severity=_SEVERITIES[best.label.level.rank],
        confidence=0.9 if plain else 0.5,
        span=Span(start, end),
        evidence=stem[start:end],
        reasons=("file_name", f"{best.spelling.strength.value}_phrase"),
        title=best.scheme.title,
        guidance=best.scheme.guidance,
    )


def _stands_out(line: Line, reading: Reading) -> bool:
    if reading.spelling.strength in {Strength.WEAK, Strength.SHORT, Strength.LABEL}:
        return False
    text = line.text(reading.start, reading.end)
    if text.islower() or (reading.spelling.strength is not Strength.DISTINCT and text != text.upper()):
        return False
    before = reading.start == 0 or line.gap(reading.start)[-1:] in _AROUND
    after = reading.end == len(line.key) or line.gap(reading.end)[:1] in _AROUND
    return before and after

"""Looks for a marking in a file's name or a mail's subject, where only what can mean nothing else counts in full."""

from collections.abc import Iterator
from typing import Final

from scanner.detect._line import Line
from scanner.detect._scheme_rule import Strength
from scanner.detect.grammar import Reading
from scanner.detect.scheme import Schemes
from scanner.model.document import Segment
from scanner.model.finding import Finding, Kind, Role, Severity, Span, Status
from scanner.model.place import Part

_LONGEST: Final = 255
_SEVERITIES: Final = (Severity.INFO, Severity.LOW, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.HIGH)
_AROUND: Final = frozenset("()[]_-{}【】（）:;|")


def is_name(segment: Segment) -> bool:
    """Tell whether a segment is a name or a subject, and no running text."""
    place = segment.place
    return place.part is Part.NAME or (
        place.part is Part.MAIL_HEADER and place.title is not None and place.title.lower() == "subject"
    )


def name_finding(segment: Segment, schemes: Schemes) -> Iterator[Finding]:
    """Yield the marking that a name begins or ends with, or that stands in brackets in it."""
    stem = segment.text[:_LONGEST]
    if segment.place.part is Part.NAME:
        name, dot, ending = stem.rpartition(".")
        stem = name if dot and ending.isalnum() and len(ending) <= len("xhtml") else stem
    line = Line.of(stem)
    readings = [reading for reading in schemes.heads.readings(line) if _stands_out(line, reading)]
    if not readings:
        return
    best = max(readings, key=lambda reading: (reading.end - reading.start, -reading.scheme.priority))
    plain = _is_plain(best) and _is_set_off(line, best)
    guide = any(
        rule.status is Status.EXAMPLE and rule.pattern.compiled.search(stem) for rule in schemes.context.evidence
    )
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
        reasons=("name" if segment.place.part is Part.NAME else "subject", f"{best.spelling.strength.value}_phrase"),
        title=best.scheme.title,
        guidance=best.scheme.guidance,
    )


def _stands_out(line: Line, reading: Reading) -> bool:
    """Tell whether a reading could be meant: a phrase of its own at either end, a word in capitals behind a sign."""
    if reading.spelling.strength in {Strength.WEAK, Strength.SHORT, Strength.LABEL}:
        return False
    text = line.text(reading.start, reading.end)
    if _is_plain(reading):
        ends = reading.start == 0 or reading.end == len(line.key)
        return not text.islower() and (ends or _is_set_off(line, reading))
    return text == text.upper() and _is_set_off(line, reading)


def _is_plain(reading: Reading) -> bool:
    return reading.spelling.strength is Strength.DISTINCT or reading.signed


def _is_set_off(line: Line, reading: Reading) -> bool:
    before = reading.start == 0 or not _AROUND.isdisjoint(line.gap(reading.start))
    after = reading.end == len(line.key) or not _AROUND.isdisjoint(line.gap(reading.end))
    return before and after

"""Tells on which line of its text a finding stands."""

from collections.abc import Sequence
from dataclasses import replace

from scanner.model.document import Segment
from scanner.model.finding import Finding


def with_line(finding: Finding, segments: Sequence[Segment]) -> Finding:
    """Return a finding with its line, where that can be told: not in a later piece, nor in a second reading."""
    text = next((segment.text for segment in segments if segment.place == finding.place), "")
    if finding.span is None or "\n" not in text or finding.place.title is not None:
        return finding
    found = " ".join(text[finding.span.start : finding.span.end].split())
    alone = sum(segment.place == finding.place for segment in segments) == 1
    if not alone and found != finding.evidence:
        return finding
    return replace(finding, line=text.count("\n", 0, finding.span.start) + 1)

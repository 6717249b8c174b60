"""Detectors: each looks at one document's bytes and text and yields findings."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from scanner.model.document import Blob, Problem, Segment
from scanner.model.finding import Finding


class Detector(Protocol):
    """Looks at one file or member: its bytes, and all the text that came out of it.

    The segments are all those of the one blob, in document order, so that a line repeated over pages can be
    weighed. A detector never raises for a document; what it could not look at is a problem.
    """

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        """Yield what was found. Evidence is the marking itself or a masked value, nothing else."""
        ...


class FirstLook(Protocol):
    """Looks at the bytes of a file without parsing them."""

    def first_look(self, blob: Blob) -> Iterator[Finding]:
        """Yield what is found."""
        ...

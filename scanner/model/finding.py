"""One thing a detector found: what, where, how sure, and why."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from scanner.model.label import Label
from scanner.model.place import Part, Place

OBFUSCATED: Final = "obfuscated"
"""The reason of a marking that was written so that a search would pass over it; its severity is higher."""


class Kind(StrEnum):
    """What made the finding."""

    MARKING = "marking"
    LABEL = "label"
    YARA = "yara"


class Role(StrEnum):
    """What part a marking plays in its document."""

    BANNER = "banner"
    PORTION = "portion"
    COVER = "cover"
    WATERMARK = "watermark"
    BLOCK = "block"
    PROPERTY = "property"
    HEADER = "header"
    CONTENT = "content"


class Status(StrEnum):
    """How a marking is meant: `marked` counts, the others are recorded."""

    MARKED = "marked"
    SUSPECT = "suspect"
    DECLASSIFIED = "declassified"
    EXAMPLE = "example"


class Severity(IntEnum):
    """How bad it is that this stands in the open."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The lower-case name, as rules, config and records write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character offsets into the text of a segment, or byte offsets into a blob."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A marking, an electronic label or a YARA match.

    `label` is set for markings and electronic labels, `tags` for YARA rules. `confidence` runs from 0 to 1.
    `evidence` is the marking itself, or the kind, length and keyed hash of a value: never the value, nor text
    around a marking. `reasons` are names of evidence features, in the order they weighed. `line` counts the lines
    of the text at `place` from 1; in an office document each paragraph is one. `also` are labels of other schemes that
    write the same: nothing in the document tells which of them is meant.
    """

    kind: Kind
    rule: str
    place: Place
    label: Label | None = None
    tags: tuple[str, ...] = ()
    role: Role = Role.CONTENT
    status: Status = Status.MARKED
    severity: Severity = Severity.MEDIUM
    confidence: float = 1.0
    span: Span | None = None
    evidence: str = ""
    reasons: tuple[str, ...] = ()
    title: str = ""
    guidance: str = ""
    line: int | None = None
    also: tuple[Label, ...] = ()

    def where(self) -> str:
        """Return the place as a person says it, with the line where that helps to find it."""
        line = "" if self.line is None or self.place.part is not Part.BODY else f", line {self.line}"
        return self.place.words() + line

"""What a document says beside its text, and what one label in it says, before any scheme is asked what that means."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from scanner.model.document import Blob, Segment
from scanner.model.place import Part, Place

PROPERTIES: Final = frozenset({Part.PROPERTY, Part.METADATA})
"""The parts that hold what a program or a person wrote about a file."""

_PARTS: Final = PROPERTIES | {Part.MAIL_HEADER}


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a file or a field of a mail's header; `name` is in lower case."""

    name: str
    text: str
    place: Place

    @property
    def is_property(self) -> bool:
        """Whether it is a property, and no field of a mail."""
        return self.place.part in PROPERTIES


@dataclass(frozen=True, slots=True)
class Seen:
    """One file or member: its bytes, its text, and what stands in it under a name."""

    blob: Blob
    segments: Sequence[Segment]
    fields: tuple[Field, ...]

    @classmethod
    def of(cls, blob: Blob, segments: Sequence[Segment]) -> "Seen":
        """Pick the named texts out of all."""
        fields = [
            Field(title.lower(), segment.text, segment.place)
            for segment in segments
            if segment.place.part in _PARTS and (title := segment.place.title) is not None
        ]
        return cls(blob, segments, tuple(fields))

    def named(self, names: Iterable[str]) -> Iterator[Field]:
        """Yield the fields that bear one of some names, which are in lower case."""
        wanted = frozenset(names)
        return (one for one in self.fields if one.name in wanted)


@dataclass(frozen=True, slots=True)
class Said:
    """One label as it stands.

    `name` is a level, a whole marking or what a company calls the label. `policy` says whose it is, where that is
    said. `beside` stands beside the level, `hints` too, but limits nobody whom the scheme does not know it to limit.
    `released` lists who may see it, None where nothing is said. `ids` are the keys of the configured names, the best
    first, in the table `table`. A `company` prefers its own words; where `official` is wanted, they are a hint at most.
    What is not `sure` is recorded as a suspicion. `told` is False where a name that means nothing is no label at all.
    """

    place: Place
    system: str
    name: str
    policy: str = ""
    beside: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    released: tuple[str, ...] | None = None
    table: str = ""
    ids: tuple[str, ...] = ()
    company: bool = False
    official: bool = False
    sure: bool = True
    told: bool = True
    reasons: tuple[str, ...] = field(default=())


System = Callable[[Seen], Iterable[Said]]
"""Finds the labels of one system."""

"""Hiding places: documents made by real writers, each with one word where only a thorough reader finds it.

A module of this folder makes the documents of some formats. Its `probes` yields them; a leading underscore means
"not such a module". `python -m bench.hiding` prints what the product finds, and `tests/extract/test_hiding.py`
holds it.
"""

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scanner.extract import readers
from scanner.model.document import Blob, Problem, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Part
from scanner.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Probe:
    """One document, and the word in it. `part` is where the word should be said to stand; None: it does not matter.

    `known_miss` is why the word cannot be found, for those that are not; they count as missed.
    """

    kind: str
    place: str
    name: str
    word: str
    data: bytes = field(repr=False)
    part: Part | None = None
    known_miss: str = ""


def word(kind: str, place: str) -> str:
    """Return a word of fourteen capitals that stands nowhere else."""
    digest = hashlib.sha256(f"{kind} {place}".encode()).digest()
    return "QX" + "".join(chr(65 + byte % 26) for byte in digest[:12])


def probes(kind: str = "") -> Iterator[Probe]:
    """Yield the documents of one kind, or of all."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if not module.name.startswith("_"):
            made: Iterator[Probe] = importlib.import_module(f"{__name__}.{module.name}").probes()
            yield from (probe for probe in made if kind in {"", probe.kind})


class _Listener:
    """A detector that keeps what it is shown."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def detect(self, _: Blob, segments: list[Segment]) -> Iterator[Problem]:
        """Keep the segments; find nothing."""
        self.segments += segments
        return iter(())


def segments(name: str, data: bytes) -> list[Segment]:
    """Return all text that the product reads in a document, its members' included."""
    listener = _Listener()
    for _ in Pipeline(readers(), (listener,), DEFAULT_LIMITS).examine(name, data):
        pass
    return listener.segments


def parts(probe: Probe) -> Mapping[Part, str]:
    """Return where the word of a document was read, with the place in words; nothing when it was missed."""
    found: dict[Part, str] = {}
    for segment in segments(probe.name, probe.data):
        if probe.word in segment.text:
            found.setdefault(segment.place.part, str(segment.place))
    return found

"""Marking schemes as data: loads them from rule files, and reads one whole marking into a label."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from scanner.detect._line import Line
from scanner.detect._pattern import Pattern
from scanner.detect._scheme_file import read_rule_file
from scanner.detect._scheme_rule import (
    Context,
    Counterexample,
    EvidenceRule,
    Example,
    LevelRule,
    Reach,
    Scheme,
    Spelling,
    Strength,
)
from scanner.detect.grammar import Heads, Reading
from scanner.errors import Fault, RuleError
from scanner.model.label import Label
from scanner.resources import RuleSource, is_marking_file

__all__ = [
    "Context",
    "Counterexample",
    "EvidenceRule",
    "Example",
    "LevelRule",
    "Reach",
    "Scheme",
    "Schemes",
    "Spelling",
    "Strength",
    "load_schemes",
]


@dataclass(frozen=True, slots=True)
class Schemes:
    """All loaded schemes, in order of their id, and the context they share."""

    schemes: tuple[Scheme, ...]
    context: Context = field(default_factory=Context)
    heads: Heads = field(init=False, repr=False, compare=False)
    portions: Heads = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index every spelling once."""
        object.__setattr__(self, "heads", Heads(self.schemes))
        object.__setattr__(self, "portions", Heads(self.schemes, portions=True))

    def preferring(self, ids: Sequence[str]) -> "Schemes":
        """Return the schemes with those of the given ids before all others, the first of them first."""
        first = {id_: place - len(ids) for place, id_ in enumerate(ids)}
        least = min((scheme.priority for scheme in self.schemes), default=0)
        if not first:
            return self
        ordered = (
            replace(scheme, priority=least + first[scheme.id]) if scheme.id in first else scheme
            for scheme in self.schemes
        )
        return Schemes(tuple(ordered), self.context)

    def get(self, scheme: str) -> Scheme | None:
        """Return the scheme of an id, or None."""
        return next((known for known in self.schemes if known.id == scheme), None)

    def patterns(self) -> Iterator[Pattern]:
        """Yield the expressions that documents are searched with; those of the shared context first."""
        yield from (rule.pattern for rule in self.context.evidence)
        for scheme in self.schemes:
            yield from (rule.pattern for rule in scheme.evidence)
            found = (scheme.grammar.owner, *(rule.pattern for rule in scheme.caveats))
            yield from (pattern for pattern in found if pattern is not None)

    def read(self, text: str) -> Label | None:
        """Parse one whole marking (`SECRET//REL TO USA, GBR`, `机密`, `TLP:AMBER`); None where it is none.

        A word that several schemes know (`SECRET`) is taken for the scheme with the lowest priority number, which is
        that of the United States; `uk:SECRET` names another.
        """
        reading = self.read_marking(text)
        return None if reading is None else reading.label

    def read_marking(self, text: str) -> Reading | None:
        """Parse one whole marking as `read` does, and tell how it was read."""
        scheme, colon, rest = text.strip().partition(":")
        if colon and self.get(scheme) is not None:
            named = self._read(rest, only=scheme)
            if named is not None:
                return named
        return self._read(text)

    def alike(self, text: str, label: Label) -> tuple[Label, ...]:
        """Return what other schemes read in a text that was read as a label, one each; nothing tells which is meant."""
        found: dict[str, Reading] = {}
        for reading in sorted(self._whole(text), key=lambda reading: _rating(reading, text)):
            telling = reading.spelling.strength not in {Strength.LABEL, Strength.SHORT} and not reading.unknown
            if telling and reading.scheme.id != label.scheme:
                found.setdefault(reading.scheme.id, reading)
        return tuple(reading.label for reading in found.values())

    def _read(self, text: str, only: str = "") -> Reading | None:
        found = (reading for reading in self._whole(text) if only in {"", reading.scheme.id})
        return min(found, key=lambda reading: _rating(reading, text), default=None)

    def _whole(self, text: str) -> list[Reading]:
        line = Line.of(" ".join(text.split("\n")).strip())
        return [
            reading
            for heads in (self.heads, self.portions)
            for reading in heads.readings(line)
            if reading.start == 0 and reading.end == len(line.key)
        ]


def _rating(reading: Reading, text: str) -> tuple[bool, bool, bool, bool, int, int]:
    """Prefer a marking over an electronic label's name, words known over unknown ones, whole words over letters.

    Of schemes with the same words the one that writes them the same, signs included, comes first.
    """
    strength = reading.spelling.strength
    return (
        strength is Strength.LABEL,
        reading.unknown,
        strength is Strength.SHORT,
        not text.strip().startswith(reading.label.level.name),
        reading.scheme.priority,
        -len(reading.spelling.key),
    )


def load_schemes(sources: Iterable[RuleSource], *, trust_shipped: bool = False) -> Schemes:
    """Read the schemes among rule files: those whose name ends in `.toml`.

    With `trust_shipped`, the files that ship with DocWarden, which its tests prove, are read in half of the time:
    without their examples, and each regular expression is compiled when it is first used.

    Raises:
        RuleError: files have faults; all of them, each with its file and key.
    """
    faults: list[Fault] = []
    schemes: list[Scheme] = []
    contexts: list[Context] = []
    files: dict[str, str] = {}
    for source in sources:
        if not is_marking_file(source.name):
            continue
        read = read_rule_file(source, faults, proven=trust_shipped and source.shipped)
        if isinstance(read, Scheme):
            if read.id in files:
                faults.append(Fault(source.name, "scheme.id", f"{read.id!r} is taken by {files[read.id]}"))
            files[read.id] = source.name
            schemes.append(read)
        elif read is not None:
            contexts.append(read)
    if faults:
        raise RuleError(tuple(faults))
    context = Context(
        furniture=tuple(pattern for one in contexts for pattern in one.furniture),
        leads=tuple(lead for one in contexts for lead in one.leads),
        lead_words=tuple(word for one in contexts for word in one.lead_words),
        evidence=tuple(rule for one in contexts for rule in one.evidence),
    )
    return Schemes(tuple(sorted(schemes, key=lambda scheme: scheme.id)), context)

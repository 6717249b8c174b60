"""Tells what a label means: by the configured names, by whose policy it is, and by the schemes of markings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.detect._labels.said import Said
from scanner.detect._scheme_rule import Scheme, Strength
from scanner.detect.grammar import Reading
from scanner.detect.normalize import key
from scanner.detect.scheme import Schemes
from scanner.model.label import Label
from scanner.model.label_name import LabelName

_CORPORATE: Final = "corporate"
_BETWEEN: Final = re.compile(r"\s*[\\|/()\[\]]\s*|\s+[-\u2013\u2014]\s+")
_NEGATED: Final = re.compile(r"\b(?:not|non|no|un|nicht|kein\w*)[\s-]*$", re.IGNORECASE)
_MOST_WORDS: Final = 12
_MOST_BESIDE: Final = 60
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Meaning:
    """A label, whether what was written can mean nothing else, what its scheme says to do, and who writes the same."""

    label: Label
    sure: bool = True
    reasons: tuple[str, ...] = ()
    guidance: str = ""
    also: tuple[Label, ...] = ()


class LabelNames:
    """Knows the schemes and what the configuration calls labels."""

    def __init__(self, schemes: Schemes, names: Iterable[LabelName] = ()) -> None:
        """Index the configured names and whom each scheme belongs to."""
        self._schemes = schemes
        self._names = {(one.system, one.id.casefold()): one.name for one in names}
        self._owners = {key(owner): scheme for scheme in schemes.schemes for owner in (scheme.id, *scheme.policies)}

    def meaning(self, said: Said) -> Meaning | None:
        """Return what a label means, None where nobody knows."""
        if len(said.name) > _LONGEST:
            return None
        meaning = self._meaning(said)
        if meaning is None:
            return None
        scheme = self._schemes.get(meaning.label.scheme)
        # Whose policy it is, or what the configuration says, leaves no doubt which scheme is meant.
        open_ = not said.policy and not said.beside and "configured_name" not in meaning.reasons
        also = self._schemes.alike(said.name, meaning.label) if open_ else ()
        return replace(meaning, guidance="" if scheme is None else scheme.guidance, also=also)

    def _meaning(self, said: Said) -> Meaning | None:
        for number in said.ids:
            configured = self._names.get((said.table, number.casefold()))
            if configured is not None and (label := self.label_of(configured)) is not None:
                return Meaning(label, reasons=("configured_name",))
        meaning = self._of_policy(said) if said.policy else self._of_name(said)
        return None if meaning is None else replace(meaning, label=self._with(meaning.label, said))

    def label_of(self, name: str) -> Label | None:
        """Return what a label's name means.

        A plain word that companies and governments both use (`Confidential`) is the company's, unless it is written
        as a government writes it, in capitals; anything else is read as a marking first.
        """
        meaning = self._named(name)
        return None if meaning is None else meaning.label

    def _of_name(self, said: Said) -> Meaning | None:
        if said.company and (own := self._corporate(said.name)) is not None:
            reading = self._schemes.read_marking(said.name)
            if reading is None or not _is_plain(reading):
                return Meaning(own, sure=own.level.rank > 1)
        return self._named(said.name)

    def _named(self, name: str) -> Meaning | None:
        reading = self._schemes.read_marking(name)
        if reading is not None and (
            reading.scheme.id == _CORPORATE or _is_plain(reading) or (name == name.upper() and name != name.lower())
        ):
            telling = reading.spelling.strength in {Strength.TELLING, Strength.COMMON} and name == name.upper()
            return Meaning(reading.label, sure=telling or _is_plain(reading))
        own = self._corporate(name)
        if own is not None:
            return Meaning(own, sure=own.level.rank > 1)
        return None if reading is None else Meaning(reading.label, sure=False)

    def _corporate(self, name: str) -> Label | None:
        """Read a company's name for a label: a part of it, or the words that it ends with."""
        for part in (name, *_BETWEEN.split(name)):
            label = self._schemes.read(f"{_CORPORATE}:{part}")
            if label is not None and label.scheme == _CORPORATE:
                return label
        for part in _BETWEEN.split(name):
            words = part.split()[-_MOST_WORDS:]
            for start in range(1, len(words)):
                label = self._schemes.read(f"{_CORPORATE}:{' '.join(words[start:])}")
                if label is not None and label.scheme == _CORPORATE and label.level.rank:
                    return None if _NEGATED.search(" ".join(words[:start])) else label
        return None

    def _of_policy(self, said: Said) -> Meaning | None:
        scheme = self._owner(said.policy)
        if scheme is not None:
            label = next(_labels_within(self._schemes, scheme, said.policy, said.name), None)
            return None if label is None else Meaning(label)
        for text in (f"{said.policy} {said.name}", f"//{said.policy} {said.name}"):
            reading = self._schemes.read_marking(text)
            if reading is not None and (_is_plain(reading) or text.startswith("/")):
                return Meaning(reading.label)
        meaning = self._of_name(said)
        return None if meaning is None else replace(meaning, reasons=("unknown_policy",))

    def _owner(self, policy: str) -> Scheme | None:
        """Return the scheme of a policy's name: whole, before a slash (`NATO/EAPC`), or the country of a domain."""
        for name in (policy, policy.partition("/")[0], policy.rpartition(".")[2] if "." in policy else ""):
            if name and (scheme := self._owners.get(key(name))) is not None:
                return scheme
        return None

    def _with(self, label: Label, said: Said) -> Label:
        """Add what stands beside the level; a word that nobody knows restricts, so that no zone admits it unknown."""
        whole = label
        for entry in (*said.beside, *said.hints)[:_MOST_BESIDE]:
            text = f"{label.scheme}:{label.level.name}{label.form.major}{entry[:_LONGEST]}"
            reading = self._schemes.read_marking(text)
            if reading is not None and reading.scheme.id == label.scheme and not reading.unknown and reading.parts:
                whole = replace(
                    whole,
                    compartments=whole.compartments | reading.label.compartments,
                    caveats=whole.caveats | reading.label.caveats,
                    notes=whole.notes | reading.label.notes,
                    releasable_to=_narrowed(whole.releasable_to, reading.label.releasable_to),
                )
            elif entry in said.beside:
                whole = replace(whole, caveats=whole.caveats | {" ".join(entry.upper().split())})
            else:
                whole = replace(whole, notes=whole.notes | {" ".join(entry.upper().split())})
        if said.released is None:
            return whole
        released = frozenset(code.upper() for code in said.released)
        return replace(whole, releasable_to=_narrowed(whole.releasable_to, released))


def _labels_within(schemes: Schemes, scheme: Scheme, policy: str, name: str) -> Iterator[Label]:
    """Yield what a level's name can be in one scheme: a marking, with the owner before it, or the id of a level."""
    for text in (name, f"{policy} {name}", f"{policy.replace('/', ' ')} {name}"):
        reading = schemes.read_marking(f"{scheme.id}:{text}")
        if reading is not None and reading.scheme.id == scheme.id:
            yield reading.label
    slug = "-".join(re.findall(r"\w+", name.lower()))
    for rule in scheme.levels:
        if rule.level.id == slug:
            yield Label(rule.level, form=scheme.form)


def _narrowed(known: frozenset[str] | None, more: frozenset[str] | None) -> frozenset[str] | None:
    if known is None or more is None:
        return known if more is None else more
    return known & more


def _is_plain(reading: Reading) -> bool:
    return reading.spelling.strength is Strength.DISTINCT or reading.parts > 0

"""Knows every rule file of every kind: what is in it, and what is wrong with it."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.detect.scheme import Scheme, load_schemes
from scanner.detect.yara_compile import compile_faults, public_rules
from scanner.detect.yara_source import yara_files
from scanner.errors import Fault, RuleError
from scanner.model.finding import Kind
from scanner.resources import RuleSource


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule or marking scheme, as a list shows it. `severity` is a word, empty for a marking scheme."""

    id: str
    kind: Kind
    title: str
    severity: str
    tags: tuple[str, ...]
    file: str


def list_rules(sources: Iterable[RuleSource]) -> tuple[Entry, ...]:
    """Return every rule in rule files that have no faults: marking schemes first."""
    sources = tuple(sources)
    schemes = [
        Entry(scheme.id, Kind.MARKING, scheme.title, "", (), source.name)
        for source in sources
        for scheme in load_schemes([source], trust_shipped=True).schemes
    ]
    rules = [
        Entry(rule.id, Kind.YARA, rule.title, rule.severity.word, rule.tags, rule.file)
        for rule in public_rules(yara_files(sources))
    ]
    return (*schemes, *rules)


def faults_of(sources: Iterable[RuleSource], *, trust_shipped: bool = False) -> tuple[Fault, ...]:
    """Return every fault of every rule file: marking schemes first, ids that stand for two things last.

    With `trust_shipped`, the files that ship with DocWarden are taken to be as its tests have proven them.
    """
    sources = tuple(sources)
    doubted = [source for source in sources if not (trust_shipped and source.shipped)]
    faults: tuple[Fault, ...] = ()
    try:
        load_schemes(sources, trust_shipped=trust_shipped)
    except RuleError as error:
        faults = error.faults
    return (*faults, *compile_faults(doubted), *_clashes(sources))


def _clashes(sources: Sequence[RuleSource]) -> Iterator[Fault]:
    """Name each YARA rule whose id means something else in an earlier file: rules are chosen and left out by id.

    Rules that are called by their name alone are those of others, who know nothing of ids: there it is a warning.
    """
    owners: dict[str, tuple[str, bool]] = {}
    for source, scheme in _sound_schemes(sources):
        owners.setdefault(scheme.id, (f"the marking scheme in {source.name}", True))
    for file in yara_files(sources):
        mine = public_rules([file])
        for rule in mine:
            owner, chosen = owners.get(rule.id, ("", False))
            if owner:
                message = f"the id {rule.id!r} is taken by {owner}"
                warning = not chosen and rule.id == rule.name
                yield Fault(rule.file, f"{rule.name}, line {rule.line}", message, warning=warning)
        for rule in mine:
            owners.setdefault(rule.id, (f"rule {rule.name} in {rule.file}", rule.id != rule.name))


def _sound_schemes(sources: Iterable[RuleSource]) -> Iterator[tuple[RuleSource, Scheme]]:
    for source in sources:
        with contextlib.suppress(RuleError):
            for scheme in load_schemes([source], trust_shipped=True).schemes:
                yield source, scheme

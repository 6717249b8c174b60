"""Knows every rule file of every kind: what is in it, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.detect.scheme import load_schemes
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
        for scheme in load_schemes([source]).schemes
    ]
    rules = [
        Entry(rule.id, Kind.YARA, rule.title, rule.severity.word, rule.tags, rule.file)
        for rule in public_rules(yara_files(sources))
    ]
    return (*schemes, *rules)


def faults_of(sources: Iterable[RuleSource]) -> tuple[Fault, ...]:
    """Return every fault of every rule file: marking schemes first."""
    sources = tuple(sources)
    try:
        load_schemes(sources)
    except RuleError as error:
        return (*error.faults, *compile_faults(sources))
    return compile_faults(sources)

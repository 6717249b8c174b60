"""Runs the examples and counterexamples that rules carry, through the detectors a scan uses."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.detect import Detector
from scanner.detect.yara import YaraDetector
from scanner.detect.yara_compile import public_rules
from scanner.detect.yara_rule import Scope, YaraRule, yara_files
from scanner.errors import Fault
from scanner.model.document import Blob, Problem, Segment
from scanner.model.finding import Finding, Kind
from scanner.model.place import Place
from scanner.resources import RuleSource

_PLACE = Place("example")


@dataclass(frozen=True, slots=True)
class Proof:
    """One example that was run: what it should give, and what it gave.

    `sort` is `example` or `counterexample`, `number` counts those of one rule from 1. `expected` and `got` are rule
    ids or labels; an empty one stands for nothing found.
    """

    file: str
    rule: str
    kind: Kind
    sort: str
    number: int
    expected: str
    got: str

    @property
    def holds(self) -> bool:
        """Whether the rule did what its author says."""
        return self.expected == self.got

    def fault(self) -> Fault:
        """Return what to tell the author."""
        return Fault(
            self.file, f"{self.rule}, {self.sort} {self.number}", f"{_said(self.got)}, not {_said(self.expected)}"
        )


def prove(sources: Iterable[RuleSource]) -> Iterator[Proof]:
    """Run the examples of all rules of every kind.

    Raises:
        RuleError: sources have faults; all of them.
    """
    sources = tuple(sources)
    yield from prove_yara(sources)


def prove_yara(sources: Iterable[RuleSource]) -> Iterator[Proof]:
    """Run the examples of all YARA rules among rule files, in order, against all the rules together.

    Raises:
        RuleError: sources have faults; all of them.
    """
    sources = tuple(sources)
    detector = YaraDetector(sources, key=secrets.token_bytes(32))
    for rule in public_rules(yara_files(sources)):
        for sort, texts in (("example", rule.examples), ("counterexample", rule.counterexamples)):
            for number, data in enumerate(texts, 1):
                expected = rule.id if sort == "example" else ""
                yield Proof(rule.file, rule.id, Kind.YARA, sort, number, expected, _yara(detector, rule, data))


def _yara(detector: Detector, rule: YaraRule, data: bytes) -> str:
    """Return the rule's id if it fires on a document that holds just the example."""
    raw = rule.scope is Scope.RAW
    blob = Blob(_PLACE, "application/octet-stream" if raw else "text/plain", data)
    segments = [] if raw else [Segment(_PLACE, data.decode("utf-8", "replace"))]
    for item in detector.detect(blob, segments):
        if isinstance(item, Problem):
            return item.reason.value
        if _is_of(item, rule):
            return rule.id
    return ""


def _is_of(finding: Finding, rule: YaraRule) -> bool:
    return finding.kind is Kind.YARA and finding.rule == rule.id


def _said(result: str) -> str:
    return f"gives {result}" if result else "gives nothing"

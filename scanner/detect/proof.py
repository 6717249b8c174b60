"""Runs the examples and counterexamples that rules carry, through the detectors a scan uses."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from scanner.deadline import OutOfTimeError, at_most
from scanner.detect import Detector
from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import Scheme, Strength, load_schemes
from scanner.detect.yara import YaraDetector
from scanner.detect.yara_compile import public_rules
from scanner.detect.yara_rule import Scope, YaraRule
from scanner.detect.yara_source import yara_files
from scanner.errors import Fault
from scanner.model.document import Blob, Problem, Segment
from scanner.model.finding import Finding, Kind, Status
from scanner.model.label import Label
from scanner.model.place import Place
from scanner.resources import RuleSource

_PLACE = Place("example")
_NOTHING = "nothing"
_SECONDS = 5
_ONLY_MENTIONED = tuple(f"({status.value})" for status in Status if status is not Status.MARKED)


@dataclass(frozen=True, slots=True)
class Proof:
    """One example that was run: what it should give, and what it gave.

    `sort` is `example` or `counterexample`, `number` counts those of one rule from 1. `expected` and `got` are rule
    ids or labels; an empty one stands for nothing found. `trouble` is what kept it from being run to its end.
    """

    file: str
    rule: str
    kind: Kind
    sort: str
    number: int
    expected: str
    got: str
    trouble: str = ""

    @property
    def holds(self) -> bool:
        """Whether the rule did what its author says."""
        return self.expected == self.got and not self.trouble

    def fault(self) -> Fault:
        """Return what to tell the author."""
        message = self.trouble or f"gives {self.got or _NOTHING} instead of {self.expected or _NOTHING}"
        return Fault(self.file, f"{self.rule}, {self.sort} {self.number}", message)


def prove(sources: Iterable[RuleSource], only: Collection[str] | None = None) -> Iterator[Proof]:
    """Run the examples of all rules of every kind, or of those in the files named by `only`, among all the rules.

    Raises:
        RuleError: sources have faults; all of them.
    """
    sources = tuple(sources)
    yield from prove_markings(sources, only)
    yield from prove_yara(sources, only)


def prove_markings(sources: Iterable[RuleSource], only: Collection[str] | None = None) -> Iterator[Proof]:
    """Run the examples of all marking schemes among rule files, in order, against all the schemes together.

    Raises:
        RuleError: sources have faults; all of them.
    """
    sources = tuple(sources)
    schemes = load_schemes(sources)
    detector = MarkingDetector(schemes)
    for source in sources:
        if only is not None and source.name not in only:
            continue
        for scheme in load_schemes([source]).schemes:
            for number, example in enumerate(scheme.examples, 1):
                expected = _meant(example.label, example.status)
                if _is_electronic(scheme):
                    got, trouble = str(schemes.read(f"{scheme.id}:{example.text}") or ""), ""
                else:
                    got, trouble = _marking(detector, scheme.id, example.text, example.status)
                if got != expected and not trouble and schemes.read(f"{scheme.id}:{example.label}") is None:
                    trouble = f"the label {example.label!r} is none of the scheme: it names no level"
                yield Proof(source.name, scheme.id, Kind.MARKING, "example", number, expected, got, trouble)
            for number, trap in enumerate(scheme.counterexamples, 1):
                found, trouble = _marking(detector, scheme.id, trap.text, Status.MARKED)
                got = "" if found.endswith(_ONLY_MENTIONED) else found
                yield Proof(source.name, scheme.id, Kind.MARKING, "counterexample", number, "", got, trouble)


def prove_yara(sources: Iterable[RuleSource], only: Collection[str] | None = None) -> Iterator[Proof]:
    """Run the examples of all YARA rules among rule files, in order, against all the rules together.

    Raises:
        RuleError: sources have faults; all of them.
    """
    sources = tuple(sources)
    detector = YaraDetector(sources, key=secrets.token_bytes(32), seconds=_SECONDS)
    for rule in public_rules(yara_files(sources)):
        if only is not None and rule.file not in only:
            continue
        for sort, texts in (("example", rule.examples), ("counterexample", rule.counterexamples)):
            for number, data in enumerate(texts, 1):
                expected = rule.id if sort == "example" else ""
                got, trouble = _yara(detector, rule, data)
                yield Proof(rule.file, rule.id, Kind.YARA, sort, number, expected, got, trouble)


def _yara(detector: Detector, rule: YaraRule, data: bytes) -> tuple[str, str]:
    """Return the rule's id if it fires on a document that holds just the example, and what kept it from its end."""
    raw = rule.scope is Scope.RAW
    blob = Blob(_PLACE, "application/octet-stream" if raw else "text/plain", data)
    segments = [] if raw else [Segment(_PLACE, data.decode("utf-8", "replace"))]
    got = ""
    for item in detector.detect(blob, segments):
        if isinstance(item, Problem):
            return got, _trouble(item)
        if _is_of(item, rule):
            got = rule.id
    return got, ""


def _marking(detector: Detector, scheme: str, text: str, wanted: Status) -> tuple[str, str]:
    """Return what one scheme finds in a text: what has the wanted status, else another; and what kept it from its end.

    What was found and not taken for a marking tells an author more than nothing; a counterexample may mention one.
    """
    pages = text.split("\f")
    places = [_PLACE] if len(pages) == 1 else [replace(_PLACE, page=page) for page in range(1, len(pages) + 1)]
    segments = [Segment(place, page) for place, page in zip(places, pages, strict=True)]
    labels: dict[Status, list[Label]] = {}
    try:
        with at_most(_SECONDS):
            items = list(detector.detect(Blob(_PLACE, "text/plain", text.encode("utf-8", "surrogatepass")), segments))
    except OutOfTimeError:
        return "", f"took over {_SECONDS} s"
    for item in items:
        if isinstance(item, Problem):
            return "", _trouble(item)
        if item.label is not None and item.label.scheme == scheme:
            labels.setdefault(item.status, []).append(item.label)
    for status in sorted(labels, key=lambda status: status is not wanted):
        return _meant(str(reduce(Label.join, labels[status])), status), ""
    return "", ""


def _trouble(problem: Problem) -> str:
    return problem.detail or f"was not run to its end: {problem.reason.value}"


def _is_electronic(scheme: Scheme) -> bool:
    """Tell whether a scheme only names electronic labels, which are read whole and never looked for in a text."""
    return all(spelling.strength is Strength.LABEL for rule in scheme.levels for spelling in rule.spellings)


def _meant(label: str, status: Status) -> str:
    return label if status is Status.MARKED else f"{label} ({status.value})"


def _is_of(finding: Finding, rule: YaraRule) -> bool:
    return finding.kind is Kind.YARA and finding.rule == rule.id

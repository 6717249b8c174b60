"""SARIF 2.1.0 (OASIS Standard), for code scanning: a result for each rule that found something in a file."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TextIO

from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run
from scanner.present._spooled import Spooled
from scanner.present._summary import summary
from scanner.present._uri import file_uri, relative_uri
from scanner.present._words import REASONS

NAME = "sarif"

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "%SRCROOT%"
_PLACES: Final = 20  # of one rule in one file; the message says how many there are
_POLICY: Final = "policy"
# A result of kind "fail" must have a level (3.27.10); "note" is the least of them.
_LEVELS: Final = {
    Severity.INFO: "note",
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
# What code scanning sorts by: a number as of CVSS, in the middle of the range its word stands for.
_SCORES: Final = {
    Severity.INFO: "0.0",
    Severity.LOW: "2.0",
    Severity.MEDIUM: "5.5",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}
_HELP: Final = (
    "A document stands where what it is marked as, or what it holds, may not stand. Move it, or ask the owner."
)


@dataclass(slots=True)
class _Rule:
    """What is said of a rule; its severity is the gravest it was found with."""

    title: str
    help: str
    kind: str
    tags: tuple[str, ...]
    severity: Severity


@dataclass(slots=True)
class _Report:
    stream: TextIO
    base: str
    results: int = 0
    rules: dict[str, _Rule] = field(default_factory=dict)
    notifications: Spooled = field(default_factory=Spooled)

    def add(self, verdict: Verdict) -> None:
        """Write the results of one verdict, and keep what it could not read for the end."""
        for rule, findings in _by_rule(verdict):
            self._learn(rule, findings, verdict)
            self.stream.write(("," if self.results else "") + "\n" + _json(self._result(rule, findings, verdict)))
            self.results += 1
        seen: set[tuple[Reason, Place]] = set()
        for problem in verdict.problems:
            if (problem.reason, problem.place) not in seen:
                seen.add((problem.reason, problem.place))
                told = _json(self._notification(problem, verdict))
                self.notifications.add(("," if self.notifications.pieces else "") + "\n" + told)

    def end(self, tally: Tally, run: Run) -> None:
        """Write how the run went, and the rules that found something."""
        whole = not run.partial and not tally.unread
        self.stream.write(f'\n],"columnKind":"unicodeCodePoints","properties":{_json(summary(tally, run))},')
        if self.base:
            self.stream.write(f'"originalUriBaseIds":{_json({_BASE: {"uri": file_uri(self.base, folder=True)}})},')
        self.stream.write(f'"tool":{_json({"driver": self._driver(run)})},')
        self.stream.write(f'"invocations":[{{"executionSuccessful":{_json(whole)},"toolExecutionNotifications":[')
        self.notifications.pour(self.stream)
        self.stream.write("]}]}]}\n")

    def _learn(self, rule: str, findings: tuple[Finding, ...], verdict: Verdict) -> None:
        severity = max((finding.severity for finding in findings), default=verdict.severity)
        if verdict.outcome is Outcome.VIOLATION:
            severity = max(severity, verdict.severity)
        known = self.rules.get(rule)
        if known is not None:
            known.severity = max(known.severity, severity)
            return
        first = findings[0] if findings else None
        title = _title(rule, first)
        tags = () if first is None else first.tags
        kind = _POLICY if first is None else first.kind.value
        self.rules[rule] = _Rule(title, (first.guidance if first else "") or _HELP, kind, tags, severity)

    def _driver(self, run: Run) -> dict[str, object]:
        reasons = [{"id": reason.value, "shortDescription": {"text": text}} for reason, text in REASONS.items()]
        rules = [
            {
                "id": visible(name),
                "shortDescription": {"text": visible(rule.title)},
                "help": {"text": visible(rule.help)},
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
                "properties": {
                    "tags": sorted({rule.kind, "security", *map(visible, rule.tags)}),
                    "security-severity": _SCORES[rule.severity],
                },
            }
            for name, rule in self.rules.items()
        ]
        known = {"name": "DocWarden", "version": run.version, "semanticVersion": run.version}
        return {**known, "properties": {"rules": run.rules}, "rules": rules, "notifications": reasons}

    def _result(self, rule: str, findings: tuple[Finding, ...], verdict: Verdict) -> dict[str, object]:
        kind = _kind(findings, verdict)
        severity = max(
            (finding.severity for finding in findings if finding.kind is Kind.YARA), default=verdict.severity
        )
        places = [self._location(finding.place, verdict.document, finding.line) for finding in findings[:_PLACES]]
        first = findings[0] if findings else None
        return {
            "ruleId": visible(rule),
            "ruleIndex": list(self.rules).index(rule),
            "kind": kind,
            "level": _LEVELS[severity] if kind == "fail" else "none",
            "message": {"text": visible(_message(findings, verdict))},
            "locations": places or [self._location(None, verdict.document, None)],
            "partialFingerprints": _fingerprints(rule, first, self._artifact(verdict.document), verdict.document),
            "properties": {
                "outcome": verdict.outcome.value,
                "severity": verdict.severity.word,
                "zone": visible(verdict.zone),
                "owner": visible(verdict.owner),
                "guidance": visible(verdict.guidance),
                "findings": len(findings),
                "evidence": sorted({visible(finding.evidence) for finding in findings if finding.evidence})[:_PLACES],
                "reasons": list(dict.fromkeys(reason for finding in findings for reason in finding.reasons)),
            },
        }

    def _notification(self, problem: Problem, verdict: Verdict) -> dict[str, object]:
        detail = f": {problem.detail}" if problem.detail else ""
        level = "note" if verdict.accepted else "error" if problem.reason is Reason.FORBIDDEN else "warning"
        return {
            "descriptor": {"id": problem.reason.value},
            "level": level,
            "message": {"text": visible(f"{problem.place.words()}: {REASONS[problem.reason]}{detail}")},
            "locations": [self._location(problem.place, verdict.document, None)],
        }

    def _location(self, place: Place | None, document: Document, line: int | None) -> dict[str, object]:
        physical: dict[str, object] = {"artifactLocation": self._artifact(document)}
        inside = place is not None and (place.members or place.part is not Part.BODY or place.page is not None)
        if line is not None and not inside and document.media_type.startswith("text/"):
            physical["region"] = {"startLine": line}
        if place is None or not inside:
            return {"physicalLocation": physical}
        named = {"name": visible(place.words()), "fullyQualifiedName": visible(str(place)), "kind": "member"}
        return {"physicalLocation": physical, "logicalLocations": [named]}

    def _artifact(self, document: Document) -> dict[str, object]:
        if document.path == "-":
            return {"description": {"text": "standard input"}}
        inside = relative_uri(document.path, self.base)
        return {"uri": file_uri(document.path)} if inside is None else {"uri": inside, "uriBaseId": _BASE}


def start(stream: TextIO, run: Run, *, color: bool) -> _Report:
    """Begin a report on a text stream."""
    del color
    stream.write(f'{{"$schema":{_json(_SCHEMA)},"version":"2.1.0","runs":[{{"results":[')
    return _Report(stream, run.base)


def _by_rule(verdict: Verdict) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield what each rule found in a file, apart by how it is meant; without any, a violation is one of policy."""
    groups: dict[tuple[str, Status], list[Finding]] = {}
    for finding in verdict.findings:
        groups.setdefault((finding.rule, finding.status), []).append(finding)
    for (rule, _), findings in groups.items():
        yield rule, tuple(findings)
    if not groups and verdict.outcome is Outcome.VIOLATION:
        yield _POLICY, ()


def _kind(findings: tuple[Finding, ...], verdict: Verdict) -> str:
    """Return what a result is (3.27.9): a failure, something for a person to look at, or only worth knowing."""
    status = findings[0].status if findings else Status.MARKED
    if status is Status.MARKED and verdict.outcome is Outcome.VIOLATION:
        return "fail"
    return "review" if status is Status.SUSPECT else "informational"


def _title(rule: str, finding: Finding | None) -> str:
    if finding is None:
        return "Where documents may stand"
    if finding.title:
        return finding.title
    return f"A marking of the scheme {rule}" if finding.kind is Kind.MARKING else f"A label of the scheme {rule}"


def _message(findings: tuple[Finding, ...], verdict: Verdict) -> str:
    if not findings:
        return verdict.why
    first = findings[0]
    what = first.evidence or ("" if first.label is None else str(first.label)) or first.title or first.rule
    more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
    return f"{first.where()}: {what}{more}. {verdict.why[:1].upper()}{verdict.why[1:]}."


def _fingerprints(
    rule: str, finding: Finding | None, artifact: dict[str, object], document: Document
) -> dict[str, str]:
    """Return what stays the same from run to run: by place, and by content, which a file takes along when it moves."""
    label = "" if finding is None or finding.label is None else str(finding.label)
    status = "" if finding is None else finding.status.value
    known = {"fileAndRule/v1": _digest(str(artifact.get("uri", "-")), rule, label, status)}
    if document.sha256:
        known["contentAndRule/v1"] = _digest(document.sha256, rule, label, status)
    return known


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()[:32]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))

"""Verdicts and alerts in the plain words and numbers that a page shows, which need no values of the model."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scanner.model.alert import Alert, Coverage, State
from scanner.model.document import Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label
from scanner.model.verdict import Verdict

# They are as many as there are alerts and live for one line of a page: what is frozen takes twice as long to make.


@dataclass(slots=True)
class Found:
    """A finding; `where` and `label` are as a person reads them. `secret` tells that it is about a value."""

    rule: str
    title: str
    label: str
    evidence: str
    where: str
    role: str
    status: str
    confidence: float
    reasons: tuple[str, ...]
    secret: bool = False


@dataclass(slots=True)
class Unexamined:
    """Something that was not read: where as a person reads it, and why."""

    where: str
    reason: Reason
    detail: str


@dataclass(slots=True)
class Shown:
    """A verdict; `label` are the labels of the document as their schemes write them."""

    path: str
    zone: str
    why: str
    guidance: str
    owner: str
    label: str
    media_type: str
    claimed_type: str | None
    size: int
    found: Sequence[Found]
    unexamined: Sequence[Unexamined]


@dataclass(slots=True)
class ShownAlert:
    """An alert; the fields mean what those of `Alert` mean."""

    key: str
    first_seen: float
    last_seen: float
    count: int
    state: State
    severity: Severity
    copies: int
    assignee: str
    resolution: str
    origin: str
    coverage: Coverage | None
    shown: Shown


def shown_alert(alert: Alert, write: Callable[[Label], str] = str) -> ShownAlert:
    """Return an alert as it is shown; `write` writes a label."""
    return ShownAlert(
        alert.key,
        alert.first_seen,
        alert.last_seen,
        alert.count,
        alert.state,
        alert.severity,
        alert.copies,
        alert.assignee,
        alert.resolution,
        alert.origin,
        alert.coverage,
        shown_verdict(alert.verdict, write),
    )


def shown_verdict(verdict: Verdict, write: Callable[[Label], str] = str) -> Shown:
    """Return a verdict as it is shown; `write` writes a label."""
    document = verdict.document
    return Shown(
        document.path,
        verdict.zone,
        verdict.why,
        verdict.guidance,
        verdict.owner,
        labels_said(map(write, verdict.labels)),
        document.media_type,
        document.claimed_type,
        document.size,
        [_found(finding, write) for finding in verdict.findings],
        list(map(_unexamined, verdict.problems)),
    )


def labels_said(labels: Iterable[str]) -> str:
    """Return labels of different schemes as one text."""
    return " and ".join(labels)


def _found(finding: Finding, write: Callable[[Label], str]) -> Found:
    return Found(
        finding.rule,
        finding.title,
        "" if finding.label is None else write(finding.label),
        finding.evidence,
        finding.where(),
        finding.role.value,
        finding.status.value,
        finding.confidence,
        finding.reasons,
        finding.kind is Kind.YARA,
    )


def _unexamined(problem: Problem) -> Unexamined:
    return Unexamined(problem.place.words(), problem.reason, problem.detail)

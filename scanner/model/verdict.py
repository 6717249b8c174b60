"""What was decided about one document, and the sum over many."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from scanner.model.document import Document, Problem, Reason
from scanner.model.explained import Explained
from scanner.model.finding import Finding, Severity, Status
from scanner.model.label import Label


class Outcome(StrEnum):
    """The one answer about a document."""

    CLEAN = "clean"
    PERMITTED = "permitted"
    VIOLATION = "violation"
    UNDETERMINED = "undetermined"


class Breach(StrEnum):
    """In what way a document is in violation.

    `LABEL`: what it is marked as may not stand in its zone. `CONTENT`: what a YARA rule found may not. `EXPOSURE`: its
    permissions give a marked file to more people than the zone allows. `UNMARKED`: it has no marking and needs one.
    """

    LABEL = "label"
    CONTENT = "content"
    EXPOSURE = "exposure"
    UNMARKED = "unmarked"


@dataclass(frozen=True, slots=True)
class Examination:
    """What the workers say about one document, before any zone is looked at.

    `explained` is empty unless they were asked to explain.
    """

    media_type: str = ""
    claimed_type: str | None = None
    sha256: str = ""
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision about one document in one zone.

    `labels` is the document's effective label, one a scheme, most sensitive first. `why` says in one sentence
    what decided; `guidance` what to do next. `accepted` tells that every problem is of a kind the
    configuration counts and shows, but does not raise. `breaches` are the kinds of violation, the gravest first.
    """

    document: Document
    zone: str
    outcome: Outcome
    labels: tuple[Label, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    severity: Severity = Severity.INFO
    why: str = ""
    guidance: str = ""
    owner: str = ""
    accepted: bool = False
    alerting: bool = False
    breaches: tuple[Breach, ...] = ()

    @property
    def label(self) -> Label | None:
        """The most sensitive of the effective labels, or None."""
        return self.labels[0] if self.labels else None

    @property
    def suspected(self) -> bool:
        """Whether it may be marked, though not surely enough to count against its zone."""
        in_doubt = any(finding.status is Status.SUSPECT for finding in self.findings)
        return in_doubt and self.outcome is not Outcome.VIOLATION


@dataclass(slots=True)
class Tally:
    """Counts verdicts as they come; the outcomes always add up to `files`.

    `reasons` counts files, not problems: a file with ten encrypted members is one encrypted file.
    `unread` counts the undetermined files whose reasons are not all accepted, `suspected` the files that are in no
    violation but may be marked.
    """

    files: int = 0
    size: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    unread: int = 0
    suspected: int = 0
    findings: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        self.files += 1
        self.size += verdict.document.size
        self.outcomes[verdict.outcome] += 1
        self.reasons.update({problem.reason for problem in verdict.problems})
        self.findings += len(verdict.findings)
        if verdict.outcome is Outcome.UNDETERMINED and not verdict.accepted:
            self.unread += 1
        if verdict.suspected:
            self.suspected += 1

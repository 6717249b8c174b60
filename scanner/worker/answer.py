"""What a worker has said about one file so far, checked piece by piece; it counts even when the worker breaks down."""

from dataclasses import dataclass, field, replace

from scanner.model.codec import decode
from scanner.model.document import Facts, Problem, Reason
from scanner.model.explained import Explained
from scanner.model.finding import Finding
from scanner.model.label import Label
from scanner.model.place import Place
from scanner.model.verdict import Examination


@dataclass(slots=True)
class Answer:
    """The messages about the file at `place`, of at most `longest` characters (0: any number).

    `early` is what was found in the bytes before any parser saw them: a parser that was taken over cannot take it back.
    """

    place: Place
    longest: int
    facts: Facts | None = None
    early: list[Finding] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)
    size: int = 0
    _labels: dict[Label, Label] = field(default_factory=dict, repr=False)

    def take(self, message: object) -> None:
        """Add one message; what is no message of ours is a problem of the document."""
        self.size += len(str(message))
        try:
            match message:
                case {"facts": facts}:
                    self.facts = decode(Facts, facts)
                case {"early": finding}:
                    self.early.append(self._lean(decode(Finding, finding)))
                case {"finding": finding}:
                    self.findings.append(self._lean(decode(Finding, finding)))
                case {"explained": explained}:
                    self.explained.append(decode(Explained, explained))
                case {"problem": problem}:
                    self.problems.append(decode(Problem, problem))
                case _:
                    self._malformed()
        except ValueError:
            self._malformed()

    def add(self, reason: Reason, detail: str) -> None:
        """Add a problem of the whole file."""
        self.problems.append(Problem(self.place, reason, detail))

    @property
    def overflown(self) -> bool:
        """Whether more has come than an answer may hold."""
        return 0 < self.longest < self.size

    def examination(self) -> Examination:
        """Return what came as one value. A rule that matched early and is named again later counts once."""
        facts = self.facts or Facts("", None, "")
        named = {finding.rule for finding in self.findings}
        return Examination(
            facts.media_type,
            facts.claimed_type,
            facts.sha256,
            (*self.findings, *(finding for finding in self.early if finding.rule not in named)),
            tuple(self.problems),
            tuple(self.explained),
        )

    def _lean(self, finding: Finding) -> Finding:
        """Return a finding that shares its labels with those before it: a mailbox may hold thousands of equal ones."""
        label = finding.label and self._labels.setdefault(finding.label, finding.label)
        return replace(finding, label=label, also=tuple(self._labels.setdefault(one, one) for one in finding.also))

    def _malformed(self) -> None:
        self.add(Reason.CRASHED, "its reader gave a malformed answer")

"""Reads the labels that programs and mail systems keep beside the text: the cheapest proof there is."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from scanner.detect._label_names import LabelNames, Meaning
from scanner.detect._labels import SYSTEMS
from scanner.detect._labels.said import Said, Seen
from scanner.detect.scheme import Schemes
from scanner.model.document import Blob, Problem, Segment
from scanner.model.finding import Finding, Kind, Role, Severity, Status
from scanner.model.label import Label
from scanner.model.label_name import LabelName
from scanner.model.place import Part

_SEVERITIES: Final = (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL, Severity.CRITICAL)
_MOST_FINDINGS: Final = 100
_MOST_SAID: Final = 1000
_UNKNOWN: Final = "corporate"
_SURE: Final = 0.99
_DOUBTFUL: Final = 0.5


class LabelDetector:
    """Finds the electronic labels of every system it knows."""

    def __init__(self, schemes: Schemes, names: Iterable[LabelName] = ()) -> None:
        """Take the schemes that labels are read by, and what the configuration calls labels."""
        self._names = LabelNames(schemes, names)

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        """Yield a finding for each label that is in force.

        A label that says how sensitive the document is counts; one that nobody knows is told of without counting.
        """
        seen = Seen.of(blob, segments)
        told: set[tuple[str, Label | str, Part]] = set()
        for system in SYSTEMS:
            for said in islice(system(seen), _MOST_SAID):
                meaning = self._names.meaning(said)
                if meaning is None and not said.told:
                    continue
                same = (said.system, said.name if meaning is None else meaning.label, said.place.part)
                if same not in told and len(told) < _MOST_FINDINGS:
                    told.add(same)
                    yield _unknown(said) if meaning is None else _finding(said, meaning)

    def label_of(self, name: str) -> Label | None:
        """Return what a label's name means, None where it means nothing."""
        return self._names.label_of(name)


def _finding(said: Said, meaning: Meaning) -> Finding:
    label = meaning.label
    # A company's own words under a name that it chose itself are no certain label.
    own = said.official and label.scheme == "corporate"
    sure = said.sure and not own and (said.told or meaning.sure)
    return Finding(
        kind=Kind.LABEL if sure else Kind.MARKING,
        rule=label.scheme,
        place=said.place,
        label=label,
        role=_role(said),
        status=Status.MARKED if sure else Status.SUSPECT,
        severity=_SEVERITIES[label.level.rank],
        confidence=_SURE if sure else _DOUBTFUL,
        evidence=_evidence(said),
        reasons=("electronic_label", said.system, *said.reasons, *meaning.reasons),
        guidance=meaning.guidance,
        also=meaning.also,
        title="Sensitivity label" if said.company or said.table == "msip" else "Electronic label",
    )


def _unknown(said: Said) -> Finding:
    return Finding(
        kind=Kind.LABEL,
        rule=_UNKNOWN,
        place=said.place,
        role=_role(said),
        status=Status.SUSPECT,
        severity=Severity.INFO,
        confidence=_DOUBTFUL,
        evidence=_evidence(said),
        reasons=("electronic_label", said.system, *said.reasons, "unknown_label"),
        title="Unknown sensitivity label",
        guidance="Say in the configuration what it means: [labels] gives ids and names of labels a marking.",
    )


def _role(said: Said) -> Role:
    return Role.HEADER if said.place.part is Part.MAIL_HEADER else Role.PROPERTY


def _evidence(said: Said) -> str:
    """Return the label as it stands: whose it is, the level, what stands beside it."""
    parts = (said.policy, said.name or next(iter(said.ids), ""), *said.beside, *(said.released or ()))
    return " ".join(part for part in parts if part)[:200]

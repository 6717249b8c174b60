"""Reads the labels that office programs and mail systems keep beside the text: the cheapest proof there is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from scanner.detect._scheme_rule import Strength
from scanner.detect.scheme import Schemes
from scanner.model.document import Blob, Problem, Segment
from scanner.model.finding import Finding, Kind, Role, Severity, Status
from scanner.model.label import Label
from scanner.model.place import Part, Place

_SEVERITIES: Final = (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL, Severity.CRITICAL)
# MSIP_Label_<guid>_Name, _Enabled and the rest: Microsoft, "Microsoft Information Protection SDK - Metadata".
_KEY: Final = re.compile(r"MSIP_Label_(?P<guid>[0-9A-Fa-f-]{8,40})_(?P<field>\w+)")
_PAIR: Final = re.compile(r"(MSIP_Label_[0-9A-Fa-f-]{8,40}_\w+)\s*=\s*([^;]*)")
_MAIL: Final = "msip_labels"
_CORPORATE: Final = "corporate"
_BETWEEN: Final = re.compile(r"\s*[\\|/]\s*|\s+-\s+")
_PARTS: Final = frozenset({Part.PROPERTY, Part.METADATA, Part.MAIL_HEADER})


@dataclass(slots=True)
class _Electronic:
    place: Place
    fields: dict[str, str] = field(default_factory=dict)


class LabelDetector:
    """Finds Microsoft's sensitivity labels in properties of documents and in mail headers."""

    def __init__(self, schemes: Schemes) -> None:
        """Take the schemes that names of labels are read by."""
        self._schemes = schemes

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        """Yield a finding for each label that is switched on and whose name says how sensitive the document is."""
        del blob
        for guid, electronic in _collect(segments).items():
            name = " ".join(electronic.fields.get("name", "").split())
            if electronic.fields.get("enabled", "true").strip().lower() in {"false", "0"} or not name:
                continue
            label = self.label_of(name)
            if label is None:
                continue
            yield Finding(
                kind=Kind.LABEL,
                rule=label.scheme,
                place=electronic.place,
                label=label,
                role=Role.PROPERTY,
                status=Status.MARKED,
                severity=_SEVERITIES[label.level.rank],
                confidence=0.99,
                evidence=name,
                reasons=("electronic_label", f"msip:{guid.lower()}"),
                title="Sensitivity label",
            )

    def label_of(self, name: str) -> Label | None:
        """Return what a label's name means.

        A plain word that companies and governments both use (`Confidential`) is the company's, unless it is written
        as a government writes it, in capitals; anything else is read as a marking first.
        """
        reading = self._schemes.read_marking(name)
        if reading is not None and (
            reading.scheme.id == _CORPORATE
            or reading.spelling.strength is Strength.DISTINCT
            or reading.parts > 0
            or (name == name.upper() and name != name.lower())
        ):
            return reading.label
        for part in (name, *_BETWEEN.split(name)):
            label = self._schemes.read(f"{_CORPORATE}:{part}")
            if label is not None and label.scheme == _CORPORATE:
                return label
        return None if reading is None else reading.label


def _collect(segments: Sequence[Segment]) -> dict[str, _Electronic]:
    found: defaultdict[str, _Electronic] = defaultdict(lambda: _Electronic(Place("")))
    for segment in segments:
        place = segment.place
        if place.part not in _PARTS or place.title is None:
            continue
        pairs = [(place.title, segment.text)]
        if place.title.lower() == _MAIL:
            pairs = _PAIR.findall(segment.text)
        for name, value in pairs:
            match = _KEY.fullmatch(name)
            if match is None:
                continue
            electronic = found.setdefault(match["guid"], _Electronic(place))
            electronic.fields.setdefault(match["field"].lower(), value)
            if match["field"].lower() == "name":
                electronic.place = place
    return dict(found)

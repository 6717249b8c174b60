"""Reads the attributes that XML and JSON are marked with in the United States' intelligence community.

Source: ODNI, XML Data Encoding Specification for Information Security Marking Metadata (ISM.XML), 2021 and earlier:
the attributes of `urn:us:gov:ic:ism`, and the values of CVEnumISMDissem, CVEnumISMNonIC and their kin.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.detect._labels.markup import documents, walk
from scanner.detect._labels.said import Said, Seen
from scanner.model.place import Place

_NAMESPACE: Final = "urn:us:gov:ic:ism"
_OWNER: Final = "USA"
_UNCLASSIFIED_CONTROLS: Final = "USA-CUI"
_LEVELS: Final = {
    "U": "UNCLASSIFIED",
    "R": "RESTRICTED",
    "C": "CONFIDENTIAL",
    "S": "SECRET",
    "TS": "TOP SECRET",
}
_DISSEMINATION: Final = {
    "OC": "ORCON",
    "OC-USGOV": "ORCON-USGOV",
    "NF": "NOFORN",
    "IMC": "IMCON",
    "PR": "PROPIN",
    "RS": "RSEN",
    "DS": "LIMDIS",
    "XD": "EXDIS",
    "ND": "NODIS",
}
_SAID_ELSEWHERE: Final = frozenset({"REL", "DISPLAYONLY", "EYES", "CUI"})
_MOST_LABELS: Final = 1000


class _Labels:
    """Collects the distinct markings of elements while XML is walked."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._prefixes: set[str] = set()
        self._seen: set[tuple[tuple[str, str], ...]] = set()
        self.found: dict[Said, None] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        del name
        for key, value in attributes.items():
            if key.startswith("xmlns:") and value.startswith(_NAMESPACE):
                self._prefixes.add(key.removeprefix("xmlns:"))
        marks: dict[str, str] = {}
        for key, value in attributes.items():
            prefix, _, local = key.rpartition(":")
            if prefix in self._prefixes:
                marks[local] = value
        same = tuple(marks.items())
        if not marks or same in self._seen or len(self._seen) >= _MOST_LABELS:
            return
        self._seen.add(same)
        if (said := marked(self._place, marks)) is not None:
            self.found[said] = None

    def end(self, name: str, text: str) -> None:
        """Marks are attributes only."""


def find(seen: Seen) -> Iterator[Said]:
    """Yield the markings of a document in XML."""
    for place, data in documents(seen, _NAMESPACE.encode("ascii")):
        labels = _Labels(place)
        walk(data, labels)
        yield from labels.found


def marked(place: Place, marks: Mapping[str, str]) -> Said | None:
    """Return the label of one set of attributes by their names, None where there is none."""
    level = _LEVELS.get(marks.get("classification", "").strip().upper())
    owners = marks.get("ownerProducer", "").split()
    if level is None or not owners:
        return None
    if level == "UNCLASSIFIED" and (marks.get("cuiBasic") or marks.get("cuiSpecified")):
        return _controlled(place, marks)
    released = tuple(marks.get("releasableTo", "").split()) or None
    policy, name, beside = owners[0], level, _beside(marks)
    if len(owners) > 1:
        name, policy = f"JOINT {level} {' '.join(sorted(owners))}", _OWNER
        released = None
    return Said(place, "ic_ism", name, policy=policy, beside=beside, released=released)


def _beside(marks: Mapping[str, str]) -> tuple[str, ...]:
    """Return the controls in the order of the register."""
    found = [control.replace("SI-G-", "SI-G ") for control in marks.get("SCIcontrols", "").split()]
    found += [f"SAR-{name}" for name in marks.get("SARIdentifier", "").split()]
    found += marks.get("atomicEnergyMarkings", "").split()
    if marks.get("FGIsourceProtected"):
        found.append("FGI")
    elif sources := marks.get("FGIsourceOpen"):
        found.append(f"FGI {sources}")
    dissemination = marks.get("disseminationControls", "").split()
    found += [_DISSEMINATION.get(control, control) for control in dissemination if control not in _SAID_ELSEWHERE]
    if shown := marks.get("displayOnlyTo"):
        found.append(f"DISPLAY ONLY {shown}")
    found += [_DISSEMINATION.get(control, control) for control in marks.get("nonICmarkings", "").split()]
    found += marks.get("nonUSControls", "").split()
    return tuple(found)


def _controlled(place: Place, marks: Mapping[str, str]) -> Said:
    kinds = [f"SP-{kind}" for kind in marks.get("cuiSpecified", "").split()]
    kinds += marks.get("cuiBasic", "").split()
    released = tuple(marks.get("releasableTo", "").split()) or None
    dissemination = marks.get("disseminationControls", "").split()
    kinds += [_DISSEMINATION.get(control, control) for control in dissemination if control not in _SAID_ELSEWHERE]
    return Said(place, "ic_ism", "CUI", policy=_UNCLASSIFIED_CONTROLS, beside=tuple(kinds), released=released)

"""Finds everything about a document that may not be so in its zone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.judge.documents import is_document
from scanner.judge.labels import counts, is_plain, may_stand, no_room, where
from scanner.model.document import Document
from scanner.model.exposure import Audience
from scanner.model.finding import OBFUSCATED, Finding, Kind, Severity, Status
from scanner.model.label import Label
from scanner.model.verdict import Breach
from scanner.model.zone import Zone

# By the rank of the label: a rank-0 level can only be in violation for a caveat on it.
_SEVERITIES = (Severity.LOW, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL, Severity.CRITICAL)
_MEANT = {
    Status.MARKED: "",
    Status.SUSPECT: "suspected ",
    Status.DECLASSIFIED: "declassified ",
    Status.EXAMPLE: "example ",
}
# A marking that was lifted says what the document is now. One in doubt is likelier one than not, as a lone UNCLASSIFIED
# at the top, and is told of as such. One that is shown as a sample says nothing of the document.
_SETTLES = frozenset({Status.MARKED, Status.SUSPECT, Status.DECLASSIFIED})
_FOR = {
    Audience.OWNER: "their owner only",
    Audience.GROUP: "their owner and group only",
    Audience.NAMED: "their owner, their group and whom an access control list names only",
}


@dataclass(frozen=True, slots=True)
class Offence:
    """One thing that may not be so here: of which kind, how bad, why, and what its rule says to do."""

    breach: Breach
    severity: Severity
    why: str
    guidance: str = ""
    behind: tuple[Finding, ...] = ()


def offences(document: Document, labels: Sequence[Label], findings: Sequence[Finding], zone: Zone) -> Iterator[Offence]:
    """Yield what of a document offends against its zone; the lack of a marking apart."""
    for label in labels:
        behind = _behind(label, findings, zone)
        # A word that the high-water mark drops may be what keeps a part of the document from standing here.
        every = (label, *(finding.label for finding in behind if finding.label is not None))
        wrong = next((one for one in every if not may_stand(one, zone)), None)
        if wrong is not None:
            guidance = next((finding.guidance for finding in behind if finding.guidance), "")
            why = f"{_meant(behind)}{wrong} {no_room(wrong, zone)}"
            yield Offence(Breach.LABEL, _severity(wrong, behind), why, guidance, behind)
        if not is_plain(label) and _is_exposed(document, zone):
            yield _exposed(document, label, behind, zone)
    for finding in findings:
        if is_hit(finding, zone) and finding.severity > zone.severity and zone.tags.isdisjoint(finding.tags):
            yield _forbidden(finding, zone)


def unmarked(document: Document, findings: Iterable[Finding], zone: Zone) -> Offence | None:
    """Return the offence that a document has no marking where each needs one, None where that is not so."""
    if not zone.require_marking or not is_document(document.media_type):
        return None
    known = tuple(findings)
    if any(_is_mark(finding, zone) for finding in known):
        return None
    shown = any(finding.kind is Kind.MARKING for finding in known)
    what = "no marking but an example of one" if shown else "no marking"
    needs = "this zone requires one" if zone.roots else "one is required here"
    return Offence(Breach.UNMARKED, Severity.LOW, f"{what}, and {needs}")


def is_hit(finding: Finding, zone: Zone) -> bool:
    """Tell whether a YARA rule found what a zone can say something about."""
    return finding.kind is Kind.YARA and finding.severity > Severity.INFO and finding.status in zone.violating


def _behind(label: Label, findings: Iterable[Finding], zone: Zone) -> tuple[Finding, ...]:
    """Return the findings that a label comes from."""
    return tuple(
        finding
        for finding in findings
        if finding.label is not None and finding.label.scheme == label.scheme and counts(finding, zone)
    )


def _severity(label: Label, behind: Iterable[Finding]) -> Severity:
    disguised = [finding.severity for finding in behind if OBFUSCATED in finding.reasons]
    return max([_SEVERITIES[min(label.level.rank, len(_SEVERITIES) - 1)], *disguised])


def _is_exposed(document: Document, zone: Zone) -> bool:
    return document.exposure is not None and document.exposure.audience.exceeds(zone.audience)


def _exposed(document: Document, label: Label, behind: Sequence[Finding], zone: Zone) -> Offence:
    said = "" if document.exposure is None else document.exposure.words(zone.audience)
    why = f"{_meant(behind)}{label} in a file of which {said}, {where(zone)} marked files are for {_FOR[zone.audience]}"
    return Offence(Breach.EXPOSURE, _severity(label, behind), why, behind=tuple(behind))


def _forbidden(finding: Finding, zone: Zone) -> Offence:
    what = finding.title or finding.rule
    allowed = _either(finding.tags) or "it"
    why = f"{what} in a zone that does not allow {allowed}" if zone.roots else f"{what}, which is not allowed here"
    return Offence(Breach.CONTENT, finding.severity, why, finding.guidance, (finding,))


def _is_mark(finding: Finding, zone: Zone) -> bool:
    if finding.kind is Kind.LABEL:
        return True
    return finding.kind is Kind.MARKING and finding.status in _SETTLES | zone.violating


def _meant(behind: Iterable[Finding]) -> str:
    """Say how the findings behind a label are meant, where none of them is plainly a marking."""
    statuses = {Status.MARKED if finding.kind is Kind.LABEL else finding.status for finding in behind}
    return next(word for status, word in _MEANT.items() if status in statuses)


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))

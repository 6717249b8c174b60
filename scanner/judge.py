"""Decides what a document's findings mean in the zone it stands in."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import OBFUSCATED, Finding, Kind, Severity, Status
from scanner.model.label import Label, Level
from scanner.model.verdict import Outcome, Verdict
from scanner.model.zone import Unread, Zone

# By the rank of the label: a rank-0 level can only be in violation for a caveat on it.
_SEVERITIES = (Severity.LOW, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL, Severity.CRITICAL)
# What it is worth to know of a document that was not read: a locked one may hold anything, and one whose parser tried
# what readers never do may be an attack. Every other reason is everyday where nobody asked to be told.
_UNREAD = {Reason.ENCRYPTED: Severity.MEDIUM, Reason.FORBIDDEN: Severity.HIGH}
_ATTACK = "a parser attempted a forbidden operation"
_MEANT = {
    Status.MARKED: "",
    Status.SUSPECT: "suspected ",
    Status.DECLASSIFIED: "declassified ",
    Status.EXAMPLE: "example ",
}


def zone_of(path: str, zones: Sequence[Zone], default: Zone) -> Zone:
    """Return the zone with the longest root the path stands under, by whole path components; else the default."""
    matching = matching_roots(path, zones)
    return matching[0][1] if matching else default


def matching_roots(path: str, zones: Sequence[Zone]) -> tuple[tuple[str, Zone], ...]:
    """Return every root the path stands under with its zone, the longest first."""
    parts = _parts(path)
    roots = [(root, zone) for zone in zones for root in zone.roots if (wanted := _parts(root)) == parts[: len(wanted)]]
    return tuple(sorted(roots, key=lambda entry: -len(_parts(entry[0]))))


def judge(
    document: Document,
    zone: Zone,
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    accept: Collection[Reason],
) -> Verdict:
    """Return the verdict on one document.

    A label is judged per scheme, by the high-water mark over everything that counts. Adding a finding or a problem
    never makes the outcome less severe. A forbidden operation is told of in every zone, and is never accepted.
    """
    labels = effective_labels(findings, zone)
    offences = sorted(_offences(labels, tuple(_read_for(zone, findings)), zone), key=lambda offence: -offence.severity)
    unread = {problem.reason for problem in problems} - (set(accept) - {Reason.FORBIDDEN})
    outcome, why = _outcome(offences, labels, findings, problems, zone)
    return Verdict(
        document=document,
        zone=zone.name,
        outcome=outcome,
        labels=labels,
        findings=_decisive_first(findings, offences, zone),
        problems=tuple(problems),
        severity=_severity(offences, unread, zone),
        why=why,
        guidance=_guidance(outcome, offences, zone),
        owner=zone.owner,
        accepted=bool(problems) and not unread,
        alerting=outcome is Outcome.VIOLATION or _is_told(unread, zone),
    )


def effective_labels(findings: Iterable[Finding], zone: Zone) -> tuple[Label, ...]:
    """Return the high-water mark of what counts in a zone, settled, one a scheme, the most sensitive first.

    A bare unclassified label is left out beside others of its scheme: it says nothing about release, which in a join
    would read as "released to nobody".
    """
    by_scheme: dict[str, list[Label]] = {}
    for finding in _read_for(zone, findings):
        if finding.label is not None and _counts(finding, zone):
            by_scheme.setdefault(finding.label.scheme, []).append(finding.label)
    marks = [
        reduce(Label.join, [label for label in labels if not _is_bare(label)] or labels).settled()
        for labels in by_scheme.values()
    ]
    return tuple(sorted(marks, key=lambda label: (-label.level.rank, label.scheme)))


@dataclass(frozen=True, slots=True)
class _Offence:
    """One thing that may not stand here: how bad, why, and what its rule says to do."""

    severity: Severity
    why: str
    guidance: str = ""
    behind: tuple[Finding, ...] = ()


def _decisive_first(findings: Sequence[Finding], offences: Sequence[_Offence], zone: Zone) -> tuple[Finding, ...]:
    """Return the findings, those behind the gravest offence before the others, the highest and surest of them first."""
    decisive = offences[0].behind if offences else ()

    def order(pair: tuple[Finding, Finding]) -> tuple[bool, int, float]:
        read = pair[1]
        rank = read.label.level.rank if read.label is not None else 0
        return (False, -rank, -read.confidence) if read in decisive else (True, 0, 0.0)

    pairs = zip(findings, _read_for(zone, findings), strict=True)
    return tuple(finding for finding, _ in sorted(pairs, key=order))


def _offences(labels: Iterable[Label], findings: Sequence[Finding], zone: Zone) -> Iterator[_Offence]:
    for label in labels:
        behind = [
            finding
            for finding in findings
            if finding.label is not None and finding.label.scheme == label.scheme and _counts(finding, zone)
        ]
        # A word that the high-water mark drops may be what keeps a part of the document from standing here.
        every = (label, *(finding.label for finding in behind if finding.label is not None))
        wrong = next((one for one in every if not _may_stand(one, zone)), None)
        if wrong is not None:
            disguised = [finding.severity for finding in behind if OBFUSCATED in finding.reasons]
            severity = max([_SEVERITIES[min(wrong.level.rank, len(_SEVERITIES) - 1)], *disguised])
            guidance = next((finding.guidance for finding in behind if finding.guidance), "")
            why = f"{_meant(behind)}{wrong} {_no_room(wrong, zone)}"
            yield _Offence(severity, why, guidance, tuple(behind))
    for finding in findings:
        if _is_forbidden(finding, zone):
            what = finding.title or finding.rule
            allowed = _either(finding.tags) or "it"
            why = (
                f"{what} in a zone that does not allow {allowed}"
                if zone.roots
                else f"{what}, which is not allowed here"
            )
            yield _Offence(finding.severity, why, finding.guidance, (finding,))


def _read_for(zone: Zone, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings; one that several schemes write the same is read in the one that the zone has a ceiling in."""
    schemes = {ceiling.scheme for ceiling in zone.ceilings}
    for finding in findings:
        fitting = next((label for label in finding.also if label.scheme in schemes), None)
        if fitting is not None and finding.label is not None and finding.label.scheme not in schemes:
            yield replace(finding, label=fitting, guidance="")
        else:
            yield finding


def _counts(finding: Finding, zone: Zone) -> bool:
    return finding.kind is Kind.LABEL or finding.status in zone.violating


def _is_bare(label: Label) -> bool:
    return _is_plain(label) and label.releasable_to is None


def _is_plain(label: Label) -> bool:
    """Tell a public or unclassified level that nothing restricts; it may stand everywhere."""
    return label.level.rank == 0 and not label.compartments and not label.caveats


def _may_stand(label: Label, zone: Zone) -> bool:
    if _is_plain(label):
        return True
    ceilings = [ceiling for ceiling in zone.ceilings if ceiling.scheme == label.scheme]
    if ceilings:
        return any(ceiling.dominates(label) for ceiling in ceilings)
    # What a caveat or compartment of one scheme is in another is not known: fail closed.
    return zone.equivalents and not label.compartments and not label.caveats and _is_within(label.level, zone)


def _is_within(level: Level, zone: Zone) -> bool:
    """Tell whether a ceiling of another scheme reaches a level's rank on the same axis."""
    counts = zone.counts_as(level)
    if counts is None:
        return False
    tops = filter(None, (zone.counts_as(ceiling.level) for ceiling in zone.ceilings))
    return any(top.axis == counts.axis and top.rank >= counts.rank for top in tops)


def _is_forbidden(finding: Finding, zone: Zone) -> bool:
    return _is_hit(finding, zone) and zone.tags.isdisjoint(finding.tags)


def _is_hit(finding: Finding, zone: Zone) -> bool:
    return finding.kind is Kind.YARA and finding.severity > Severity.INFO and finding.status in zone.violating


def _outcome(
    offences: Sequence[_Offence],
    labels: Sequence[Label],
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    zone: Zone,
) -> tuple[Outcome, str]:
    attacked = any(problem.reason is Reason.FORBIDDEN for problem in problems)
    if offences:
        whys = list(dict.fromkeys(offence.why for offence in offences))
        more = [f"{len(whys) - 1} more"] if len(whys) > 1 else []
        more += [_ATTACK] if attacked else []
        return Outcome.VIOLATION, whys[0] + (f" (and {', and '.join(more)})" if more else "")
    if attacked:
        return Outcome.UNDETERMINED, f"{_ATTACK}: the file may have tried to take over its reader"
    if problems:
        reasons = dict.fromkeys(problem.reason.value.replace("_", " ") for problem in problems)
        return Outcome.UNDETERMINED, f"could not be read in full: {', '.join(reasons)}"
    if labels:
        return Outcome.PERMITTED, f"{' and '.join(map(str, labels))} may stand in this zone"
    if any(_is_hit(finding, zone) for finding in findings):
        return Outcome.PERMITTED, "what was found in it is allowed in this zone"
    return Outcome.CLEAN, "nothing in it counts against this zone" if findings else "nothing was found in it"


def _severity(offences: Sequence[_Offence], unread: Collection[Reason], zone: Zone) -> Severity:
    least = Severity.MEDIUM if zone.undetermined is Unread.ALERT else Severity.LOW
    known = [offence.severity for offence in offences]
    known += [max(least, _UNREAD.get(reason, least)) for reason in unread]
    return max(known, default=Severity.INFO)


def _is_told(unread: Collection[Reason], zone: Zone) -> bool:
    """Tell whether what was not read makes an alert here."""
    return Reason.FORBIDDEN in unread or (bool(unread) and zone.undetermined is Unread.ALERT)


def _no_room(label: Label, zone: Zone) -> str:
    """Say what of the zone the label does not fit."""
    if not zone.ceilings:
        return f"{_where(zone)} only unclassified documents may stand"
    ceiling = next((ceiling for ceiling in zone.ceilings if ceiling.scheme == label.scheme), None)
    if ceiling is None:
        several = "ceilings are" if len(zone.ceilings) > 1 else "ceiling is"
        known = " and ".join(map(str, zone.ceilings))
        return f"in a zone whose {several} {known}, with none for markings of this scheme ({label.scheme})"
    where = f"in a zone whose ceiling is {ceiling}"
    if ceiling.level.order < label.level.order:
        return where
    missing = _not_admitted(label, ceiling)
    if missing:
        return f"{where}, which does not admit {', '.join(missing)}"
    return f"{where}, which is open to people it is not released to"


def _not_admitted(label: Label, ceiling: Label) -> list[str]:
    """Return the compartments and caveats that a ceiling lacks, by asking it about each alone."""
    alone = [replace(label, compartments=frozenset({word}), caveats=frozenset()) for word in label.compartments]
    alone += [replace(label, compartments=frozenset(), caveats=frozenset({word})) for word in label.caveats]
    open_ = replace(ceiling, releasable_to=None)
    return sorted(word for one in alone if not open_.dominates(one) for word in one.compartments | one.caveats)


def _where(zone: Zone) -> str:
    return "in a zone where" if zone.roots else "where"


def _meant(behind: Sequence[Finding]) -> str:
    """Say how the findings behind a label are meant, where none of them is plainly a marking."""
    statuses = {Status.MARKED if finding.kind is Kind.LABEL else finding.status for finding in behind}
    return next(word for status, word in _MEANT.items() if status in statuses)


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _guidance(outcome: Outcome, offences: Sequence[_Offence], zone: Zone) -> str:
    owner = f"{zone.owner}, who owns this zone" if zone.owner else "whoever owns this folder"
    if outcome is Outcome.VIOLATION:
        told = next((offence.guidance for offence in offences if offence.guidance), "")
        return zone.guidance or told or f"Move it to a folder that may hold it, or ask {owner}."
    if outcome is Outcome.UNDETERMINED:
        return f"Look at it by hand, or ask {owner}: nobody knows what is in it."
    return ""


def _parts(path: str) -> tuple[str, ...]:
    """Split a path into its components; the first of an absolute one is `/`."""
    names = [name for name in path.split("/") if name not in {"", "."}]
    return ("/", *names) if path.startswith("/") else tuple(names)

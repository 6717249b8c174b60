"""Weighs everything that is known of one document into one verdict."""

from collections.abc import Collection, Sequence

from scanner.judge.labels import effective_labels, read_for
from scanner.judge.offences import Offence, is_hit, offences, unmarked
from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Severity
from scanner.model.label import Label
from scanner.model.verdict import Breach, Outcome, Verdict
from scanner.model.zone import Unread, Zone

# What it is worth to know of a document that was not read: a locked one may hold anything, and one whose parser tried
# what readers never do may be an attack. Every other reason is everyday where nobody asked to be told.
_UNREAD = {Reason.ENCRYPTED: Severity.MEDIUM, Reason.FORBIDDEN: Severity.HIGH}
_ATTACK = "a parser attempted a forbidden operation"
_NEXT = {
    Breach.EXPOSURE: "Take away what its permissions give to more people than this zone allows (chmod, setfacl)",
    Breach.UNMARKED: "Mark it as what it is",
}


def judge(
    document: Document,
    zone: Zone,
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    accept: Collection[Reason],
) -> Verdict:
    """Return the verdict on one document.

    A label is judged per scheme, by the high-water mark over everything that counts. Adding a finding or a problem
    never makes the outcome less severe, but for two cases that only are where each document needs a marking: a marking
    meets that need, and where a part that was not accepted could not be read, it may be there: what was a violation for
    the lack of it alone is undetermined, and told of all the same. A forbidden operation is told of in every zone, and
    is never accepted.
    """
    labels = effective_labels(findings, zone)
    unread = {problem.reason for problem in problems} - (set(accept) - {Reason.FORBIDDEN})
    wrong = list(offences(document, labels, tuple(read_for(zone, findings)), zone))
    bare = unmarked(document, findings, zone)
    if bare is not None and not unread:
        wrong.append(bare)
    wrong.sort(key=lambda offence: -offence.severity)
    outcome, why = _outcome(wrong, labels, findings, problems, zone)
    if bare is not None and outcome is Outcome.UNDETERMINED:
        why += f"; in the rest {bare.why}"
    return Verdict(
        document=document,
        zone=zone.name,
        outcome=outcome,
        labels=labels,
        findings=_decisive_first(findings, wrong, zone),
        problems=tuple(problems),
        severity=_severity(wrong, unread, zone),
        why=why,
        guidance=_guidance(outcome, wrong, zone),
        owner=zone.owner,
        accepted=bool(problems) and not unread,
        alerting=outcome is Outcome.VIOLATION or bare is not None or _is_told(unread, zone),
        breaches=tuple(dict.fromkeys(offence.breach for offence in wrong)),
    )


def _decisive_first(findings: Sequence[Finding], wrong: Sequence[Offence], zone: Zone) -> tuple[Finding, ...]:
    """Return the findings, those behind the gravest offence before the others, the highest and surest of them first."""
    decisive = wrong[0].behind if wrong else ()

    def order(pair: tuple[Finding, Finding]) -> tuple[bool, int, float]:
        read = pair[1]
        rank = read.label.level.rank if read.label is not None else 0
        return (False, -rank, -read.confidence) if read in decisive else (True, 0, 0.0)

    pairs = zip(findings, read_for(zone, findings), strict=True)
    return tuple(finding for finding, _ in sorted(pairs, key=order))


def _outcome(
    wrong: Sequence[Offence],
    labels: Sequence[Label],
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    zone: Zone,
) -> tuple[Outcome, str]:
    attacked = any(problem.reason is Reason.FORBIDDEN for problem in problems)
    if wrong:
        whys = list(dict.fromkeys(offence.why for offence in wrong))
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
    if any(is_hit(finding, zone) for finding in findings):
        return Outcome.PERMITTED, "what was found in it is allowed in this zone"
    return Outcome.CLEAN, "nothing in it counts against this zone" if findings else "nothing was found in it"


def _severity(wrong: Sequence[Offence], unread: Collection[Reason], zone: Zone) -> Severity:
    least = Severity.MEDIUM if zone.undetermined is Unread.ALERT else Severity.LOW
    known = [offence.severity for offence in wrong]
    known += [max(least, _UNREAD.get(reason, least)) for reason in unread]
    return max(known, default=Severity.INFO)


def _is_told(unread: Collection[Reason], zone: Zone) -> bool:
    """Tell whether what was not read makes an alert here."""
    return Reason.FORBIDDEN in unread or (bool(unread) and zone.undetermined is Unread.ALERT)


def _guidance(outcome: Outcome, wrong: Sequence[Offence], zone: Zone) -> str:
    owner = f"{zone.owner}, who owns this zone" if zone.owner else "whoever owns this folder"
    if outcome is Outcome.VIOLATION:
        first = _NEXT.get(wrong[0].breach)
        if first is not None:
            return f"{first}. {zone.guidance}" if zone.guidance else f"{first}, or ask {owner}."
        told = next((offence.guidance for offence in wrong if offence.guidance), "")
        return zone.guidance or told or f"Move it to a folder that may hold it, or ask {owner}."
    if outcome is Outcome.UNDETERMINED:
        return f"Look at it by hand, or ask {owner}: nobody knows what is in it."
    return ""

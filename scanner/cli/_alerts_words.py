"""Says in words what an alert is about."""

from typing import Final

from scanner.model.alert import Alert, Change, Entry, State
from scanner.model.exposure import Audience
from scanner.model.finding import Finding, Kind
from scanner.model.label import Label
from scanner.model.suppression import SUPPRESSED
from scanner.model.verdict import Breach, Outcome, Verdict

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_CHANGES: Final = {
    Change.RAISED: "raised",
    Change.WORSENED: "seen again, and worse",
    Change.COPIED: "the same content was found elsewhere, too",
    Change.LEFT: "one of its files is gone or in order",
    Change.REOPENED: "opened again",
    Change.ACKNOWLEDGED: "acknowledged",
    Change.ASSIGNED: "assigned",
    Change.NOTED: "noted",
    Change.SUPPRESSED: "suppressed",
    Change.RESOLVED: "resolved",
}

_AUDIENCES: Final = {
    Audience.OWNER: "its owner",
    Audience.GROUP: "its group",
    Audience.NAMED: "people in an access list",
    Audience.EVERYONE: "everyone",
}

# The evidence that is met most, as somebody says it who has not read how markings are weighed.
_REASONS: Final = {
    "full_grammar": "written in full, as its scheme writes markings",
    "caveats": "with caveats behind it",
    "distinct_phrase": "words that mean nothing else",
    "telling_phrase": "words that titles use, too",
    "common_phrase": "the bare name of a level",
    "weak_phrase": "a word that stands on many a form",
    "short_phrase": "an abbreviation",
    "line_isolated": "alone on its line",
    "column_isolated": "alone in its column",
    "among_words": "among other words",
    "upper_case": "in capitals",
    "header_part": "in the header of pages",
    "footer_part": "in the footer of pages",
    "watermark_part": "a watermark",
    "top_line": "among the first lines",
    "bottom_line": "among the last lines",
    "top_and_bottom": "among the first and among the last lines",
    "stamp_on_page": "in capitals on a line of its own",
    "repeated_stamp": "in capitals more than once",
    "repeated_pages": "on several pages",
    "firm_banner": "stands as no example does",
    "portion_marks": "paragraphs are marked, too",
    "obfuscated": "written so that a search passes over it",
    "electronic_label": "a label that a program put there",
    "unknown_caveat": "with a caveat that no scheme knows",
    "damaged_letters": "with letters that were misread",
    "lead_words": "after words that announce a marking",
    "inconsistent": "the marks contradict each other",
}


def happened(entry: Entry) -> str:
    """Say what an entry of the log tells: what happened, to whom or why, by whom, and what was said about it."""
    said = _CHANGES.get(entry.change, entry.change.value)
    if entry.change is Change.LEFT and entry.note.startswith("moved to "):
        return f"one of its files was {entry.note}"
    if entry.change is Change.ASSIGNED:
        said += f" to {entry.alert.assignee or 'nobody'}"
    by = f" by {entry.who}" if entry.who else ""
    why = entry.alert.resolution if entry.change in {Change.RESOLVED, Change.SUPPRESSED} else ""
    why = why.removeprefix("suppressed ") if entry.change is Change.SUPPRESSED else why
    return f"{said}{by}" + "".join(f": {more}" for more in (why, entry.note) if more)


def is_suppressed(alert: Alert) -> bool:
    """Tell whether it was a suppression that an alert was resolved by."""
    return alert.state is State.RESOLVED and alert.resolution.startswith(SUPPRESSED)


def state_words(alert: Alert) -> str:
    """Return the state of an alert, and of one that nobody put right the kind of its resolution."""
    return f"{alert.state.value} ({SUPPRESSED})" if is_suppressed(alert) else alert.state.value


def reason(name: str) -> str:
    """Return a reason of a finding in words."""
    return _REASONS.get(name, name.replace("_", " "))


def what(alert: Alert) -> str:
    """Return in a few words what was found, for one cell of a list."""
    verdict = alert.verdict
    if alert.coverage is not None:
        return "coverage lost" if alert.coverage.ended is None else "coverage was lost"
    if Breach.UNMARKED in verdict.breaches:
        return "no marking"
    opened = _opened(verdict)
    if verdict.labels:
        return ", ".join(map(str, verdict.labels)) + opened
    titles = dict.fromkeys(finding.title or finding.rule for finding in verdict.findings)
    if titles:
        return ", ".join(titles) + opened
    reasons = dict.fromkeys(problem.reason.value.replace("_", " ") for problem in verdict.problems)
    return f"not read: {', '.join(reasons)}" if reasons else verdict.outcome.value


def _opened(verdict: Verdict) -> str:
    """Say to whom a file is open that may stand where it is, and is wrong for that alone."""
    exposure = verdict.document.exposure
    if exposure is None or verdict.breaches != (Breach.EXPOSURE,):
        return ""
    return f", open to {_AUDIENCES[exposure.audience]}"


def found(finding: Finding) -> str:
    """Return a finding on one line: what it is, in what part, how sure, and by which rule."""
    title = f"{finding.title}: " if finding.title else ""
    said = finding.evidence or ("" if finding.label is None else str(finding.label)) or finding.rule
    sure = f"{finding.role.value}, {finding.status.value}, {finding.confidence:.0%}, rule {finding.rule}"
    return f"{title}{said} ({sure})"


def matters(alert: Alert) -> str:
    """Say why this kind of alert is worth somebody's time."""
    verdict = alert.verdict
    if alert.coverage is not None:
        return "While this lasts, a file can be written and nobody looks at it before a walk does."
    if verdict.outcome is Outcome.UNDETERMINED:
        return "Nobody knows what is in it: it may hold what must not stand here."
    if verdict.breaches == (Breach.UNMARKED,):
        return (
            "Without a marking, nobody who meets it can tell how to handle it, nor can a rule tell where it may stand."
        )
    if verdict.breaches == (Breach.EXPOSURE,):
        return "It may stand here, but its permissions let people have it who must not."
    if any(finding.kind is Kind.YARA for finding in verdict.findings) and not verdict.labels:
        return "Whoever can read this folder can use what was found in it, and copies of it spread."
    return "People may read it here who must not, and copies of it spread."


def ceiling(ceilings: tuple[Label, ...]) -> str:
    """Say what may stand in a zone."""
    if not ceilings:
        return "only unclassified documents may stand there"
    several = "ceilings are" if len(ceilings) > 1 else "ceiling is"
    return f"its {several} {' and '.join(map(str, ceilings))}"


def age(seconds: float) -> str:
    """Return a span of time in its largest unit."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {name}"
    return "now"


def counted(number: int, one: str) -> str:
    """Return a number with what it counts."""
    return f"{number:,} {one}" + ("" if number == 1 else "s")

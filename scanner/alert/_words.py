"""What sinks that are read by people say of a notice, in two lines that no name can add a line or a control to."""

from scanner.alert._forms import decisive
from scanner.model.alert import Alert, Change, Entry
from scanner.model.finding import Finding, Severity
from scanner.model.notice import Flood, Heartbeat, Notice
from scanner.model.visible import visible

_HOUR, _MINUTE = 3600, 60
_HEAD = 16  # digits of the hash that somebody compares by eye


def headline(notice: Notice) -> str:
    """Return how bad it is, where, and why, on one line."""
    if notice.flood is not None:
        return _flood(notice.flood)
    if notice.entry is not None:
        return entry_line(notice.entry)
    return _beat(notice.heartbeat) if notice.heartbeat is not None else ""


def details(notice: Notice) -> str:
    """Return the place, what to do next, and which alert it is, on one line."""
    if notice.flood is not None and notice.entry is not None:
        return f"The gravest: {entry_line(notice.entry)} {_which(notice.entry)} All: docwarden alerts list"
    if notice.entry is not None:
        alert = notice.entry.alert
        place = decisive(alert.verdict)
        words = place.where() if isinstance(place, Finding) else place.place.words() if place is not None else ""
        where = f"in {visible(words)}. " if words else ""
        return f"{where}{visible(alert.verdict.guidance)} {_which(notice.entry)}"
    return _proof(notice.heartbeat) if notice.heartbeat is not None else ""


def entry_line(entry: Entry) -> str:
    """Return how bad an alert is, where, and why."""
    verdict = entry.alert.verdict
    return f"{entry.alert.severity.word.upper()} {visible(verdict.document.path)}: {visible(verdict.why)}"


def severity(notice: Notice) -> Severity:
    """Return how grave the gravest thing in a notice is."""
    if notice.entry is not None:
        return notice.entry.alert.severity
    return Severity.INFO if notice.heartbeat is None or notice.heartbeat.healthy else Severity.HIGH


def clipped(text: str, most: int) -> str:
    """Return a text of no more than so many characters, and say where something was left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _which(entry: Entry) -> str:
    alert = entry.alert
    return f"[alert {alert.key}{_times(alert)}{_change(entry)}]"


def _times(alert: Alert) -> str:
    copies = f", {alert.copies} copies" if alert.copies > 1 else ""
    return copies + (f", seen {alert.count} times" if alert.count > 1 else "")


def _change(entry: Entry) -> str:
    if entry.change is Change.RAISED:
        return ""
    who = f" by {visible(entry.who)}" if entry.who else ""
    note = f": {visible(entry.note)}" if entry.note else ""
    return f", {entry.change.value}{who}{note}"


def _flood(flood: Flood) -> str:
    gravest = max((severity for severity, _ in flood.severities), default=Severity.INFO)
    counts = ", ".join(f"{number:,} {severity.word}" for severity, number in flood.severities)
    seconds = max(0.0, flood.last - flood.first)
    span = f" within {_span(seconds)}" if seconds >= 1 else ""
    alerts = f"{flood.alerts:,} alert{'s' * (flood.alerts != 1)}"
    return f"{gravest.word.upper()} {alerts} ({counts}){span}, {flood.entries:,} changes in one notice"


def _beat(beat: Heartbeat) -> str:
    how = "DocWarden lives" if beat.healthy else "DocWarden has troubles: see docwarden status"
    return f"{how}; {beat.open_alerts:,} open alert{'s' * (beat.open_alerts != 1)}"


def _proof(beat: Heartbeat) -> str:
    if not beat.number:
        return "The log is empty."
    return f"The log ends with entry {beat.number}, chain {beat.head[:_HEAD]}"


def _span(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE:.0f} min" if seconds < _HOUR else f"{seconds / _HOUR:.1f} h"

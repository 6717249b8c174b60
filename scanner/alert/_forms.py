"""Says what a notice says in short named texts, from which each form for collectors is made."""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from scanner.model.alert import Alert, Change, Entry, State
from scanner.model.document import Document, Problem
from scanner.model.finding import Finding, Severity, Status
from scanner.model.moment import timestamp
from scanner.model.notice import Flood, Heartbeat, Notice
from scanner.model.verdict import Outcome, Verdict
from scanner.model.visible import visible

PRESSING = frozenset({Change.RAISED, Change.WORSENED, Change.COPIED, Change.REOPENED})
"""The changes that somebody has to look at; the others tell what people did, or that it is in order."""

_CORE = frozenset({"id", "event", "kind", "number", "head", "key", "severity", "state"})
_TEXTS = ("origin", "reasons", "evidence", "note", "guidance", "message", "where", "title", "owner", "label", "why")
_CUTS = (
    *((name, 200) for name in _TEXTS),
    ("path_bytes", 0),
    ("path", 300),
    *((name, 60) for name in _TEXTS),
    *((name, 0) for name in ("sha256", "media_type", "first_seen", "last_seen", *_TEXTS[:5], "where", "title")),
    ("path", 60),
    *((name, 0) for name in _TEXTS),
)
"""What is cut for want of space and to how many bytes, one after the other: who finds the path and the reason can go on
from there; 0 leaves it out."""

_WHOLE = frozenset({"sha256", "media_type", "path_bytes", "first_seen", "last_seen"})
_MORE = "…"
_DONE = {
    Change.WORSENED: "got worse",
    Change.COPIED: "has another copy",
    Change.LEFT: "has one copy less",
    Change.NOTED: "has a note",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice says. Each text is one line without a control character, and none is empty.

    `event` is what happened: a change, `flood` or `heartbeat`; `kind` what it is about: `document`, `coverage` or the
    `log` itself, and for the other two what they are. The texts of a flood are those of the gravest alert in it.
    `severity` is that of the alert. `pressing` tells whether somebody has to look. `shortened` names what was cut or
    left out for want of space.
    """

    notice: Notice
    event: str
    kind: str
    time: float
    severity: Severity
    pressing: bool
    message: str
    facts: tuple[tuple[str, str], ...]
    shortened: tuple[str, ...] = ()

    def fact(self, name: str) -> str:
        """Return one text, empty where nothing is said of that."""
        return dict(self.facts).get(name, "")


def told(notice: Notice) -> Told:
    """Return what a notice says.

    A path is written as a person reads it; where that is not its very name, `path_bytes` has its bytes in base64.
    """
    entry, flood, beat = notice.entry, notice.flood, notice.heartbeat
    event = "flood" if flood else "heartbeat" if entry is None else entry.change.value
    kind = event if entry is None or flood is not None else _kind(entry)
    facts = [("id", notice.id), ("event", event), ("kind", kind)]
    said, time, severity, pressing = "", 0.0, Severity.INFO, False
    if beat is not None:
        said, time, pressing = _heartbeat(beat), beat.time, not beat.healthy
        severity = Severity.INFO if beat.healthy else Severity.MEDIUM
        facts += _beat_facts(beat)
    if entry is not None:
        said, time, severity = _sentence(entry), entry.time, entry.alert.severity
        pressing = entry.change in PRESSING and entry.alert.state is not State.RESOLVED
        facts += _entry_facts(entry)
    if flood is not None:
        gravest = f"; the gravest: {said}" if said else ""
        said, time, pressing = f"{_flood(flood)}{gravest}", flood.last, True
        severity = max([severity, *(severity for severity, _ in flood.severities)])
        facts += _flood_facts(flood)
    shown = tuple((name, visible(text)) for name, text in facts if text)
    return Told(notice, event, kind, time, severity, pressing, visible(said), shown)


def fit(what: Told, render: Callable[[Told], bytes], limit: int) -> bytes:
    """Return a form of at most `limit` bytes, the less important texts cut where it is too long.

    What was cut is named in `shortened`, so that nobody takes a part for the whole. A limit that has no room for the
    number, the key and the severity is exceeded.
    """
    data = render(what)
    for name, floor in _CUTS:
        if len(data) <= limit:
            return data
        what = _cut(what, name, floor, lambda shorter: len(render(shorter)) <= limit)
        data = render(what)
    if len(data) > limit:
        core = tuple((name, text) for name, text in what.facts if name in _CORE)
        data = render(replace(what, message="", facts=core, shortened=("rest",)))
    return data


def decisive(verdict: Verdict) -> Finding | Problem | None:
    """Return what a verdict rests on: the first finding that counts in a violation, else the first problem."""
    marked = [finding for finding in verdict.findings if finding.status is Status.MARKED] or list(verdict.findings)
    if verdict.outcome is Outcome.VIOLATION and marked:
        return marked[0]
    return verdict.problems[0] if verdict.problems else None


def _cut(what: Told, name: str, floor: int, fits: Callable[[Told], bool]) -> Told:
    """Return what is said with as much of one text as fits, but not less than `floor` bytes."""
    least, most = floor, len(_text(what, name).encode())
    if most <= floor:
        return what
    most = 0 if name in _WHOLE else most - 1
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(_shorter(what, name, middle)) else (least, middle - 1)
    return _shorter(what, name, least)


def _shorter(what: Told, name: str, keep: int) -> Told:
    raw = _text(what, name).encode()
    if not keep:
        text = ""
    elif name == "path":  # its end tells files of one folder apart
        text = _MORE + raw[len(raw) - keep :].decode(errors="ignore")
    else:
        text = raw[:keep].decode(errors="ignore") + _MORE
    shortened = what.shortened if name in what.shortened else (*what.shortened, name)
    if name == "message":
        return replace(what, message=text, shortened=shortened)
    facts = tuple((known, text if known == name else value) for known, value in what.facts)
    return replace(what, facts=tuple(fact for fact in facts if fact[1]), shortened=shortened)


def _text(what: Told, name: str) -> str:
    return what.message if name == "message" else what.fact(name)


def _kind(entry: Entry) -> str:
    if entry.change is Change.FORGOTTEN:
        return "log"
    return "document" if entry.alert.coverage is None else "coverage"


def _sentence(entry: Entry) -> str:
    alert = entry.alert
    if entry.change is Change.FORGOTTEN:
        return f"log: {alert.verdict.why}"
    what = "alert" if alert.coverage is None else "coverage alert"
    who = f" by {entry.who}" if entry.who else ""
    told_to = f" to {alert.assignee}" if entry.change is Change.ASSIGNED and alert.assignee else ""
    reason = f" ({alert.resolution})" if alert.state is State.RESOLVED and alert.resolution else ""
    done = f"{_done(entry)}{told_to}{who}{reason}"
    return f"{alert.severity.word} {what} {done}: {alert.verdict.document.path}: {alert.verdict.why}"


def _done(entry: Entry) -> str:
    if entry.change is Change.COPIED and entry.note:
        return f"has the same content at another place ({entry.note})"
    of_itself = entry.note if entry.change in {Change.LEFT, Change.WORSENED, Change.REOPENED} else ""
    return _DONE.get(entry.change, entry.change.value) + (f" ({of_itself})" if of_itself else "")


def _flood(flood: Flood) -> str:
    severities = ", ".join(f"{number} {severity.word}" for severity, number in flood.severities)
    many = f" ({severities})" if severities else ""
    span = f"between {timestamp(flood.first)} and {timestamp(flood.last)}"
    return f"flood: {flood.entries} changes of {flood.alerts} alerts{many} {span} are not passed on one by one"


def _heartbeat(beat: Heartbeat) -> str:
    well = "alive" if beat.healthy else "alive, but with troubles that `docwarden status` tells"
    return f"heartbeat: {well}; the log goes to entry {beat.number}, and {beat.open_alerts} alerts are open"


def _entry_facts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield from (("number", str(entry.number)), ("time", timestamp(entry.time)), ("head", entry.head))
    yield from (("who", entry.who), ("note", entry.note))
    yield from _alert_facts(entry.alert)
    yield from _verdict_facts(entry.alert.verdict)
    if _kind(entry) == "document":
        yield from _file_facts(entry.alert.verdict.document)


def _alert_facts(alert: Alert) -> Iterator[tuple[str, str]]:
    yield from (("key", alert.key), ("state", alert.state.value), ("severity", alert.severity.word))
    yield from (("count", str(alert.count)), ("copies", str(alert.copies)))
    yield from (("first_seen", timestamp(alert.first_seen)), ("last_seen", timestamp(alert.last_seen)))
    yield from (("assignee", alert.assignee), ("resolution", alert.resolution), ("origin", alert.origin))
    if alert.coverage is not None:
        gap = alert.coverage
        yield from (("gap_begin", timestamp(gap.begun)), ("gap_end", "" if gap.ended is None else timestamp(gap.ended)))
        yield "gap_seconds", "" if gap.seconds is None else f"{gap.seconds:.3f}"


def _verdict_facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    document = verdict.document
    yield "path", document.path
    if visible(document.path) != document.path:
        yield "path_bytes", base64.b64encode(_raw(document.path)).decode("ascii")
    yield from (("zone", verdict.zone), ("outcome", verdict.outcome.value), ("owner", verdict.owner))
    yield from (("label", "" if verdict.label is None else str(verdict.label)), ("why", verdict.why))
    yield "guidance", verdict.guidance
    ground = decisive(verdict)
    if isinstance(ground, Finding):
        yield from (("rule", ground.rule), ("title", ground.title), ("where", ground.where()))
        yield from (("evidence", ground.evidence), ("reasons", " ".join(ground.reasons)))
    elif ground is not None:
        yield from (("problem", ground.reason.value), ("where", ground.place.words()))


def _file_facts(document: Document) -> Iterator[tuple[str, str]]:
    yield from (("size", str(document.size)), ("sha256", document.sha256), ("media_type", document.media_type))


def _flood_facts(flood: Flood) -> Iterator[tuple[str, str]]:
    yield from (("flood_entries", str(flood.entries)), ("flood_alerts", str(flood.alerts)))
    yield from (("flood_first", timestamp(flood.first)), ("flood_last", timestamp(flood.last)))
    for severity, number in flood.severities:
        yield f"flood_{severity.word}", str(number)


def _beat_facts(beat: Heartbeat) -> Iterator[tuple[str, str]]:
    yield from (("number", str(beat.number)), ("time", timestamp(beat.time)), ("head", beat.head))
    yield from (("healthy", str(beat.healthy).lower()), ("open_alerts", str(beat.open_alerts)))


def _raw(path: str) -> bytes:
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        return path.encode("utf-8", "surrogatepass")

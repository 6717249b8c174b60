"""Notices of every kind, as tests of what goes to collectors send them."""

from dataclasses import replace

from scanner.model.alert import Alert, Change, Coverage, Entry, State
from scanner.model.document import Document
from scanner.model.finding import Finding, Kind, Role, Severity
from scanner.model.label import Label, Level
from scanner.model.notice import Flood, Heartbeat, Notice
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict

BEGIN = 1_700_000_000.0
HEAD = "ab12" * 8

_SECRET = Label(Level("us", "s", "SECRET", 3, 4))
_STATES = {
    Change.ACKNOWLEDGED: State.ACKNOWLEDGED,
    Change.RESOLVED: State.RESOLVED,
    Change.SUPPRESSED: State.RESOLVED,
}


def of_document(name: str = "plan.docx", change: Change = Change.RAISED, note: str = "", **changes) -> Notice:
    """Return what happened to an alert about a marked document."""
    place = Place(name, (), Part.HEADER, 1)
    reasons = ("full_grammar", "header_part")
    marking = Finding(Kind.MARKING, "us", place, _SECRET, role=Role.BANNER, evidence="SECRET//NOFORN", reasons=reasons)
    verdict = Verdict(
        Document(f"/srv/pub/{name}", 8120, sha256="3f" * 32, media_type="application/pdf"),
        "public",
        Outcome.VIOLATION,
        (_SECRET,),
        (marking,),
        severity=Severity.HIGH,
        why="SECRET in a zone whose ceiling is UNCLASSIFIED",
        guidance="Move it to /srv/secret, then tell the desk.",
        owner="it-desk@corp.example",
        alerting=True,
    )
    who = "" if change in {Change.RAISED, Change.WORSENED, Change.COPIED, Change.LEFT} else "kim"
    state = _STATES.get(change, State.OPEN)
    alert = Alert("0123456789abcdef", BEGIN, BEGIN + 60.5, 3, state, Severity.HIGH, verdict, copies=2)
    entry = Entry(7, BEGIN + 60.5, change, replace(alert, **changes), who, note, HEAD)
    return Notice("f00d-siem-7", entry)


def of_coverage(change: Change = Change.RAISED) -> Notice:
    """Return what happened to an alert about a loss of coverage."""
    over = change is Change.RESOLVED
    why = "coverage: events were lost" + ("; over after 12 s" if over else "")
    verdict = Verdict(Document("/srv/pub"), "", Outcome.UNDETERMINED, severity=Severity.HIGH, why=why)
    gap = Coverage("/srv/pub", "events were lost", BEGIN, BEGIN + 12 if over else None)
    state = State.RESOLVED if over else State.OPEN
    alert = Alert("fedcba9876543210", BEGIN, BEGIN + 12, 1, state, Severity.HIGH, verdict, gap)
    return Notice("f00d-siem-8", Entry(8, BEGIN + 12, change, alert, head=HEAD))


def flood(gravest: Notice | None = None) -> Notice:
    """Return the sum of many entries."""
    figures = ((Severity.CRITICAL, 3), (Severity.HIGH, 237))
    entry = (gravest or of_document()).entry
    assert entry is not None
    return Notice("f00d-siem-9-258", entry, Flood(250, 240, BEGIN, BEGIN + 60, figures, (entry,)))


def heartbeat(*, healthy: bool = True) -> Notice:
    """Return a sign of life."""
    return Notice("f00d-siem-beat-1700000060", heartbeat=Heartbeat(BEGIN + 60, 7, HEAD, healthy, 55))


def forgotten() -> Notice:
    """Return the entry that tells what was deleted because of its age."""
    verdict = Verdict(Document(""), "", Outcome.CLEAN, why="4 alerts and 9 entries of the log were deleted")
    alert = Alert("0" * 16, BEGIN, BEGIN, 1, State.RESOLVED, Severity.INFO, verdict, copies=0)
    return Notice("f00d-siem-10", Entry(10, BEGIN, Change.FORGOTTEN, alert, head=HEAD))


def every_kind() -> dict[str, Notice]:
    """Return a notice of each kind by a name of it."""
    changes = [change for change in Change if change is not Change.FORGOTTEN]
    documents = {change.value: of_document(change=change) for change in changes}
    return documents | {
        "coverage lost": of_coverage(),
        "coverage found": of_coverage(Change.RESOLVED),
        "flood": flood(),
        "flood of coverage": flood(of_coverage()),
        "flood of nothing": replace(flood(), entry=None),
        "heartbeat": heartbeat(),
        "troubled heartbeat": heartbeat(healthy=False),
        "forgotten": forgotten(),
    }

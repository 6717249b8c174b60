"""Writes notices as JSON of the Open Cybersecurity Schema Framework, one event a line, to a file or a collector."""

import socket
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from scanner import __version__
from scanner.alert._forms import Told, decisive
from scanner.alert._json import check_lines, start_lines
from scanner.alert._options import Options
from scanner.alert._transport import Relay
from scanner.model.alert import Alert, Change, Entry, State
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.route import Pace

NAME = "ocsf"
PACE = Pace()

_VERSION = "1.3.0"
_BASE, _DETECTION, _DATA_SECURITY = 0, 2004, 2006
_FINDINGS = 2
_OTHER = 99
_SEVERITIES = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_ACTIVITIES = {1: "Create", 2: "Update", 3: "Close"}
_STATUSES = {1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved"}
_STATES = {State.OPEN: 1, State.ACKNOWLEDGED: 2, State.RESOLVED: 4}
_CLOSING = frozenset({Change.RESOLVED, Change.SUPPRESSED})
_MAPPED = frozenset({"id", "event", "time", "path", "size", "sha256", "media_type", "why", "evidence", "zone", "note"})


def check(options: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with the options; nothing is opened for that."""
    return check_lines(Options(NAME, options))


def start(options: Mapping[str, str]) -> Relay:
    """Make ready to send; only a file is opened now.

    Raises:
        ValueError: an option is wrong, or a file it names cannot be used.
        OSError: the file of lines cannot be opened.
    """
    return start_lines(Options(NAME, options), form)


def form(what: Told) -> dict[str, object]:
    """Return the event of a notice (OCSF 1.3.0, https://schema.ocsf.io/1.3.0).

    An alert about a document is a Data Security Finding (2006). One about coverage, and a flood, tell of no sensitive
    data: they are Detection Findings (2004). A sign of life, and what is told of the log itself, is no
    finding: it is a Base Event (0). What the schema has no attribute for stands under `unmapped`, as texts.
    """
    entry = what.notice.entry
    if what.event == "flood":
        return _common(what, _DETECTION, _OTHER, "Flood") | _flood(what)
    if entry is None:
        return _common(what, _BASE, _OTHER, "Heartbeat") | _beat(what)
    if what.kind == "log":
        return _common(what, _BASE, _OTHER, "Forgotten")
    activity = _activity(entry)
    if what.kind == "coverage":
        return _common(what, _DETECTION, activity, _ACTIVITIES[activity]) | _finding(what, entry)
    known = _common(what, _DATA_SECURITY, activity, _ACTIVITIES[activity]) | _finding(what, entry)
    return known | {"file": _file(what, entry.alert), "data_security": _data(what, entry.alert)}


def _common(what: Told, number: int, activity: int, name: str) -> dict[str, object]:
    category = number // 1000
    severity, word = _SEVERITIES[what.severity]
    unmapped = {name: text for name, text in what.facts if name not in _MAPPED}
    if what.shortened:
        unmapped["shortened"] = ",".join(what.shortened)
    return {
        "time": _time(what.time),
        "class_uid": number,
        "category_uid": category,
        "activity_id": activity,
        "activity_name": name,
        "type_uid": number * 100 + activity,
        "severity_id": severity,
        "severity": word,
        "message": what.message,
        "metadata": {
            "version": _VERSION,
            "product": {"name": "DocWarden", "vendor_name": "DocWarden", "version": __version__},
            "uid": what.fact("id"),
            "event_code": what.event,
            "log_name": "alerts",
            "profiles": ["host"] if category == _FINDINGS else [],
        },
        "unmapped": unmapped,
    }


def _finding(what: Told, entry: Entry) -> dict[str, object]:
    alert = entry.alert
    status = 3 if entry.change is Change.SUPPRESSED else _STATES[alert.state]
    return {
        "status_id": status,
        "status": _STATUSES[status],
        "comment": what.fact("note"),
        "device": _device(),
        "finding_info": {
            "uid": alert.key,
            "title": "Coverage lost" if what.kind == "coverage" else "Document in the wrong place",
            "desc": what.fact("why"),
            "types": [what.kind],
            "created_time": _time(alert.first_seen),
            "first_seen_time": _time(alert.first_seen),
            "last_seen_time": _time(alert.last_seen),
            "modified_time": _time(entry.time),
        },
    }


def _activity(entry: Entry) -> int:
    """Return 1 for a new finding, 3 for one that is closed by this, 2 for all that happens between and after."""
    if entry.change is Change.RAISED:
        return 1
    gone = entry.change is Change.LEFT and entry.alert.state is State.RESOLVED
    return 3 if entry.change in _CLOSING or gone else 2


def _file(what: Told, alert: Alert) -> dict[str, object]:
    """Return the file; its SHA-256 is that of the verdict record."""
    path, sha256 = what.fact("path"), what.fact("sha256")
    prints = [{"algorithm_id": 3, "algorithm": "SHA-256", "value": sha256}] if sha256 else []
    return {
        "name": PurePosixPath(path).name or path or "?",
        "path": path,
        "type_id": 1,
        "type": "Regular File",
        "size": alert.verdict.document.size,
        "mime_type": what.fact("media_type"),
        "hashes": prints,
    }


def _data(what: Told, alert: Alert) -> dict[str, object]:
    """Return what kind of data it is; a marking of any state or company fits none of the schema's own levels."""
    ground = decisive(alert.verdict)
    label = what.fact("label")
    known: dict[str, object] = {
        "category_id": 0,
        "confidentiality_id": _OTHER if label else 0,
        "confidentiality": label,
        "data_lifecycle_state_id": 1,
        "data_lifecycle_state": "Data at-Rest",
        "detection_system_id": 4,
        "detection_system": "Data Discovery & Classification",
        "detection_pattern": what.fact("rule"),
        "pattern_match": what.fact("evidence"),
        "policy": {"name": what.fact("zone")},
    }
    if isinstance(ground, Finding):
        known["category_id"] = _OTHER
        known["category"] = "Rule match" if ground.kind is Kind.YARA else "Classification marking"
    return known


def _flood(what: Told) -> dict[str, object]:
    flood = what.notice.flood
    if flood is None:
        return {}
    return {
        "status_id": _OTHER,
        "status": "Summary",
        "start_time": _time(flood.first),
        "end_time": _time(flood.last),
        "count": flood.entries,
        "device": _device(),
        "finding_info": {
            "uid": what.fact("id"),
            "title": "Flood of alerts",
            "desc": what.message,
            "types": ["flood"],
            "created_time": _time(what.time),
        },
    }


def _beat(what: Told) -> dict[str, object]:
    return {"status_id": 2, "status": "Failure"} if what.pressing else {"status_id": 1, "status": "Success"}


def _device() -> dict[str, object]:
    return {"hostname": socket.gethostname(), "type_id": 0, "type": "Unknown"}


def _time(seconds: float) -> int:
    """Return a time in milliseconds since the epoch, as `timestamp_t` is."""
    return round(seconds * 1000)

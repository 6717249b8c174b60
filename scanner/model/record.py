"""The verdict as other programs read it: the record `docwarden.verdict/1`."""

import base64

from scanner.model.alert import Alert, Coverage
from scanner.model.document import Problem
from scanner.model.exposure import Exposure
from scanner.model.finding import Finding, Kind
from scanner.model.moment import timestamp
from scanner.model.notice import Flood, Heartbeat, Notice
from scanner.model.verdict import Verdict

SCHEMA = "docwarden.verdict/1"


def record(verdict: Verdict) -> dict[str, object]:
    """Return the record of one verdict; its fields are stable within `/1`, new ones may be added.

    `exposure` is there where some zone asks who may read or change a file.

    Dump it with `ensure_ascii`: a path that is not UTF-8 holds lone surrogates, and has its bytes beside it.
    """
    document = verdict.document
    known: dict[str, object] = {"schema": SCHEMA, "path": document.path}
    raw = _raw(document.path)
    if raw is not None:
        known["path_bytes"] = base64.b64encode(raw).decode("ascii")
    known |= {"size": document.size, "sha256": document.sha256, "media_type": document.media_type}
    if document.claimed_type is not None:
        known["name_claims"] = document.claimed_type
    if document.exposure is not None:
        known["exposure"] = exposure_record(document.exposure)
    known |= {
        "zone": verdict.zone,
        "outcome": verdict.outcome.value,
        "label": None if verdict.label is None else str(verdict.label),
        "labels": [{"scheme": label.scheme, "label": str(label)} for label in verdict.labels],
        "severity": verdict.severity.word,
        "why": verdict.why,
        "guidance": verdict.guidance,
        "owner": verdict.owner,
        "breaches": [breach.value for breach in verdict.breaches],
        "findings": [_finding(finding) for finding in verdict.findings],
        "problems": [_problem(problem) for problem in verdict.problems],
    }
    return known


def alert_record(alert: Alert) -> dict[str, object]:
    """Return the record of an alert: that of its verdict, with the alert's own fields under `alert`.

    `kind` is `document`, or `coverage` for one that tells that something may have gone unseen; then `coverage` says
    below which root, why, since when, until when (null while it lasts) and for how many seconds.
    """
    coverage = alert.coverage
    known = record(alert.verdict) | {"kind": "document" if coverage is None else "coverage"}
    if coverage is not None:
        known["coverage"] = _coverage(coverage)
    return known | {
        "alert": {
            "key": alert.key,
            "state": alert.state.value,
            "severity": alert.severity.word,
            "count": alert.count,
            "first_seen": timestamp(alert.first_seen),
            "last_seen": timestamp(alert.last_seen),
            "copies": alert.copies,
            "assignee": alert.assignee,
            "resolution": alert.resolution,
            "origin": alert.origin,
        }
    }


def notice_record(notice: Notice) -> dict[str, object]:
    """Return the record of a notice: that of its alert, if it has one, with what happened under `notice`.

    `event` is what happened to the alert, `flood` or `heartbeat`; `number` and `head` are of the entry of the log, by
    which the log can be proved whole. A receiver that gets an `id` twice can drop one.
    """
    entry, flood, beat = notice.entry, notice.flood, notice.heartbeat
    known: dict[str, object] = {"kind": "heartbeat"} if entry is None else alert_record(entry.alert)
    event = "flood" if flood else "heartbeat" if entry is None else entry.change.value
    told: dict[str, object] = {"id": notice.id, "event": event}
    if entry is not None:
        told |= {
            "number": entry.number,
            "time": timestamp(entry.time),
            "who": entry.who,
            "note": entry.note,
            "head": entry.head,
        }
    if flood is not None:
        told["flood"] = _flood(flood)
    if beat is not None:
        told |= _heartbeat(beat)
    return known | {"notice": told}


def exposure_record(exposure: Exposure) -> dict[str, object]:
    """Return the record of what the permissions of a file give to others than its owner."""
    return {
        "audience": exposure.audience.value,
        "mode": f"{exposure.mode:04o}",
        "group": sorted(exposure.group),
        "others": sorted(exposure.others),
        "named": sorted(exposure.named),
        "named_users": exposure.users,
        "named_groups": exposure.groups,
        "acl": exposure.acl.value,
    }


def _flood(flood: Flood) -> dict[str, object]:
    return {
        "entries": flood.entries,
        "alerts": flood.alerts,
        "first": timestamp(flood.first),
        "last": timestamp(flood.last),
        "severities": {severity.word: number for severity, number in flood.severities},
    }


def _heartbeat(beat: Heartbeat) -> dict[str, object]:
    return {
        "time": timestamp(beat.time),
        "number": beat.number,
        "head": beat.head,
        "healthy": beat.healthy,
        "open_alerts": beat.open_alerts,
    }


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "root": coverage.root,
        "why": coverage.why,
        "begin": timestamp(coverage.begun),
        "end": None if coverage.ended is None else timestamp(coverage.ended),
        "seconds": None if coverage.seconds is None else round(coverage.seconds, 3),
    }


def _finding(finding: Finding) -> dict[str, object]:
    known: dict[str, object] = {"kind": finding.kind.value, "rule": finding.rule}
    if finding.kind is Kind.YARA:
        known |= {"title": finding.title, "tags": list(finding.tags)}
    else:
        known["label"] = None if finding.label is None else str(finding.label)
    if finding.also:
        known["also"] = [{"scheme": label.scheme, "label": str(label)} for label in finding.also]
    if finding.line is not None:
        known["line"] = finding.line
    return known | {
        "role": finding.role.value,
        "status": finding.status.value,
        "severity": finding.severity.word,
        "confidence": round(finding.confidence, 3),
        "place": str(finding.place),
        "evidence": finding.evidence,
        "reasons": list(finding.reasons),
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {"place": str(problem.place), "reason": problem.reason.value, "detail": problem.detail}


def _raw(path: str) -> bytes | None:
    """Return the bytes of a path that is not UTF-8, None for one that is."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return path.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # from a system whose names are UTF-16
            return path.encode("utf-8", "surrogatepass")
    return None

"""Writes notices as JSON of the Elastic Common Schema, one object a line, to a file or a collector."""

import socket
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from scanner import __version__
from scanner.alert._forms import Told, decisive
from scanner.alert._json import check_lines, start_lines
from scanner.alert._options import Options
from scanner.alert._transport import Relay
from scanner.model.alert import Change, Entry
from scanner.model.finding import Finding, Severity
from scanner.model.moment import timestamp
from scanner.model.route import Pace
from scanner.model.visible import visible

NAME = "ecs"
PACE = Pace()

_VERSION = "8.11.0"
_SEVERITIES = {Severity.INFO: 0, Severity.LOW: 21, Severity.MEDIUM: 47, Severity.HIGH: 73, Severity.CRITICAL: 99}
_TYPES = {Change.RAISED.value: "start", Change.REOPENED.value: "start", Change.RESOLVED.value: "end"}
_ELSEWHERE = frozenset(
    {"id", "event", "time", "path", "size", "sha256", "media_type", "why", "rule", "title", "number"}
)


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
    """Return the object of a notice (Elastic Common Schema 8.11; the values of `event.*` are those it allows).

    What somebody has to look at is an `alert`, what people did an `event`, a sign of life a `state`. What the schema
    has no field for stands under `labels`, as texts.
    """
    host = socket.gethostname()
    labels = {name: text for name, text in what.facts if name not in _ELSEWHERE}
    if what.shortened:
        labels["shortened"] = ",".join(what.shortened)
    known: dict[str, object] = {
        "@timestamp": timestamp(what.time),
        "ecs": {"version": _VERSION},
        "message": what.message,
        "event": _event(what),
        "observer": {
            "vendor": "DocWarden",
            "product": "DocWarden",
            "type": "dlp",
            "version": __version__,
            "hostname": host,
        },
        "host": {"hostname": host, "name": host},
        "labels": labels,
    }
    entry = what.notice.entry
    if entry is not None and what.fact("path"):
        known |= _document(what, entry)
    return known


def _event(what: Told) -> dict[str, object]:
    entry, flood, beat = what.notice.entry, what.notice.flood, what.notice.heartbeat
    number = entry.number if entry is not None else beat.number if beat is not None else 0
    category = "host" if what.kind in {"coverage", "heartbeat", "log"} else "file"
    known: dict[str, object] = {
        "kind": "state" if what.event == "heartbeat" else "alert" if what.pressing else "event",
        "category": [category],
        "type": [_type(what, category)],
        "id": what.fact("id"),
        "action": what.event if what.kind == what.event else f"{what.kind}-{what.event}",
        "severity": _SEVERITIES[what.severity],
        "reason": what.fact("why"),
        "module": "docwarden",
        "dataset": "docwarden.alert",
        "sequence": number,
    }
    if flood is not None:
        known |= {"start": timestamp(flood.first), "end": timestamp(flood.last)}
    elif entry is not None and entry.alert.coverage is not None:
        gap = entry.alert.coverage
        known |= {"start": timestamp(gap.begun), "end": None if gap.ended is None else timestamp(gap.ended)}
    return known


def _type(what: Told, category: str) -> str:
    """Return the type: a loss of coverage begins and ends; of a file there is only something to know."""
    return _TYPES.get(what.event, "info") if category == "host" else "info"


def _document(what: Told, entry: Entry) -> dict[str, object]:
    """Return what is said of the file, and of the rule that decided.

    The SHA-256 is that of the verdict record: who has a document can find it by that, and who can guess one can prove
    the guess.
    """
    path, sha256 = PurePosixPath(what.fact("path")), what.fact("sha256")
    verdict = entry.alert.verdict
    ground = decisive(verdict)
    file: dict[str, object] = {
        "path": what.fact("path"),
        "name": path.name,
        "directory": "" if path.name == str(path) else str(path.parent),
        "extension": path.suffix.removeprefix("."),
        "type": "file" if entry.alert.coverage is None else "dir",
    }
    if entry.alert.coverage is None:
        file |= {"size": verdict.document.size, "mime_type": what.fact("media_type"), "hash": {"sha256": sha256}}
    known: dict[str, object] = {"file": file, "related": {"hash": [sha256] if sha256 else []}}
    if isinstance(ground, Finding):
        known["rule"] = {"id": what.fact("rule"), "name": what.fact("title"), "category": ground.kind.value}
        known["tags"] = [visible(tag) for tag in ground.tags]
    return known

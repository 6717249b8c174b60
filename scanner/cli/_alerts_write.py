"""Writes alerts for other programs: as JSON, as a JSON record a line, or as rows for a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator

from scanner import __version__
from scanner.model.alert import Alert, Entry, Standing
from scanner.model.moment import moment
from scanner.model.record import alert_record
from scanner.present.csv import cell

_NEXT, _NEXT_INSIDE = "\n", "\n    "  # no text in JSON holds a line feed
Files = Callable[[Alert], Iterable[Standing]]

OURS = (b'{"schema":"docwarden.', b'{\n  "docwarden": ', b"alert,state,severity,zone,label,path,")
"""What an export has near its begin, in each of its formats."""

_COLUMNS = (
    *("alert", "state", "severity", "zone", "label", "path", "copies", "times", "first_seen", "last_seen"),
    *("assignee", "resolution", "owner", "origin", "why"),
)


def written(alerts: Iterable[Alert], form: str, files: Files | None = None, more: int = 0) -> Iterator[str]:
    """Yield the lines of alerts in a format: json, jsonl or csv.

    With `files` each alert has all its files: as `files` of its record, or as a row for each. `more` is how many there
    are beside these.
    """
    writer = {"json": _json, "jsonl": _jsonl, "csv": _csv}[form]
    yield from writer(alerts, files, more)


def entry_record(entry: Entry) -> dict[str, object]:
    """Return what an entry of the log says beside its alert."""
    return {
        "number": entry.number,
        "time": _time(entry.time),
        "event": entry.change.value,
        "who": entry.who,
        "note": entry.note,
        "head": entry.head,
    }


def file_record(standing: Standing) -> dict[str, object]:
    """Return what is known of one file of an alert; `gone` is null while it stands there."""
    return {
        "path": standing.path,
        "first_seen": _time(standing.first_seen),
        "last_seen": _time(standing.last_seen),
        "gone": None if standing.gone is None else _time(standing.gone),
    }


def _json(alerts: Iterable[Alert], files: Files | None, more: int) -> Iterator[str]:
    """Yield one object, alert by alert, as it is written in one go with an indent of two."""
    yield "{"
    yield f'  "docwarden": {json.dumps(__version__)},'
    before = ""
    for alert in alerts:
        yield f"{before}," if before else '  "alerts": ['
        known = json.dumps(_record(alert, files), ensure_ascii=True, indent=2)
        before = f"    {known.replace(_NEXT, _NEXT_INSIDE)}"
    yield f"{before}{_NEXT}  ]," if before else '  "alerts": [],'
    yield f'  "more": {more}'
    yield "}"


def _jsonl(alerts: Iterable[Alert], files: Files | None, more: int) -> Iterator[str]:
    del more
    for alert in alerts:
        yield json.dumps(_record(alert, files), ensure_ascii=True, separators=(",", ":"))


def _csv(alerts: Iterable[Alert], files: Files | None, more: int) -> Iterator[str]:
    del more
    yield _line(_COLUMNS)
    for alert in alerts:
        paths = [standing.path for standing in files(alert) if standing.gone is None] if files else []
        for path in paths or [alert.verdict.document.path]:
            yield _line(_cells(alert, path))


def _record(alert: Alert, files: Files | None) -> dict[str, object]:
    known = alert_record(alert)
    return known if files is None else known | {"files": [file_record(standing) for standing in files(alert)]}


def _cells(alert: Alert, path: str) -> Iterator[str]:
    verdict = alert.verdict
    yield from (alert.key, alert.state.value, alert.severity.word, verdict.zone, ", ".join(map(str, verdict.labels)))
    yield from (path, str(alert.copies), str(alert.count), moment(alert.first_seen), moment(alert.last_seen))
    yield from (alert.assignee, alert.resolution, verdict.owner, alert.origin, verdict.why)


def _line(cells: Iterable[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(map(cell, cells))
    return stream.getvalue()


def _time(seconds: float) -> str:
    return moment(seconds).replace(" ", "T")

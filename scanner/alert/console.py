"""Shows alerts on standard output, two lines each, to a person or the journal of a service."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from scanner.model.alert import Alert
from scanner.model.document import Problem
from scanner.model.finding import Finding, Status
from scanner.model.notice import Notice
from scanner.model.verdict import Outcome, Verdict
from scanner.model.visible import visible

NAME = "console"


class _Console:
    def send(self, notice: Notice) -> None:
        """Print the alert of one notice."""
        if notice.entry is None:
            return
        alert = notice.entry.alert
        stream = sys.stdout
        text = f"{_what(alert)}\n    {_next(alert)}\n"
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()

    def close(self) -> None:
        """Leave standard output open: it belongs to the program."""


def start(options: Mapping[str, str]) -> _Console:
    """Begin to print; there is nothing to choose."""
    if options:
        message = f"{min(options)}: no such option of the console sink; it has none"
        raise ValueError(message)
    return _Console()


def _what(alert: Alert) -> str:
    time = datetime.fromtimestamp(alert.last_seen, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    verdict = alert.verdict
    return f"{time} {alert.severity.word.upper()} {visible(verdict.document.path)}: {visible(verdict.why)}"


def _next(alert: Alert) -> str:
    place = _place(alert.verdict)
    words = place.where() if isinstance(place, Finding) else place.place.words() if place is not None else ""
    where = f"in {visible(words)}. " if words else ""
    times = f", seen {alert.count} times" if alert.count > 1 else ""
    return f"{where}{visible(alert.verdict.guidance)} [alert {alert.key}{times}]"


def _place(verdict: Verdict) -> Finding | Problem | None:
    """Return what the alert is about: what decided on a violation, which stands first, else the first problem."""
    marked = [finding for finding in verdict.findings if finding.status is Status.MARKED] or list(verdict.findings)
    if verdict.outcome is Outcome.VIOLATION and marked:
        return marked[0]
    return verdict.problems[0] if verdict.problems else None

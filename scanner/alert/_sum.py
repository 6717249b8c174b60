"""Sums up many entries of the log in one notice, in little memory."""

from scanner.model.alert import Entry
from scanner.model.finding import Severity
from scanner.model.notice import Flood, Notice

_LISTED = 20


class Sum:
    """The sum of entries that come in the order of the log. Of each alert, the gravest entry counts."""

    def __init__(self) -> None:
        """Begin with none."""
        self.entries = 0
        self._first = self._last = 0.0
        self._number = self._end = 0
        self._severities: dict[str, Severity] = {}
        self._gravest: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Take an entry."""
        if not self.entries:
            self._first, self._number = entry.time, entry.number
        self.entries += 1
        self._last, self._end = entry.time, entry.number
        alert = entry.alert
        self._severities[alert.key] = max(alert.severity, self._severities.get(alert.key, Severity.INFO))
        known = [one for one in self._gravest if one.alert.key == alert.key]
        if known and known[0].alert.severity >= alert.severity:
            return
        if len(self._gravest) == _LISTED and not known and alert.severity <= self._gravest[-1].alert.severity:
            return
        kept = [one for one in self._gravest if one not in known]
        self._gravest = sorted([*kept, entry], key=lambda one: (-one.alert.severity, one.number))[:_LISTED]

    def notice(self, name: str) -> Notice | None:
        """Return the notice of all of it, None of nothing; its id begins with `name`.

        One entry alone has the id it has when it goes out by itself.
        """
        if not self.entries:
            return None
        if self.entries == 1:
            return single(name, self._gravest[0])
        counts = [(severity, list(self._severities.values()).count(severity)) for severity in reversed(Severity)]
        flood = Flood(
            self.entries,
            len(self._severities),
            self._first,
            max(self._first, self._last),  # a clock may be set back
            tuple(entry for entry in counts if entry[1]),
            tuple(self._gravest),
        )
        return Notice(f"{name}-{self._number}-{self._end}", self._gravest[0], flood)


def single(name: str, entry: Entry) -> Notice:
    """Return the notice of one entry."""
    return Notice(f"{name}-{entry.number}", entry)

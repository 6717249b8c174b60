"""Counts what is wrong by zone, by who answers for the zone, by label and by time."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from scanner.model.finding import Severity
from scanner.present._page import Counts, Tile

_SHOWN: Final = 12
_DAYS: Final = 14
_WEEKS: Final = 14 * 7
_MOST: Final = 24
_DAY: Final = 86_400
_NONE: Final = (0,) * len(Severity)

Numbers = tuple[int, ...]
"""How many of each severity, the least first."""


def _nothing() -> list[int]:
    return list(_NONE)


@dataclass(slots=True)
class Risk:
    """The counts; each name of an owner, a zone or a label has one number for every severity."""

    zones: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(_nothing))
    owners: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(_nothing))
    labels: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(_nothing))
    days: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(_nothing))

    def add(self, severity: Severity, zone: str, owner: str, label: str) -> None:
        """Count something that is wrong now."""
        self.zones[zone][severity] += 1
        self.owners[owner][severity] += 1
        self.labels[label][severity] += 1

    def came(self, severity: Severity, seconds: float) -> None:
        """Count something by when it was first seen."""
        self.days[int(seconds // _DAY)][severity] += 1

    def severities(self) -> Numbers:
        """Return how many are wrong now, by severity."""
        return tuple(map(sum, zip(*self.zones.values(), strict=True))) if self.zones else _NONE

    def tiles(self) -> tuple[Tile, ...]:
        """Return how many are wrong now, as tiles, the worst first; what is only worth knowing is left out."""
        numbers = self.severities()
        worst_first = sorted(Severity, reverse=True)[:-1]
        return tuple(Tile(numbers[severity], severity.word, severity) for severity in worst_first)

    def tables(self) -> tuple[Counts, ...]:
        """Return the counts as tables, the worst first."""
        known = (
            ("By zone", self.zones, "none", "f-zone"),
            ("By owner of the zone", self.owners, "none", "f-owner"),
            ("By label", self.labels, "none", "f-label"),
        )
        found = tuple(_worst_first(title, counts, nameless, pick) for title, counts, nameless, pick in known)
        return (*found, Counts("By time first seen", _over_time(self.days))) if self.days else found


def _worst_first(title: str, counts: Mapping[str, list[int]], nameless: str, pick: str) -> Counts:
    ordered = sorted(counts.items(), key=lambda each: ([-number for number in reversed(each[1])], each[0]))
    names = tuple((name or nameless, tuple(numbers)) for name, numbers in ordered[:_SHOWN])
    left = len(ordered) - len(names)
    more = sum(sum(numbers) for _, numbers in ordered[_SHOWN:])
    return Counts(title, names, pick, f"and {left:,} more, with {more:,} between them" if left else "")


def _over_time(days: Mapping[int, list[int]]) -> tuple[tuple[str, Numbers], ...]:
    """Return the counts by day, week or month, whichever makes few enough, the latest first; none is left out."""
    first, last = min(days), max(days)
    span = last - first
    named = _day if span < _DAYS else _week if span < _WEEKS else _month
    summed: dict[str, list[int]] = {}
    for day in range(last, first - 1, -1):
        total = summed.setdefault(named(date(1970, 1, 1) + timedelta(day)), _nothing())
        for severity, number in enumerate(days.get(day, _NONE)):
            total[severity] += number
    return tuple((name, tuple(numbers)) for name, numbers in list(summed.items())[:_MOST])


def _day(day: date) -> str:
    return day.isoformat()


def _week(day: date) -> str:
    return f"week of {day - timedelta(day.weekday())}"


def _month(day: date) -> str:
    return f"{day:%Y-%m}"

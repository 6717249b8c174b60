"""Tells which entries of the log a sink wants, and which of them have to wait for the end of quiet hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scanner.model.alert import Entry
from scanner.model.finding import Severity
from scanner.model.quiet import QuietHours, quiet_until
from scanner.model.route import COVERAGE, Quiet, Route


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes to one sink; `hours` are the quiet ones of each zone that has some, `quiet` what the sink does then."""

    route: Route
    events: tuple[str, ...]
    quiet: Quiet
    hours: Mapping[str, tuple[QuietHours, ...]]

    def wants(self, entry: Entry) -> bool:
        """Tell whether an entry is to be passed on at all. A loss of coverage is of no zone, and goes to all."""
        alert, route = entry.alert, self.route
        if alert.severity < route.severity:
            return False
        if alert.coverage is not None:
            return COVERAGE in self.events
        return entry.change.value in self.events and (not route.zones or alert.verdict.zone in route.zones)

    def waits(self, entry: Entry, now: float) -> bool:
        """Tell whether an entry has to wait now, which is in seconds since the epoch."""
        if self.quiet is Quiet.IGNORE or entry.alert.coverage is not None:
            return False
        if self.quiet is Quiet.CRITICAL and entry.alert.severity is Severity.CRITICAL:
            return False
        return self.is_quiet(entry.alert.verdict.zone, now)

    def is_quiet(self, zone: str, now: float) -> bool:
        """Tell whether a zone has quiet hours now, by the clock on the wall of this machine.

        Only the present is ever asked about, and never how long it will last: a change of summer time, or of the
        clock or the configuration, shifts when something goes out and can lose nothing.
        """
        hours = self.hours.get(zone, ())
        moment = datetime.fromtimestamp(now)  # noqa: DTZ006 - people mean the clock on their wall
        return self.quiet is not Quiet.IGNORE and quiet_until(hours, moment) is not None

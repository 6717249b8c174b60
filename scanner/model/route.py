"""What of the log goes to one sink, and how fast."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scanner.model.alert import Change
from scanner.model.finding import Severity

COVERAGE: Final = "coverage"
"""The event that stands for all that happens to an alert about a loss of coverage."""

EVENTS: Final = (*(change.value for change in Change), COVERAGE)
"""What `events` may name."""

NEWS: Final = (Change.RAISED.value, Change.WORSENED.value, Change.REOPENED.value, COVERAGE)
"""What people have to be told: those who settle an alert know that they did, and a copy is of an alert they know."""

RECORDED: Final = (
    *(Change.RAISED.value, Change.WORSENED.value, Change.COPIED.value, Change.REOPENED.value),
    *(Change.ACKNOWLEDGED.value, Change.ASSIGNED.value, Change.SUPPRESSED.value, Change.RESOLVED.value),
    COVERAGE,
)
"""What programs are told, which count and search: how far something spreads and how it ends is told them as well."""


class Quiet(StrEnum):
    """What a sink does in the quiet hours of a zone: `CRITICAL` keeps them for all that is less than critical."""

    KEEP = "keep"
    CRITICAL = "critical"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a kind of sink is told where its table says nothing else.

    `rate` is the most notices in a minute (0: any number), `group` for how many seconds entries are gathered into one,
    `events` what has to have happened.
    """

    rate: int = 0
    group: float = 0.0
    quiet: Quiet = Quiet.IGNORE
    events: tuple[str, ...] = RECORDED


@dataclass(frozen=True, slots=True)
class Route:
    """What of the log goes to one sink, and how fast; None is what is usual for its kind.

    `name` is that of its place in the log, the empty text that of its kind. `severity` is the least, `zones` are the
    names of those it is about (empty: all), `events` what has to have happened. `heartbeat` is the time between two
    signs of life in seconds, 0 for none. With `from_start`, a sink nobody knows yet gets the whole log.
    """

    name: str = ""
    severity: Severity = Severity.INFO
    zones: tuple[str, ...] = ()
    events: tuple[str, ...] | None = None
    rate: int | None = None
    group: float | None = None
    quiet: Quiet | None = None
    heartbeat: float | None = None
    from_start: bool = False

"""A notice: what a sink passes on to somebody."""

from dataclasses import dataclass

from scanner.model.alert import Entry
from scanner.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Flood:
    """The sum of entries that came faster than a sink is to pass them on: none of them was passed on by itself.

    Times are seconds since the epoch, of the first and the last of them. `alerts` are different alerts, `severities`
    how many of these have which severity, the gravest first. `gravest` are some of the entries, the gravest first, and
    of the same severity the earliest, for who can list them; one for each alert at most.
    """

    entries: int
    alerts: int
    first: float
    last: float
    severities: tuple[tuple[Severity, int], ...] = ()
    gravest: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Tells that the agent lives, and how far its log goes.

    `number` and `head` are of the last entry of the log (0 and "" while there is none): a receiver that kept them can
    prove that the log was not shortened or written anew. `healthy` is False while the agent has troubles to tell of.
    """

    time: float
    number: int
    head: str
    healthy: bool = True
    open_alerts: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to pass on: an entry of the log, or the sum of many, whose gravest is `entry`, or a heartbeat.

    `id` is the same however often the notice is sent: a receiver that gets it twice can drop one.
    """

    id: str
    entry: Entry | None = None
    flood: Flood | None = None
    heartbeat: Heartbeat | None = None

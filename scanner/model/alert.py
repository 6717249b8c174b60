"""An alert: something that somebody has to look at, folded over its repeats."""

from dataclasses import dataclass
from enum import StrEnum

from scanner.model.finding import Severity
from scanner.model.verdict import Verdict


class State(StrEnum):
    """Where an alert stands in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Coverage:
    """A time in which something below a root may have gone unseen: `why`, since when, and until when if it is over.

    It is over when a walk that began later has ended. Times are seconds since the epoch, of when it was noticed.
    """

    root: str
    why: str
    begun: float
    ended: float | None = None

    @property
    def seconds(self) -> float | None:
        """How long it was, None while it lasts; a clock may have been set back meanwhile."""
        return None if self.ended is None else max(0.0, self.ended - self.begun)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to look at. `key` is stable over repeats; times are seconds since the epoch, UTC.

    Most are about a file. One about a loss of coverage has that in `coverage`; its verdict is on the root.
    """

    key: str
    first_seen: float
    last_seen: float
    count: int
    state: State
    severity: Severity
    verdict: Verdict
    coverage: Coverage | None = None

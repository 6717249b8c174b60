"""An alert: a verdict that somebody has to look at, folded over its repeats."""

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
class Alert:
    """One thing to look at. `key` is stable over repeats; times are seconds since the epoch, UTC."""

    key: str
    first_seen: float
    last_seen: float
    count: int
    state: State
    severity: Severity
    verdict: Verdict

"""A suppression: somebody's word that some content may stand in a zone for a time, although it would be raised."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

SUPPRESSED = "suppressed"
"""What the resolution of an alert begins with that a suppression resolved."""


_SOON = 2 * 86400.0  # seconds, in which a day alone says too little


def until_words(until: float | None, now: float) -> str:
    """Say when a suppression ends: on a day, or with the time where that is within two days."""
    if until is None:
        return "without an end"
    form = "%Y-%m-%d" if until - now > _SOON else "%Y-%m-%d %H:%MZ"
    return f"until {datetime.fromtimestamp(until, UTC):{form}}"


class Condition(StrEnum):
    """How a suppression is doing.

    `UNUSED`: it is in force, and no file is known any more that it hides. `WITHDRAWN`: somebody ended it early.
    """

    ACTIVE = "active"
    UNUSED = "unused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Terms:
    """Who suppresses, why, and until when (seconds since the epoch); `until` None is for ever."""

    author: str
    reason: str
    until: float | None


@dataclass(frozen=True, slots=True)
class Suppression:
    """What one content may have in one zone without being raised.

    `key` is a keyed hash of the content and the zone: it fits a file wherever it is moved in the zone and whatever it
    is called, and no other content. `points` are the labels, rules and reasons that were known of it; where there is
    one more, it is raised. `alert` is the key of the alert it was made for, `path` a file that held the content then.
    `hides` is how many files it hides now, `told` whether its end was acted on, `altered` that
    somebody else changed it, where that was looked for: it hides nothing then. Times are seconds since the epoch.
    """

    key: str
    zone: str
    points: tuple[str, ...]
    terms: Terms
    begun: float
    alert: str
    path: str
    ended: float | None = None
    ended_by: str = ""
    hides: int = 0
    told: bool = False
    altered: bool = False

    def condition(self, now: float) -> Condition:
        """Return how it is doing."""
        if self.ended is not None:
            return Condition.WITHDRAWN
        if self.terms.until is not None and self.terms.until <= now:
            return Condition.EXPIRED
        return Condition.ACTIVE if self.hides else Condition.UNUSED

    def standing(self, now: float) -> str:
        """Say how it is doing, with what it waits for."""
        condition = self.condition(now)
        if self.altered:
            return "altered, hides nothing"
        if condition is Condition.EXPIRED and not self.told:
            return f"{condition.value}, waits for the next look"
        return condition.value

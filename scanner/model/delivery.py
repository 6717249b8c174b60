"""How a sink gets on with passing the log on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """One sink at one moment; times are seconds since the epoch.

    `waiting` entries of the log were not gone through for it yet, `held` ones wait for the end of quiet hours. `sent`
    notices were taken since the daemon began, the last at `last`. `trouble` is why it cannot pass anything on, `since`
    when that began; both are empty while all is well.
    """

    name: str
    kind: str
    waiting: int = 0
    held: int = 0
    sent: int = 0
    last: float | None = None
    trouble: str = ""
    since: float | None = None

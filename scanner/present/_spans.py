"""Says times and spans of time so that a person reads them."""

from datetime import UTC, datetime
from typing import Final

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def span(seconds: float | None) -> str:
    """Return a span of time in its two largest units, as `2 d 3 h`; a dash where there is none."""
    if seconds is None:
        return "-"
    left = round(seconds)
    for number, (unit, name) in enumerate(_UNITS):
        if left >= unit:
            smaller, small = _UNITS[number + 1] if number + 1 < len(_UNITS) else (1, "")
            rest = left % unit // smaller
            return f"{left // unit:,} {name}" + (f" {rest} {small}" if rest and small else "")
    return "0 s"


def moment(seconds: float) -> str:
    """Return a time in UTC, to the minute."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def stamp(seconds: float | None) -> str | None:
    """Return a time as RFC 3339 writes it, in UTC, for programs; None where there is none."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

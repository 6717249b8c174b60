"""Writes times, in UTC: for programs as RFC 3339 has it, and for people."""

from datetime import UTC, datetime


def timestamp(seconds: float) -> str:
    """Return a time as RFC 3339 writes it, with milliseconds; `seconds` are since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(seconds: float) -> str:
    """Return a time to the second, for people; `seconds` are since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")

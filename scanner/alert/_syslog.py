"""Writes what stands before a syslog message: priority, time, host and program."""

import socket
from datetime import datetime

from scanner.alert._forms import Told
from scanner.model.finding import Severity

FACILITIES = {
    "kern": 0,
    "user": 1,
    "mail": 2,
    "daemon": 3,
    "auth": 4,
    "syslog": 5,
    "lpr": 6,
    "news": 7,
    "uucp": 8,
    "cron": 9,
    "authpriv": 10,
    "ftp": 11,
    "audit": 13,
    **{f"local{number}": 16 + number for number in range(8)},
}
"""The numbers of the facilities (RFC 5424, 6.2.1), by the names that syslog daemons use for them."""

_LEVELS = {Severity.CRITICAL: 2, Severity.HIGH: 3, Severity.MEDIUM: 4, Severity.LOW: 5, Severity.INFO: 6}
_NOTICE = 5
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def level(what: Told) -> int:
    """Return the severity of the message (RFC 5424, 6.2.1): 2 critical, 3 an error, 4 a warning, 5 of note, 6 to know.

    What people did, and what is in order again, is at most of note, however grave the alert is.
    """
    found = _LEVELS[what.severity]
    return found if what.pressing else max(found, _NOTICE)


def priority(what: Told, facility: int) -> bytes:
    """Return the part in angle brackets."""
    return b"<%d>" % (facility * 8 + level(what))


def host_name() -> str:
    """Return the name of this machine in printable ASCII, `-` where it has none (RFC 5424, 6.2.4)."""
    name = socket.gethostname()
    return name if name and name.isascii() and name.isprintable() and " " not in name else "-"


def old_time(seconds: float) -> str:
    """Return a time as RFC 3164, 4.1.2 writes it: local, without a year, the day filled up with a space."""
    local = datetime.fromtimestamp(seconds)  # noqa: DTZ006 - the format has no zone and means the local one
    return f"{_MONTHS[local.month - 1]} {local.day:2d} {local:%H:%M:%S}"

"""Sends notices to a syslog daemon or collector as RFC 5424 writes them, with everything in structured data."""

import os
import re
from collections.abc import Callable, Iterable, Mapping

from scanner import __version__
from scanner.alert._forms import Told
from scanner.alert._options import Options
from scanner.alert._syslog import FACILITIES, host_name, priority
from scanner.alert._transport import Framing, Relay, Transport, Usual, Way, read_way
from scanner.model.moment import timestamp
from scanner.model.route import Pace

NAME = "syslog"
PACE = Pace()

_USUAL = Usual(
    (Transport.UNIX, Transport.UDP, Transport.TCP, Transport.TLS),
    Framing.OCTETS,
    {Transport.UDP: 514, Transport.TCP: 514, Transport.TLS: 6514},
)
_APP_NAME = re.compile("[!-~]{1,48}")
_ENTERPRISE = re.compile(r"[0-9]+(\.[0-9]+)*")
_SPECIAL = str.maketrans({"\\": r"\\", '"': r"\"", "]": r"\]"})
_BOM = b"\xef\xbb\xbf"


def check(options: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with the options; nothing is opened for that."""
    read = Options(NAME, options)
    _read(read)
    return read.faults()


def start(options: Mapping[str, str]) -> Relay:
    """Make ready to send; the first notice opens the way.

    Raises:
        ValueError: an option is wrong, or a file it names cannot be used.
    """
    read = Options(NAME, options)
    way, render = _read(read)
    read.settle()
    return Relay(way, render)


def _read(options: Options) -> tuple[Way, Callable[[Told], bytes]]:
    facility = options.choice("facility", FACILITIES, "daemon")
    app_name = options.text("app_name", "docwarden")
    if not _APP_NAME.fullmatch(app_name):
        options.wrong("app_name", "must be 1 to 48 printable ASCII characters without a space")
    enterprise = options.text("enterprise", "32473")
    if not _ENTERPRISE.fullmatch(enterprise):
        options.wrong("enterprise", "must be the number of your organisation at IANA, such as 32473")
    way = read_way(options, _USUAL)
    return way, _form(FACILITIES[facility], app_name, enterprise)


def _form(facility: int, app_name: str, enterprise: str) -> Callable[[Told], bytes]:
    """Return what writes a message: `<PRI>1 TIME HOST APP PID EVENT [origin …][docwarden@… …] TEXT` (RFC 5424, 6).

    No number is registered for DocWarden at IANA: 32473 is the one for documentation (RFC 5612).
    """
    origin = f'[origin software="DocWarden" swVersion="{__version__}"]'

    def render(what: Told) -> bytes:
        parts = [f'{name}="{_value(text)}"' for name, text in what.facts if name != "time"]
        if what.shortened:
            parts.append(f'shortened="{",".join(what.shortened)}"')
        said = f"{origin}[docwarden@{enterprise} {' '.join(parts)}]"
        head = f"1 {timestamp(what.time)} {host_name()} {app_name} {os.getpid()} {what.event} {said} "
        return priority(what, facility) + head.encode() + _BOM + what.message.encode()

    return render


def _value(text: str) -> str:
    """Return the value of a parameter with its three special characters escaped (RFC 5424, 6.3.3)."""
    return text.translate(_SPECIAL)

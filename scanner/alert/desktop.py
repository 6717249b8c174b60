"""Shows notices on the desktop of the user who runs the daemon, by `notify-send` of libnotify."""

import errno
import html
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from scanner.alert._options import Options
from scanner.alert._words import clipped, details, headline, severity
from scanner.model.finding import Severity
from scanner.model.notice import Notice
from scanner.model.route import NEWS, Pace, Quiet
from scanner.model.visible import visible

NAME = "desktop"
PACE = Pace(rate=6, quiet=Quiet.KEEP, events=NEWS)

_PROGRAM = "notify-send"
_WHERE = "/usr/local/bin:/usr/bin:/bin"
_BUS = "DBUS_SESSION_BUS_ADDRESS"
_PASSED = (_BUS, "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY")
_SECONDS = 10.0
_SUMMARY, _BODY = 300, 1500  # characters; desktops cut what is longer, each elsewhere


@dataclass(frozen=True, slots=True)
class _Terms:
    """The program, empty for the one that is found, and how long it may take."""

    program: str
    seconds: float


class _Desktop:
    def __init__(self, terms: _Terms) -> None:
        self._terms = terms
        self._environment = {"LANG": "C.UTF-8"} | {name: os.environ[name] for name in _PASSED if name in os.environ}

    def send(self, notice: Notice) -> None:
        """Show it; `notify-send` says whether a desktop took it."""
        urgency = _urgency(severity(notice))
        summary = clipped(headline(notice), _SUMMARY)
        # Desktops read a little markup in the body, by the Desktop Notifications Specification 1.2.
        body = html.escape(clipped(details(notice), _BODY), quote=False)
        argv = [self._terms.program, f"--urgency={urgency}", "--app-name=DocWarden", "--", summary, body]
        try:
            done = subprocess.run(  # noqa: S603 - the configuration names it, and `--` ends its options
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                timeout=self._terms.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"{_PROGRAM} did not end within {self._terms.seconds:g} s"
            raise TimeoutError(errno.ETIMEDOUT, message) from error
        if done.returncode:
            raise OSError(errno.EIO, f"{_PROGRAM} ended with exit code {done.returncode}: is somebody logged in there?")

    def close(self) -> None:
        """Nothing is open between two notices."""


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options."""
    return _read(options)[1].faults()


def start(options: Mapping[str, str]) -> _Desktop:
    """Find the program, and the bus of a desktop."""
    terms, read = _read(options)
    read.settle()
    program = terms.program or shutil.which(_PROGRAM, path=_WHERE)
    if not program or not os.access(program, os.X_OK):
        named = visible(terms.program or _PROGRAM)
        message = f"program: {named} is not there; the package libnotify-bin or libnotify brings notify-send"
        raise ValueError(message)
    if _BUS not in os.environ:
        message = f"the desktop sink needs the bus of a desktop ({_BUS}): run the daemon as the user who is to be told"
        raise ValueError(message)
    return _Desktop(_Terms(program, terms.seconds))


def _read(options: Mapping[str, str]) -> tuple[_Terms, Options]:
    read = Options(NAME, options)
    return _Terms(read.path("program"), read.seconds("seconds", _SECONDS, 0.1, 600.0)), read


def _urgency(grave: Severity) -> str:
    if grave >= Severity.HIGH:
        return "critical"
    return "normal" if grave >= Severity.LOW else "low"

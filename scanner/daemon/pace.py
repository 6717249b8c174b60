"""Slows walks down, so that those who work with the disks come first."""

from collections.abc import Callable
from pathlib import Path

_PRESSURE = Path("/proc/pressure/io")
_LOOK_EVERY = 1.0
_REST = 1.0


class Pace:
    """Lets walks meet so many files and folders a second, and go slowly while processes wait for disks.

    They go on even then, a twentieth of the time: a walk that never ends would leave a loss of events open for ever.
    """

    def __init__(self, rate: int, most: float, pressure: Callable[[], float | None] | None = None) -> None:
        """Take files a second, and percent of time that processes may wait for disks; 0 is no limit of either."""
        self._rate = rate
        self._most = most
        self._pressure = pressure or io_pressure
        self._owed = 0
        self._looked = self.resting = float("-inf")
        self.pressed: float | None = None

    def ready(self, now: float) -> bool:
        """Tell whether a walk may go on."""
        return now >= self.resting

    def met(self, entries: int) -> None:
        """Count what a walk met."""
        self._owed += entries

    def rest(self, now: float) -> None:
        """Decide until when it has to rest: `resting`."""
        wait = self._owed / self._rate if self._rate else 0.0
        self._owed = 0
        if self._most and now >= self._looked + _LOOK_EVERY:
            self._looked = now
            seen = self._pressure()
            self.pressed = seen if seen is not None and seen > self._most else None
        self.resting = now + max(wait, 0.0 if self.pressed is None else _REST)


def io_pressure(path: Path = _PRESSURE) -> float | None:
    """Return the percent of the last ten seconds in which some process waited for a disk; None where nobody tells.

    It is `avg10` of the line `some`: Documentation/accounting/psi.rst of the kernel.
    """
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):  # before Linux 4.20, or switched off (then reading says EOPNOTSUPP)
        return None
    for line in text.splitlines():
        kind, *values = line.split()
        if kind == "some":
            for value in values:
                name, _, number = value.partition("=")
                if name == "avg10":
                    return float(number)
    return None

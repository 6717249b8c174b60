"""Which alerts are wanted, out of all that are kept."""

from dataclasses import dataclass

from scanner.model.alert import State
from scanner.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an alert has to be; what is empty or None leaves nothing out, and one of several is enough.

    `severity` is the least. `labels` are markings as they are shown, the names of their levels, or the ids of their
    schemes; case does not matter. `path` is a glob over whole paths, in which `*` is any text, also one with slashes;
    without `*`, `?` and `[` it is a file, or a folder with everything below it. An alert is of the time from `since` to
    `until` (seconds since the epoch) when it was seen last after the one and first before the other. An `assignee` of
    "" is nobody. `keys` are the beginnings of keys.
    """

    states: tuple[State, ...] = ()
    severity: Severity | None = None
    zones: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    path: str = ""
    since: float | None = None
    until: float | None = None
    assignee: str | None = None
    keys: tuple[str, ...] = ()

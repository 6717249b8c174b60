"""What an operator may set, as values; `config/default.toml` says the same in words."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from scanner.model.document import Reason
from scanner.model.limits import DEFAULT_LIMITS, Limits
from scanner.model.route import Route
from scanner.model.sandbox import Protection
from scanner.model.way import Way
from scanner.model.zone import Zone

DEFAULT_ZONE = Zone(name="default")
_ROUTE = Route()


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """What the daemon watches and how patient it is; times are seconds.

    `settle` is the quiet time after the last change before a file is scanned. `reconcile` is the time between
    full walks. `exclude` are globs over the absolute path; a file they match is not scanned, and counted. `reader` is
    how changes are learned of. Walks meet at most `walk_rate` files a second (0: as many as they can), and go slowly
    while processes wait for disks more than `io_pressure` percent of the time (0: never).
    """

    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    settle: float = 0.3
    reconcile: float = 6 * 3600.0
    reader: Way = Way.AUTO
    walk_rate: int = 20_000
    io_pressure: int = 20


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """Where figures for Prometheus are written: `textfile` is for the collector of that name, empty for none."""

    textfile: str = ""


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """How alerts are kept and told of; times are seconds.

    Resolved alerts are kept for `keep`, entries of the log for `keep_log`, 0 for ever. `reporting` says in words how
    the organisation wants leaks reported. An alert that nobody has resolved is `overdue` after so long, 0 for never.
    A sign of life goes to every sink each `heartbeat`, 0 for none. `readers` is the group that may read the store,
    empty for none but its owner.
    """

    keep: float = 365 * 86400.0
    keep_log: float = 730 * 86400.0
    reporting: str = ""
    overdue: float = 7 * 86400.0
    heartbeat: float = 0.0
    readers: str = ""


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Which rules are used: `extra` folders beside the shipped ones, and the ids that are left out.

    `prefer` are the marking schemes that words of several (`SECRET`) are read in, the first of them first.
    """

    extra: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """How well documents have to be shut in while they are read: the least protection, or `auto`."""

    minimum: str = "auto"

    @property
    def least(self) -> Protection:
        """The least protection itself; `auto` is what the system should be able to give."""
        if self.minimum == "auto":
            return Protection.REDUCED if sys.platform == "linux" else Protection.PROCESS
        return Protection(self.minimum)


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """What labels stand for, by system: pairs of an id or a name, and the marking or label name it means."""

    msip: tuple[tuple[str, str], ...] = ()
    titus: tuple[tuple[str, str], ...] = ()
    boldon_james: tuple[tuple[str, str], ...] = ()
    protective_marking: tuple[tuple[str, str], ...] = ()
    stanag: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class UnlockSettings:
    """What opens locked documents: `passwords_file` names a file with a password on each line, empty for none."""

    passwords_file: str = ""


@dataclass(frozen=True, slots=True)
class SinkSettings:
    """One `[[sink]]` table: its kind, what is that kind's own, and what goes to it how fast."""

    kind: str
    options: tuple[tuple[str, str], ...] = ()
    route: Route = _ROUTE

    @property
    def name(self) -> str:
        """What its place in the log is called: its kind, unless the table gives it a name."""
        return self.route.name or self.kind


_WATCH = WatchSettings()
_METRICS = MetricsSettings()
_ALERTS = AlertSettings()
_RULES = RuleSettings()
_LABELS = LabelSettings()
_SANDBOX = SandboxSettings()
_UNLOCK = UnlockSettings()


@dataclass(frozen=True, slots=True)
class Settings:
    """A whole configuration. `source` is the file it came from, None for the built-in defaults.

    `state` is the folder of the journal and the alert store, None for the standard place. `workers` is the number
    of worker processes, 0 for one per core.
    """

    zones: tuple[Zone, ...] = ()
    default: Zone = DEFAULT_ZONE
    accept: frozenset[Reason] = frozenset({Reason.IMAGE})
    limits: Limits = DEFAULT_LIMITS
    sandbox: SandboxSettings = _SANDBOX
    watch: WatchSettings = _WATCH
    metrics: MetricsSettings = _METRICS
    alerts: AlertSettings = _ALERTS
    rules: RuleSettings = _RULES
    labels: LabelSettings = _LABELS
    unlock: UnlockSettings = _UNLOCK
    sinks: tuple[SinkSettings, ...] = ()
    state: str | None = None
    workers: int = 0
    source: Path | None = field(default=None, compare=False)

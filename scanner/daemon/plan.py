"""What the daemon is told to do, and whom it has the reading done by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scanner.model.alert import Alert
from scanner.model.delivery import Delivery
from scanner.model.document import Document, Identity
from scanner.model.sandbox import Sandbox
from scanner.model.verdict import Examination, Verdict
from scanner.model.way import Way
from scanner.watch.settle import Patience
from scanner.worker.pool import Job

_PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to watch and how.

    `state` is the folder of the journal; it is never watched. `ruleset` names the rules and the policy in force: a
    verdict of another one is stale. `exclude` are globs over whole paths or one name. `reconcile` is the time between
    full walks in seconds, 0 for none but the first. `reader` is how changes are learned of. `job_seconds` is how long
    workers read one file at most, 0 for ever. Walks meet at most `walk_rate` files a second, and go slowly while
    processes wait for disks more than `io_pressure` percent of the time; 0 is no limit. `metrics` is the file that
    Prometheus reads, `notes` what the status has to say as long as the daemon runs. With `permissions`, each file is
    asked who may read or change it.
    """

    roots: tuple[str, ...]
    state: Path
    ruleset: str
    version: str = ""
    exclude: tuple[str, ...] = ()
    patience: Patience = _PATIENCE
    reconcile: float = 6 * 3600.0
    reader: Way = Way.AUTO
    job_seconds: float = 0.0
    walk_rate: int = 0
    io_pressure: float = 0.0
    metrics: Path | None = None
    notes: tuple[str, ...] = ()
    permissions: bool = False


class Workers(Protocol):
    """Reads documents elsewhere, as `scanner.worker.pool.Pool` does."""

    @property
    def free(self) -> int:
        """How many jobs can be submitted now."""
        ...

    @property
    def sandbox(self) -> Sandbox | None:
        """How well documents are shut in, None while no worker is up."""
        ...

    def submit(self, job: Job) -> None:
        """Take a job, and its open file."""
        ...

    def poll(self, timeout: float) -> list[tuple[Job, Examination]]:
        """Wait up to `timeout` seconds, and return what is done."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What the daemon works by; a reload replaces all of it at once.

    `decide` is the judge, `notify` has an alert passed on that is on the disk, and does not wait for that. `close` lets
    go of workers and sinks. `deliveries` says how each sink gets on.
    """

    plan: Plan
    workers: Workers
    decide: Callable[[Document, Examination], Verdict]
    notify: Callable[[Alert], None]
    close: Callable[[], None]
    deliveries: Callable[[], tuple[Delivery, ...]] = tuple


class Records(Protocol):
    """Keeps verdicts and alerts, with the daemon's own connection; it commits nothing."""

    def record(self, verdict: Verdict, identity: Identity | None, ruleset: str) -> Alert | None:
        """Keep a verdict, and return the alert it raises."""
        ...

    def head(self) -> tuple[int, str]:
        """Return the number and the hash of the last entry of the log of alerts; 0 and "" while there is none."""
        ...

    def twins(self, verdict: Verdict) -> tuple[str, ...]:
        """Return some other files with the same content that stand in alerts."""
        ...

    def unread(self, folder: str) -> tuple[str, ...]:
        """Return the files below a folder that stand in alerts and were not read."""
        ...

    def gone(self, paths: Sequence[str]) -> None:
        """Take files that are no more out of their alerts."""
        ...

    def gone_below(self, folder: str) -> None:
        """Take the files in a folder that is no more, and below it, out of their alerts."""
        ...

    def tidy(self) -> Sequence[str]:
        """Delete what was kept long enough, now and then, and return files to look at again; asked at every turn."""
        ...

    def cover(self, root: str, why: str, since: float | None = None) -> Alert | None:
        """Keep why something below a root may go unseen, "" where that is over, and return the alert if it is news.

        `since` is when that began, None for now; seconds since the epoch.
        """
        ...

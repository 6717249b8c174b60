"""What the daemon is told to do, and whom it has the reading done by."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scanner.model.sandbox import Sandbox
from scanner.model.verdict import Examination
from scanner.model.way import Way
from scanner.watch.settle import Patience
from scanner.worker.pool import Job

_PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to watch and how.

    `state` is the folder of the journal; it is never watched. `ruleset` names the rules and the policy in force: a
    verdict of another one is stale. `exclude` are globs over whole paths or one name. `reconcile` is the time between
    full walks in seconds, 0 for none but the first. `reader` is how changes are learned of.
    """

    roots: tuple[str, ...]
    state: Path
    ruleset: str
    version: str = ""
    exclude: tuple[str, ...] = ()
    patience: Patience = _PATIENCE
    reconcile: float = 6 * 3600.0
    reader: Way = Way.AUTO


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

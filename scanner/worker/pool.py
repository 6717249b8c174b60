"""The agent's side of the workers: hands out open files, collects answers, kills what hangs."""

from dataclasses import dataclass, field

from scanner.model.limits import DEFAULT_LIMITS, Limits
from scanner.model.verdict import Examination
from scanner.resources import RuleSource
from scanner.worker.opening import Opened


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything a worker is told once, at its start."""

    sources: tuple[RuleSource, ...]
    limits: Limits = DEFAULT_LIMITS
    key: bytes = field(default=b"", repr=False)
    exclude_rules: tuple[str, ...] = ()
    only_rules: tuple[str, ...] = ()
    show_match: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One open file to examine. The pool closes the descriptor."""

    path: str
    opened: Opened


class Pool:
    """A fixed number of worker processes."""

    def __init__(self, setup: Setup, size: int) -> None: ...

    @property
    def free(self) -> int:
        """How many jobs can be submitted now without waiting."""
        raise NotImplementedError

    def submit(self, job: Job) -> None:
        """Give a job to a free worker."""

    def poll(self, timeout: float) -> list[tuple[Job, Examination]]:
        """Wait up to `timeout` seconds for answers, and return those there are."""
        raise NotImplementedError

    def close(self) -> None:
        """End every worker."""

"""A file that is to be read, and the room in which a worker reads it."""

import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from scanner.worker.answer import Answer
from scanner.worker.opening import Opened
from scanner.worker.process import Child

NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Job:
    """One open file to examine. The pool closes the descriptor.

    `name` stands for the file in places; the last part of `path` does where it is empty.
    """

    path: str
    opened: Opened
    name: str = ""

    @property
    def title(self) -> str:
        """What places in it begin with."""
        return self.name or PurePath(self.path).name or self.path

    @property
    def owner(self) -> int:
        """The user whose file it is."""
        return os.fstat(self.opened.fd).st_uid


@dataclass(slots=True)
class Slot:
    """Room for one job at a time, and the child that reads for it: `files` so far, all of the user `owner`.

    `deadline` is for the job, `gone` tells that the child has hung up, `status` how it ended once that is known (a
    negative signal or an exit code). `losses` counts how often the job lost its child through no fault of its own.
    """

    child: Child | None = None
    owner: int | None = None
    files: int = 0
    job: Job | None = None
    answer: Answer | None = None
    deadline: float = NEVER
    gone: bool = False
    status: int | None = None
    losses: int = 0

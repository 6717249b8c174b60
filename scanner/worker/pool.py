"""The agent's side of the workers: hands out open files, collects answers, kills what hangs."""

import os
import selectors
import time
from dataclasses import dataclass
from pathlib import PurePath

from scanner.errors import WorkerError
from scanner.model.document import Problem, Reason
from scanner.model.place import Place
from scanner.model.verdict import Examination
from scanner.worker.opening import Opened, identity_of
from scanner.worker.process import Answer, Process
from scanner.worker.setup import Setup

__all__ = ["Job", "Pool", "Setup"]

_START_SECONDS = 60.0
_STARTS_THAT_MAY_FAIL = 3


@dataclass(frozen=True, slots=True)
class Job:
    """One open file to examine. The pool closes the descriptor.

    `name` stands for the file in places; the last part of `path` does where it is empty.
    """

    path: str
    opened: Opened
    name: str = ""


@dataclass(slots=True)
class _Slot:
    """One worker process and what it is doing; `deadline` is for its start or for its job."""

    process: Process
    deadline: float
    ready: bool = False
    job: Job | None = None
    answer: Answer | None = None


class Pool:
    """A fixed number of worker processes; each reads one file at a time and is replaced when it breaks.

    Workers start while the caller goes on: until one is ready, `free` is 0 and `poll` waits. Used from one thread.
    """

    def __init__(self, setup: Setup, size: int) -> None:
        """Start `size` workers."""
        self._setup = setup
        self._selector = selectors.DefaultSelector()
        self._failures = 0
        self._slots: list[_Slot] = []
        for _ in range(size):
            slot = _Slot(Process.start(setup), time.monotonic() + _START_SECONDS)
            self._selector.register(slot.process, selectors.EVENT_READ, slot)
            self._slots.append(slot)

    @property
    def free(self) -> int:
        """How many jobs can be submitted now without waiting."""
        return sum(slot.ready and slot.job is None for slot in self._slots)

    def submit(self, job: Job) -> None:
        """Give a job to a free worker.

        Raises:
            WorkerError: there is none; ask `free` before.
        """
        slot = next((slot for slot in self._slots if slot.ready and slot.job is None), None)
        if slot is None:
            message = "every worker is busy"
            raise WorkerError(message)
        seconds = self._setup.limits.seconds
        slot.job, slot.answer = job, Answer(self._setup.limits.answer_bytes)
        slot.deadline = time.monotonic() + seconds if seconds else float("inf")
        # A worker that is gone already is noticed by `poll`, and the job ends as its problem.
        slot.process.ask(_name(job), job.opened.fd)

    def poll(self, timeout: float) -> list[tuple[Job, Examination]]:
        """Wait up to `timeout` seconds for answers, and return those there are.

        Raises:
            WorkerError: worker processes cannot be started.
        """
        soonest = min((slot.deadline for slot in self._slots if slot.job or not slot.ready), default=float("inf"))
        wait = max(0.0, min(timeout, soonest - time.monotonic()))
        finished: list[tuple[Job, Examination]] = []
        for key, _ in self._selector.select(wait):
            self._hear(key.data, finished)
        now = time.monotonic()
        for slot in self._slots:
            if now < slot.deadline:
                continue
            if slot.job is not None:
                seconds = self._setup.limits.seconds
                self._break_off(slot, Reason.TIMEOUT, f"not read within {seconds:g} s", finished)
            elif not slot.ready:
                self._start_again(slot, f"not ready within {_START_SECONDS:g} s")
        return finished

    def close(self) -> None:
        """End every worker, at once."""
        for slot in self._slots:
            if slot.job is not None:
                os.close(slot.job.opened.fd)
            slot.process.end()
        self._slots.clear()
        self._selector.close()

    def _hear(self, slot: _Slot, finished: list[tuple[Job, Examination]]) -> None:
        messages = slot.process.hear()
        if messages is None:
            cause = slot.process.cause()
            if slot.job is not None:
                self._break_off(slot, Reason.CRASHED, f"its reader was ended by {cause}", finished)
            elif slot.ready:
                self._replace(slot)
            else:
                self._start_again(slot, f"ended by {cause}")
            return
        for message in messages:
            self._take(slot, message, finished)
        if slot.answer is not None and slot.answer.overflown:
            self._break_off(slot, Reason.TOO_LARGE, "more findings than an answer may hold", finished)

    def _take(self, slot: _Slot, message: object, finished: list[tuple[Job, Examination]]) -> None:
        match message:
            case {"ready": True} if not slot.ready:
                slot.ready, slot.deadline, self._failures = True, float("inf"), 0
            case {"failed": str(trouble)} if not slot.ready:
                raise _does_not_start(trouble)
            case {"done": True, "retire": bool(retire)} if slot.job is not None:
                self._finish(slot, finished)
                if retire:
                    self._replace(slot)
            case _ if slot.answer is not None and slot.job is not None:
                slot.answer.take(message, _place(slot.job))

    def _break_off(self, slot: _Slot, reason: Reason, detail: str, finished: list[tuple[Job, Examination]]) -> None:
        if slot.answer is not None and slot.job is not None:
            slot.answer.problems.append(Problem(_place(slot.job), reason, detail))
        self._finish(slot, finished)
        self._replace(slot)

    def _finish(self, slot: _Slot, finished: list[tuple[Job, Examination]]) -> None:
        job, answer = slot.job, slot.answer
        if job is None or answer is None:
            return
        if identity_of(os.fstat(job.opened.fd)) != job.opened.identity:
            detail = "it was written to while it was read"
            answer.problems.append(Problem(_place(job), Reason.CHANGED_WHILE_READ, detail))
        os.close(job.opened.fd)
        slot.job = slot.answer = None
        slot.deadline = float("inf")
        finished.append((job, answer.examination()))

    def _replace(self, slot: _Slot) -> None:
        self._selector.unregister(slot.process)
        slot.process.end()
        slot.process, slot.ready = Process.start(self._setup), False
        slot.deadline = time.monotonic() + _START_SECONDS
        self._selector.register(slot.process, selectors.EVENT_READ, slot)

    def _start_again(self, slot: _Slot, trouble: str) -> None:
        self._failures += 1
        if self._failures >= _STARTS_THAT_MAY_FAIL:
            raise _does_not_start(trouble)
        self._replace(slot)


def _does_not_start(trouble: str) -> WorkerError:
    return WorkerError(f"a worker process does not start: {trouble}")


def _name(job: Job) -> str:
    return job.name or PurePath(job.path).name or job.path


def _place(job: Job) -> Place:
    return Place(_name(job))

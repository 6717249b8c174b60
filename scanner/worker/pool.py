"""The agent's side of the workers: hands out open files, collects answers, kills what hangs."""

import os
import selectors
import signal
import time
from typing import Final

from scanner.errors import SandboxError, WorkerError
from scanner.model.codec import decode
from scanner.model.document import Reason
from scanner.model.place import Place
from scanner.model.sandbox import Protection, Sandbox
from scanner.model.verdict import Examination
from scanner.worker.answer import Answer
from scanner.worker.job import NEVER, Job, Slot
from scanner.worker.opening import identity_of
from scanner.worker.process import Child, Warden, signal_name
from scanner.worker.setup import FILES_OF_ONE_CHILD, Setup

__all__ = ["Job", "Pool", "Setup"]

_START_SECONDS: Final = 60.0
_STARTS_THAT_MAY_FAIL: Final = 3
# How long it may take to be told how a child ended; the warden does nothing else.
_BURIAL_SECONDS: Final = 10.0
_LOSSES: Final = 3


class Pool:
    """Reads a fixed number of files at a time, in confined children of one warden, which is replaced if it dies.

    The warden starts while the caller goes on: until it is ready, `free` is 0 and `poll` waits. A child reads files of
    one owner only, and few of them: one that a document has taken over can lie about no others. Used from one thread.
    """

    def __init__(self, setup: Setup, size: int) -> None:
        """Start the warden; `size` files are read at a time.

        Raises:
            WorkerError: this system cannot hand open files to another process.
        """
        self._setup = setup
        self._selector = selectors.DefaultSelector()
        self._failures = 0
        self._slots = [Slot() for _ in range(size)]
        self._dying: dict[int, float] = {}
        self.sandbox: Sandbox | None = None
        self._begin()

    @property
    def free(self) -> int:
        """How many jobs can be submitted now without waiting."""
        return sum(slot.job is None for slot in self._slots) if self.sandbox else 0

    def submit(self, job: Job) -> None:
        """Give a job to a free worker.

        Raises:
            WorkerError: there is none; ask `free` before.
        """
        if not self.free:
            message = "every worker is busy"
            raise WorkerError(message)
        owner = job.owner
        slot = min((slot for slot in self._slots if slot.job is None), key=lambda slot: slot.owner != owner)
        slot.job, slot.losses = job, 0
        self._ask(slot)

    def poll(self, timeout: float) -> list[tuple[Job, Examination]]:
        """Wait up to `timeout` seconds for answers, and return those there are.

        Raises:
            SandboxError: documents would be read with less protection than is asked for.
            WorkerError: worker processes cannot be started.
        """
        soonest = min((self._due, *self._dying.values(), *(slot.deadline for slot in self._slots)))
        wait = max(0.0, min(timeout, soonest - time.monotonic()))
        finished: list[tuple[Job, Examination]] = []
        for key, _ in self._selector.select(wait):
            if key.data is None:
                self._hear_warden(finished)
            elif key.data.child is key.fileobj:
                self._hear_child(key.data, finished)
        self._look_at_clock(time.monotonic(), finished)
        return finished

    def close(self) -> None:
        """End every worker, at once."""
        for slot in self._slots:
            if slot.job is not None:
                os.close(slot.job.opened.fd)
            if slot.child is not None:
                slot.child.close()
        self._slots.clear()
        self._warden.end()
        self._selector.close()

    def _begin(self) -> None:
        self._warden = Warden.start(self._setup)
        self._due = time.monotonic() + _START_SECONDS
        self._selector.register(self._warden, selectors.EVENT_READ, None)

    def _ask(self, slot: Slot) -> None:
        """Give a slot's job, where it has one, to its child, or to a new one."""
        job = slot.job
        if job is None:
            return
        owner = job.owner
        if slot.child is None or slot.owner != owner or slot.files >= self._most:
            self._dismiss(slot)
            slot.child, slot.owner, slot.files = self._warden.child(), owner, 0
            self._selector.register(slot.child, selectors.EVENT_READ, slot)
        slot.files += 1
        slot.answer = Answer(Place(job.title), self._setup.limits.answer_bytes)
        seconds = self._setup.limits.seconds
        slot.deadline = time.monotonic() + seconds if seconds else NEVER
        # A child that is gone already is noticed by `poll`, and the job ends as its problem.
        slot.child.ask(job.title, job.opened.fd)

    def _hear_child(self, slot: Slot, finished: list[tuple[Job, Examination]]) -> None:
        messages = slot.child.hear() if slot.child else None
        if messages is None:
            self._hung_up(slot, finished)
            return
        for message in messages:
            match message:
                case {"done": True, "retire": bool(retire)} if slot.job is not None:
                    self._finish(slot, finished)
                    if retire:
                        self._dismiss(slot)
                case _ if slot.answer is not None:
                    slot.answer.take(message)
        if slot.answer is not None and slot.answer.overflown:
            self._break_off(slot, Reason.TOO_LARGE, "more findings than an answer may hold", finished)

    def _hung_up(self, slot: Slot, finished: list[tuple[Job, Examination]]) -> None:
        """Note that a child says nothing more; one that talks nonsense is killed, one that died is told of."""
        child = slot.child
        if child is None or slot.job is None:
            self._dismiss(slot)
            return
        self._selector.unregister(child)
        slot.gone = True
        slot.deadline = NEVER
        if slot.status is None:
            self._kill(child)
        else:
            self._ended(slot, slot.status, finished)

    def _hear_warden(self, finished: list[tuple[Job, Examination]]) -> None:
        messages = self._warden.hear()
        if messages is None:
            self._start_again(f"ended by {self._warden.cause()}", finished)
            return
        for message in messages:
            match message:
                case {"ready": ready}:
                    self._ready(decode(Sandbox, ready))
                case {"failed": str(trouble)}:
                    raise _does_not_start(trouble)
                case {"ended": int(number), "status": int(status)}:
                    self._dying.pop(number, None)
                    self._note(number, status, finished)

    def _note(self, number: int, status: int, finished: list[tuple[Job, Examination]]) -> None:
        slot = next((slot for slot in self._slots if slot.child and slot.child.number == number), None)
        if slot is None:
            return
        slot.status = status
        if slot.gone:  # else what it said last is still to be heard
            self._ended(slot, status, finished)

    def _ended(self, slot: Slot, status: int, finished: list[tuple[Job, Examination]]) -> None:
        """Say what became of a job whose child is dead."""
        if status == -signal.SIGKILL and slot.losses < _LOSSES - 1:
            self._lost(slot, finished)
            return
        match -status:
            case signal.SIGSYS:
                reason, detail = Reason.FORBIDDEN, "its reader tried what only a document that takes it over would try"
            case signal.SIGXCPU:
                reason, detail = Reason.TIMEOUT, "took more processor time than a reader may use"
            case number:
                how = signal_name(number) if number > 0 else f"exit code {status}"
                reason, detail = Reason.CRASHED, f"its reader was ended by {how}"
        self._break_off(slot, reason, detail, finished)

    def _lost(self, slot: Slot, finished: list[tuple[Job, Examination]]) -> None:
        """Have a job read again whose child was killed from outside, unless that happened too often."""
        if slot.child is not None:  # else it only waits for a warden
            slot.losses += 1
        self._dismiss(slot)
        if slot.job is None:
            return
        if slot.losses >= _LOSSES:
            self._break_off(slot, Reason.CRASHED, f"its reader was killed {slot.losses} times", finished)
        elif self.sandbox:
            self._ask(slot)

    def _kill(self, child: Child) -> None:
        """Have a child killed, and remember until when the warden has to say that it is dead."""
        self._warden.kill(child)
        self._dying[child.number] = time.monotonic() + _BURIAL_SECONDS

    def _break_off(self, slot: Slot, reason: Reason, detail: str, finished: list[tuple[Job, Examination]]) -> None:
        if slot.child is not None and not slot.gone:
            self._kill(slot.child)
        if slot.answer is not None:
            slot.answer.add(reason, detail)
        self._finish(slot, finished)
        self._dismiss(slot)

    def _finish(self, slot: Slot, finished: list[tuple[Job, Examination]]) -> None:
        job, answer = slot.job, slot.answer
        if job is None or answer is None:
            return
        if identity_of(os.fstat(job.opened.fd)) != job.opened.identity:
            answer.add(Reason.CHANGED_WHILE_READ, "it was written to while it was read")
        os.close(job.opened.fd)
        slot.job = slot.answer = None
        slot.deadline = NEVER
        finished.append((job, answer.examination()))

    def _dismiss(self, slot: Slot) -> None:
        """Hang up on a child, which ends it."""
        if slot.child is not None:
            if not slot.gone:
                self._selector.unregister(slot.child)
            slot.child.close()
        slot.child = slot.owner = slot.status = None
        slot.gone = False

    def _look_at_clock(self, now: float, finished: list[tuple[Job, Examination]]) -> None:
        for slot in self._slots:
            if now >= slot.deadline:
                self._break_off(slot, Reason.TIMEOUT, f"not read within {self._setup.limits.seconds:g} s", finished)
        if now >= self._due:
            self._start_again(f"not ready within {_START_SECONDS:g} s", finished)
        elif any(now >= due for due in self._dying.values()):
            self._start_again("it does not bury its children", finished)

    @property
    def _most(self) -> int:
        """How many files a child reads: where it is not shut in, it could do anything, and one is enough."""
        shut_in = self.sandbox is not None and self.sandbox.protection is not Protection.PROCESS
        return FILES_OF_ONE_CHILD if shut_in else 1

    def _ready(self, sandbox: Sandbox) -> None:
        least = self._setup.least
        if not sandbox.protection.reaches(least):
            raise _unprotected(sandbox, least)
        self.sandbox, self._failures, self._due = sandbox, 0, NEVER
        for slot in self._slots:
            if slot.child is None:
                self._ask(slot)

    def _start_again(self, trouble: str, finished: list[tuple[Job, Examination]]) -> None:
        """Replace the warden, and have what its children were reading read again."""
        if self.sandbox is None:
            self._failures += 1
        self.sandbox = None
        self._selector.unregister(self._warden)
        self._warden.end()
        self._dying.clear()
        if self._failures >= _STARTS_THAT_MAY_FAIL:
            raise _does_not_start(trouble)
        self._begin()
        for slot in self._slots:
            slot.deadline = NEVER
            self._lost(slot, finished)


def _does_not_start(trouble: str) -> WorkerError:
    return WorkerError(f"a worker process does not start: {trouble}")


def _unprotected(sandbox: Sandbox, least: str) -> SandboxError:
    return SandboxError(f"documents would be read with this protection: {sandbox}; at least {least} is asked for")

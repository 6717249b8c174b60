"""Looks at one queued file before and after it is read: is it there, is it whole, is it still what was read."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath

from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.place import Place
from scanner.model.verdict import Examination, Verdict
from scanner.spool.index import Index
from scanner.spool.journal import CHANGED, Claim
from scanner.watch.lease import writer_of
from scanner.watch.settle import Look, Patience, Wait, backoff, decide
from scanner.worker.opening import Opened, identity_of, open_document
from scanner.worker.pool import Job

_CRASHES = 3
_TRIES = 3
_CHANGING = 60.0
_MOST_CHANGING = 3600.0
_NS = 1e9

WRITER = "open for writing"
UNSETTLED = "not quiet for long enough"
UNREADABLE = "input/output error"


@dataclass(frozen=True, slots=True)
class Result:
    """What is to be written down about a claimed path, all of it in one transaction.

    With `again` the path stays queued until then, for the reason `why`; without, it is done. `identity` is the state of
    the file the verdict is about, `settled` that no further look at this state is needed, `forget` that the file is no
    more, `unopened` why it could not be opened.
    """

    claim: Claim
    verdict: Verdict | None = None
    identity: Identity | None = None
    settled: bool = False
    forget: bool = False
    again: float | None = None
    why: str = ""
    looked: tuple[int, int, float] | None = None
    unopened: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed file, open and whole; `partial` where somebody has been writing to it for too long to wait."""

    claim: Claim
    opened: Opened
    partial: bool = False

    @property
    def job(self) -> Job:
        """What the workers are given."""
        return Job(self.claim.path, self.opened, _name(self.claim.path))


class Looker:
    """Knows the rules of settling, and what an examination comes to."""

    def __init__(  # noqa: PLR0913, PLR0917 - each decides something
        self,
        decide_verdict: Callable[[Document, Examination], Verdict],
        index: Index,
        patience: Patience,
        clock: Callable[[], float],
        wall: Callable[[], float],
        root_of: Callable[[str], str | None],
        *,
        permissions: bool = False,
    ) -> None:
        """Take the judge, the index, the patience, the clocks for waiting and for the age of files, and the roots.

        With `permissions`, the judge is told who may read or change a file.
        """
        self._decide = decide_verdict
        self._index = index
        self._patience = patience
        self._clock = clock
        self._wall = wall
        self._root_of = root_of
        self._permissions = permissions

    def before(self, claim: Claim) -> Ready | Result:
        """Open a file to be read, or say what becomes of it otherwise."""
        if claim.crashes >= _CRASHES:
            return self._crashed(claim)
        opened = open_document(claim.path, self._root_of(claim.path), permissions=self._permissions)
        if isinstance(opened, Problem):
            return self._unopened(claim, opened)
        if self._index.knows(claim.path, opened.identity):
            os.close(opened.fd)
            return Result(claim)
        result = self._whole(claim, opened)
        if isinstance(result, Result):
            os.close(opened.fd)
        return result

    def after(self, ready: Ready, examination: Examination) -> Result:
        """Say what becomes of a file that was read."""
        claim, identity = ready.claim, ready.opened.identity
        now = _state(claim.path, identity)
        if now is None:
            return Result(claim, forget=True)
        if ready.partial:
            problem = Problem(Place(_name(claim.path)), Reason.PARTIAL, "somebody keeps it open for writing")
            verdict = self._read(ready, examination, problem)
            return Result(claim, verdict, identity, again=self._clock() + self._patience.writer, why=WRITER)
        touched = any(problem.reason is Reason.CHANGED_WHILE_READ for problem in examination.problems)
        if now == identity and not touched:
            return Result(claim, self._read(ready, examination), identity, settled=True)
        tries = claim.tries if claim.why == CHANGED else 0
        if tries < _TRIES:
            return Result(claim, again=self._clock() + backoff(tries), why=CHANGED)
        problem = Problem(Place(_name(claim.path)), Reason.CHANGED_WHILE_READ, "it changes faster than it can be read")
        wait = min(_CHANGING * 2.0 ** min(tries - _TRIES, 10), _MOST_CHANGING)
        verdict = self._read(ready, examination, problem)
        return Result(claim, verdict, identity, again=self._clock() + wait, why=CHANGED)

    def _whole(self, claim: Claim, opened: Opened) -> Ready | Result:
        identity, now = opened.identity, self._clock()
        look = Look(identity.size, identity.mtime_ns, now)
        before = None if claim.looked is None else Look(*claim.looked)
        age = self._wall() - max(identity.mtime_ns, identity.ctime_ns) / _NS
        tries = claim.tries if claim.why == WRITER else 0
        wait = Wait(claim.kind, age, now - claim.first_seen, tries)
        decision = decide(writer_of(opened.fd), look, before, wait, self._patience)
        if decision.wait <= 0:
            return Ready(claim, opened, decision.partial)
        if decision.look is None:
            return Result(claim, again=now + decision.wait, why=WRITER)
        looked = (decision.look.size, decision.look.mtime_ns, decision.look.at)
        return Result(claim, again=now + decision.wait, why=UNSETTLED, looked=looked)

    def _unopened(self, claim: Claim, problem: Problem) -> Result:
        if problem.reason is Reason.VANISHED:
            return Result(claim, forget=True)
        if problem.reason is Reason.NOT_A_FILE:  # no document; a folder has its own event, or a walk meets it
            return Result(claim, forget=True)
        tries = claim.tries if claim.why == UNREADABLE else 0
        if problem.reason is Reason.IO_ERROR and tries < _TRIES:
            return Result(claim, again=self._clock() + backoff(tries), why=UNREADABLE)
        # Not settled: a walk tries again, for what mends a permission need not touch the file.
        identity = _state(claim.path, None)
        verdict = self._unread(claim, identity, problem)
        return Result(claim, verdict, identity, unopened=problem.detail or problem.reason.value.replace("_", " "))

    def _crashed(self, claim: Claim) -> Result:
        identity = _state(claim.path, None)
        if identity is None:
            return Result(claim, forget=True)
        detail = f"the scanner ended {claim.crashes} times while this file was being read"
        problem = Problem(Place(_name(claim.path)), Reason.CRASHED, detail)
        return Result(claim, self._unread(claim, identity, problem), identity, settled=True)

    def _read(self, ready: Ready, examination: Examination, *problems: Problem) -> Verdict:
        reasons = {problem.reason for problem in examination.problems}
        more = tuple(problem for problem in problems if problem.reason not in reasons)
        told = replace(examination, problems=(*examination.problems, *more))
        identity = ready.opened.identity
        document = Document(ready.claim.path, identity.size, identity, exposure=ready.opened.exposure)
        return self._decide(document, told)

    def _unread(self, claim: Claim, identity: Identity | None, problem: Problem) -> Verdict:
        document = Document(claim.path, identity.size if identity else 0, identity)
        return self._decide(document, Examination(problems=(problem,)))


def _state(path: str, otherwise: Identity | None) -> Identity | None:
    """Return the identity of the file that has this path now, None if there is none, `otherwise` if nobody may know."""
    try:
        status = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - the path may hold bytes that are no text
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return otherwise
    return identity_of(status) if stat.S_ISREG(status.st_mode) else None


def _name(path: str) -> str:
    return PurePath(path).name or path

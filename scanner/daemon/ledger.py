"""Writes down what happened: in the journal, the index and the roots, and the verdict with them."""

# ruff: noqa: PTH119, PTH120 - names as the system gives them, for each file of a tree: the quick form

import os
from collections.abc import Callable, Sequence

from scanner.daemon.ended import Ended
from scanner.daemon.look import Result
from scanner.daemon.plan import Plan, Records
from scanner.daemon.rounds import Findings
from scanner.model.alert import Alert
from scanner.model.change import ChangeKind
from scanner.spool.index import Index
from scanner.spool.journal import Journal, Request
from scanner.spool.roots import Roots
from scanner.watch.pending import Batch, Waiting
from scanner.watch.scope import Scope
from scanner.watch.settle import due
from scanner.watch.walk import is_gone

_NOBODY = -1


class Ledger:
    """Writes, and commits nothing: the loop does, so that what belongs together is there together or not at all."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is written to
        self,
        plan: Plan,
        scope: Scope,
        journal: Journal,
        index: Index,
        roots: Roots,
        records: Records,
        wall: Callable[[], float],
    ) -> None:
        """Take everything that is written to, and the clock of the world."""
        self._plan = plan
        self._scope = scope
        self._journal = journal
        self._index = index
        self._roots = roots
        self._records = records
        self._wall = wall
        self._ended = Ended(scope)

    def changes(self, batch: Batch, now: float) -> None:
        """Queue what the readers reported, forget what ended, and doubt roots that were lost or are to be walked."""
        for root, why in batch.lost:
            self._roots.lose(root, why, self._wall())
        for root, why in batch.asked:
            self._roots.doubt(root, why)
        if batch.changes:
            trees = {waiting.path for waiting in batch.changes if waiting.kind is ChangeKind.TREE}
            ended = self._ended
            asked = (waiting for waiting in batch.changes if not _is_below(waiting, trees) and not ended.takes(waiting))
            self._journal.put(map(self._request, asked), self._wall())
        files, folders = self._ended.due(now)
        self._forget(files)
        for folder in folders:
            self._index.forget_folder(folder)
            self._records.gone_below(folder)

    def findings(self, findings: Findings, now: float) -> None:
        """Queue what a walk found, forget what is gone, and clear the doubt when the walk is over.

        What is suppressed no more is queued as well: it was not changed, but it has to be looked at.
        """
        if again := self._records.tidy():
            self._index.forget(again)
            ended = (Waiting(path, ChangeKind.FOUND, now, now) for path in again)
            self._journal.put_found(map(self._request, ended), self._wall())
        if findings.changed:
            found = (Waiting(path, ChangeKind.FOUND, now, now) for path in findings.changed)
            self._journal.put_found(map(self._request, found), self._wall())
        if findings.gone:
            self._forget(findings.gone)
        for folder in findings.gone_folders:
            self._index.forget_folder(folder)
            self._records.gone_below(folder)
        for whole in findings.whole:
            self._index.keep_seal(*whole)
        walk = findings.ended
        if walk is not None and walk.claim is not None:
            self._journal.done(walk.claim)
        elif walk is not None:
            self._forget(list(filter(is_gone, self._records.unread(walk.top))))  # the index does not know them
            self._roots.end(walk.top, walk.begun, walk.landmark, self._wall())

    def result(self, result: Result) -> list[Alert]:
        """Keep a verdict with what becomes of its file, and return the alert it raises, if any."""
        alert = None
        if result.verdict is not None:
            alert = self._records.record(result.verdict, result.identity, self._plan.ruleset)
            if result.verdict.findings or alert is not None:
                self._forget(list(filter(is_gone, self._records.twins(result.verdict))))
        if result.settled and result.identity is not None:
            self._index.put(result.claim.path, result.identity)
        if result.forget:
            self._forget([result.claim.path])
        if result.again is None:
            self._journal.done(result.claim)
        else:
            self._journal.retry(result.claim, result.again, result.why, result.looked)
        return [] if alert is None else [alert]

    def _forget(self, paths: Sequence[str]) -> None:
        """Forget files that are no more; one that is there after all is found by the next walk."""
        if paths:
            self._index.forget(paths)
            self._records.gone(paths)

    def _request(self, waiting: Waiting) -> Request:
        name = os.path.basename(waiting.path)
        when = due(name, waiting.kind, waiting.first_seen, waiting.last_event, self._plan.patience)
        root = self._scope.root_of(waiting.path) or ""
        owner = _owner(waiting.path)
        return Request(waiting.path, waiting.kind, when.at, when.latest, waiting.first_seen, root, owner)


def _owner(path: str) -> int:
    """Return the user id of a file's owner; who it is decides about nothing but turns."""
    try:
        return os.lstat(path).st_uid
    except OSError:
        return _NOBODY


def _is_below(waiting: Waiting, trees: set[str]) -> bool:
    """Tell whether a folder is walked with another one that came at the same time."""
    if waiting.kind is not ChangeKind.TREE:
        return False
    folder = os.path.dirname(waiting.path)
    while len(folder) > 1:
        if folder in trees:
            return True
        folder = os.path.dirname(folder)
    return False

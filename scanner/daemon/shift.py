"""What works by one set of terms: after a reload, the shift before ends what it was reading, by its own rules."""

import os
import sqlite3
from collections.abc import Callable

from scanner.daemon.ledger import Ledger
from scanner.daemon.look import Looker, Ready, Result
from scanner.daemon.plan import Records, Terms
from scanner.spool.index import Index
from scanner.spool.journal import Claim, Journal
from scanner.spool.roots import Roots
from scanner.watch.scope import Scope


class Shift:
    """The terms with what was made of them; `running` is what their workers read, `since` when each was begun."""

    def __init__(
        self,
        terms: Terms,
        index: Index,
        scope: Scope,
        ledger: Ledger,
        looker: Looker,
    ) -> None:
        """Take the terms, and what keeps to them."""
        self.terms = terms
        self.index = index
        self.scope = scope
        self.ledger = ledger
        self._looker = looker
        self.running: dict[str, Ready] = {}
        self._since: dict[str, float] = {}

    def begin(self, claim: Claim, now: float) -> Result | None:
        """Have a file read, or say what becomes of it otherwise."""
        if not self.scope.takes(claim.path):
            return Result(claim, forget=True)
        ready = self._looker.before(claim)
        if isinstance(ready, Result):
            return ready
        self.running[claim.path] = ready
        self._since[claim.path] = now
        self.terms.workers.submit(ready.job)
        return None

    def hear(self, wait: float) -> list[Result]:
        """Wait for the workers, and say what becomes of the files they have read."""
        done = self.terms.workers.poll(wait)
        results: list[Result] = []
        for job, examination in done:
            self._since.pop(job.path, None)
            results.append(self._looker.after(self.running.pop(job.path), examination))
        return results

    def slowest(self, now: float) -> float:
        """Return for how long the file has been read that takes the longest, 0 where none is."""
        return max((now - since for path, since in self._since.items() if path in self.running), default=0.0)


def make_shift(  # noqa: PLR0913, PLR0917 - each is used by one of its parts
    terms: Terms,
    connection: sqlite3.Connection,
    journal: Journal,
    roots: Roots,
    records: Records,
    clock: Callable[[], float],
    wall: Callable[[], float],
) -> Shift:
    """Make a shift.

    Raises:
        WatchError: there is nothing to watch by these terms.
    """
    plan = terms.plan
    scope = Scope(plan.roots, plan.exclude, os.fspath(plan.state))
    index = Index(connection, plan.ruleset)
    ledger = Ledger(plan, scope, journal, index, roots, records, wall)
    looker = Looker(terms.decide, index, plan.patience, clock, wall, scope.root_of, permissions=plan.permissions)
    return Shift(terms, index, scope, ledger, looker)

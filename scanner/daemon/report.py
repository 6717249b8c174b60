"""Says how the daemon is, for `docwarden status` and for systemd."""

import logging
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from scanner.daemon.plan import Plan
from scanner.daemon.rounds import Rounds
from scanner.model.sandbox import Sandbox
from scanner.model.visible import visible
from scanner.spool.journal import Journal
from scanner.spool.roots import Roots
from scanner.spool.status import Count, Gap, RootStatus, Status, write_status
from scanner.watch.supervisor import Post, Supervisor, tell_systemd

_LOG = logging.getLogger(__name__)


class Reporter:
    """Writes the status; `outcomes` and `alerts` are counted by the loop."""

    def __init__(  # noqa: PLR0913, PLR0917 - each has something to say
        self,
        plan: Plan,
        journal: Journal,
        roots: Roots,
        rounds: Rounds,
        supervisor: Supervisor,
        wall: Callable[[], float],
        sandbox: Callable[[], Sandbox | None],
    ) -> None:
        """Take everything that has something to say."""
        self._plan = plan
        self._journal = journal
        self._roots = roots
        self._rounds = rounds
        self._supervisor = supervisor
        self._wall = wall
        self._sandbox = sandbox
        self._began = wall()
        self.outcomes: Counter[str] = Counter()
        self.alerts = 0
        self._told: frozenset[str] = frozenset()

    def report(self, scanning: int, trouble: str, unsent: str) -> None:
        """Write the status and, unless there is trouble, tell systemd that we live.

        `trouble` keeps the daemon from working, `unsent` only an alert from its sink.

        Raises:
            OSError: the status cannot be written.
            sqlite3.Error: the journal cannot be read.
        """
        both = "; ".join(filter(None, (trouble, unsent)))
        status = self._status(scanning, both)
        state = both or ("degraded" if status.degraded else "watching")
        said = f"STATUS={state}: {len(status.roots)} roots, {status.queued} waiting, {sum(self.outcomes.values())} read"
        tell_systemd(*(() if trouble else ("WATCHDOG=1",)), said)
        write_status(self._plan.state, status)
        self._log(frozenset({both, *(f"{root.path}: {root.trouble}" for root in status.roots if root.trouble)} - {""}))

    def _log(self, troubles: frozenset[str]) -> None:
        """Log what has gone wrong since the last report, and what is well again; logging goes to standard error."""
        for trouble in sorted(troubles - self._told):
            _LOG.warning("docwarden: %s", visible(trouble))
        for trouble in sorted(self._told - troubles):
            _LOG.warning("docwarden: no longer: %s", visible(trouble))
        self._told = troubles

    def _status(self, scanning: int, trouble: str) -> Status:
        return Status(
            pid=os.getpid(),
            version=self._plan.version,
            ruleset=self._plan.ruleset,
            began=self._began,
            heartbeat=self._wall(),
            roots=tuple(self._root(post) for post in self._supervisor.posts),
            queued=self._journal.length(),
            oldest=self._journal.oldest(),
            scanning=scanning,
            deferred=_counts(self._journal.deferred()),
            outcomes=_counts(self.outcomes),
            alerts=self.alerts,
            trouble=trouble,
            sandbox=self._sandbox(),
        )

    def _root(self, post: Post) -> RootStatus:
        known = self._roots.get(post.root)
        last = self._rounds.last.get(post.root)
        troubles = dict.fromkeys(filter(None, (self._rounds.troubles.get(post.root, ""), post.trouble)))
        seen = RootStatus(
            path=post.root,
            reader=post.name,
            live=post.live,
            trouble="; ".join(troubles),
            walked=known.walked,
            walking=self._rounds.top == post.root,
            doubt=known.why,
            unwatched=post.unwatched,
            instead=post.instead,
            lost=post.lost,
        )
        if last is None:
            return seen
        gaps = tuple(Gap(path, why) for path, why in last.gaps)
        return replace(seen, files=last.files, folders=last.folders, unreadable=last.unreadable, gaps=gaps)


def _counts(counter: Counter[str]) -> tuple[Count, ...]:
    return tuple(Count(what, number) for what, number in sorted(counter.items()))

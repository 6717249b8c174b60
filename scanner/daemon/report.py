"""Says how the daemon is, for `docwarden status`, for systemd and for Prometheus."""

import logging
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from scanner.daemon.coverage import Coverage, Unread
from scanner.daemon.look import Result
from scanner.daemon.metrics import write_metrics
from scanner.daemon.plan import Records
from scanner.daemon.rounds import Rounds
from scanner.daemon.shift import Shift
from scanner.model.visible import visible
from scanner.spool.journal import Backlog, Journal
from scanner.spool.roots import Roots
from scanner.spool.status import Count, Gap, RootStatus, Status, counted, write_status
from scanner.watch.supervisor import Post, Supervisor, tell_systemd

_LOG = logging.getLogger(__name__)
_NAMED = 20
_COUNT_EVERY = 60.0
_COUNT_SHARE = 200.0
_BACKLOG_SHARE = 20.0


@dataclass(frozen=True, slots=True)
class Now:
    """What the loop knows of itself: the shift that works, how many files are being read, and what is wrong.

    `lives` tells that everything has made progress lately.
    """

    shift: Shift
    scanning: int
    troubles: tuple[str, ...] = ()
    lives: bool = True


class Reporter:
    """Writes the status; `alerts` are counted by the loop."""

    def __init__(  # noqa: PLR0913, PLR0917 - each has something to say
        self,
        journal: Journal,
        roots: Roots,
        rounds: Rounds,
        supervisor: Supervisor,
        coverage: Coverage,
        unread: Unread,
        records: Records,
        wall: Callable[[], float],
    ) -> None:
        """Take everything that has something to say."""
        self._journal = journal
        self._roots = roots
        self._rounds = rounds
        self._supervisor = supervisor
        self._coverage = coverage
        self._unread = unread
        self._records = records
        self._wall = wall
        self._began = wall()
        self.outcomes: Counter[str] = Counter()
        self.alerts = 0
        self._told: frozenset[str] = frozenset()
        self._backlog: dict[str, Backlog] = {}
        self._backlog_until = float("-inf")
        self._indexed: dict[str, tuple[int, float, int]] = {}

    def count(self, result: Result) -> None:
        """Count the verdict there is in a result."""
        if result.verdict is not None:
            self.outcomes[result.verdict.outcome.value] += 1

    def report(self, now: Now) -> None:
        """Write the status and, if everything goes on, tell systemd that we live.

        Raises:
            OSError: the status or the metrics cannot be written.
            sqlite3.Error: the journal cannot be read.
        """
        plan = now.shift.terms.plan
        status = self._status(now)
        state = status.trouble or ("degraded" if status.degraded else "watching")
        read = sum(self.outcomes.values())
        parts = [counted(len(status.roots), "root"), f"{status.queued} waiting", f"{read} read"]
        parts += [f"{root.met} of about {max(root.met, root.indexed)} walked" for root in status.roots if root.walking]
        tell_systemd(*(("WATCHDOG=1",) if now.lives else ()), f"STATUS={state}: {', '.join(parts)}")
        write_status(plan.state, status)
        troubles = {*now.troubles, *(f"{root.path}: {root.trouble}" for root in status.roots if root.trouble)}
        troubles |= {f"sink {sink.name}: {sink.trouble}" for sink in status.sinks if sink.trouble}
        self._log(frozenset(troubles))
        if plan.metrics is not None:
            write_metrics(plan.metrics, status)

    def _log(self, troubles: frozenset[str]) -> None:
        """Log what has gone wrong since the last report, and what is well again; logging goes to standard error."""
        for trouble in sorted(troubles - self._told):
            _LOG.warning("docwarden: %s", visible(trouble))
        for trouble in sorted(self._told - troubles):
            _LOG.warning("docwarden: no longer: %s", visible(trouble))
        self._told = troubles

    def _status(self, now: Now) -> Status:
        backlog = self._waiting()
        plan = now.shift.terms.plan
        entries, head = self._records.head()
        return Status(
            pid=os.getpid(),
            version=plan.version,
            ruleset=plan.ruleset,
            began=self._began,
            heartbeat=self._wall(),
            roots=tuple(self._root(post, now, backlog.get(post.root)) for post in self._supervisor.posts),
            queued=sum(entry.number for entry in backlog.values()),
            oldest=min((entry.oldest for entry in backlog.values()), default=None),
            scanning=now.scanning,
            deferred=_counts(self._journal.deferred()),
            outcomes=_counts(self.outcomes),
            alerts=self.alerts,
            trouble="; ".join(now.troubles),
            sandbox=now.shift.terms.workers.sandbox,
            notes=plan.notes,
            pressure=self._rounds.pace.pressed,
            entries=entries,
            head=head,
            sinks=now.shift.terms.deliveries(),
        )

    def _root(self, post: Post, now: Now, backlog: Backlog | None) -> RootStatus:
        root = post.root
        known, last, walk = self._roots.get(root), self._rounds.last.get(root), self._rounds.walk
        walking = walk if walk is not None and walk.top == root else None
        troubles = dict.fromkeys(filter(None, (self._rounds.troubles.get(root, ""), post.trouble)))
        folders, files = self._unread.folders(root), self._unread.files(root)
        unreadable = max(len(folders), last.unreadable - len(last.gaps) + len(folders) if last else 0)
        return RootStatus(
            path=root,
            reader=post.name,
            live=post.live,
            trouble="; ".join(troubles),
            walked=known.walked,
            walking=walking is not None,
            doubt=known.why,
            files=last.files if last else 0,
            folders=last.folders if last else 0,
            unreadable=unreadable,
            gaps=_gaps(folders),
            unwatched=post.unwatched,
            lost=post.lost,
            instead=post.instead,
            queued=backlog.number if backlog else 0,
            oldest=backlog.oldest if backlog else None,
            indexed=self._count(root, now),
            walks=self._rounds.walks[root],
            met=walking.files if walking else 0,
            recovered=min(self._coverage.recovered[root], post.lost),
            loss=known.loss,
            lost_since=known.lost_since,
            unread=len(files),
            unread_files=_gaps(files),
            mounts=_gaps(tuple((inner.root, inner.fault) for inner in post.inner.values() if inner.fault)),
        )

    def _waiting(self) -> dict[str, Backlog]:
        """Return what waits, by root; where counting takes long, so seldom that it costs little."""
        began = time.monotonic()
        if began >= self._backlog_until:
            self._backlog = self._journal.backlog()
            ended = time.monotonic()
            self._backlog_until = ended + _BACKLOG_SHARE * (ended - began)
        return self._backlog

    def _count(self, root: str, now: Now) -> int:
        """Return how many files are in the index: counted after a walk, else so rarely that it costs little."""
        number, until, walks = self._indexed.get(root, (0, float("-inf"), -1))
        began = time.monotonic()
        if began < until and walks == self._rounds.walks[root]:
            return number
        number = now.shift.index.count(root)
        ended = time.monotonic()
        until = ended + max(_COUNT_EVERY, _COUNT_SHARE * (ended - began))
        self._indexed[root] = (number, until, self._rounds.walks[root])
        return number


def _gaps(entries: tuple[tuple[str, str], ...]) -> tuple[Gap, ...]:
    return tuple(Gap(path, why) for path, why in entries[:_NAMED])


def _counts(counter: Counter[str]) -> tuple[Count, ...]:
    return tuple(Count(what, number) for what, number in sorted(counter.items()))

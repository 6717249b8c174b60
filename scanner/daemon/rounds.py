"""Decides which walk is on, and takes it in slices so that live events are never kept waiting."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from scanner.daemon.pace import Pace
from scanner.errors import WatchError
from scanner.spool.index import Index
from scanner.spool.journal import Claim
from scanner.spool.roots import Roots
from scanner.watch.reconcile import Cover, Step, compare, landmark
from scanner.watch.scope import Scope

_SLICE = 0.05
_AGAIN = 30.0
_GAPS_KEPT = 10_000


@dataclass(slots=True)
class Walk:
    """One walk, of a root or of a folder that came with its content (`claim`), and what it met.

    `since` is when it began, by the clock of the loop.
    """

    top: str
    steps: Iterator[Step]
    since: float
    claim: Claim | None = None
    begun: int = 0
    landmark: str = ""
    files: int = 0
    folders: int = 0
    unreadable: int = 0
    gaps: list[tuple[str, str]] = field(default_factory=list)

    def add(self, step: Step) -> None:
        """Count a step."""
        self.files += step.files
        self.folders += step.folders
        self.unreadable += len(step.unreadable)
        self.gaps += step.unreadable[: _GAPS_KEPT - len(self.gaps)]


@dataclass(slots=True)
class Findings:
    """What a slice showed; `ended` is the walk, when it is over."""

    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    gone_folders: list[str] = field(default_factory=list)
    whole: list[tuple[str, bytes, int]] = field(default_factory=list)
    ended: Walk | None = None


class Rounds:
    """One walk at a time: folders that just came first, then roots that have to be walked.

    `last` is the last whole walk of each root, `troubles` why one could not begin, `walks` how many have ended.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is asked
        self, scope: Scope, index: Index, roots: Roots, cover: Cover, pace: Pace, clock: Callable[[], float]
    ) -> None:
        """Take what is walked, what is known, whom to tell of each folder, and how fast to go."""
        self.pace = pace
        self._scope = scope
        self._index = index
        self._roots = roots
        self._cover = cover
        self._clock = clock
        self._walk: Walk | None = None
        self._not_before: dict[str, float] = {}
        self.last: dict[str, Walk] = {}
        self.troubles: dict[str, str] = {}
        self.walks: Counter[str] = Counter()

    @property
    def top(self) -> str | None:
        """What is being walked."""
        return self._walk.top if self._walk else None

    @property
    def walk(self) -> Walk | None:
        """The walk that is on."""
        return self._walk

    def change(self, scope: Scope, index: Index, pace: Pace) -> Claim | None:
        """Walk by other rules from now on; returns the claim of the walk that is broken off, to be put back."""
        self._scope, self._index, self.pace = scope, index, pace
        self._not_before.clear()
        self.troubles = {root: why for root, why in self.troubles.items() if root in scope.roots}
        return self.give_up()

    def begin_tree(self, claim: Claim) -> None:
        """Begin to walk a folder that came with its content."""
        self._walk = Walk(claim.path, self._compare(claim.path), self._clock(), claim)

    def begin_root(self) -> bool:
        """Begin to walk a root that has to be; False when there is none, or it has to wait."""
        for root in self._scope.roots:
            known = self._roots.get(root)
            if not known.why or self._clock() < self._not_before.get(root, float("-inf")):
                continue
            try:
                mark = landmark(root, known.landmark, known=self._index.holds(root))
            except WatchError as error:
                self.troubles[root] = str(error)
                self._not_before[root] = self._clock() + _AGAIN
                continue
            self.troubles.pop(root, None)
            self._walk = Walk(root, self._compare(root), self._clock(), begun=self._roots.begin(root), landmark=mark)
            return True
        return False

    def slice(self) -> Findings:
        """Walk on for a moment."""
        findings = Findings()
        walk = self._walk
        if walk is None or not self.pace.ready(self._clock()):
            return findings
        until = time.monotonic() + _SLICE
        for step in walk.steps:
            walk.add(step)
            self.pace.met(step.files + step.folders)
            findings.changed += step.changed
            findings.gone += step.gone
            findings.gone_folders += step.gone_folders
            findings.whole += step.whole
            if time.monotonic() >= until:
                self.pace.rest(self._clock())
                return findings
        findings.ended = walk
        return findings

    def end(self, walk: Walk) -> None:
        """Take note that a walk's end is written down."""
        self._walk = None
        if walk.claim is None:
            self.last[walk.top] = walk
            self.walks[walk.top] += 1

    def give_up(self) -> Claim | None:
        """Break the walk off; its root stays in doubt. Returns the claim to be put back."""
        claim = self._walk.claim if self._walk else None
        self._walk = None
        return claim

    def _compare(self, top: str) -> Iterator[Step]:
        return compare(top, self._scope.exclude, self._index, self._cover)

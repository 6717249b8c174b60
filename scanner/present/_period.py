"""Measures a period from the log: what was found, how fast it was put right, what is overdue, where nobody looked."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from scanner.model.alert import Alert, Change, Coverage, Entry, State
from scanner.model.finding import Severity

_BEGIN: Final = frozenset({Change.RAISED, Change.REOPENED})
_END: Final = frozenset({Change.RESOLVED, Change.SUPPRESSED})


@dataclass(slots=True)
class Turn:
    """One time that an alert was open, from when it was raised or opened again until it was resolved.

    Times are seconds since the epoch, None for what has not happened by the end of the period. `alone` tells that
    nobody resolved it: its files were gone or in order. `suppressed`: nothing was put right, a suppression covers it.
    `claimed`: somebody said that it was put right while files of it were known to stand, and no look has shown it yet.
    """

    alert: Alert
    raised: float
    again: bool = False
    acknowledged: float | None = None
    resolved: float | None = None
    alone: bool = False
    suppressed: bool = False
    claimed: bool = False

    @property
    def to_acknowledge(self) -> float | None:
        """How many seconds it took until somebody said that they have seen it; a clock may have been set back."""
        return None if self.acknowledged is None else max(0.0, self.acknowledged - self.raised)

    @property
    def to_resolve(self) -> float | None:
        """How many seconds it took until it was put right."""
        if self.resolved is None or self.suppressed or self.claimed:
            return None
        return max(0.0, self.resolved - self.raised)


@dataclass(frozen=True, slots=True)
class Loss:
    """A time in which something below a root may have gone unseen; `seconds` are those within the period."""

    root: str
    why: str
    begun: float
    ended: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast alerts were put right; each of the lists is in seconds."""

    raised: int
    acknowledged: tuple[float, ...]
    resolved: tuple[float, ...]
    alone: int
    suppressed: int
    claimed: int
    late: int
    open: int
    overdue: int


@dataclass(slots=True)
class Period:
    """What the log tells of the time from `since` (included) to `until` (not included), seconds since the epoch.

    An alert is overdue when it is open for longer than `allowed` seconds, 0 for never. `begins` is the time of the
    first entry of the log: what was before it was forgotten, or there was nothing.
    """

    since: float
    until: float
    allowed: float
    turns: list[Turn] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    begins: float | None = None

    def pace(self, wanted: Callable[[Turn], bool] = lambda _: True) -> Pace:
        """Return how fast those alerts were put right that are wanted."""
        turns = [turn for turn in self.turns if wanted(turn)]
        resolved = [turn for turn in turns if self._within(turn.resolved)]
        times = [(turn, seconds) for turn in resolved if (seconds := turn.to_resolve) is not None]
        seen = [turn.to_acknowledge for turn in turns if self._within(turn.acknowledged)]
        return Pace(
            raised=sum(self._within(turn.raised) for turn in turns),
            acknowledged=tuple(seconds for seconds in seen if seconds is not None),
            resolved=tuple(seconds for _, seconds in times),
            alone=sum(turn.alone for turn, _ in times),
            suppressed=sum(turn.suppressed for turn in resolved),
            claimed=sum(turn.claimed for turn in resolved),
            late=sum(self._is_long(seconds) for _, seconds in times),
            open=sum(turn.resolved is None for turn in turns),
            overdue=sum(map(self.is_overdue, turns)),
        )

    def is_overdue(self, turn: Turn) -> bool:
        """Tell whether an alert was open for too long when the period ended."""
        return turn.resolved is None and self._is_long(self.until - turn.raised)

    def overdue(self) -> list[Turn]:
        """Return what was overdue when the period ended, the gravest and then the longest first."""
        found = filter(self.is_overdue, self.turns)
        return sorted(found, key=lambda turn: (-turn.alert.severity, turn.raised, turn.alert.key))

    def zones(self) -> list[tuple[str, str]]:
        """Return the zones and who answers for each, by name."""
        return sorted({(turn.alert.verdict.zone, turn.alert.verdict.owner) for turn in self.turns})

    def severities(self) -> list[Severity]:
        """Return the severities that occur, the gravest first."""
        return sorted({turn.alert.severity for turn in self.turns}, reverse=True)

    def _within(self, moment: float | None) -> bool:
        return moment is not None and self.since <= moment < self.until

    def _is_long(self, seconds: float) -> bool:
        return bool(self.allowed) and seconds > self.allowed


def measure(
    entries: Iterable[Entry], since: float, until: float, allowed: float, standing: Iterable[Alert] = ()
) -> Period:
    """Measure a period; `entries` are all of the log, in their order, from its begin on; later ones tell of outages.

    `standing` are alerts that are not resolved and may be older than the log: they are open all the time.
    """
    period = Period(since, until, allowed)
    now_open: dict[str, Turn] = {}
    claimed: dict[str, Turn] = {}
    known: set[str] = set()
    for entry in entries:
        if period.begins is None:
            period.begins = entry.time
        if entry.time >= until and _began_before(entry, until):
            _keep(period, Turn(entry.alert, entry.time))
        if entry.time >= until or entry.change is Change.FORGOTTEN:
            continue
        key = entry.alert.key
        known.add(key)
        _prove(claimed.get(key), entry)
        turn = _after(now_open.pop(key, None), entry)
        if turn is None:
            continue
        if turn.resolved is None:
            now_open[key] = turn
        else:
            claimed[key] = turn
            _keep(period, turn)
    older = (Turn(alert, alert.first_seen) for alert in standing if alert.key not in known)
    for turn in (*now_open.values(), *older):
        _keep(period, turn)
    period.turns.sort(key=lambda turn: (turn.raised, turn.alert.key))
    period.losses.sort(key=lambda loss: (loss.begun, loss.root))
    return period


def median(seconds: Iterable[float]) -> float | None:
    """Return the median, None of nothing."""
    known = list(seconds)
    return statistics.median(known) if known else None


def worst(seconds: Iterable[float]) -> float | None:
    """Return the longest, None of nothing."""
    return max(seconds, default=None)


def _after(turn: Turn | None, entry: Entry) -> Turn | None:
    """Return the turn of an alert after an entry about it; a log that was cut does not tell when it was raised.

    None where it is resolved and stays so: files that leave it, and notes, come later, too.
    """
    if turn is None:
        if entry.alert.state is State.RESOLVED and entry.change not in _END:
            return None
        begins = entry.change in _BEGIN
        raised = entry.time if begins else min(entry.time, entry.alert.first_seen)
        turn = Turn(entry.alert, raised, entry.change is Change.REOPENED)
    turn.alert = entry.alert
    if entry.change is Change.ACKNOWLEDGED and turn.acknowledged is None:
        turn.acknowledged = entry.time
    if entry.change in _END:
        turn.resolved = entry.time
        turn.alone = not entry.who
        turn.suppressed = entry.change is Change.SUPPRESSED
        turn.claimed = entry.alert.claimed
    return turn


def _began_before(entry: Entry, until: float) -> bool:
    """Tell whether an entry is of a loss of coverage that began in a period and was noticed later: nothing ran then."""
    gap = entry.alert.coverage
    return gap is not None and gap.begun < until and entry.change in _BEGIN


def _prove(turn: Turn | None, entry: Entry) -> None:
    """Take what was said of the files of an alert for true where all of them were found gone or in order after that."""
    if turn is not None and entry.change is Change.LEFT and not entry.alert.copies:
        turn.claimed = False


def _keep(period: Period, turn: Turn) -> None:
    """Keep a turn that reaches into the period; one about a loss of coverage is no finding of anybody."""
    if turn.resolved is not None and turn.resolved < period.since:
        return
    gap = turn.alert.coverage
    if gap is None:
        period.turns.append(turn)
        return
    end = turn.resolved if gap.ended is None else gap.ended
    seconds = max(0.0, min(period.until, period.until if end is None else end) - max(period.since, gap.begun))
    period.losses.append(Loss(gap.root, gap.why, gap.begun, end, seconds))


def loss_of(gap: Coverage) -> Loss:
    """Return the last loss of coverage of a root."""
    return Loss(gap.root, gap.why, gap.begun, gap.ended, gap.seconds or 0.0)

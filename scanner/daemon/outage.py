"""Tells since when nobody looked at roots because no daemon ran, and has them walked before that is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import StoreError
from scanner.model.moment import moment
from scanner.spool.roots import Roots
from scanner.spool.status import read_status

_SHORT = 60.0  # seconds; a restart is no loss, for the walk at its start follows at once
_OUTAGE = "the daemon did not run since "


@dataclass(frozen=True, slots=True)
class Outage:
    """The time before a daemon began: `since` is the last sign of life of the one before, seconds since the epoch.

    It is None where there was none, or a moment ago. `roots` are those that one watched: others are new.
    """

    since: float | None = None
    roots: frozenset[str] = frozenset()

    def begin(self, known: Roots, roots: Iterable[str]) -> None:
        """Doubt every root, and say of those that were watched before that they may have missed something."""
        for root in roots:
            if self.since is not None and root in self.roots:
                known.lose(root, f"{_OUTAGE}{moment(self.since)}", self.since)
            known.doubt(root, "the daemon started")


def outage(state: Path, now: float) -> Outage:
    """Return how long no daemon ran on a state folder; `now` is when the one begins that asks."""
    try:
        last = read_status(state)
    except StoreError:  # of another version, or broken: nothing can be said, and the status tells what is wrong later
        return Outage()
    if last is None or now - last.heartbeat < _SHORT:
        return Outage()
    return Outage(last.heartbeat, frozenset(root.path for root in last.roots))


def loss_words(loss: str) -> str:
    """Say of a loss of a root what it is."""
    return loss if not loss or loss.startswith(_OUTAGE) else f"events were lost: {loss}"

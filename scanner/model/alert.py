"""An alert: something that somebody has to look at, folded over its repeats."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scanner.model.finding import Severity
from scanner.model.verdict import Verdict

CLAIMS: Final = ("fixed", "gone")
"""The reasons to resolve an alert that say something of its files: the next look at them tells whether it is so."""


class State(StrEnum):
    """Where an alert stands in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Change(StrEnum):
    """What happened to an alert; each change is an entry of the log.

    `WORSENED`: the same files, and something new or worse in them. `COPIED`: another file with the same content in the
    same zone. `LEFT`: one of several such files is gone, or in order. `REOPENED`: what was resolved is there again.
    `FORGOTTEN`: what was kept long enough was deleted; its `alert` stands for no file, and only says how much that was.
    """

    RAISED = "raised"
    WORSENED = "worsened"
    COPIED = "copied"
    LEFT = "left"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    NOTED = "noted"
    SUPPRESSED = "suppressed"
    RESOLVED = "resolved"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Coverage:
    """A time in which something below a root may have gone unseen: `why`, since when, and until when if it is over.

    It is over when a walk that began later has ended. Times are seconds since the epoch, of when it was noticed; a time
    in which nothing ran began with its last sign of life.
    """

    root: str
    why: str
    begun: float
    ended: float | None = None

    @property
    def seconds(self) -> float | None:
        """How long it was, None while it lasts; a clock may have been set back meanwhile."""
        return None if self.ended is None else max(0.0, self.ended - self.begun)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to look at. `key` is stable over repeats; times are seconds since the epoch, UTC.

    Most are about a file. One about a loss of coverage has that in `coverage`; its verdict is on the root. `count` is
    how often it was seen, `copies` how many files with the same content in the same zone it is about now; `verdict` is
    on the one seen last. `assignee` is who looks after it, `resolution` why it was resolved. `origin` says in one
    sentence where else the same content stands, and may stand, and is empty where nothing is known of that.
    """

    key: str
    first_seen: float
    last_seen: float
    count: int
    state: State
    severity: Severity
    verdict: Verdict
    coverage: Coverage | None = None
    copies: int = 1
    assignee: str = ""
    resolution: str = ""
    origin: str = ""

    @property
    def claimed(self) -> bool:
        """Whether somebody said that its files are put right or gone, and they are known to stand all the same."""
        reason = self.resolution.partition(":")[0]
        return self.state is State.RESOLVED and reason in CLAIMS and self.copies > 0 and self.coverage is None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log: what happened to an alert, when, by whom, and the alert after it.

    `number` counts the entries of one store without a gap. `who` is empty for what DocWarden did by itself. `head` is
    the hash of the chain up to this entry, in hexadecimal: who knows it can tell whether an earlier one was changed.
    """

    number: int
    time: float
    change: Change
    alert: Alert
    who: str = ""
    note: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A file that an alert is or was about; times are seconds since the epoch.

    `gone` is when it was seen that the file is no more, in order, or holds something else now; None while it stands.
    """

    path: str
    first_seen: float
    last_seen: float
    gone: float | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing in the log, or in the alerts it is about, that is not as DocWarden wrote it.

    `number` is that of the entry, 0 where none can be named; `why` says what is wrong with it.
    """

    number: int
    why: str

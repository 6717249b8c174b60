"""A zone: a part of the file system and the most sensitive thing that may stand in it."""

from dataclasses import dataclass
from enum import StrEnum

from scanner.model.exposure import Audience
from scanner.model.finding import Severity, Status
from scanner.model.label import Label, Level
from scanner.model.quiet import QuietHours


class Unread(StrEnum):
    """What a zone does about a document that could not be read in full."""

    ALERT = "alert"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """What a level counts as where schemes are compared, as an operator says; None: as nothing, it never compares."""

    level: Level
    counts_as: Level | None


@dataclass(frozen=True, slots=True)
class Zone:
    """A named part of the tree with its ceilings, at most one a scheme.

    `roots` are absolute folders and globs; the default zone has none and is everywhere else. Without a ceiling for a
    scheme only its unclassified levels (rank 0) may stand. What a YARA rule finds may stand here if it has one of
    `tags` or at most `severity`. `audience` is the widest that the permissions of a marked file may give;
    `require_marking` tells that a document needs a marking or electronic label.
    `violating` are the statuses that make a violation above the ceiling. `equivalents` judges a scheme
    without a ceiling by the rank of the highest ceiling there is, on the same axis only. `equivalence` goes over
    the ranks and axes that levels have by themselves. In `quiet_hours` nobody is told of what is found here; it is
    recorded as ever.
    """

    name: str
    roots: tuple[str, ...] = ()
    ceilings: tuple[Label, ...] = ()
    tags: frozenset[str] = frozenset()
    owner: str = ""
    guidance: str = ""
    undetermined: Unread = Unread.RECORD
    violating: frozenset[Status] = frozenset({Status.MARKED})
    equivalents: bool = False
    equivalence: tuple[Equivalent, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    severity: Severity = Severity.INFO
    require_marking: bool = False
    audience: Audience = Audience.EVERYONE

    def counts_as(self, level: Level) -> Level | None:
        """Return the level whose rank and axis stand for a level here, None where it compares with nothing."""
        key = (level.scheme, level.id)
        said = (entry.counts_as for entry in self.equivalence if (entry.level.scheme, entry.level.id) == key)
        return next(said, level)

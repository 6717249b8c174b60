"""Decides when a file is whole: pure rules, the caller brings the clock and has looked at the file."""

import re
from dataclasses import dataclass
from enum import StrEnum

from scanner.model.change import ChangeKind

_LARGE = 64 << 20
_QUIET_LARGE = 15.0
_QUIET = 5.0
_QUIET_CLOSED = 1.0
_OLD = 60.0
_MOST_BACKOFF = 60.0

# What browsers, office programs, editors and copy tools call a file while they write it.
_TEMPORARY = re.compile(
    r"~\$ .* | \.~lock\. .* \# | \.goutputstream- .* | \.nfs .* | \. .+ \. [A-Za-z0-9]{6}"
    r"| .* \. (?: part | partial | crdownload | download | filepart | tmp | swp )",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


class Writer(StrEnum):
    """Whether a writer has the file open. `unknown` where the kernel does not say."""

    NONE = "none"
    PRESENT = "present"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    `closed` after a close or a move, `created` after a file appeared without a close, `temporary` for a name that
    will change. Further events start the wait again, but no longer than `longest` (or `longest_temporary`) after the
    first. A writer that keeps the file open is waited for until `writer`; then what is there is read.
    """

    closed: float = 0.3
    created: float = 1.0
    temporary: float = 60.0
    longest: float = 30.0
    longest_temporary: float = 600.0
    writer: float = 900.0


@dataclass(frozen=True, slots=True)
class Due:
    """When to look at a file: at `at`, or after further events, but never later than `latest`."""

    at: float
    latest: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the file showed, and when it was."""

    size: int
    mtime_ns: int
    at: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Read the file after `wait` seconds (0: now). `look` is what to compare the next look with.

    `partial` says that it is read although somebody writes to it.
    """

    wait: float
    look: Look | None = None
    partial: bool = False


def due(name: str, kind: ChangeKind, first_seen: float, last_event: float, patience: Patience) -> Due:
    """Return when a path that was reported is to be looked at. A name may delay, it never excludes."""
    if kind is not ChangeKind.TREE and is_temporary(name):
        latest = first_seen + patience.longest_temporary
        return Due(min(last_event + patience.temporary, latest), latest)
    wait = patience.created if kind is ChangeKind.CREATED else patience.closed
    latest = first_seen + patience.longest
    return Due(min(last_event + wait, latest), latest)


def is_temporary(name: str) -> bool:
    """Tell whether a file name looks like one that a program uses until its file is whole."""
    return _TEMPORARY.fullmatch(name) is not None


def backoff(tries: int) -> float:
    """Return the seconds to wait after so many tries in vain: 1, 2, 4 … 60."""
    return min(2.0 ** min(tries, 10), _MOST_BACKOFF)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a file has been waiting, and for what.

    `kind` is the last sign of it, `age` how long ago its content or state changed by the wall clock, `waited` how long
    it has been waiting in all, `tries` how often it was looked at in vain; times are seconds.
    """

    kind: ChangeKind
    age: float
    waited: float
    tries: int


def decide(writer: Writer, now: Look, before: Look | None, wait: Wait, patience: Patience) -> Decision:
    """Decide whether an open file can be read now.

    Where the kernel does not say whether there is one, a file is whole that has not changed for a while:
    1 s after a close, else 5 s, 15 s for a large one.
    """
    if writer is Writer.NONE:
        return Decision(0.0)
    if writer is Writer.PRESENT:
        partial = wait.waited >= patience.writer
        return Decision(0.0, partial=True) if partial else Decision(backoff(wait.tries))
    quiet = _quiet(wait.kind, now.size)
    if wait.age >= _OLD:
        return Decision(0.0)
    if before is None or (before.size, before.mtime_ns) != (now.size, now.mtime_ns):
        return Decision(quiet, now)
    left = quiet - (now.at - before.at)
    return Decision(max(0.0, left), before)


def _quiet(kind: ChangeKind, size: int) -> float:
    if kind in {ChangeKind.CLOSED, ChangeKind.MOVED}:
        return _QUIET_CLOSED
    return _QUIET_LARGE if size >= _LARGE else _QUIET

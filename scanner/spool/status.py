"""What the daemon says about itself, in a small file that `docwarden status` reads."""

import errno
import json
import os
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import StoreError
from scanner.model.codec import decode, encode
from scanner.model.delivery import Delivery
from scanner.model.sandbox import Sandbox
from scanner.model.visible import visible

_FILE = "status.json"
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Gap:
    """A folder that could not be listed, or a file or mount that cannot be seen into, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something."""

    what: str
    number: int


@dataclass(frozen=True, slots=True)
class RootStatus:
    """One watched root.

    `live` tells that changes are reported as they happen; `trouble` says what is wrong. `walked` is when a walk last
    ended (epoch seconds), `walking` that one is under way, `doubt` why one is due. `files` and `folders` are those of
    the last walk; `unreadable` counts folders that could not be listed (`gaps` names the first of them), `unwatched`
    those that are not reported on, `lost` how often events were lost since the daemon began, and `recovered` how many
    of these losses a walk has made good; `loss` is one that none has yet, since `lost_since`. `instead` says why no
    better reader was taken. `queued` paths wait, the oldest since `oldest`. `indexed` files have a verdict for their
    present state. `walks` have ended, `met` files were met by the one that is under way. `unread` counts files that
    cannot be opened (`unread_files` names the first), `mounts` names file systems below it that are not watched.
    """

    path: str
    reader: str
    live: bool
    trouble: str = ""
    walked: float | None = None
    walking: bool = False
    doubt: str = ""
    files: int = 0
    folders: int = 0
    unreadable: int = 0
    gaps: tuple[Gap, ...] = ()
    unwatched: int = 0
    lost: int = 0
    instead: str = ""
    queued: int = 0
    oldest: float | None = None
    indexed: int = 0
    walks: int = 0
    met: int = 0
    recovered: int = 0
    loss: str = ""
    lost_since: float | None = None
    unread: int = 0
    unread_files: tuple[Gap, ...] = ()
    mounts: tuple[Gap, ...] = ()

    @property
    def degraded(self) -> bool:
        """Whether there is something below this root that it may not see."""
        return not self.live or bool(self.trouble or self.unreadable or self.unwatched or self.mounts)


@dataclass(frozen=True, slots=True)
class Status:
    """The daemon at one moment; times are seconds since the epoch.

    `queued` paths wait, the oldest since `oldest`; `deferred` says how many of them for which reason. `outcomes` and
    `alerts` count since the daemon began. `trouble` is what keeps the whole of it from working. `sandbox` says
    how well documents are shut in while they are read, None while no worker is up. `notes` is what was done about the
    state itself when the daemon began; `pressure` is the percent of the time in which processes wait for disks, where
    walks go slowly because of that. `sinks` says how passing alerts on gets on. `head` is the hash of the last of the
    `entries` of the log of alerts: who keeps both elsewhere can tell whether that log was changed.
    """

    pid: int
    version: str
    ruleset: str
    began: float
    heartbeat: float
    roots: tuple[RootStatus, ...] = ()
    queued: int = 0
    oldest: float | None = None
    scanning: int = 0
    deferred: tuple[Count, ...] = ()
    outcomes: tuple[Count, ...] = ()
    alerts: int = 0
    trouble: str = ""
    sandbox: Sandbox | None = None
    notes: tuple[str, ...] = ()
    pressure: float | None = None
    sinks: tuple[Delivery, ...] = ()
    entries: int = 0
    head: str = ""

    @property
    def degraded(self) -> bool:
        """Whether something may go unseen, or nobody may be told of it."""
        troubles = any(sink.trouble for sink in self.sinks)
        return bool(self.trouble) or troubles or any(root.degraded for root in self.roots)


def counted(number: int, what: str, plural: str = "") -> str:
    """Return a number with its noun: `1 path`, `2 paths`."""
    return f"{number} {what if number == 1 else plural or what + 's'}"


def write_status(folder: Path, status: Status) -> None:
    """Replace the status; a reader sees the old one or the new one.

    Where the disk is full, it is written over the old one, for which room was taken while there was some.

    Raises:
        OSError: it cannot be written.
    """
    text = json.dumps(encode(status), ensure_ascii=True).encode()
    text = text.ljust(-(-2 * len(text) // _BLOCK) * _BLOCK)  # twice as much room as it takes now
    try:
        _replace(folder, text)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        _overwrite(folder / _FILE, text)


def _replace(folder: Path, text: bytes) -> None:
    fresh = folder / f"{_FILE}.new"
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as stream:
        stream.write(text)
    fresh.replace(folder / _FILE)


def _overwrite(path: Path, text: bytes) -> None:
    """Write over a file as far as it goes; blanks at the end may be cut off."""
    fd = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        room = os.fstat(fd).st_size
        if len(text.rstrip()) > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.pwrite(fd, text[:room].ljust(room), 0)
    finally:
        os.close(fd)


def read_status(folder: Path) -> Status | None:
    """Return what the daemon of a state folder last said, None if none ever ran there.

    Raises:
        StoreError: it cannot be read.
    """
    path = folder / _FILE
    try:
        return decode(Status, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{visible(str(path))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    except ValueError as error:
        message = f"{visible(str(path))} is no status of this version: {error}"
        raise StoreError(message) from error

"""What the daemon says about itself, in a small file that `docwarden status` reads."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import StoreError
from scanner.model.codec import decode, encode
from scanner.model.sandbox import Sandbox
from scanner.model.visible import visible

_FILE = "status.json"


@dataclass(frozen=True, slots=True)
class Gap:
    """A folder that could not be listed, and why."""

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
    those that are not reported on, `lost` how often events were lost since the daemon began. `instead`
    says why no better reader was taken.
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

    @property
    def degraded(self) -> bool:
        """Whether there is something below this root that it may not see."""
        return not self.live or bool(self.trouble or self.unreadable or self.unwatched)


@dataclass(frozen=True, slots=True)
class Status:
    """The daemon at one moment; times are seconds since the epoch.

    `queued` paths wait, the oldest since `oldest`; `deferred` says how many of them for which reason. `outcomes` and
    `alerts` count since the daemon began. `trouble` is what keeps the whole of it from working. `sandbox` says
    how well documents are shut in while they are read, None while no worker is up.
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

    @property
    def degraded(self) -> bool:
        """Whether something may go unseen."""
        return bool(self.trouble) or any(root.degraded for root in self.roots)


def write_status(folder: Path, status: Status) -> None:
    """Replace the status; a reader sees the old one or the new one.

    Raises:
        OSError: it cannot be written.
    """
    text = json.dumps(encode(status), ensure_ascii=True).encode()
    fresh = folder / f"{_FILE}.new"
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as stream:
        stream.write(text)
    fresh.replace(folder / _FILE)


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

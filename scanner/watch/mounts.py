"""Tells what is mounted where, and when that changes: /proc/self/mountinfo of proc(5)."""

import os
import select
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TABLE: Final = "/proc/self/mountinfo"


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system that is mounted. `kind` is its type, as `nfs4`; `number` is given again once it is unmounted."""

    number: int
    device: str
    root: str
    point: str
    kind: str
    source: str


class Mounts:
    """The table of mounts. Where there is none, as on other systems than Linux, it is empty and never changes."""

    def __init__(self) -> None:
        """Open it; changes count from here on."""
        self._poll: select.poll | None = None
        self._fd = -1
        try:
            self._fd = os.open(_TABLE, os.O_RDONLY | os.O_CLOEXEC)
            self._poll = select.poll()
        except (OSError, AttributeError):
            return
        self._poll.register(self._fd, select.POLLPRI)
        self.changed()

    def changed(self) -> bool:
        """Tell whether anything was mounted or unmounted since this was last asked, even if all is as before."""
        return self._poll is not None and bool(self._poll.poll(0))

    def all(self) -> tuple[Mount, ...]:
        """Return what is mounted now; of several at one place the last is on top."""
        return tuple(read()) if self._poll else ()

    def close(self) -> None:
        """Let go of the table."""
        self._poll = None
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def read() -> Iterator[Mount]:
    """Yield what is mounted now.

    Raises:
        OSError: this system has no such table.
    """
    with open(_TABLE, encoding="utf-8", errors="surrogateescape") as lines:  # noqa: PTH123 - lines of a kernel's table
        for line in lines:
            left, _, right = line.rstrip("\n").partition(" - ")
            number, _, device, root, point, *_ = left.split(" ")
            kind, source, *_ = right.split(" ")
            yield Mount(int(number), device, _plain(root), _plain(point), kind, _plain(source))


def mount_of(path: str) -> int:
    """Return the number of the mount a path stands in, -1 where the system does not say.

    Raises:
        OSError: the path is not there.
    """
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        with open(f"/proc/self/fdinfo/{fd}", encoding="ascii") as lines:  # noqa: PTH123 - as above
            return next((int(line[7:]) for line in lines if line.startswith("mnt_id:")), -1)
    except FileNotFoundError:
        return -1
    finally:
        os.close(fd)


def below(root: str, mounts: tuple[Mount, ...]) -> dict[str, Mount]:
    """Return what is mounted below a root, by place; of several at one place the last, which is on top."""
    inside = root.rstrip("/") + "/"
    return {mount.point: mount for mount in mounts if mount.point.startswith(inside) and mount.point != inside}


def _plain(text: str) -> str:
    r"""Undo the escapes of blanks, tabs, ends of line and backslashes: `\040` and so on."""
    if "\\" not in text:
        return text
    head, *rest = text.split("\\")
    return head + "".join(chr(int(part[:3], 8)) + part[3:] for part in rest)

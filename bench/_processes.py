"""Looks at other processes of this machine through /proc: their children, memory and descriptors."""

import contextlib
import os
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the ids of the direct children of a process, with those that are dead and not buried yet."""
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def lives(pid: int) -> bool:
    """Tell whether a process is more than remains that nobody has taken away yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def catches(pid: int, what: int) -> bool:
    """Tell whether a process has a handler for a signal (SigCgt of proc(5))."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        _, _, rest = Path(f"/proc/{pid}/status").read_text().partition("SigCgt:")
        return bool(int(rest.split(maxsplit=1)[0], 16) >> (what - 1) & 1) if rest else False
    return False


def resident(pid: int) -> int:
    """Return the bytes of memory that a process holds; 0 when it is gone."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def descriptors(pid: int) -> int | None:
    """Return how many descriptors a process has open, None where that may not be known."""
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return None


def of_session(session: int) -> list[int]:
    """Return the living processes of a session: a warden opens one, and its children stay in it when it is gone."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                state, *numbers = (entry / "stat").read_text().rpartition(") ")[2].split()
                if state not in "ZX" and int(numbers[2]) == session:
                    found.append(int(entry.name))
    return found

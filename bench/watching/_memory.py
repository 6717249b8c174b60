"""Tells how much memory a process took at most."""

from pathlib import Path


def peak(pid: int) -> int:
    """Return the most bytes of memory that a process has held since it began (`VmHWM` of proc(5))."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    return 0

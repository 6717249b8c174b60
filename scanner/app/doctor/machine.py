"""Checks what the machine has: space for the state and for scratch files, descriptors, and the right time."""

import ctypes
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import scanner
from scanner.app.doctor.folders import quoted
from scanner.app.doctor.remark import Health, Remark, Surroundings
from scanner.app.parts import worker_count
from scanner.errors import StoreError
from scanner.model.visible import visible
from scanner.spool.status import read_status

_LITTLE, _TOO_LITTLE = 1 << 30, 100 << 20
_FEW_FILES = 100
_DESCRIPTORS, _A_WORKER, _A_ROOT = 64, 8, 4
_AHEAD = 300.0
_TIME_ERROR = 5


def space(around: Surroundings) -> Iterator[Remark]:
    """Tell whether the state can grow: without space nothing is forgotten, but nothing is scanned either."""
    folder = next(path for path in (around.state, *around.state.parents) if path.exists())
    free, shown = shutil.disk_usage(folder).free, visible(str(folder))
    files = os.statvfs(folder)
    run = f"df -h {quoted(folder)}"
    if free < _LITTLE:
        health = Health.PROBLEM if free < _TOO_LITTLE else Health.WARNING
        yield Remark("space", health, f"{free / 1e6:,.0f} MB are free in {shown}", run)
    elif files.f_files > 0 and files.f_favail < _FEW_FILES:
        yield Remark("space", Health.PROBLEM, f"{files.f_favail} more files fit in {shown}", f"df -i {quoted(folder)}")
    elif not os.access(folder, os.W_OK):
        yield Remark("space", Health.PROBLEM, f"{shown} cannot be written", f"ls -ld {quoted(folder)}")
    else:
        yield Remark("space", Health.OK, f"{free / 1e9:,.1f} GB are free in {shown}")


def scratch(_: Surroundings) -> Iterator[Remark]:
    """Tell whether there is a folder for what lasts no longer than a process; no worker starts without one."""
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError:
        yield Remark("scratch", Health.PROBLEM, "no folder for temporary files can be written", "df -h /tmp")
    else:
        yield Remark("scratch", Health.OK, visible(folder))


def descriptors(around: Surroundings) -> Iterator[Remark]:
    """Tell whether so many files may be open at once as workers and trees need."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    roots = len(around.settings.watch.paths)
    needed = _DESCRIPTORS + _A_WORKER * worker_count(around.settings) + _A_ROOT * roots
    if limit != resource.RLIM_INFINITY and limit < needed:
        said = f"{limit} files may be open, {needed} are needed"
        yield Remark("descriptors", Health.PROBLEM, said, f"ulimit -n {max(4096, 2 * needed)}")
    else:
        yield Remark(
            "descriptors", Health.OK, f"{'any number' if limit == resource.RLIM_INFINITY else limit} may be open"
        )


def clock(around: Surroundings) -> Iterator[Remark]:
    """Tell whether the time can be right: alerts are sorted by it, and the quiet of a file is measured with it."""
    now = time.time()
    run = "timedatectl set-ntp true"
    try:
        status = read_status(around.state)
    except StoreError:
        status = None
    newest = max(status.heartbeat if status else 0.0, Path(str(scanner.__file__)).stat().st_mtime)
    if newest > now + _AHEAD:
        hours = (newest - now) / 3600
        yield Remark("clock", Health.PROBLEM, f"it is at least {hours:,.1f} hours behind", run)
    elif _is_unsynchronised():
        yield Remark("clock", Health.WARNING, "it is kept by nothing (no NTP), and will drift", run)
    else:
        yield Remark("clock", Health.OK, time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(now)))


def _is_unsynchronised() -> bool:
    """Ask the kernel: adjtimex(2) without any change."""
    if sys.platform != "linux":
        return False
    room = ctypes.create_string_buffer(512)  # larger than `struct timex`; its first field, `modes`, is 0: only ask
    return int(ctypes.CDLL(None).adjtimex(room)) == _TIME_ERROR

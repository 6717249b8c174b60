"""Checks how well documents are shut in while they are read, by trying it."""

import time
from collections.abc import Iterator

from scanner.app.doctor.remark import Health, Remark, Surroundings
from scanner.errors import WorkerError
from scanner.model.sandbox import Protection, Sandbox
from scanner.worker.pool import Pool, Setup

_SECONDS = 60.0
_MENDS = {
    "empty root": "sysctl user.max_user_namespaces kernel.apparmor_restrict_unprivileged_userns",
    "Landlock": "cat /sys/kernel/security/lsm",
    "system call filter": "grep Seccomp /proc/self/status",
}
"""What shows why a layer is missing; what mends it depends on who runs the machine."""


def sandbox(around: Surroundings) -> Iterator[Remark]:
    """Tell which layers stand between a document that takes over its parser and the rest of the machine."""
    least = around.settings.sandbox.least
    try:
        reached = _reached()
    except WorkerError as error:
        yield Remark("sandbox", Health.PROBLEM, f"it cannot be tried: {error}", "pip check")
        return
    run = next((run for layer, run in _MENDS.items() if any(said.startswith(layer) for said in reached.missing)), "")
    if not reached.protection.reaches(least):
        words = f"documents would not be read: {reached}, and at least {least} is asked for"
        yield Remark("sandbox", Health.PROBLEM, words, run)
    elif reached.protection is Protection.FULL:
        yield Remark("sandbox", Health.OK, f"{reached}: {', '.join(reached.layers)}")
    else:
        yield Remark("sandbox", Health.WARNING, str(reached), run)


def _reached() -> Sandbox:
    """Return what the workers reach here.

    Raises:
        WorkerError: they do not start.
    """
    pool = Pool(Setup(()), 1)
    until = time.monotonic() + _SECONDS
    try:
        while pool.sandbox is None and time.monotonic() < until:
            pool.poll(1.0)
    finally:
        pool.close()
    if pool.sandbox is None:
        message = f"no worker is ready after {_SECONDS:g} s"
        raise WorkerError(message)
    return pool.sandbox

"""Shuts in what parses documents: in layers, each of which holds when another fails."""

import os
import signal
import sys
from dataclasses import dataclass

from scanner.model.sandbox import Protection, Sandbox
from scanner.worker.sandbox import _kernel, enclosure, landlock, seccomp
from scanner.worker.sandbox.limits import confine, guard
from scanner.worker.sandbox.proof import PEEK, still_open

_ROOM, _LANDLOCK, _FILTER = "empty root", "Landlock", "system call filter"


@dataclass(frozen=True, slots=True)
class Inside:
    """What children of this process need to know to shut themselves in: the limits, and whether there is a filter.

    `memory` is in bytes, `seconds` is processor time; 0 for no limit.
    """

    memory: int
    seconds: float
    filtered: bool

    def confine(self) -> None:
        """Close the sandbox around this process, which was just forked; there is no way back.

        Raises:
            OSError: a layer that was there at the start cannot be had now.
        """
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        confine(self.memory, self.seconds)
        if self.filtered:
            seccomp.close(os.getpid())


def enclose(memory: int, seconds: float = 0) -> tuple[Inside, Sandbox]:
    """Shut this process and its children in as far as this machine can, and prove it.

    `memory` in bytes and `seconds` of processor time are those of one child, 0 for no limit.
    From here on this process opens nothing.
    """
    layers: list[str] = []
    missing: list[str] = []
    if sys.platform == "linux":
        for name, close in ((_ROOM, enclosure.leave), (_LANDLOCK, _landlock), (_FILTER, _can_filter)):
            try:
                close()
            except OSError as error:
                missing.append(f"{name}: {error.strerror}" + (f" ({error.filename})" if error.filename else ""))
            else:
                layers.append(name)
    else:
        missing = [f"{name}: only Linux has it" for name in (_ROOM, _LANDLOCK, _FILTER)]
    guard()
    inside = Inside(memory, seconds, _FILTER in layers)
    worked = still_open(inside.confine)
    protection = Protection.PROCESS if set(worked) - {PEEK} else Protection.REDUCED if missing else Protection.FULL
    return inside, Sandbox(protection, tuple(layers), tuple(missing), worked)


def _landlock() -> None:
    _kernel.prctl(_kernel.PR_SET_NO_NEW_PRIVS, 1)
    landlock.deny_all()


def _can_filter() -> None:
    """Try the filter on a child that is thrown away.

    Raises:
        OSError: it cannot be put on.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _kernel.prctl(_kernel.PR_SET_NO_NEW_PRIVS, 1)
            seccomp.close(os.getpid())
            code = 0
        except OSError as error:
            code = error.errno or 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if status:
        raise OSError(status >> 8, os.strerror(status >> 8) if status >> 8 else "it does not let a process end")

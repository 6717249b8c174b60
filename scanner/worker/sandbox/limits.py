"""Takes away from a process what a parser never needs, where any system with limits can do it."""

import contextlib
import os
import resource
import signal
import sys

from scanner.worker.sandbox import _kernel

_DESCRIPTORS = 64
_GRACE = 5


def confine(memory: int, seconds: float = 0) -> None:
    """Limit this process for good: memory in bytes, processor time in seconds (0: unlimited), files, cores, privileges.

    It dies with its parent. What the platform cannot do is left out.
    """
    if memory:
        _lower(resource.RLIMIT_AS, memory)
    if seconds:
        # The first limit ends it with SIGXCPU, which tells why; the second cannot be ignored.
        _lower(resource.RLIMIT_CPU, int(seconds) + 1, spare=_GRACE)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    guard()
    os.environ.clear()


def guard() -> None:
    """Have this process end with its parent, gain no privilege, and be looked into by nobody.

    A change of user takes the first and the last away again: this comes after it (prctl(2)).
    """
    end_with_parent()
    if sys.platform == "linux":
        for option, value in ((_kernel.PR_SET_NO_NEW_PRIVS, 1), (_kernel.PR_SET_DUMPABLE, 0)):
            with contextlib.suppress(OSError):  # an emulated kernel may lack one
                _kernel.prctl(option, value)


def end_with_parent() -> None:
    """Have this process killed when its parent ends. One whose parent has ended before is not: look at that after."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # an emulated kernel may lack it
            _kernel.prctl(_kernel.PR_SET_PDEATHSIG, int(signal.SIGKILL))


def keep_capabilities_here() -> None:
    """Have no process that starts from here inherit the capabilities a service manager gave this one.

    Ambient capabilities survive exec (capabilities(7)); a worker needs none.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # kernels before 4.3 have none to inherit
            _kernel.prctl(_kernel.PR_CAP_AMBIENT, _kernel.PR_CAP_AMBIENT_CLEAR_ALL)


def _lower(limit: int, value: int, spare: int = 0) -> None:
    _, hard = resource.getrlimit(limit)
    most = value + spare if hard == resource.RLIM_INFINITY else min(value + spare, hard)
    resource.setrlimit(limit, (min(value, most), most))

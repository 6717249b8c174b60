"""Takes away from a worker what a parser never needs; the full sandbox grows here."""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_DESCRIPTORS = 64


def confine(memory: int) -> None:
    """Limit this process for good: its memory in bytes (0: unlimited), files, core dumps, privileges.

    It dies with its parent. What the platform cannot do is left out.
    """
    if memory:
        _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        for option, value in (
            (_PR_SET_PDEATHSIG, signal.SIGKILL),
            (_PR_SET_NO_NEW_PRIVS, 1),
            (_PR_SET_DUMPABLE, 0),
        ):
            libc.prctl(option, int(value), 0, 0, 0)
    os.environ.clear()


def keep_capabilities_here() -> None:
    """Have no process that starts from here inherit the capabilities a service manager gave this one.

    Ambient capabilities survive exec (capabilities(7)); a worker needs none.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (most, most))

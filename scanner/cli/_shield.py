"""Keeps what this process holds, the key of the installation and the names of files, out of core dumps."""

import contextlib
import ctypes
import sys

_PR_SET_DUMPABLE = 4


def shield() -> None:
    """Write no core file from now on, and none by a service of the system either; what cannot be done is left out.

    No other process of this user can look into this one's memory then (prctl(2), PR_SET_DUMPABLE). A program that is
    started from here may be dumped again; workers say the same for themselves.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

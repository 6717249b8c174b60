"""Keeps what this process holds, the key of the installation and the names of files, out of core dumps."""

import contextlib
import ctypes
import os
import sys

_PR_SET_DUMPABLE = 4


def shield() -> None:
    """Write no core file from now on, and none by a service of the system either; what cannot be done is left out.

    No other process of this user can look into this one's memory then (prctl(2), PR_SET_DUMPABLE), as far as it can
    still do its work. A program that is started from here may be dumped again; workers say the same for themselves.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if not _knows_itself():
            prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def _knows_itself() -> bool:
    """Tell whether this process may still read of its own descriptors on which mounts they are; watching needs it.

    Before Linux 5.14, what cannot be dumped has these files belong to root, who alone may read them.
    """
    try:
        fd = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        os.close(os.open(f"/proc/self/fdinfo/{fd}", os.O_RDONLY | os.O_CLOEXEC))
    except PermissionError:
        return False
    except OSError:
        return True  # there is no /proc, so that nothing is lost
    finally:
        os.close(fd)
    return True

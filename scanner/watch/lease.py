"""Asks the kernel whether anybody has a file open for writing."""

import contextlib
import errno
import fcntl
import signal

from scanner.watch.settle import Writer


def writer_of(fd: int) -> Writer:
    """Tell whether a file that is open for reading is open for writing anywhere on this machine, mappings included.

    A read lease is granted only while nobody may write (fcntl(2), F_SETLEASE). It is given back at once: whoever
    wants to write meanwhile waits for microseconds. It needs the file's owner or CAP_LEASE, and a local file system.
    """
    try:
        # A lease that is broken sends a signal. SIGIO, the default, would end the process; this one is ignored.
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return Writer.PRESENT if error.errno == errno.EAGAIN else Writer.UNKNOWN
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return Writer.NONE

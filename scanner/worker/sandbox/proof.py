"""Proves the sandbox: attacks it from inside, each time in a child that is thrown away, and says what was reached."""

import ctypes
import mmap
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Final

from scanner.worker.sandbox import _kernel

Attempt = Callable[[], object]

_SUCCEEDED: Final = 23
_DENIED: Final = 24
_MORE_TRIES: Final = 2


def _open_file() -> None:
    for name in ("/etc/passwd", "/proc/self/status", "/"):
        try:
            os.close(os.open(name, os.O_RDONLY))
        except OSError:
            continue
        return
    raise PermissionError


def _send_packet() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"", ("127.0.0.1", 9))


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind(("127.0.0.1", 0))


def _call_other_process() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind("\0docwarden-proof-" + str(os.getpid()))


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _run_program() -> None:
    os.execv(sys.executable, [sys.executable, "-c", f"import os; os._exit({_SUCCEEDED})"])  # noqa: S606 - it has to fail


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _make_code() -> None:
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def _trace() -> None:
    trace = _kernel.libc().ptrace
    trace.restype = ctypes.c_long
    _kernel.checked(int(trace(0x4206, os.getppid(), 0, 0)), "ptrace")  # PTRACE_SEIZE


def _peek() -> None:
    if os.path.exists("/etc/passwd"):  # noqa: PTH110 - the lowest way to ask
        return
    found = ctypes.create_string_buffer(256)
    # AT_EMPTY_PATH, which the C library's fstat needs, lets a name through all the same.
    _kernel.call("newfstatat", -100, b"/etc/passwd", found, 0x1000)


PEEK: Final = "tell that a file exists, and its size"
"""What is least of all: where it works, a layer is missing, and nothing can be read all the same."""

ATTEMPTS: Final[Mapping[str, Attempt]] = {
    "open a file": _open_file,
    PEEK: _peek,
    "send a packet": _send_packet,
    "open a port": _connect,
    "open a socket to other processes": _call_other_process,
    "start a process": _fork,
    "run a program": _run_program,
    "signal another process": _signal_parent,
    "make code at run time": _make_code,
    "look into another process": _trace,
}


def still_open(confine: Callable[[], object], attempts: Mapping[str, Attempt] = ATTEMPTS) -> tuple[str, ...]:
    """Try each attack in a child of its own that calls `confine` before, and return those that worked.

    All are tried at the same time: whoever waits for the sandbox waits for the slowest, and not for each.
    """
    begun = [(name, attempt, _begin(confine, attempt)) for name, attempt in attempts.items()]
    return tuple([name for name, attempt, child in begun if _works(confine, attempt, child)])


def _works(confine: Callable[[], object], attempt: Attempt, child: int) -> bool:
    status = os.waitpid(child, 0)[1]
    for _ in range(_MORE_TRIES):
        # Killed by somebody else, it says nothing; after the last try the worst is assumed.
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            status = os.waitpid(_begin(confine, attempt), 0)[1]
    return not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS) and status >> 8 != _DENIED


def _begin(confine: Callable[[], object], attempt: Attempt) -> int:
    """Start a child that makes an attempt, and return its id."""
    child = os.fork()
    if child == 0:
        code = _SUCCEEDED
        try:
            confine()
            attempt()
        except Exception:  # noqa: BLE001 - whatever kept it from working
            code = _DENIED
        finally:
            os._exit(code)
    return child

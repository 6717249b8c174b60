"""Lets a process make only the system calls that parsing memory takes; any other ends it with SIGSYS.

The program is built by hand for the kernel's classic BPF (kernel documentation, seccomp_filter.rst).
"""

import ctypes
import errno
import struct
from collections.abc import Iterable
from typing import Final

from scanner.worker.sandbox import _kernel

_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_ERRNO: Final = 0x00050000

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K

# Offsets in struct seccomp_data: the call, the machine, then six arguments of eight bytes, the lower half first.
_CALL: Final = 0
_MACHINE: Final = 4
_ARGUMENTS: Final = 16
_AUDIT: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32: Final = 0x40000000

_SECCOMP_SET_MODE_FILTER: Final = 1
_SECCOMP_MODE_FILTER: Final = 2
_PROT_EXEC: Final = 4

# What is called most stands first.
_ALLOWED: Final = (
    "read", "pread64", "munmap", "brk", "madvise", "futex", "sendto", "recvmsg", "mremap", "fstat", "lseek", "close",
    "write", "writev", "readv", "preadv", "recvfrom", "sendmsg", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sigaltstack", "setitimer", "getitimer", "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrusage",
    "getrlimit", "getrandom", "uname", "sysinfo", "getcpu", "sched_yield", "sched_getaffinity", "poll", "ppoll",
    "select", "pselect6", "dup", "dup2", "dup3", "close_range", "fadvise64", "set_robust_list", "set_tid_address",
    "rseq", "membarrier", "restart_syscall", "exit", "exit_group",
)  # fmt: skip
# What libraries try by themselves and do without: fonts, time zones, terminals, locked memory.
_REFUSED: Final = {
    errno.EACCES: (
        "open", "openat", "openat2", "stat", "lstat", "statx",
        # The C library's fstat, too, whose flag for a descriptor lets a name through.
        "newfstatat", "access", "faccessat", "faccessat2", "readlink",
        "readlinkat", "getdents64", "getcwd", "statfs",
    ),
    errno.ENOTTY: ("ioctl",),
    errno.EPERM: ("mlock", "mlock2", "munlock", "prctl", "arch_prctl"),
    # The C library falls back to `clone`, whose flags are plain to see.
    errno.ENOSYS: ("clone3",),
}  # fmt: skip
# Commands of fcntl that only tell of or copy a descriptor: locks and leases on the file would hold up its users.
_F_HARMLESS: Final = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC

_Step = tuple[int, int, int, int]


def program(pid: int, machine: str) -> tuple[_Step, ...]:
    """Return the filter for a process as steps of code, jump if true, jump if false and value."""
    steps: list[_Step] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, _AUDIT[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL),
    ]
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for name in _ALLOWED:
        steps += _when(name, [(_RETURN, 0, 0, _ALLOW)])
    for name in ("mmap", "mprotect"):
        steps += _when(
            name, [_argument(2), (_ANY_BIT, 0, 1, _PROT_EXEC), _refuse(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
        )
    harmless = [step for command in _F_HARMLESS for step in ((_EQUAL, 0, 1, command), (_RETURN, 0, 0, _ALLOW))]
    steps += _when("fcntl", [_argument(1), *harmless, (_RETURN, 0, 0, _KILL)])
    own = [_argument(0), (_EQUAL, 0, 1, pid), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _KILL)]
    steps += _when("tgkill", own)
    steps += _when("prlimit64", _only_reading())
    for code, names in _REFUSED.items():
        for name in names:
            steps += _when(name, [_refuse(code)])
    return (*steps, (_RETURN, 0, 0, _KILL))


def close(pid: int) -> None:
    """Put the filter over this process, whose id is `pid`, for good; its privileges must be given up before.

    Raises:
        OSError: the kernel or this machine has none.
    """
    machine = _kernel.machine()
    if not machine:
        raise OSError(errno.ENOSYS, "no filter for this machine")
    code = b"".join(struct.pack("=HBBI", *step) for step in program(pid, machine))
    kept = ctypes.create_string_buffer(code)
    whole = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(kept))
    try:
        _kernel.call("seccomp", _SECCOMP_SET_MODE_FILTER, 0, whole)
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        given = ctypes.create_string_buffer(whole)
        _kernel.checked(
            _kernel.libc().prctl(_kernel.PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(given), 0, 0), "seccomp"
        )


def _when(name: str, then: Iterable[_Step]) -> list[_Step]:
    """Return the steps for one system call, to be passed over by all others; none where it does not exist."""
    number = _kernel.number(name)
    steps = list(then)
    return [] if number is None else [(_EQUAL, 0, len(steps), number), *steps]


def _only_reading() -> list[_Step]:
    """Let limits be asked for, not set: both halves of the pointer to new ones must be nothing."""
    lower, upper = _argument(2), (_LOAD, 0, 0, _ARGUMENTS + 8 * 2 + 4)
    return [lower, (_EQUAL, 0, 3, 0), upper, (_EQUAL, 0, 1, 0), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _KILL)]


def _argument(number: int) -> _Step:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * number)


def _refuse(code: int) -> _Step:
    return (_RETURN, 0, 0, _ERRNO | code)

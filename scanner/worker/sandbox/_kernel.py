"""The calls of the Linux kernel that Python has no name for, and their numbers."""

import ctypes
import os
import platform
import sys
from functools import cache
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_SECCOMP: Final = 22
PR_SET_NO_NEW_PRIVS: Final = 38
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4

_COLUMNS: Final = {"x86_64": 0, "aarch64": 1}
_UNKNOWN: Final = -1


@cache
def libc() -> ctypes.CDLL:
    """Return the C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def machine() -> str:
    """Return the machine this interpreter was made for, empty where its calls are not known."""
    known = sys.platform == "linux" and sys.maxsize > 1 << 32 and platform.machine() in _COLUMNS
    return platform.machine() if known else ""


def number(name: str) -> int | None:
    """Return the number of a system call on this machine, None where it has none by that name."""
    where = _COLUMNS.get(machine())
    found = _UNKNOWN if where is None else _NUMBERS[name][where]
    return None if found == _UNKNOWN else found


def call(name: str, *arguments: object) -> int:
    """Make a system call by its name.

    Raises:
        OSError: the kernel refuses it, or has none.
    """
    which = number(name)
    if which is None:
        raise OSError(38, os.strerror(38), name)
    return checked(libc().syscall(ctypes.c_long(which), *arguments), name)


def prctl(option: int, value: int) -> None:
    """Set something about this process.

    Raises:
        OSError: the kernel refuses it.
    """
    checked(libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")


def checked(result: int, what: str) -> int:
    """Return a result of the C library, or raise what it says went wrong.

    Raises:
        OSError: the result is negative.
    """
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), what)
    return result


# From the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
_NUMBERS: Final = {
    "access": (21, -1), "arch_prctl": (158, -1), "brk": (12, 214), "capset": (126, 91), "chroot": (161, 51),
    "clock_getres": (229, 114), "clock_gettime": (228, 113), "clock_nanosleep": (230, 115), "clone": (56, 220),
    "clone3": (435, 435), "close": (3, 57), "close_range": (436, 436), "dup": (32, 23), "dup2": (33, -1),
    "dup3": (292, 24), "exit": (60, 93), "exit_group": (231, 94), "faccessat": (269, 48), "faccessat2": (439, 439),
    "fadvise64": (221, 223), "fcntl": (72, 25), "fstat": (5, 80), "futex": (202, 98), "getcpu": (309, 168),
    "getcwd": (79, 17), "getdents64": (217, 61), "getegid": (108, 177), "geteuid": (107, 175), "getgid": (104, 176),
    "getitimer": (36, 102), "getpid": (39, 172), "getppid": (110, 173), "getrandom": (318, 278),
    "getrlimit": (97, 163), "getrusage": (98, 165), "gettid": (186, 178), "gettimeofday": (96, 169),
    "getuid": (102, 174), "ioctl": (16, 29), "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446), "lseek": (8, 62), "lstat": (6, -1), "madvise": (28, 233),
    "membarrier": (324, 283), "mlock": (149, 228), "mlock2": (325, 284), "mmap": (9, 222), "mprotect": (10, 226),
    "mremap": (25, 216), "munlock": (150, 229), "munmap": (11, 215), "nanosleep": (35, 101), "newfstatat": (262, 79),
    "open": (2, -1), "openat": (257, 56), "openat2": (437, 437), "poll": (7, -1), "ppoll": (271, 73),
    "prctl": (157, 167), "pread64": (17, 67), "preadv": (295, 69), "prlimit64": (302, 261), "pselect6": (270, 72),
    "read": (0, 63), "readlink": (89, -1), "readlinkat": (267, 78), "readv": (19, 65), "recvfrom": (45, 207),
    "recvmsg": (47, 212), "restart_syscall": (219, 128), "rseq": (334, 293), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124), "seccomp": (317, 277), "select": (23, -1), "sendmsg": (46, 211), "sendto": (44, 206),
    "set_robust_list": (273, 99), "set_tid_address": (218, 96), "setitimer": (38, 103), "sigaltstack": (131, 132),
    "stat": (4, -1), "statfs": (137, 43), "statx": (332, 291), "sysinfo": (99, 179), "tgkill": (234, 131),
    "time": (201, -1), "times": (100, 153), "uname": (63, 160), "unshare": (272, 97), "write": (1, 64),
    "writev": (20, 66),
}  # fmt: skip

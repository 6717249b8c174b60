"""Moves a process into an empty root folder under a user that owns nothing, as far as the kernel lets it."""

import contextlib
import errno
import os
import struct
import tempfile
from pathlib import Path
from typing import Final

from scanner.worker.sandbox import _kernel

NOBODY: Final = 65534
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWIPC: Final = 0x08000000
_CLONE_NEWUTS: Final = 0x04000000
_CLONE_NEWNET: Final = 0x40000000
_APART: Final = _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS
_CAPABILITIES: Final = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
_ROOMS: Final = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - a folder that is empty, unlinked and never written to


def leave() -> None:
    """Give up the file system and every privilege; what parses from here on can name no file and is nobody.

    As root it takes the identity of nobody. An ordinary user cannot: there a user namespace of its own stands for that.

    Raises:
        OSError: the kernel or the machine's policy forbids it; `strerror` says which step.
    """
    room = _empty_folder()
    try:
        if os.geteuid() == 0:
            with contextlib.suppress(OSError):  # a container may keep the right to do so from its root
                _kernel.call("unshare", _APART)
            _enter(room)
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
        else:
            _own_namespace()
            _enter(room)
        _drop_capabilities()
    finally:
        os.close(room)


def _own_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    _kernel.call("unshare", _CLONE_NEWUSER)
    for name, content in (
        ("setgroups", b"deny"),
        ("uid_map", b"%d %d 1" % (NOBODY, uid)),
        ("gid_map", b"%d %d 1" % (NOBODY, gid)),
    ):
        Path("/proc/self", name).write_bytes(content)
    with contextlib.suppress(OSError):  # the filter forbids the network as well
        _kernel.call("unshare", _APART)


def _enter(room: int) -> None:
    os.fchdir(room)
    os.chroot(".")
    os.chdir("/")
    if any(Path("/").iterdir()):
        raise OSError(errno.ENOTEMPTY, "the new root is not empty")


def _empty_folder() -> int:
    """Open a folder that stands nowhere any more: it is empty, and nothing can be made in it."""
    trouble = OSError(errno.ENOENT, "no folder for a temporary one")
    for above in (os.environ.get("TMPDIR", _ROOMS[0]), *_ROOMS):
        try:
            made = tempfile.mkdtemp(prefix="docwarden-", dir=above)
        except OSError as error:
            trouble = error
            continue
        room = os.open(made, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        os.rmdir(made)  # noqa: PTH106 - beside the calls above
        return room
    raise trouble


def _drop_capabilities() -> None:
    _kernel.call("capset", struct.pack("=Ii", _CAPABILITIES, 0), bytes(24))

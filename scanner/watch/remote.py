"""Knows the file systems whose changes this kernel does not hear of: others make them, or the system itself."""

import ctypes
import os
from collections.abc import Sequence
from typing import Final

from scanner.watch.mounts import Mount, mount_of, read

_REMOTE: Final = frozenset(
    {
        "9p",
        "acfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "panfs",
        "prl_fs",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
    }
)
_VIRTUAL: Final = frozenset(
    {
        "autofs",
        "binfmt_misc",
        "bpf",
        "cgroup",
        "cgroup2",
        "configfs",
        "debugfs",
        "devpts",
        "efivarfs",
        "fusectl",
        "mqueue",
        "nsfs",
        "proc",
        "pstore",
        "rpc_pipefs",
        "securityfs",
        "selinuxfs",
        "sysfs",
        "tracefs",
    }
)
# <linux/magic.h> and the headers of the file systems, for where there is no table of mounts.
_MAGIC: Final = {
    0x6969: "nfs",
    0xFF534D42: "cifs",
    0xFE534D42: "smb3",
    0x517B: "smbfs",
    0x65735546: "fuse",
    0x01021997: "9p",
    0x00C36400: "ceph",
    0x5346414F: "afs",
    0x73757245: "coda",
    0x0BD00BD0: "lustre",
    0x47504653: "gpfs",
    0x7461636F: "ocfs2",
    0x786F4256: "vboxsf",
    0x9FA0: "proc",
    0x62656572: "sysfs",
}


def is_virtual(kind: str) -> bool:
    """Tell whether a type of file system holds no documents but what the system says of itself."""
    return kind in _VIRTUAL


def is_remote(kind: str) -> bool:
    """Tell whether a type of file system may be changed without this kernel: by other machines, or by a program.

    `fuseblk` is a local disk that a program reads (NTFS, exFAT): what changes there comes through this kernel.
    """
    return kind in _REMOTE or kind == "fuse" or kind.startswith("fuse.")


def deaf(path: str) -> str:
    """Say why events cannot tell of changes below a path; "" where they can.

    Raises:
        OSError: the path is not there.
    """
    kind = kind_of(path)
    if is_remote(kind):
        return f"{kind} is written to elsewhere, and this kernel hears nothing of it"
    if is_virtual(kind):
        return f"{kind} reports no changes"
    return ""


def kind_of(path: str, mounts: Sequence[Mount] | None = None) -> str:
    """Return the type of the file system a path stands on, "" where this system does not tell.

    Raises:
        OSError: the path is not there.
    """
    number = mount_of(path)
    if mounts is None:
        try:
            mounts = tuple(read())
        except OSError:
            mounts = ()
    found = next((mount.kind for mount in mounts if mount.number == number), "")
    return found or _MAGIC.get(_magic(path), "")


def _magic(path: str) -> int:
    """Return the number that statfs(2) gives for the type of a file system: `f_type`, its first member."""
    buffer = (ctypes.c_long * 64)()
    try:
        statfs = ctypes.CDLL(None, use_errno=True).statfs
    except AttributeError:
        return 0
    return 0 if statfs(os.fsencode(path), buffer) else buffer[0] & 0xFFFF_FFFF

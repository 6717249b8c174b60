"""Reads on the agent's side who may read or change a file: its mode and its POSIX access control list.

Nothing else is asked: not the folders above it, which may be opened later without the file changing, not the lists of
NFSv4, SMB or macOS, and not what a file server shares or a system mounts.
"""

import errno
import os
import stat
import struct
from typing import Final

from scanner.model.exposure import NOTHING, Acl, Exposure, Right

ATTRIBUTE: Final = "system.posix_acl_access"

_VERSION: Final = 2
_HEAD: Final = struct.Struct("<I")
# Tag, permissions and id of an entry (Linux, include/uapi/linux/posix_acl_xattr.h; the tags are those of acl(5)).
_ENTRY: Final = struct.Struct("<HHI")
_USER, _OUR_GROUP, _GROUP, _MASK, _OTHER = 0x02, 0x04, 0x08, 0x10, 0x20
_READ, _WRITE = 4, 2
_ALL: Final = 7
# There is no list, or the file system has none of this kind.
_NO_LIST: Final = frozenset({errno.ENODATA, errno.EOPNOTSUPP, errno.ENOSYS})


def exposure_of(file: int | str, status: os.stat_result) -> Exposure:
    """Return what a file's permissions give to others; `file` is open, or a path whose last name is no link."""
    mode = stat.S_IMODE(status.st_mode)
    plain = Exposure(mode, _rights(mode >> 3), _rights(mode))
    # Where there is a list, these bits are its mask: it gives nothing to anybody it names that they do not.
    if not plain.group:
        return plain
    try:
        data = _attribute(file)
        return plain if data is None else _from_list(mode, data)
    except (OSError, ValueError):
        return Exposure(mode, plain.group, plain.others, acl=Acl.UNREAD)


def exposure_at(path: str) -> Exposure | None:
    """Return what a regular file's permissions give to others, None where there is none that may be asked."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return exposure_of(path, status) if stat.S_ISREG(status.st_mode) else None


def _attribute(file: int | str) -> bytes | None:
    if not hasattr(os, "getxattr"):  # only Linux has it
        return None
    try:
        return os.getxattr(file, ATTRIBUTE)
    except OSError as error:
        if error.errno in _NO_LIST:
            return None
        raise


def _from_list(mode: int, data: bytes) -> Exposure:
    """Read a list.

    Raises:
        ValueError: it is none of the known form.
    """
    if len(data) < _HEAD.size or _HEAD.unpack_from(data)[0] != _VERSION or (len(data) - _HEAD.size) % _ENTRY.size:
        message = "not an access control list of version 2"
        raise ValueError(message)
    entries = [(tag, permissions) for tag, permissions, _ in _ENTRY.iter_unpack(data[_HEAD.size :])]
    mask = next((permissions for tag, permissions in entries if tag == _MASK), _ALL)
    given: dict[int, list[frozenset[Right]]] = {}
    for tag, permissions in entries:
        given.setdefault(tag, []).append(_rights(permissions if tag == _OTHER else permissions & mask))
    users, groups = ([rights for rights in given.get(tag, []) if rights] for tag in (_USER, _GROUP))
    return Exposure(
        mode,
        group=NOTHING.union(*given.get(_OUR_GROUP, [])),
        others=NOTHING.union(*given.get(_OTHER, [])),
        named=NOTHING.union(*users, *groups),
        users=len(users),
        groups=len(groups),
        acl=Acl.READ,
    )


def _rights(permissions: int) -> frozenset[Right]:
    """Return what three bits of permissions give."""
    read = {Right.READ} if permissions & _READ else set()
    return frozenset(read | ({Right.CHANGE} if permissions & _WRITE else set()))

"""Calls fanotify and reads what it reports: the structures and numbers of <linux/fanotify.h>, and no more."""

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ATTRIBUTES: Final = 0x0000_0004
CLOSE_WRITE: Final = 0x0000_0008
OPEN: Final = 0x0000_0020
MOVED_FROM: Final = 0x0000_0040
MOVED_TO: Final = 0x0000_0080
CREATE: Final = 0x0000_0100
DELETE: Final = 0x0000_0200
OVERFLOW: Final = 0x0000_4000
FOLDER: Final = 0x4000_0000

_CLOEXEC, _NONBLOCK, _REPORT_DIR_FID, _REPORT_NAME = 0x1, 0x2, 0x400, 0x800
_ADD, _REMOVE, _ONLYDIR, _FILESYSTEM = 0x1, 0x2, 0x8, 0x100
_AT_FDCWD = -100
_WATCHED = ATTRIBUTES | CLOSE_WRITE | MOVED_FROM | MOVED_TO | CREATE | DELETE | FOLDER
_BUFFER = 1 << 18
_METADATA = struct.Struct("=IBBHQii")
_VERSION = 3
_DIR_FID_NAME = 2
# Of the record behind it: its type and length, the id of the file system, then `struct file_handle` and the name.
_RECORD = struct.Struct("=BxH8xIi")
_HANDLE_AT = 12


class Event(NamedTuple):
    """One event: what happened, in which folder (a `struct file_handle`, with its head), and to which name in it.

    Several things that one process did to one name may come as one event, with all their bits. An overflow has no
    folder, nor has the end of one of several names of a file; a folder itself has the name `.`.
    """

    mask: int
    folder: bytes
    name: bytes


class Group:
    """A queue of the kernel that file systems and folders report to."""

    def __init__(self) -> None:
        """Make one; its queue is as long as `fs.fanotify.max_queued_events` is now.

        A queue without a limit would spare the walk after an overflow. But this one hears the whole file system, and
        each event takes some 130 bytes of kernel memory that count as ours: while we are held up, others could fill it
        until the service manager ends the daemon, which loses more. A walk of a million files takes 15 s.

        Raises:
            OSError: EPERM without CAP_SYS_ADMIN, EINVAL before Linux 5.9, EMFILE at the limit of groups, ENOSYS.
        """
        flags = _CLOEXEC | _NONBLOCK | _REPORT_DIR_FID | _REPORT_NAME
        self.fd = _checked(_libc().fanotify_init(flags, os.O_RDONLY | os.O_CLOEXEC), "fanotify")

    def watch(self, path: str) -> None:
        """Have the whole file system that a folder stands on reported.

        Raises:
            OSError: EXDEV on a subvolume of btrfs; EOPNOTSUPP, ENODEV or EXDEV where folders have no handles.
        """
        self._mark(_ADD | _ONLYDIR | _FILESYSTEM, _WATCHED, path)

    def knock(self, path: str) -> None:
        """Have it reported that a folder is opened, open it once, and have it reported no more.

        Raises:
            OSError: the folder cannot be opened or marked.
        """
        self._mark(_ADD | _ONLYDIR, OPEN | FOLDER, path)
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        finally:
            self._mark(_REMOVE | _ONLYDIR, OPEN | FOLDER, path)

    def watches(self) -> bool:
        """Tell whether a file system still reports here: it does not once it was unmounted, and nothing else says so.

        proc(5), /proc/pid/fdinfo: a line `fanotify sdev:…` for each file system that is marked.
        """
        try:
            said = Path(f"/proc/self/fdinfo/{self.fd}").read_text(encoding="ascii")
        except FileNotFoundError:  # no /proc: nobody knows
            return True
        return "\nfanotify sdev:" in said

    def read(self) -> bytes:
        """Return what is reported now, b"" for nothing."""
        try:
            return os.read(self.fd, _BUFFER)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        """End it, and every mark in it."""
        os.close(self.fd)

    def _mark(self, flags: int, mask: int, path: str) -> None:
        name = os.fsencode(path)
        _checked(_libc().fanotify_mark(self.fd, flags, ctypes.c_uint64(mask), _AT_FDCWD, name), path)


def events(buffer: bytes) -> Iterator[Event]:
    """Yield what was read from a group: fanotify(7)."""
    at = 0
    while at + _METADATA.size <= len(buffer):
        length, version, _, head, mask, _, _ = _METADATA.unpack_from(buffer, at)
        if version != _VERSION or length < head:
            message = f"fanotify reports in version {version}, which is unknown"
            raise ValueError(message)
        end = at + length
        record = at + head
        folder = name = b""
        if record < end:
            kind, size, handle, _ = _RECORD.unpack_from(buffer, record)
            if kind == _DIR_FID_NAME:
                start = record + _HANDLE_AT
                named = record + _RECORD.size + handle
                folder = buffer[start:named]
                name = buffer[named : record + size].rstrip(b"\0")
        yield Event(mask, folder, name)
        at = end


def open_folder(root: int, handle: bytes) -> int:
    """Open the folder that a handle names, wherever it is now, by an open folder of the same mount; as a path only.

    Raises:
        OSError: ESTALE for one that is gone; EPERM without CAP_DAC_READ_SEARCH.
    """
    buffer = ctypes.create_string_buffer(handle, len(handle))
    return _checked(_libc().open_by_handle_at(root, buffer, os.O_PATH | os.O_CLOEXEC), "a folder")


def handle_of(path: str) -> bytes:
    """Return the handle of a folder.

    Raises:
        OSError: it is not there, or its file system has no handles.
    """
    most = 128  # MAX_HANDLE_SZ
    buffer = ctypes.create_string_buffer(struct.pack("=Ii", most, 0), 8 + most)
    mount = ctypes.c_int()
    result = _libc().name_to_handle_at(_AT_FDCWD, os.fsencode(path), buffer, ctypes.byref(mount), 0)
    _checked(result, path)
    return buffer.raw[: 8 + struct.unpack_from("=I", buffer.raw)[0]]


@cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    try:
        library.fanotify_mark.argtypes = (
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint64,
            ctypes.c_int,
            ctypes.c_char_p,
        )
        library.open_by_handle_at.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
        library.name_to_handle_at.argtypes = (
            ctypes.c_int,
            ctypes.c_char_p,
            ctypes.c_char_p,
            ctypes.POINTER(ctypes.c_int),
            ctypes.c_int,
        )
    except AttributeError as error:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), "fanotify") from error
    return library


def _checked(result: int, path: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path)
    return result

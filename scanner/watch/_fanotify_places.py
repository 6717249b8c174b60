"""Knows where the folders are that fanotify names by handles, for the roots of one file system."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from scanner.watch._fanotify_kernel import open_folder
from scanner.watch.mounts import mount_of

_REMEMBERED: Final = 50_000
# A folder that is gone has lost its files to a delete or to a move, which has an event of its own. One whose path is
# longer than the kernel says can be opened by nobody; walks name it as not listed.
_GONE: Final = frozenset({errno.ESTALE, errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
_FOLDER: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW

Place = tuple[int, str]
"""The number of a root, and the path of a folder that is it or stands below it, with a slash at the end."""


@dataclass(frozen=True, slots=True)
class Root:
    """A root as it was when its watch began: what is mounted over it later is something else."""

    path: str
    mount: int
    device: int

    @classmethod
    def at(cls, path: str) -> "Root":
        """Look at what stands there.

        Raises:
            OSError: nothing does.
        """
        return cls(path, mount_of(path), os.stat(path).st_dev)  # noqa: PTH116 - the path may hold bytes that are no text


class Places:
    """Turns handles into paths and remembers them, those outside of every root as well. Used from one thread.

    A folder is opened by its handle from a root, so the path is that of the root's own mount. Nothing is kept open:
    an open folder would keep its file system from being unmounted.
    """

    def __init__(self, roots: Sequence[Root], remembered: int = _REMEMBERED) -> None:
        """Take the roots, and how many folders to remember: about 300 bytes each."""
        self._roots = roots
        self._remembered = remembered
        self._known: dict[bytes, tuple[Place, ...]] = {}

    def of(self, handle: bytes) -> tuple[Place, ...]:
        """Return where a folder is: in no root, in one, or in several that show the same tree.

        Raises:
            OSError: that cannot be known now; there are too many open files, for example.
        """
        known = self._known.get(handle)
        if known is None:
            known = tuple(self._find(handle))
            if len(self._known) >= self._remembered:
                self._known.clear()
            self._known[handle] = known
        return known

    def forget(self) -> None:
        """Take note that a folder was moved: it and every folder below it have another path now."""
        self._known.clear()

    def _find(self, handle: bytes) -> Iterator[Place]:
        paths: dict[int, str] = {}
        for number, root in enumerate(self._roots):
            if root.mount not in paths:
                paths[root.mount] = _path_of(handle, root)
            path = paths[root.mount].rstrip("/") + "/"
            if path.startswith(root.path.rstrip("/") + "/"):
                yield number, path


def _path_of(handle: bytes, root: Root) -> str:
    """Return the path of a folder in the mount of a root, "//" when the folder is gone, or the root is."""
    try:
        with _opened(os.open(root.path, _FOLDER)) as fd:
            if os.fstat(fd).st_dev != root.device:
                return "//"
            with _opened(open_folder(fd, handle)) as folder:
                if not os.fstat(folder).st_nlink:
                    return "//"
                return os.readlink(f"/proc/self/fd/{folder}")  # noqa: PTH115 - it may hold bytes that are no text
    except OSError as error:
        if error.errno in _GONE:
            return "//"
        raise


@contextmanager
def _opened(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)

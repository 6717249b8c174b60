"""Chooses how a root is watched: by the best reader that can be had for it, and says why not by a better one."""

import os
import sys

from scanner.errors import WalksAskedError, WatchError
from scanner.model.way import Way
from scanner.watch import remote
from scanner.watch.reader import Lose, Put, Reader


class Choice:
    """Opens readers; those of roots on one file system share what they can.

    fanotify where the kernel, our rights and the file system allow it; else inotify; on other systems what they have.
    Where others write to a file system without this kernel, no reader is better than one that seems to hear.
    """

    def __init__(self, way: Way = Way.AUTO) -> None:
        """Take what the operator asked for; what was asked for by name is not replaced by anything else."""
        self._way = way
        self._linux = _Linux(way) if sys.platform == "linux" else None

    def __call__(self, root: str, put: Put, lose: Lose) -> Reader:
        """Return a reader for a root, not yet started.

        Raises:
            WatchError: there is none; only walks are left, and this says why.
        """
        if self._way is Way.WALK:
            message = f"{root} is seen by walks only, as `reader` in [watch] asks for"
            raise WalksAskedError(message)
        if self._linux is not None:
            return self._linux.open(root, put, lose)
        if self._way is not Way.AUTO:
            message = f"{root} cannot be watched by {self._way}, which this system does not have"
            raise WatchError(message)
        return _native(root, put, lose)


class _Linux:
    def __init__(self, way: Way) -> None:
        from scanner.watch.fanotify import Observers

        self._way = way
        self._observers = Observers()

    def open(self, root: str, put: Put, lose: Lose) -> Reader:
        from scanner.watch.fanotify import FanotifyReader, refusal

        try:
            deaf = remote.deaf(root)
            refused = refusal(root) if self._way is not Way.INOTIFY else ""
        except OSError as error:
            message = f"{root} cannot be watched: {os.strerror(error.errno or 0)}"
            raise WatchError(message) from error
        if deaf and self._way is Way.AUTO:
            message = f"{root} is seen by walks only: {deaf}"
            raise WatchError(message)
        if self._way is Way.INOTIFY:
            return _inotify(root, put, lose, "not by fanotify: `reader` in [watch] asks for inotify", deaf)
        if not refused:
            return FanotifyReader(self._observers, root, put, lose, deaf)
        if self._way is Way.FANOTIFY:
            message = f"{root} cannot be watched by fanotify: {refused}"
            raise WatchError(message)
        return _inotify(root, put, lose, f"not by fanotify: {refused}", deaf)


def _inotify(root: str, put: Put, lose: Lose, instead: str, caveat: str) -> Reader:
    try:
        from scanner.watch.inotify import InotifyReader
    except (ImportError, OSError) as error:
        message = f"no file events on this system: {error}"
        raise WatchError(message) from error
    return InotifyReader(root, put, lose, instead, caveat)


def _native(root: str, put: Put, lose: Lose) -> Reader:
    try:
        from scanner.watch.native import NativeReader
    except (ImportError, OSError) as error:
        message = f"no file events on this system: {error}"
        raise WatchError(message) from error
    return NativeReader(root, put, lose)

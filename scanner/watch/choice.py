"""Chooses how a root is watched."""

from scanner.errors import WatchError
from scanner.watch.reader import Lose, Put, Reader


def open_reader(root: str, put: Put, lose: Lose) -> Reader:
    """Return the best reader there is for a root, not yet started.

    Raises:
        WatchError: this system reports no events that we can read; only walks are left.
    """
    try:
        from scanner.watch.inotify import InotifyReader
    except (ImportError, OSError) as error:
        message = f"no file events on this system: {error}"
        raise WatchError(message) from error
    return InotifyReader(root, put, lose)

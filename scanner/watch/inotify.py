"""Reads inotify events through watchdog, and says what watchdog keeps to itself."""

import errno
import importlib
import os
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from watchdog.events import FileSystemEvent
from watchdog.observers.inotify import InotifyObserver

from scanner.errors import WatchError
from scanner.watch._translate import KINDS, Translator
from scanner.watch.reader import Lose, Put

_watchgroup: ModuleType | None
try:
    _watchgroup = importlib.import_module("scanner.watch._watchgroup")
except ImportError:  # watchdog before 7.1 has no place to notice an overflow
    _watchgroup = None

# Without a filter our own reading would flood the queue with opens and closes; with fewer classes watchdog would not
# even watch folders that are moved in.
_EVENTS: Final[list[type[FileSystemEvent]]] = [*KINDS]
_FEW: Final = 1000
_ADVICE: Final = {
    errno.ENOSPC: "the limit of inotify watches is reached; raise fs.inotify.max_user_watches",
    errno.EMFILE: "the limit of inotify instances is reached; raise fs.inotify.max_user_instances",
}


class InotifyReader:
    """Watches one root and every folder below it; symbolic links are not followed."""

    name = "inotify"
    crosses_mounts = True

    def __init__(self, root: str, put: Put, lose: Lose, instead: str = "", caveat: str = "") -> None:
        """Take the root, where to report, which is called from other threads, and what status is to say of it."""
        self.instead = instead
        self._caveat = caveat
        self._root = root
        self._translator = Translator(put, lose)
        self._observer: InotifyObserver | None = None
        self._notes = _Notes(lose)

    @property
    def caveat(self) -> str:
        """Why events may be lost unseen: an old watchdog, or nothing."""
        return self._caveat if _watchgroup else "watchdog before 7.1 does not tell when the kernel drops events"

    @property
    def heard(self) -> int:
        """How many events came through so far."""
        return self._translator.heard

    @property
    def unwatched(self) -> int:
        """How many folders could not be watched: no permission, or the limit of watches."""
        refused = self._notes.refused
        if len(refused) <= _FEW:
            for path in tuple(refused):
                if not os.path.isdir(path):  # noqa: PTH112 - the path is bytes
                    refused.discard(path)
        return len(refused)

    def start(self) -> None:
        """Begin to report; returns when every folder there is now is watched.

        Raises:
            WatchError: the root is not there, or not even it can be watched.
        """
        try:
            self._observer = observer = InotifyObserver(generate_full_events=True)
            if _watchgroup:
                _watchgroup.install(observer, self._notes)
            observer.schedule(self._translator, self._root, recursive=True, event_filter=_EVENTS)
            observer.start()
        except OSError as error:
            self.stop()
            why = _ADVICE.get(error.errno or 0, os.strerror(error.errno or 0))
            message = f"{self._root} cannot be watched: {why}{self.instead and f' ({self.instead})'}"
            raise WatchError(message) from error

    def alive(self) -> bool:
        """Tell whether all of watchdog's threads run; one may die and the others would not notice."""
        return self._observer is not None and all(thread.is_alive() for thread in _threads(self._observer))

    def knock(self) -> bool:
        """Ask whether the root is watched, and have the kernel report that a watch on a pipe of ours ended."""
        return bool(_watchgroup and self._observer is not None and _watchgroup.knock(self._observer))

    def cover(self, folder: str) -> None:
        """Watch a folder that is not watched yet, or is known by a former name."""
        if _watchgroup and self._observer is not None:
            _watchgroup.cover(self._observer, folder)

    def stop(self) -> None:
        """End all threads."""
        observer, self._observer = self._observer, None
        if observer is None:
            return
        observer.stop()
        if observer.is_alive():
            observer.join()


class _Notes:
    """What the watch group reports about itself, from watchdog's threads."""

    def __init__(self, lose: Lose) -> None:
        self.lost = lose
        self.refused: set[bytes] = set()


def _threads(observer: InotifyObserver) -> Iterator[threading.Thread]:
    yield observer
    inner = [getattr(observer, "_inotify_fd", None)]
    for emitter in observer.emitters:
        yield emitter
        inner.append(getattr(emitter, "_inotify", None))  # the reading thread, in watchdog 6
    yield from (thread for thread in inner if isinstance(thread, threading.Thread))

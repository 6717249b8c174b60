"""Reads what other systems than Linux report, through watchdog: ReadDirectoryChangesW of Windows, FSEvents of macOS."""

import os
import threading
from collections.abc import Callable
from typing import Final

from watchdog.events import FileSystemEvent
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from scanner.errors import WatchError
from scanner.watch._translate import KINDS_WITHOUT_CLOSE, Translator
from scanner.watch.reader import Lose, Put

_EVENTS: Final[list[type[FileSystemEvent]]] = [*KINDS_WITHOUT_CLOSE]


class NativeReader:
    """Watches one root and every folder below it; symbolic links are not followed.

    When its buffer is too small, Windows returns nothing and watchdog goes on as if nothing had been; FSEvents says
    that events were dropped, and watchdog does not pass it on. So any moment may have lost events, and walks have to
    come often. Neither system tells that a file was closed: a file is whole when it has been quiet.
    """

    name = "native"
    caveat = "this system drops events without saying so"
    unwatched = 0
    crosses_mounts = False
    instead = ""

    def __init__(self, root: str, put: Put, lose: Lose, observer: Callable[[], BaseObserver] = Observer) -> None:
        """Take the root and where to report, which is called from other threads, and another observer to use."""
        self._root = root
        self._translator = Translator(put, lose, KINDS_WITHOUT_CLOSE)
        self._kind = observer
        self._observer: BaseObserver | None = None

    @property
    def heard(self) -> int:
        """How many events came through so far."""
        return self._translator.heard

    def start(self) -> None:
        """Begin to report.

        Raises:
            WatchError: the root is not there, or the system refuses.
        """
        try:
            self._observer = observer = self._kind()
            observer.schedule(self._translator, self._root, recursive=True, event_filter=_EVENTS)
            observer.start()
        except (OSError, SystemError) as error:
            self.stop()
            why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
            message = f"{self._root} cannot be watched: {why}"
            raise WatchError(message) from error

    def alive(self) -> bool:
        """Tell whether watchdog's threads run; one of Windows ends at the first error it does not know."""
        observer = self._observer
        threads: list[threading.Thread] = [observer, *observer.emitters] if observer else []
        return bool(threads) and all(thread.is_alive() for thread in threads)

    def knock(self) -> bool:
        """Provoke nothing: there is no event that would change nothing in the root."""
        return False

    def cover(self, folder: str) -> None:
        """Do nothing: the system watches the whole tree."""

    def stop(self) -> None:
        """End all threads."""
        observer, self._observer = self._observer, None
        if observer is None:
            return
        observer.stop()
        if observer.is_alive():
            observer.join()

"""Reads fanotify: one mark for a whole file system, so that nothing in it is ever not watched yet."""

import contextlib
import errno
import os
from typing import Final

from watchdog.observers.api import ObservedWatch

from scanner.errors import WatchError
from scanner.watch import _fanotify_kernel as kernel
from scanner.watch._fanotify_observer import FanotifyObserver
from scanner.watch._fanotify_places import Places, Root
from scanner.watch._translate import Translator
from scanner.watch.reader import Lose, Put

_NO_HANDLES: Final = "this file system gives folders no numbers to know them by"
_WHY: Final = {
    errno.EPERM: "it needs root, or CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH",
    errno.EACCES: "the root may not be read",
    errno.EINVAL: "the kernel is older than 5.9",
    errno.ENOSYS: "this kernel has none",
    errno.EXDEV: "this is a part of a file system that reports as a whole only, as a subvolume of btrfs",
    errno.ENODEV: _NO_HANDLES,
    errno.EOPNOTSUPP: _NO_HANDLES,
    errno.ESTALE: _NO_HANDLES,
    errno.EMFILE: "the limit is reached; raise user.max_fanotify_groups, or the number of open files",
    errno.ENOSPC: "the limit of marks is reached; raise user.max_fanotify_marks",
}


class Observers:
    """The observers in use, by file system: a second root on one shares what is there. Used from one thread."""

    def __init__(self) -> None:
        """Start without any."""
        self._observers: dict[int, FanotifyObserver] = {}

    def join(self, root: str, translator: Translator) -> tuple[FanotifyObserver, ObservedWatch]:
        """Have a root watched, and return what watches it.

        Raises:
            OSError: it cannot be.
        """
        device = os.stat(root).st_dev  # noqa: PTH116 - the path may hold bytes that are no text
        observer = self._observers.get(device)
        if observer is None or not observer.healthy:
            observer = FanotifyObserver()
            observer.start()
        try:
            watch = observer.schedule(translator, root, recursive=True)
        except OSError:
            self.leave(observer, None)
            raise
        self._observers[device] = observer
        return observer, watch

    def leave(self, observer: FanotifyObserver, watch: ObservedWatch | None) -> None:
        """Have a root watched no more; the last one ends the observer."""
        if watch is not None:
            with contextlib.suppress(KeyError):  # one that was stopped has forgotten what it watched
                observer.unschedule(watch)
        if not observer.emitters:
            self._observers = {device: other for device, other in self._observers.items() if other is not observer}
            observer.stop()
            if observer.is_alive():
                observer.join()


class FanotifyReader:
    """Watches one root by the mark of its file system; what is mounted below the root is another one's.

    Events of this process count like those of others: it writes nothing below a root.
    """

    name = "fanotify"
    unwatched = 0
    crosses_mounts = False
    instead = ""

    def __init__(self, observers: Observers, root: str, put: Put, lose: Lose, caveat: str = "") -> None:
        """Take the observers of other roots, the root, and where to report, which is called from other threads."""
        self.caveat = caveat
        self._observers = observers
        self._root = root
        self._translator = Translator(put, lose)
        self._joined: tuple[FanotifyObserver, ObservedWatch] | None = None

    @property
    def heard(self) -> int:
        """How many events came through so far."""
        return self._translator.heard

    def start(self) -> None:
        """Begin to report; takes one system call, however many folders there are.

        Raises:
            WatchError: the root is not there, or its file system cannot be watched so.
        """
        try:
            self._joined = self._observers.join(self._root, self._translator)
        except OSError as error:
            message = f"{self._root} cannot be watched by fanotify: {_why(error)}"
            raise WatchError(message) from error

    def alive(self) -> bool:
        """Tell whether all threads run and the file system still reports; one that was unmounted does not."""
        return self._joined is not None and self._joined[0].healthy

    def knock(self) -> bool:
        """Have the kernel report that the root is opened; that changes nothing in it."""
        if self._joined is None:
            return False
        try:
            self._joined[0].knock(self._root)
        except OSError as error:
            message = f"it cannot be opened: {os.strerror(error.errno or 0)}"
            raise WatchError(message) from error
        return True

    def cover(self, folder: str) -> None:
        """Do nothing: every folder of the file system is watched."""

    def stop(self) -> None:
        """End reporting for this root."""
        joined, self._joined = self._joined, None
        if joined is not None:
            self._observers.leave(*joined)


def refusal(root: str) -> str:
    """Say why a root cannot be watched by fanotify, "" if it can: by doing it for a moment.

    Raises:
        OSError: the root is not there.
    """
    os.stat(root)  # noqa: PTH116 - the path may hold bytes that are no text
    try:
        group = kernel.Group()
        try:
            group.watch(root)
            if not Places([Root.at(root)]).of(kernel.handle_of(root)):
                return "/proc does not tell where a folder is"
        finally:
            group.close()
    except OSError as error:
        return _why(error)
    return ""


def _why(error: OSError) -> str:
    return _WHY.get(error.errno or 0) or os.strerror(error.errno or 0)

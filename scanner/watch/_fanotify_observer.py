"""Has fanotify for a back end of watchdog: one observer for a file system, one emitter for each root on it."""

import os
import select
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
)
from watchdog.observers.api import BaseObserver, EventEmitter
from watchdog.utils import BaseThread

from scanner.watch import _fanotify_kernel as kernel
from scanner.watch._fanotify_places import Places, Root
from scanner.watch._translate import Knock, Lost
from scanner.watch._waiting import WAITING, put
from scanner.watch.remote import kind_of

_ENDS: Final = kernel.DELETE | kernel.MOVED_FROM
_Meanings = tuple[tuple[int, Callable[[str], FileSystemEvent]], ...]
_FILES: Final[_Meanings] = (
    (kernel.CLOSE_WRITE, FileClosedEvent),
    (kernel.MOVED_TO, partial(FileMovedEvent, "")),
    (_ENDS, FileDeletedEvent),
    (kernel.CREATE, FileCreatedEvent),
    (kernel.ATTRIBUTES, FileAttribEvent),
)
_FOLDERS: Final[_Meanings] = (
    (kernel.MOVED_TO, partial(DirMovedEvent, "")),
    (kernel.OPEN, Knock),
    (_ENDS, DirDeletedEvent),
)
# To be woken for every event costs more than the event: what comes within so many seconds is read at once. Files wait
# for longer than that until they are read, and a read takes thousands of events.
_GATHER: Final = 0.005
# There a folder may come into being with all its content, which has no events of its own: a snapshot.
_SNAPSHOTS: Final = frozenset({"btrfs", "bcachefs"})


class FanotifyObserver(BaseObserver):
    """Watches the roots of one file system; one mark and one queue of the kernel are for all of them.

    Events are those of `watchdog.events`, as from any observer: a file was closed, created or moved, a folder was
    moved. A folder that was made is told of only if it may come with its content, as a snapshot of btrfs does: what is
    put into it later has events of its own.
    """

    def __init__(self) -> None:
        """Make the queue.

        Raises:
            OSError: this process may not, or the kernel cannot.
        """
        self._listener = _Listener(kernel.Group())
        super().__init__(FanotifyEmitter, listener=self._listener)
        self.event_queue.maxsize = WAITING
        self._listener.start()

    @property
    def healthy(self) -> bool:
        """Whether both threads run, and the file system still reports."""
        return self.is_alive() and self._listener.is_alive() and self._listener.group.watches()

    def knock(self, root: str) -> None:
        """Provoke an event that ends as a `Knock` at the root's handlers.

        Raises:
            OSError: the root cannot be opened.
        """
        self._listener.group.knock(root)

    def on_thread_stop(self) -> None:
        """End the emitters and the reading thread."""
        super().on_thread_stop()
        self._listener.stop()
        if self._listener.is_alive() and self._listener is not threading.current_thread():
            self._listener.join()


class FanotifyEmitter(EventEmitter):
    """Stands for one root; the thread that reads for all of them hands it what happens there."""

    def __init__(self, *args: Any, listener: "_Listener", **options: Any) -> None:
        """Take what any emitter does, and the thread that reads."""
        super().__init__(*args, **options)
        self._listener = listener

    def on_thread_start(self) -> None:
        """Mark the file system, and be told of what happens below the root from then on."""
        self._listener.add(self)

    def on_thread_stop(self) -> None:
        """Be told no more."""
        self._listener.remove(self)

    def run(self) -> None:
        """Wait for the end: another thread works."""
        self.stopped_event.wait()

    def queue_event(self, event: FileSystemEvent) -> None:
        """Queue an event, whatever the filter; where there is no room, wait for it, as long as anybody takes events."""
        put(self, event)


class _Listener(BaseThread):
    """Reads the queue of the kernel, and tells emitters what happened below their roots."""

    def __init__(self, group: kernel.Group) -> None:
        super().__init__()
        self.group = group
        self._lock = threading.Lock()
        self._emitters: tuple[FanotifyEmitter, ...] = ()
        self._roots: tuple[Root, ...] = ()
        self._places = Places(())
        self._snapshots = False
        self._wake, self._ring = os.pipe()

    def add(self, emitter: FanotifyEmitter) -> None:
        root = Root.at(emitter.watch.path)
        self.group.watch(root.path)
        self._snapshots = kind_of(root.path) in _SNAPSHOTS
        with self._lock:
            self._set((*self._emitters, emitter), (*self._roots, root))

    def remove(self, emitter: FanotifyEmitter) -> None:
        with self._lock:
            kept = [pair for pair in zip(self._emitters, self._roots, strict=True) if pair[0] is not emitter]
            self._set(tuple(emitter for emitter, _ in kept), tuple(root for _, root in kept))

    def _set(self, emitters: tuple[FanotifyEmitter, ...], roots: tuple[Root, ...]) -> None:
        """Put other emitters in place; a batch that is being handed out goes to those it began with."""
        self._emitters, self._roots, self._places = emitters, roots, Places(roots)

    def run(self) -> None:
        poll = select.poll()
        poll.register(self.group.fd, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        try:
            while self.should_keep_running():
                poll.poll()
                with self._lock:
                    emitters, places = self._emitters, self._places
                for event in kernel.events(self.group.read()):
                    self._tell(event, emitters, places)
                self.stopped_event.wait(_GATHER)
        finally:
            self.group.close()
            os.close(self._wake)

    def on_thread_stop(self) -> None:
        ring, self._ring = self._ring, -1
        if ring >= 0:
            os.close(ring)  # the other end is ready to be read then

    def _tell(self, event: kernel.Event, emitters: tuple[FanotifyEmitter, ...], places: Places) -> None:
        if event.mask & kernel.OVERFLOW:
            _lost(emitters, "the kernel dropped events: its queue was full")
            return
        if not event.folder:  # a file lost one of its names: nothing that anybody could look at
            return
        try:
            found = places.of(event.folder)
        except OSError as error:
            _lost(emitters, f"where something happened cannot be known: {os.strerror(error.errno or 0)}")
            return
        for number, folder in found:
            told = _event(event.mask, folder + os.fsdecode(event.name), snapshots=self._snapshots)
            if told is not None:
                emitters[number].queue_event(told)
        if event.mask & kernel.FOLDER and event.mask & (kernel.MOVED_FROM | kernel.MOVED_TO):
            places.forget()


def _event(mask: int, path: str, *, snapshots: bool = False) -> FileSystemEvent | None:
    """Return what one report means; of several things in it the one that says most about the file's being whole."""
    if mask & kernel.FOLDER:
        known = (*_FOLDERS, (kernel.CREATE, DirCreatedEvent)) if snapshots else _FOLDERS
    else:
        known = _FILES
    return next((make(path) for bits, make in known if mask & bits), None)


def _lost(emitters: Iterable[FanotifyEmitter], why: str) -> None:
    for emitter in emitters:
        emitter.queue_event(Lost(emitter.watch.path, why))

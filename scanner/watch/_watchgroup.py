"""Replaces the part of watchdog that answers a queue overflow by taking every watch away and losing more events."""

# ruff: noqa: PTH112 - names as the system gives them, for each file of a tree: the quick form

import ctypes
import errno
import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

from watchdog.events import FileSystemEvent
from watchdog.observers.inotify import InotifyFullEmitter, InotifyObserver, InotifyWatchGroup
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    Mask,
    WatchDescriptor,
    inotify_add_watch,
    inotify_rm_watch,
)
from watchdog.observers.inotify_move_event_grouper import GroupedInotifyEvent, PathedInotifyEvent

from scanner.errors import WatchError
from scanner.watch._translate import Knock
from scanner.watch._waiting import WAITING, put

if not hasattr(InotifyWatchGroup, "on_queue_overflow"):
    message = "this watchdog does not report overflows"
    raise ImportError(message)


# Of an overflow it would say hundreds of lines a minute; what was lost is counted, raised and shown by ourselves.
logging.getLogger(InotifyConstants.__module__).setLevel(logging.ERROR)

# <linux/inotify.h>, Linux 4.18: a watch that is there is refused with EEXIST and stays as it is.
_MASK_CREATE = 0x1000_0000

# What waits for the thread that hands events on; past it, they are dropped and a walk is due.
_MOST_WAITING = 50_000


class Notes(Protocol):
    """Where a watch group writes what nobody else would say; called from watchdog's threads."""

    lost: Callable[[str], None]
    refused: set[bytes]


def install(observer: InotifyObserver, notes: Notes) -> None:
    """Make an observer, before anything is scheduled on it, use our watch group and hold no more than it may."""
    observer.event_queue.maxsize = WAITING
    observer._emitter_class = cast("Any", partial(_Emitter, notes=notes))  # noqa: SLF001 - no public way


def cover(observer: InotifyObserver, folder: str) -> None:
    """Watch a folder in the group of an observer."""
    for emitter in observer.emitters:
        group = emitter._inotify if isinstance(emitter, _Emitter) else None  # noqa: SLF001 - our own class
        if isinstance(group, _Group):
            group.cover(os.fsencode(folder))


def knock(observer: InotifyObserver) -> bool:
    """Have the kernel report something to each group, that ends as a `Knock`; False where it cannot.

    Raises:
        WatchError: the root is not watched.
    """
    ours = (emitter for emitter in observer.emitters if isinstance(emitter, _Emitter))
    groups = [emitter._inotify for emitter in ours]  # noqa: SLF001 - watchdog keeps it to itself
    return all(group.knock() for group in groups if isinstance(group, _Group))


class _Group(InotifyWatchGroup):
    """Keeps its watches and events over an overflow, and notes each folder that could not be watched."""

    def __init__(self, emitter: "_Emitter", notes: Notes) -> None:
        self._notes = notes
        self._full = False
        super().__init__(
            emitter._inotify_fd,  # noqa: SLF001 - our own class
            os.fsencode(emitter.watch.path),
            # Watchdog asks for changed attributes only where it is asked for nothing else.
            event_mask=Mask(emitter.get_event_mask_from_filter() | InotifyConstants.IN_ATTRIB),
            is_recursive=True,
        )

    def on_queue_overflow(self) -> None:
        """Say that events were lost; the walk that follows covers what is not watched yet."""
        self._notes.lost("the kernel dropped events: its queue was full")

    def on_event(self, event: InotifyEvent) -> None:
        """Pass an event on; while too many wait, only one about a folder: those say what is watched by which name."""
        waiting = len(self._move_event_grouper._queue._queue)  # noqa: SLF001 - no public way
        if self._full and waiting < WAITING:
            self._full = False
        elif not self._full and waiting > _MOST_WAITING:
            self._full = True
            self._notes.lost("more events came than could be taken")
        if not self._full or event.is_directory:
            super().on_event(event)

    def cover(self, path: bytes) -> None:
        """Watch a folder, or learn the new name of one whose move was among lost events."""
        with self._lock:
            if self._is_active:
                self._add_callback(path)

    def knock(self) -> bool:
        """Ask the kernel for the root, then watch a pipe and take that back: the report comes behind all others."""
        queue = self._inotify_fd._inotify_fd  # noqa: SLF001 - no public way
        if inotify_add_watch(queue, self.path, Mask(self.event_mask | _MASK_CREATE)) >= 0:
            message = "the kernel had lost its watch on the root"
            raise WatchError(message)
        if ctypes.get_errno() == errno.ENOENT:
            message = "the root is not there"
            raise WatchError(message)
        pipe = os.pipe()
        try:
            end = os.fsencode(f"/proc/self/fd/{pipe[0]}")
            number = self._inotify_fd.add_callback(end, InotifyConstants.IN_MODIFY, self, CallbackId(id(self)))
        except OSError:
            return False
        finally:
            for fd in pipe:
                os.close(fd)
        return inotify_rm_watch(queue, number) == 0

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """Pass on that the watch of a pipe ended, as a knock, the way that events go."""
        with self._lock:
            known = wd in self._active_callbacks_by_watch
        if known:
            super().on_watch_deleted(wd)
        elif self._is_active:
            event = InotifyEvent(wd, InotifyConstants.IN_IGNORED, 0, b"")
            self._move_event_grouper.put_event(PathedInotifyEvent(event, self.path))

    def _add_callback(self, path: bytes) -> None:
        # The kernel gives a folder it watches already the same number again. Watchdog would warn of each such folder,
        # and every one that is made with content comes twice.
        known = inotify_add_watch(self._inotify_fd._inotify_fd, path, self.event_mask)  # noqa: SLF001 - no public way
        former = self._active_callbacks_by_watch.get(known)
        if former is not None:
            if self._active_callbacks_by_path.get(former) == known:
                del self._active_callbacks_by_path[former]
            self._active_callbacks_by_watch[known] = path
            self._active_callbacks_by_path[path] = known
            return
        super()._add_callback(path)
        descriptor = self._active_callbacks_by_path.get(path)
        if descriptor == -1:  # watchdog takes "permission denied" for a watch, and gets slower with each one
            self._remove_callbacks([descriptor])
            descriptor = None
        if descriptor is not None:
            self._notes.refused.discard(path)
        elif os.path.isdir(path):  # one that is gone meanwhile is no loss
            self._notes.refused.add(path)


class _Emitter(InotifyFullEmitter):
    def __init__(self, *args: Any, notes: Notes, **options: Any) -> None:
        super().__init__(*args, **options)
        self._notes = notes

    def on_thread_start(self) -> None:
        """Add a watch for every folder."""
        self._inotify = _Group(self, self._notes)

    def queue_event(self, event: FileSystemEvent) -> None:
        """Queue what the filter lets through, and wait while the queue is full."""
        if self._event_filter is None or any(isinstance(event, kind) for kind in self._event_filter):
            put(self, event)

    def build_and_queue_event(self, event: GroupedInotifyEvent, *, full_events: bool = True) -> None:
        """Queue an event, or a knock past the filter."""
        if isinstance(event, PathedInotifyEvent) and event.ev.is_ignored:
            put(self, Knock(self.watch.path))
        else:
            super().build_and_queue_event(event, full_events=full_events)

"""Replaces the part of watchdog that answers a queue overflow by taking every watch away and losing more events."""

# ruff: noqa: PTH112 - names as the system gives them, for each file of a tree: the quick form

import os
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

from watchdog.observers.inotify import InotifyFullEmitter, InotifyObserver, InotifyWatchGroup
from watchdog.observers.inotify_c import inotify_add_watch

if not hasattr(InotifyWatchGroup, "on_queue_overflow"):
    message = "this watchdog does not report overflows"
    raise ImportError(message)


class Notes(Protocol):
    """Where a watch group writes what nobody else would say; called from watchdog's threads."""

    lost: Callable[[str], None]
    refused: set[bytes]


def install(observer: InotifyObserver, notes: Notes) -> None:
    """Make an observer, before anything is scheduled on it, use our watch group."""
    observer._emitter_class = cast("Any", partial(_Emitter, notes=notes))  # noqa: SLF001 - no public way


def cover(observer: InotifyObserver, folder: str) -> None:
    """Watch a folder in the group of an observer."""
    for emitter in observer.emitters:
        group = emitter._inotify if isinstance(emitter, _Emitter) else None  # noqa: SLF001 - our own class
        if isinstance(group, _Group):
            group.cover(os.fsencode(folder))


class _Group(InotifyWatchGroup):
    """Keeps its watches and events over an overflow, and notes each folder that could not be watched."""

    def __init__(self, emitter: "_Emitter", notes: Notes) -> None:
        self._notes = notes
        super().__init__(
            emitter._inotify_fd,  # noqa: SLF001 - our own class
            os.fsencode(emitter.watch.path),
            event_mask=emitter.get_event_mask_from_filter(),
            is_recursive=True,
        )

    def on_queue_overflow(self) -> None:
        """Say that events were lost; the walk that follows covers what is not watched yet."""
        self._notes.lost("the kernel dropped events: its queue was full")

    def cover(self, path: bytes) -> None:
        """Watch a folder, or learn the new name of one whose move was among lost events."""
        with self._lock:
            if self._is_active:
                self._add_callback(path)

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

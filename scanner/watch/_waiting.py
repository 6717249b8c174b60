"""Bounds what waits between the threads of a reader: who has more waits until there is room."""

import queue
from typing import Final

from watchdog.events import FileSystemEvent
from watchdog.observers.api import EventEmitter

WAITING: Final = 10_000
"""How many events wait at most; what is over it waits where it comes from, which tells when it is full."""

_PATIENCE: Final = 0.2


def put(emitter: EventEmitter, event: FileSystemEvent) -> None:
    """Queue an event, whatever the filter of its emitter; wait for room as long as anybody takes events."""
    while emitter.should_keep_running():
        try:
            emitter._event_queue.put((event, emitter.watch), timeout=_PATIENCE)  # noqa: SLF001 - no public way
        except queue.Full:
            continue
        return

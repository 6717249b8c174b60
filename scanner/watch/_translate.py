"""Turns watchdog's events into changes, whichever reader they come from."""

import os
from collections.abc import Mapping
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from scanner.model.change import Change, ChangeKind
from scanner.watch.reader import Lose, Put

KINDS: Final[Mapping[type[FileSystemEvent], ChangeKind]] = {
    FileClosedEvent: ChangeKind.CLOSED,
    FileCreatedEvent: ChangeKind.CREATED,
    FileMovedEvent: ChangeKind.MOVED,
    FileAttribEvent: ChangeKind.CLOSED,
    FileDeletedEvent: ChangeKind.GONE,
    DirDeletedEvent: ChangeKind.TREE,
    DirCreatedEvent: ChangeKind.TREE,
    DirMovedEvent: ChangeKind.TREE,
}
"""What events mean where the system tells of files that are closed. A file has other attributes when its owner or who
may read it changes, and its verdict may be another one then."""

KINDS_WITHOUT_CLOSE: Final[Mapping[type[FileSystemEvent], ChangeKind]] = {
    FileCreatedEvent: ChangeKind.CREATED,
    FileModifiedEvent: ChangeKind.CREATED,
    FileMovedEvent: ChangeKind.MOVED,
    FileDeletedEvent: ChangeKind.GONE,
    DirDeletedEvent: ChangeKind.TREE,
    DirCreatedEvent: ChangeKind.TREE,
    DirMovedEvent: ChangeKind.TREE,
}
"""What they mean elsewhere: a file that was written to may still be written to."""


class Knock(FileSystemEvent):
    """Something that a canary provoked; it means nothing but that it came through."""


class Lost(FileSystemEvent):
    """Events below the root `src_path` were lost; `dest_path` says why."""


class Translator(FileSystemEventHandler):
    """Passes on what watchdog reports; `heard` counts it, knocks with the rest. Called from watchdog's threads."""

    def __init__(self, put: Put, lose: Lose, kinds: Mapping[type[FileSystemEvent], ChangeKind] = KINDS) -> None:
        """Take where changes and losses go, and what each kind of event means; others mean nothing."""
        self._put = put
        self._lose = lose
        self._kinds = kinds
        self.heard = 0

    def dispatch(self, event: FileSystemEvent) -> None:
        """Report one event; a move is the end of one name and counts for the new one, if that is not elsewhere."""
        kind = self._kinds.get(type(event))
        moved = isinstance(event, FileMovedEvent | DirMovedEvent)
        path = event.dest_path if moved else event.src_path
        if moved and event.src_path:
            gone = ChangeKind.TREE if isinstance(event, DirMovedEvent) else ChangeKind.GONE
            self._put(Change(os.fsdecode(event.src_path), gone))
        if kind is not None and path:
            self._put(Change(os.fsdecode(path), kind))
        elif isinstance(event, Lost):
            self._lose(os.fsdecode(event.dest_path))
        self.heard += 1

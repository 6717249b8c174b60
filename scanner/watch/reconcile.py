"""Walks a tree against the index of what has a verdict, in small steps: what no event told, this finds."""

# ruff: noqa: PTH118 - names as the system gives them, for each file of a tree: the quick form

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from errno import ELOOP
from typing import Protocol

from scanner.errors import WatchError
from scanner.model.visible import visible
from scanner.watch.beneath import entries
from scanner.watch.walk import Sight, sight_of

_ENTRIES_PER_STEP = 500


class Index(Protocol):
    """What is known of the files that have a verdict: a mark per file that changes when the file or the rules do."""

    def folder(self, path: str) -> dict[str, bytes]:
        """Return the marks of the files in one folder, by name."""
        ...

    def subfolders(self, path: str) -> set[str]:
        """Return the names of the folders in this one that hold known files, at any depth."""
        ...

    def mark(self, status: os.stat_result) -> bytes:
        """Return the mark of a file in this state under the rules in force."""
        ...


class Cover(Protocol):
    """Told of every folder before it is listed, so that what happens in it from then on is reported."""

    def __call__(self, folder: str, /) -> None:
        """Watch the folder."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """What a piece of a walk showed, all paths absolute.

    `changed` are files without a verdict for their present state; `gone` are known files, and `gone_folders` folders
    with known files, that are no more. `files` and `folders` were met; `unreadable` says which folders could not be
    listed, and why.
    """

    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    gone_folders: tuple[str, ...] = ()
    files: int = 0
    folders: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()


def landmark(root: str, before: str, *, known: bool) -> str:
    """Return what tells this root from another one mounted in its place; it is "" only before the first walk.

    `known` tells that there are known files below it.

    Raises:
        WatchError: the root is not there, is no folder, cannot be read, or is another one than `before` and empty,
            as a mount point is while its share is away.
    """
    try:
        status = os.stat(root)  # noqa: PTH116 - the path may hold bytes that are no text
        with os.scandir(root) as scan:
            empty = next(scan, None) is None
    except OSError as error:
        message = f"{visible(root)} cannot be walked: {os.strerror(error.errno or 0)}"
        raise WatchError(message) from error
    mark = f"{status.st_dev}:{status.st_ino}"
    if empty and known and before not in {"", mark}:
        message = f"{visible(root)} is empty and not what it was; is something not mounted?"
        raise WatchError(message)
    return mark


def compare(top: str, exclude: Sequence[str], index: Index, cover: Cover) -> Iterator[Step]:
    """Walk `top` and yield what differs from the index, a step for every few hundred entries.

    Links are not followed, other file systems are walked, an excluded folder is not looked into. Of the folders in one
    folder that which changed last comes first, and so do the files of one step. Nothing is raised for what is on the
    disk: a `top` that is gone is a walk that meets nothing.
    """
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        cover(folder)
        known = index.folder(folder)
        gone_folders = index.subfolders(folder)
        subfolders: list[tuple[int, str]] = []
        changed: list[tuple[int, str]] = []
        files = 0
        prefix = os.path.join(folder, "")
        try:
            with entries(top, folder) as found:
                for count, entry in enumerate(found, 1):
                    path = prefix + entry.name
                    kind = sight_of(entry, path, exclude)
                    if kind is None:
                        subfolders.append((_changed_at(entry), path))
                        gone_folders.discard(entry.name)
                    elif kind is Sight.FILE:
                        files += 1
                        if (when := _differs(entry, known, index)) is not None:
                            changed.append((when, path))
                    if count % _ENTRIES_PER_STEP == 0:
                        yield Step(_newest_first(changed), files=files)
                        changed, files = [], 0
        except (FileNotFoundError, NotADirectoryError):
            yield Step(
                _newest_first(changed), files=files
            )  # it went while we walked; its parent's walk, or an event, tells
            continue
        except OSError as error:
            if error.errno == ELOOP:
                yield Step(_newest_first(changed), files=files)  # a link stands there now; it is not followed
                continue
            yield Step(_newest_first(changed), files=files, unreadable=((folder, os.strerror(error.errno or 0)),))
            continue
        gone = tuple(os.path.join(folder, name) for name in known)
        vanished = tuple(os.path.join(folder, name) for name in gone_folders)
        yield Step(_newest_first(changed), gone, vanished, files, 1)
        waiting.extend(reversed(_newest_first(subfolders)))


def _newest_first(found: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(path for _, path in sorted(found, key=lambda entry: entry[0], reverse=True))


def _changed_at(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0


def _differs(entry: os.DirEntry[str], known: dict[str, bytes], index: Index) -> int | None:
    """Return when a file was changed that has no verdict for its present state, None where it has one, or is gone."""
    before = known.pop(entry.name, None)
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError:
        return 0  # opening it will say what is wrong
    return None if before == index.mark(status) else status.st_mtime_ns

"""Walks a tree against the index of what has a verdict, in small steps: what no event told, this finds."""

# ruff: noqa: PTH118 - names as the system gives them, for each file of a tree: the quick form

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from errno import ELOOP
from itertools import islice
from typing import Protocol

from scanner.errors import WatchError
from scanner.model.visible import visible
from scanner.watch.beneath import entries
from scanner.watch.listing import Listing
from scanner.watch.walk import Sight, is_excluded, sight_of

_ENTRIES_PER_STEP = 500


class Index(Protocol):
    """What is known of the files that have a verdict: a mark per file that changes when the file or the rules do."""

    @property
    def rules(self) -> bytes:
        """The rules in force."""
        ...

    def seal(self, path: str) -> bytes | None:
        """Return the seal that a folder had when all files in it had verdicts, None where that is not known."""
        ...

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
    listed, and why. `whole` are folders in which nothing differed, each with its seal and its number of files.
    """

    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    gone_folders: tuple[str, ...] = ()
    files: int = 0
    folders: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    whole: tuple[tuple[str, bytes, int], ...] = ()


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
    disk: a `top` that is gone is a walk that meets nothing. Files in a folder whose seal holds are not looked up.
    """
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        cover(folder)
        try:
            subfolders = yield from _glance(top, folder, exclude, index)
            if subfolders is None:
                subfolders = yield from _look(top, folder, exclude, index)
        except (FileNotFoundError, NotADirectoryError):
            continue  # it went while we walked; its parent's walk, or an event, tells
        except OSError as error:
            if error.errno != ELOOP:  # else a link stands there now; it is not followed
                yield Step(unreadable=((folder, os.strerror(error.errno or 0)),))
            continue
        waiting.extend(reversed(subfolders))


def _glance(top: str, folder: str, exclude: Sequence[str], index: Index) -> Generator[Step, None, list[str] | None]:
    """Yield steps, and return the subfolders of a folder whose seal holds; None for one to be looked through."""
    sealed = index.seal(folder)
    if sealed is None:
        return None
    listing = Listing(index.rules, exclude)
    with entries(top, folder) as found:
        try:
            while listing.take(islice(found, _ENTRIES_PER_STEP)) == _ENTRIES_PER_STEP:
                yield Step()
        except OSError:
            return None
        if listing.seal() != sealed:
            return None
        subfolders = _subfolders(folder, listing.folders, exclude)
    yield Step(files=listing.files, folders=1)
    return subfolders


def _look(top: str, folder: str, exclude: Sequence[str], index: Index) -> Generator[Step, None, list[str]]:
    """Yield what differs in a folder, and return its subfolders."""
    known, gone_folders = index.folder(folder), index.subfolders(folder)
    prefix = os.path.join(folder, "")
    listing: Listing | None = Listing(index.rules, exclude)
    subfolders: list[os.DirEntry[str]] = []
    total = 0
    with entries(top, folder) as found:
        while chunk := tuple(islice(found, _ENTRIES_PER_STEP)):
            listing = _added(listing, chunk)
            changed: list[tuple[int, str]] = []
            files = 0
            for entry in chunk:
                path = prefix + entry.name
                kind = sight_of(entry, path, exclude)
                if kind is None:
                    subfolders.append(entry)
                    gone_folders.discard(entry.name)
                elif kind is Sight.FILE:
                    files += 1
                    if (when := _differs(entry, known, index)) is not None:
                        changed.append((when, path))
            total += files
            if changed:
                listing = None  # there is nothing to seal
            yield Step(_newest_first(changed), files=files)
        newest = _subfolders(folder, subfolders, exclude)
    gone = tuple(prefix + name for name in known)
    vanished = tuple(prefix + name for name in gone_folders)
    whole = () if listing is None or gone or vanished else ((folder, listing.seal(), total),)
    yield Step((), gone, vanished, folders=1, whole=whole)
    return newest


def _added(listing: Listing | None, chunk: Sequence[os.DirEntry[str]]) -> Listing | None:
    """Return the listing with more entries; None where one of them is gone already."""
    if listing is not None:
        try:
            listing.take(chunk)
        except OSError:
            return None
    return listing


def _subfolders(folder: str, found: Sequence[os.DirEntry[str]], exclude: Sequence[str]) -> list[str]:
    """Return the paths of the folders to walk, the one that changed last first."""
    prefix = os.path.join(folder, "")
    met = [(_changed_at(entry), prefix + entry.name) for entry in found]
    return [path for path in _newest_first(met) if not is_excluded(path, exclude)]


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

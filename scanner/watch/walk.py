"""Walks a tree once and says of every entry what it is: a file to scan, or something left out and why."""

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Sight(StrEnum):
    """What a walk met; only `file` is scanned, and only `unreadable` is a gap."""

    FILE = "file"
    UNREADABLE = "unreadable folder"
    LINK = "symbolic link"
    SPECIAL = "FIFO, socket or device"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a walk met. `detail` says what went wrong with an unreadable folder."""

    path: str
    sight: Sight
    detail: str = ""


def walk(root: str, exclude: Sequence[str] = ()) -> Iterator[Entry]:
    """Yield every entry below `root`, in a fixed order, folders first deep; a file as root is its own tree.

    Links are never followed. `exclude` are globs over the whole path or over one name in it; an excluded folder
    is one entry, its content is not looked at.
    """
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except NotADirectoryError:
            yield Entry(folder, Sight.FILE)
            continue
        except OSError as error:
            yield Entry(folder, Sight.UNREADABLE, os.strerror(error.errno or 0))
            continue
        folders: list[str] = []
        for entry in entries:
            sight = sight_of(entry, exclude)
            if sight is None:
                folders.append(entry.path)
            else:
                yield Entry(entry.path, sight)
        waiting.extend(reversed(folders))


def sight_of(entry: os.DirEntry[str], exclude: Sequence[str]) -> Sight | None:
    """Tell what an entry is; None for a folder to go into."""
    if is_excluded(entry.path, exclude):
        return Sight.EXCLUDED
    if entry.is_symlink():
        return Sight.LINK
    if entry.is_dir(follow_symlinks=False):
        return None
    return Sight.FILE if entry.is_file(follow_symlinks=False) else Sight.SPECIAL


def is_excluded(path: str, exclude: Sequence[str]) -> bool:
    """Tell whether a glob takes the path out: one with a slash by its end or its whole, any other by its last name."""
    name = os.path.basename(path)  # noqa: PTH119 - once for every file of a tree: the quick form
    return any(pattern.match(path if whole else name) is not None for pattern, whole in map(_compiled, exclude))


@cache
def _compiled(glob: str) -> tuple[re.Pattern[str], bool]:
    """Return a glob as a pattern, and whether it is for the whole path: `a/b` and `./a/b/` mean any `…/a/b`."""
    trimmed = glob.removeprefix("./").rstrip("/") or glob
    if "/" not in trimmed:
        return re.compile(fnmatch.translate(trimmed)), False
    return re.compile(fnmatch.translate(trimmed if trimmed.startswith(("/", "*")) else f"*/{trimmed}")), True

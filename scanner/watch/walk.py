"""Walks a tree once and says of every entry what it is: a file to scan, or something left out and why."""

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from errno import ELOOP
from functools import cache

from scanner.watch.beneath import entries


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

    Links are never followed; `root` itself is a path without any. `exclude` are globs over the whole path or over one
    name in it; an excluded folder is one entry, its content is not looked at.
    """
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        seen: list[tuple[str, str, Sight | None]] = []
        try:
            with entries(root, folder) as found:
                for entry in found:
                    path = os.path.join(folder, entry.name)  # noqa: PTH118 - once for every file: the quick form
                    seen.append((entry.name, path, sight_of(entry, path, exclude)))
        except NotADirectoryError:
            yield Entry(folder, Sight.FILE)
            continue
        except OSError as error:
            yield _unlisted(folder, error)
            continue
        folders: list[str] = []
        for _, path, sight in sorted(seen):
            if sight is None:
                folders.append(path)
            else:
                yield Entry(path, sight)
        waiting.extend(reversed(folders))


def sight_of(entry: os.DirEntry[str], path: str, exclude: Sequence[str]) -> Sight | None:
    """Tell what an entry with this whole path is; None for a folder to go into."""
    if is_excluded(path, exclude):
        return Sight.EXCLUDED
    if entry.is_file(follow_symlinks=False):  # first, since nearly every entry is one
        return Sight.FILE
    if entry.is_symlink():
        return Sight.LINK
    return None if entry.is_dir(follow_symlinks=False) else Sight.SPECIAL


def is_gone(path: str) -> bool:
    """Tell whether nothing has this name any more; what cannot be seen may be there."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _unlisted(folder: str, error: OSError) -> Entry:
    """Say why a folder was not listed; one that became a link meanwhile is a link like any other."""
    if error.errno == ELOOP:
        return Entry(folder, Sight.LINK)
    return Entry(folder, Sight.UNREADABLE, os.strerror(error.errno or 0))


def is_excluded(path: str, exclude: Sequence[str]) -> bool:
    """Tell whether a glob takes the path out: one with a slash by its end or its whole, any other by its last name."""
    if not exclude:
        return False
    name = os.path.basename(path)  # noqa: PTH119 - once for every file of a tree: the quick form
    return any(pattern.match(path if whole else name) is not None for pattern, whole in map(_compiled, exclude))


@cache
def _compiled(glob: str) -> tuple[re.Pattern[str], bool]:
    """Return a glob as a pattern, and whether it is for the whole path: `a/b` and `./a/b/` mean any `…/a/b`."""
    trimmed = glob.removeprefix("./").rstrip("/") or glob
    if "/" not in trimmed:
        return re.compile(fnmatch.translate(trimmed)), False
    return re.compile(fnmatch.translate(trimmed if trimmed.startswith(("/", "*")) else f"*/{trimmed}")), True

"""Counts the folders of some trees, and names those that cannot be listed; no file is opened."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from scanner.watch.beneath import entries
from scanner.watch.walk import sight_of

LONGEST: Final = 30.0
"""Seconds after which the count is given up: a share may have millions of folders."""


@dataclass(slots=True)
class Survey:
    """How many folders there are, those that cannot be listed with the reason, and the roots that are not there."""

    folders: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    complete: bool = True


def survey(roots: Sequence[str], exclude: Sequence[str], longest: float = LONGEST) -> Survey:
    """Walk the folders below some roots; links are not followed, excluded folders not looked into."""
    found = Survey()
    until = time.monotonic() + longest
    for root in dict.fromkeys(map(os.path.realpath, roots)):
        waiting = [root]
        while waiting:
            if time.monotonic() > until:
                found.complete = False
                return found
            folder = waiting.pop()
            try:
                with entries(root, folder) as inside:
                    for entry in inside:
                        path = os.path.join(folder, entry.name)  # noqa: PTH118 - for every file of a tree: the quick form
                        if sight_of(entry, path, exclude) is None:
                            waiting.append(path)
            except OSError as error:
                if folder == root:
                    found.missing.append((root, os.strerror(error.errno or 0)))
                elif not isinstance(error, FileNotFoundError | NotADirectoryError):
                    found.unreadable.append((folder, os.strerror(error.errno or 0)))
            found.folders += 1
    return found

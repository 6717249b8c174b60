"""Tells which paths are watched: below a root, not excluded, and not our own state."""

# ruff: noqa: PTH118, PTH120 - names as the system gives them, for each file of a tree: the quick form

import glob
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache

from scanner.errors import WatchError
from scanner.model.visible import visible
from scanner.watch.walk import is_excluded

_FOLDERS_REMEMBERED = 20_000


class Scope:
    """The roots and what is left out below them."""

    def __init__(self, roots: Iterable[str], exclude: Sequence[str], state: str) -> None:
        """Take the roots, globs over whole paths or one name, and the state folder, which is never watched.

        Raises:
            WatchError: there is no root, or one lies in the state folder.
        """
        self.exclude = (*exclude, glob.escape(os.path.realpath(state)))
        self.roots = _outermost(os.path.realpath(root) for root in roots)
        if not self.roots:
            message = "there is nothing to watch: name a folder, or set `paths` in [watch]"
            raise WatchError(message)
        for root in self.roots:
            if is_in(root, os.path.realpath(state)):
                message = f"{visible(root)} lies in the state folder, which is never watched; --state names another"
                raise WatchError(message)
        self._in_folder = lru_cache(_FOLDERS_REMEMBERED)(self._is_open)

    def takes(self, path: str) -> bool:
        """Tell whether a file or folder with this path is to be looked at."""
        if path in self.roots:
            return True
        return self._in_folder(os.path.dirname(path)) and not is_excluded(path, self.exclude)

    def root_of(self, path: str) -> str | None:
        """Return the root a path lies in."""
        return next((root for root in self.roots if is_in(path, root)), None)

    def _is_open(self, folder: str) -> bool:
        root = self.root_of(folder)
        if root is None:
            return False
        while len(folder) > len(root):
            if is_excluded(folder, self.exclude):
                return False
            folder = os.path.dirname(folder)
        return True


def is_in(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies below it."""
    return path == folder or path.startswith(os.path.join(folder, ""))


def _outermost(roots: Iterable[str]) -> tuple[str, ...]:
    """Leave out roots that lie in others: their walks and events would come twice."""
    kept: list[str] = []
    for root in sorted(set(roots), key=len):
        if not any(is_in(root, outer) for outer in kept):
            kept.append(root)
    return tuple(sorted(kept))

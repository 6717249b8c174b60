"""Holds names that ended for a moment, so that a renamed file has a verdict by its new name before the old one ends."""

from collections import OrderedDict
from collections.abc import Iterator

from scanner.model.change import ChangeKind
from scanner.watch.pending import Waiting
from scanner.watch.scope import Scope, is_in
from scanner.watch.walk import is_gone

_FILE, _FOLDER = 5.0, 30.0  # seconds; what stood in a folder takes longer to be read anew
_MOST = 100_000


class Ended:
    """The names that ended. What is not held, or is forgotten by a restart, a walk finds."""

    def __init__(self, scope: Scope) -> None:
        """Take the roots, which never end: what is not mounted is not deleted."""
        self._scope = scope
        self._files: OrderedDict[str, float] = OrderedDict()
        self._folders: OrderedDict[str, float] = OrderedDict()

    def takes(self, waiting: Waiting) -> bool:
        """Hold what a report says of a name that ended, and tell whether it was one."""
        if waiting.kind is ChangeKind.GONE:
            _hold(self._files, waiting)
            return True
        if waiting.kind is not ChangeKind.TREE or not is_gone(waiting.path):
            return False
        if not any(is_in(root, waiting.path) for root in self._scope.roots):
            _hold(self._folders, waiting)
        return True

    def due(self, now: float) -> tuple[list[str], list[str]]:
        """Return the files and the folders that ended some time ago and are not there, and hold them no longer."""
        return list(_due(self._files, now - _FILE)), list(_due(self._folders, now - _FOLDER))


def _hold(held: OrderedDict[str, float], waiting: Waiting) -> None:
    held.pop(waiting.path, None)  # the last to end is the last in order
    if len(held) < _MOST:
        held[waiting.path] = waiting.last_event


def _due(held: OrderedDict[str, float], until: float) -> Iterator[str]:
    while held:
        path = next(iter(held))
        if held[path] > until:
            return
        del held[path]
        if is_gone(path):
            yield path

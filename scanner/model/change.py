"""A sign that something happened to a path, before anybody has looked at it."""

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What the sign says: how far along the file is, or that a whole folder has to be walked."""

    CLOSED = "closed"
    """Somebody who wrote to it closed it."""
    CREATED = "created"
    """It is there; nobody has said that it is whole."""
    MOVED = "moved"
    """It came to this name from another one, as it was."""
    FOUND = "found"
    """A walk met it in a state that has no verdict."""
    TREE = "tree"
    """A folder came, or went, with all that is in it."""
    GONE = "gone"
    """It was deleted, or has another name now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One sign. `path` is absolute, as `os.fsdecode` writes it."""

    path: str
    kind: ChangeKind

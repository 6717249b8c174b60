"""Readers: each turns the bytes of some media types into text, members and problems.

A reader is a module in this folder with two names in it: `MEDIA_TYPES` and `extract`. It is found by walking the
folder; a leading underscore means "not a reader". A reader never raises for a bad document, never recurses into
members (the pipeline does) and never opens a path.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Protocol, cast

from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._passwords import MOST_PASSWORDS
from scanner.model.document import Blob, Member, Problem, Segment

__all__ = ["MOST_PASSWORDS", "Budget", "LimitReachedError", "Reader", "preload", "readers"]

Item = Segment | Member | Problem


class Reader(Protocol):
    """What a module in this folder offers.

    A media type may end in `/*` to take a whole family; an exact type wins over a family. A module may also have
    `PIECEWISE`, the types among them that can be cut between any two lines and read piece by piece: of these, a
    file of any size is read in little memory. It may have `preload`, which reads the files that a library opens on
    first use: where documents are read, none can be opened.
    """

    MEDIA_TYPES: frozenset[str]

    def extract(self, blob: Blob, budget: Budget) -> Iterator[Item]:
        """Yield everything readable in the blob, and a problem for everything that is not.

        May let `LimitReachedError` pass: the pipeline turns it into a problem and keeps what came before.
        """
        ...


def readers() -> dict[str, Reader]:
    """Return every reader in this folder by media type.

    Raises:
        ValueError: two readers claim the same type.
    """
    found: dict[str, Reader] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.name.startswith("_"):
            continue
        reader = cast("Reader", importlib.import_module(f"{__name__}.{module.name}"))
        for media_type in reader.MEDIA_TYPES:
            if media_type in found:
                message = f"two readers for {media_type}: {module.name} is the second"
                raise ValueError(message)
            found[media_type] = reader
    return found


def preload() -> None:
    """Load what readers and their libraries would otherwise open files for while they read a document."""
    for reader in dict.fromkeys(readers().values()):
        getattr(reader, "preload", _nothing)()


def _nothing() -> None:
    """Stand for what a reader does not have."""

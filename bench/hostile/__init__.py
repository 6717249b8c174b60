"""Hostile documents: what somebody would write to stop a scanner, to fill its memory, or to pass by it.

A module of this folder makes the documents of one family. Its `documents` yields them; a leading underscore means
"not such a module". They are the same each time. `python -m bench.hostile` has the product read them all.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Flag, auto

MARKING = "TOP SECRET//NOFORN"
"""What is planted where something is to be found."""


class Claim(Flag):
    """What has to come of a document; nothing: it only must end in one outcome, in time."""

    NOTHING = 0
    BOMB = auto()
    """It cannot be read in full, so that it must be neither clean nor permitted."""
    MARKED = auto()
    """The marking in it must be found."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """One document. `make` gives its bytes, in pieces where they are many.

    `known_miss` says why the marking is not found, where the product does not claim to find it. `heavy` documents take
    a second or more, or much room on the disk.
    """

    name: str
    make: Callable[[], str | bytes | Iterable[bytes]] = field(repr=False)
    claim: Claim = Claim.NOTHING
    known_miss: str = ""
    heavy: bool = False
    family: str = ""

    def pieces(self) -> Iterable[bytes]:
        """Return the bytes of the document."""
        made = self.make()
        if isinstance(made, str):
            made = made.encode()
        return (made,) if isinstance(made, bytes) else made


BOMB = Claim.BOMB
MARKED = Claim.MARKED


def documents(family: str = "") -> Iterator[Hostile]:
    """Yield the documents of one family, or of all; each name comes once."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.name.startswith("_") or family not in {"", module.name}:
            continue
        made: Iterator[Hostile] = importlib.import_module(f"{__name__}.{module.name}").documents()
        for one in made:
            yield Hostile(one.name, one.make, one.claim, one.known_miss, one.heavy, module.name)

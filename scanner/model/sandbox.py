"""How well the parsers of documents are shut in, as it was proven at the start."""

from dataclasses import dataclass
from enum import StrEnum


class Protection(StrEnum):
    """What a document that takes over its parser could still do, from most to least.

    `full`: nothing but lie about itself and others of its owner. `reduced`: the same, but a layer is missing, and only
    the others stand in its way. `process`: it runs in a process of its own with limits, and can do what this user can.
    """

    PROCESS = "process"
    REDUCED = "reduced"
    FULL = "full"

    def reaches(self, least: "Protection") -> bool:
        """Tell whether this is at least as much protection as another."""
        order = list(Protection)
        return order.index(self) >= order.index(least)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What was reached: `layers` stand, `missing` says why others do not, `open` names the attacks that worked."""

    protection: Protection
    layers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return one line for people."""
        lacks = [*(f"without {entry}" for entry in self.missing), *(f"it can still {entry}" for entry in self.open)]
        return f"{self.protection}" + (f" ({'; '.join(lacks)})" if lacks else "")

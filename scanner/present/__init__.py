"""Output formats: each shows verdicts to a person or a program.

A format is a module in this folder with `NAME` and `start` in it; a leading underscore means "not a format".
"""

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Protocol, TextIO, cast

from scanner.model.verdict import Tally, Verdict

__all__ = ["Format", "Report", "Run", "formats"]


@dataclass(frozen=True, slots=True)
class Run:
    """What the reader of a report needs to know about the scan itself.

    `seconds` is how long it took, `partial` whether it was broken off. `skipped` counts what is no document to
    scan, by what it is. `details` asks for everything, `base` is the folder paths are shown relative to. `protection`
    says how well documents were shut in while they were read, empty where none was. `policy` says in words what may
    stand where, `began` when the scan did, in seconds since the epoch. `known` counts the files that only a baseline
    keeps from being in violation. `shows_values` tells that findings quote what they matched.
    """

    version: str
    rules: str
    paths: tuple[str, ...]
    seconds: float = 0.0
    partial: bool = False
    skipped: tuple[tuple[str, int], ...] = ()
    details: bool = False
    base: str = ""
    protection: str = ""
    policy: str = ""
    began: float = 0.0
    known: int = 0
    shows_values: bool = False


class Report(Protocol):
    """A report being written."""

    def add(self, verdict: Verdict) -> None:
        """Show one verdict."""
        ...

    def end(self, tally: Tally, run: Run) -> None:
        """Show the sum; nothing is added after it."""
        ...


class Format(Protocol):
    """What a module in this folder offers."""

    NAME: str

    def start(self, stream: TextIO, run: Run, *, color: bool) -> Report:
        """Begin a report on a text stream."""
        ...


def formats() -> dict[str, Format]:
    """Return every output format in this folder by name."""
    found: dict[str, Format] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if not module.name.startswith("_"):
            known = cast("Format", importlib.import_module(f"{__name__}.{module.name}"))
            found[known.NAME] = known
    return found

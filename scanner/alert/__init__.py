"""Alerts: the store that keeps them, and the sinks that pass them on.

A sink is a module in this folder with `NAME` and `start` in it, besides the store itself (`store.py`) and what
starts with an underscore.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Protocol, cast

from scanner.model.notice import Notice

__all__ = ["Sink", "SinkKind", "sinks"]


class Sink(Protocol):
    """A place notices of alerts are sent to."""

    def send(self, notice: Notice) -> None:
        """Pass one notice on; when it returns, the receiver has it, as far as the way there can tell.

        Raises:
            OSError: the sink cannot take it now; it is sent again later, with the same id.
        """
        ...

    def close(self) -> None:
        """Flush and let go."""
        ...


class SinkKind(Protocol):
    """What a sink module offers."""

    NAME: str

    def start(self, options: Mapping[str, str]) -> Sink:
        """Open the sink with the options of its `[[sink]]` table.

        Raises:
            ValueError: an option is missing or wrong; the message names it.
            OSError: the sink cannot be opened.
        """
        ...


def sinks() -> dict[str, SinkKind]:
    """Return every sink in this folder by name."""
    found: dict[str, SinkKind] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.name.startswith("_") or module.name in _NOT_SINKS:
            continue
        kind = cast("SinkKind", importlib.import_module(f"{__name__}.{module.name}"))
        found[kind.NAME] = kind
    return found


_NOT_SINKS = frozenset({"baseline", "dedup", "store"})

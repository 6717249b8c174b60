"""Alerts: the store that keeps them, and the sinks that pass them on.

A sink is a module in this folder with `NAME`, `PACE`, `check` and `start` in it; its file is called as it is. Besides
there are the store itself, what keeps alerts from being raised, what feeds the sinks, and what begins with an
underscore.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Protocol, cast

from scanner.model.notice import Notice
from scanner.model.route import Pace

__all__ = ["Sink", "SinkKind", "kinds", "sink_kind", "sinks"]


class Sink(Protocol):
    """A place notices of alerts are sent to. All of it is called from one thread after the other, never from two."""

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
    """What a sink module offers. `PACE` is how fast it is told where its table says nothing else."""

    NAME: str
    PACE: Pace

    def check(self, options: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """Yield each option that is missing, wrong or unknown, with what is wrong; nothing is opened for that.

        A list of texts comes as one text, an entry on each line.
        """
        ...

    def start(self, options: Mapping[str, str]) -> Sink:
        """Open the sink with the options of its `[[sink]]` table; a receiver elsewhere is not waited for.

        Raises:
            ValueError: an option is missing or wrong; the message names it.
            OSError: the sink cannot be opened.
        """
        ...


def kinds() -> tuple[str, ...]:
    """Return the name of every sink in this folder."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if not name.startswith("_") and name not in _NOT_SINKS))


def sink_kind(name: str) -> SinkKind:
    """Return one of the `kinds`; what the others need is not loaded."""
    return cast("SinkKind", importlib.import_module(f"{__name__}.{name}"))


def sinks() -> dict[str, SinkKind]:
    """Return every sink in this folder by name."""
    return {name: sink_kind(name) for name in kinds()}


_NOT_SINKS = frozenset({"baseline", "courier", "dedup", "reconsider", "store", "suppress"})

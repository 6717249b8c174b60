"""Gathers the names in an archive that no member carries: of folders, links, and of files that cannot be read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.model.document import Segment
from scanner.model.place import Part, Place

_PIECE: Final = 1 << 18


class Names:
    """Names in the order in which they were met, each once."""

    def __init__(self) -> None:
        """Start with none."""
        self._seen: dict[str, None] = {}

    def add(self, names: Iterable[str]) -> None:
        """Add names, without the NUL characters that pad some of them."""
        for name in names:
            if kept := name.replace("\x00", "").strip():
                self._seen[kept] = None

    def segments(self, place: Place, budget: Budget) -> Iterator[Segment]:
        """Yield the names, a line each, as metadata of the archive.

        Raises:
            LimitReachedError: the document has more text than the limit.
        """
        at = replace(place, part=Part.METADATA, title="names")
        lines: list[str] = []
        size = 0
        for name in self._seen:
            lines.append(name)
            size += len(name) + 1
            if size > _PIECE:
                yield _segment(at, lines, budget)
                lines, size = [], 0
        if lines:
            yield _segment(at, lines, budget)


def _segment(place: Place, lines: list[str], budget: Budget) -> Segment:
    text = "\n".join(lines)
    budget.text(len(text))
    return Segment(place, text)

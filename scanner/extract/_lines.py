"""Gathers the lines of many places while a document is walked, and hands them out as segments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._budget import Budget
from scanner.model.document import Segment
from scanner.model.limits import Limits
from scanner.model.place import Place

# Large enough that few paragraphs are torn from their neighbours, small enough that memory stays flat.
_SEGMENT: Final = 1 << 18
_HELD: Final = 1 << 22

LONGEST_LINE: Final = 1 << 20
"""Characters after which a walker ends a line by force: nobody writes one that long, and a bomb is one line."""


@dataclass(slots=True)
class _Held:
    """The lines of one place, and how long they are together."""

    lines: list[str]
    size: int = 0


class Lines:
    """Lines by place, in the order in which the places were first written to."""

    def __init__(self, budget: Budget) -> None:
        """Start with nothing; text is accounted for when it is handed out."""
        self._budget = budget
        self._lines: dict[Place, _Held] = {}
        self._held = 0
        self._full: list[Place] = []
        # Most lines stand where the one before does, and to look a place up takes longer than to add a line.
        self._last_place: Place | None = None
        self._last = _Held([])

    @property
    def limits(self) -> Limits:
        """How much of the document is read."""
        return self._budget.limits

    def add(self, place: Place, line: str) -> None:
        """Add a line, or several separated by line feeds."""
        if place is self._last_place:
            held = self._last
        else:
            found = self._lines.get(place)
            if found is None:
                found = self._lines[place] = _Held([])
            held = found
            self._last_place, self._last = place, held
        size = len(line) + 1
        held.lines.append(line)
        held.size += size
        self._held += size
        if held.size > _SEGMENT:
            self._full.append(place)

    def move(self, source: Place, target: Place) -> None:
        """Let what is still held for one place stand at another."""
        if source in self._lines:
            self._lines[target] = self._lines.pop(source)
            self._last_place = None

    def ready(self) -> Iterator[Segment]:
        """Yield the places that have grown long, or all of them when much is held.

        Raises:
            LimitReachedError: the document has more text than the limit.
        """
        if self._held > _HELD:
            yield from self.rest()
        elif self._full:
            full = [(place, self._lines.pop(place)) for place in dict.fromkeys(self._full) if place in self._lines]
            self._held -= sum(held.size for _, held in full)
            yield from self._take(full)

    def rest(self) -> Iterator[Segment]:
        """Yield everything that is still held.

        Raises:
            LimitReachedError: the document has more text than the limit.
        """
        if self._lines:
            # Nothing is looked up again, which would take longer than all else here.
            taken, self._lines = self._lines, {}
            self._held = 0
            yield from self._take(taken.items())

    def _take(self, taken: Iterable[tuple[Place, _Held]]) -> Iterator[Segment]:
        self._full.clear()
        self._last_place = None
        for place, held in taken:
            text = "\n".join(held.lines).strip("\n")
            if text and not text.isspace():
                self._budget.text(len(text))
                yield Segment(place, text)

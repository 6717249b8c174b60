"""Holds what an OpenDocument text is written into: lines, and rows whose hidden cells stand apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._markup.xml import attribute
from scanner.model.place import Place

_UNSEEN: Final = ("collapse", "filter")
_MOST_COLUMNS: Final = 1000
_LONGEST: Final = 7


@dataclass(slots=True)
class Grid:
    """The row of a table that is being read; `inside` says whether there is one."""

    inside: bool = False
    _hidden_row: bool = False
    _hidden_cell: bool = False
    _columns: list[range] = field(default_factory=list)
    _described: int = 0
    _at: int = 0
    _shown: list[str] = field(default_factory=list)
    _unseen: list[str] = field(default_factory=list)

    def describe(self, attributes: Mapping[str, str]) -> None:
        """Take what is said of one or several columns, before the rows."""
        count = _count(attributes)
        if attribute(attributes, "visibility") in _UNSEEN and len(self._columns) < _MOST_COLUMNS:
            self._columns.append(range(self._described, self._described + count))
        self._described += count

    def begin(self, attributes: Mapping[str, str]) -> None:
        """Begin a row."""
        self.inside = True
        self._hidden_row = attribute(attributes, "visibility") in _UNSEEN
        self._at = 0

    def enter(self, attributes: Mapping[str, str]) -> None:
        """Begin a cell."""
        self._hidden_cell = self._hidden_row or any(self._at in columns for columns in self._columns)
        self._at += _count(attributes)

    def put(self, text: str) -> None:
        """Take what stands in the cell."""
        if text:
            (self._unseen if self._hidden_cell else self._shown).append(text)

    def end(self) -> tuple[str, str]:
        """End a row, and return what is shown of it and what is hidden."""
        lines = "\t".join(self._shown), "\t".join(self._unseen)
        self._shown.clear()
        self._unseen.clear()
        self.inside = False
        return lines


@dataclass(slots=True)
class Scope:
    """What is being written into. `counted`: its place gets a number with its first line."""

    element: str
    depth: int
    place: Place
    counted: bool = False
    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    grid: Grid | None = None
    cell: list[str] | None = None
    length: int = 0
    unshown: str = ""
    paragraph: int = 0


def _count(attributes: Mapping[str, str]) -> int:
    said = attribute(attributes, "number-columns-repeated")
    return int(said) if said.isdecimal() and len(said) < _LONGEST else 1

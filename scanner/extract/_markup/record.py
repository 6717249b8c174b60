"""Reads XML whose vocabulary nobody knows: every text on a line, every attribute as `name=value`."""

from collections.abc import Mapping
from typing import Final

from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.model.place import Place

# Lines that are handed on together: to add each of them by itself takes longer than to read it.
_MOST_HELD: Final = 200
_SHORT: Final = 1000


class RecordWalker:
    """Takes everything in an XML stream to one place."""

    def __init__(self, lines: Lines, place: Place) -> None:
        """Write to `lines`, all at `place`."""
        self._lines = lines
        self._place = place
        self._pieces: list[str] = []
        self._held: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element's attributes; what declares a namespace says nothing."""
        del name
        self._settle()
        for key, value in attributes.items():
            if value and not key.startswith("xmlns"):
                self._hold(f"{key.rpartition(':')[2]}={value}")

    def end(self, name: str) -> None:
        """End a line."""
        del name
        self._settle()

    def text(self, data: str) -> None:
        """Take characters."""
        self._pieces.append(data)
        self._length += len(data)
        if self._length > LONGEST_LINE:
            self._settle()

    def comment(self, data: str) -> None:
        """Take a comment for a line."""
        self._settle()
        if data.strip():
            self._hold(data.strip())

    def close(self) -> None:
        """Hand on the last lines."""
        self._settle()
        self._hand_on()

    def _settle(self) -> None:
        if self._pieces:
            text = "".join(self._pieces).strip()
            self._pieces.clear()
            self._length = 0
            if text:
                self._hold(text)

    def _hold(self, line: str) -> None:
        self._held.append(line)
        if len(self._held) > _MOST_HELD or len(line) > _SHORT:
            self._hand_on()

    def _hand_on(self) -> None:
        if self._held:
            self._lines.add(self._place, "\n".join(self._held))
            self._held.clear()

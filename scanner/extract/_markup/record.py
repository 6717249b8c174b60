"""Reads XML whose vocabulary nobody knows: every text on a line, every attribute as `name=value`."""

from collections.abc import Mapping

from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.model.place import Place


class RecordWalker:
    """Takes everything in an XML stream to one place."""

    def __init__(self, lines: Lines, place: Place) -> None:
        """Write to `lines`, all at `place`."""
        self._lines = lines
        self._place = place
        self._pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element's attributes; what declares a namespace says nothing."""
        del name
        self._settle()
        for key, value in attributes.items():
            if value and not key.startswith("xmlns"):
                self._lines.add(self._place, f"{key.rpartition(':')[2]}={value}")

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
            self._lines.add(self._place, data.strip())

    def close(self) -> None:
        """Hand on the last line."""
        self._settle()

    def _settle(self) -> None:
        if self._pieces:
            text = "".join(self._pieces).strip()
            self._pieces.clear()
            self._length = 0
            if text:
                self._lines.add(self._place, text)

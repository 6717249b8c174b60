"""Reads XMP metadata: one property an element or attribute of a description (ISO 16684-1, section 7)."""

from collections.abc import Mapping
from dataclasses import replace

from scanner.extract._lines import Lines
from scanner.model.place import Part, Place

_GRAMMAR = frozenset({"about", "parseType", "lang", "resource"})


class XmpWalker:
    """Takes each child of an `rdf:Description` for a property, with all text inside it for its value."""

    def __init__(self, lines: Lines, base: Place) -> None:
        """Write to `lines`, at places within the document `base`."""
        self._lines = lines
        self._base = base
        self._stack: list[str] = []
        self._title = ""
        self._pieces: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        self._settle()
        if self._stack and self._stack[-1] == "Description":
            self._title = name
        self._stack.append(name)
        for key, value in attributes.items():
            local = key.rpartition(":")[2]
            if value and local not in _GRAMMAR and not key.startswith("xmlns"):
                self._add(local, value)

    def end(self, name: str) -> None:
        """Leave an element."""
        del name
        self._settle()
        self._stack.pop()

    def text(self, data: str) -> None:
        """Take characters."""
        self._pieces.append(data)

    def close(self) -> None:
        """Hand on the last value."""
        self._settle()

    def _settle(self) -> None:
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        if text:
            self._add(self._title or "XMP", text)

    def _add(self, title: str, text: str) -> None:
        self._lines.add(replace(self._base, part=Part.PROPERTY, title=title), text)

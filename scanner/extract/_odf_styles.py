"""Remembers of OpenDocument styles only what decides where a text stands: hidden, or first on a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scanner.extract._xml import attribute


@dataclass(slots=True)
class Styles:
    """The styles of one document, by family and name: two families may use one name."""

    hidden: set[tuple[str, str]] = field(default_factory=set)
    breaking: set[str] = field(default_factory=set)
    _current: tuple[str, str] = ("", "")

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element of a style definition."""
        if name == "style":
            self._current = (attribute(attributes, "family"), attribute(attributes, "name"))
        elif name in {"text-properties", "table-properties", "paragraph-properties", "properties"}:
            if attribute(attributes, "display") in {"none", "false"}:
                self.hidden.add(self._current)
            if attribute(attributes, "break-before") == "page":
                self.breaking.add(self._current[1])

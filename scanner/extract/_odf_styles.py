"""Knows what OpenDocument keeps in attributes: words that people wrote, and styles that hide text or turn the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._xml import attribute
from scanner.model.place import Part

# Attributes in which people's words are kept: ODF 1.3 part 3.
_KEPT: Final[dict[str, tuple[str, Part, str]]] = {
    "href": ("a", Part.METADATA, "link"),
    "string-value": ("user-field-decl", Part.METADATA, "field"),
    "current-value": ("", Part.FORM_FIELD, "value"),
    "label": ("", Part.FORM_FIELD, "label"),
    "help-message": ("", Part.METADATA, "input help"),
}

_MOST_SPACES: Final = 1000
_LONGEST_COUNT: Final = 15


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


def kept_words(name: str, attributes: Mapping[str, str]) -> Iterator[tuple[Part, str, str]]:
    """Yield part, title and words for each attribute of an element in which there are some."""
    for key, value in attributes.items():
        element, part, title = _KEPT.get(key.rpartition(":")[2], ("", Part.METADATA, ""))
        if title and element in {"", name} and value and not value.startswith("#"):
            yield part, title, value
    if name in {"bookmark", "bookmark-start"}:
        yield Part.METADATA, "bookmark", attribute(attributes, "name")


def spaces(count: str) -> str:
    """Return as many spaces as a `text:s` stands for: one where it does not say, and never a bomb's number."""
    return " " * (min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < _LONGEST_COUNT else 1)

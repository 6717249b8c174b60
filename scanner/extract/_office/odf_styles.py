"""Knows what OpenDocument keeps in attributes: words that people wrote, and styles that hide text or turn the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._markup.xml import attribute
from scanner.extract._office.attributes import is_given
from scanner.model.place import Part

_META: Final = Part.METADATA
_FORM: Final = Part.FORM_FIELD
# Attributes in which people's words are kept, whatever the element: ODF 1.3 part 3.
_KEPT: Final[dict[str, tuple[Part, str]]] = {
    **dict.fromkeys(("string-value", "string-value-if-true", "string-value-if-false"), (_META, "field")),
    **dict.fromkeys(("current-value", "display-text"), (_FORM, "value")),
    "label": (_FORM, "label"),
    **dict.fromkeys(("help-message", "description", "alias", "hint"), (_META, "input help")),
    **dict.fromkeys(
        ("title", "comment", "key1", "key2", "identifier", "author", "publisher", "note"), (_META, "title")
    ),
    **dict.fromkeys(("command", "sql-statement", "datasource", "database-name", "filter"), (_META, "connection")),
    **dict.fromkeys(("table-name", "column-name", "label-cell-range-address"), (_META, "field")),
}
# Elements whose names people choose, and those whose values they do.
# fmt: off
_NAMED: Final = frozenset({
    "frame", "rect", "custom-shape", "ellipse", "line", "path", "polygon", "connector", "g", "section", "named-range",
    "named-expression", "database-range", "data-pilot-table", "data-pilot-member", "user-field-decl", "variable-decl",
    "reference-mark", "reference-mark-start", "bookmark", "bookmark-start", "execute-macro", "show", "page", "a",
    "form", "text", "textarea", "hidden", "button", "checkbox", "radio", "listbox", "combobox", "fixed-text", "table",
    "area-rectangle", "area-circle", "area-polygon", "index-mark", "scenario", "content-control", "caption",
})
_VALUED: Final = frozenset({
    "param", "filter-condition", "filter-set-item", "option", "text", "textarea", "hidden", "checkbox", "radio",
    "combobox", "password", "file", "formatted-text", "label", "list-item", "date", "number",
})
# fmt: on
_FORMULAS: Final = frozenset({"condition", "expression", "formula", "value"})
_STYLING: Final = frozenset({"display", "visibility", "break-before"})
TELLING: Final = frozenset(_KEPT) | _FORMULAS | _STYLING | {"href"}
"""Attributes that may have words in any element, or that matter in a style."""
WORDED: Final = _NAMED | _VALUED
"""Elements with words in attributes that say nothing in others."""
_QUOTES: Final = ('"', "'")
_INSIDE: Final = ("#", "Pictures/", "./Object", "Object", "Configurations2/", "Thumbnails/", "ObjectReplacements/")
_TITLES: Final = {"bookmark": "bookmark", "bookmark-start": "bookmark"}

_MOST_SPACES: Final = 1000
_LONGEST_COUNT: Final = 15
PROPERTIES: Final = frozenset(
    {"text-properties", "table-properties", "paragraph-properties", "drawing-page-properties", "properties"}
)
"""Elements that say what a style looks like."""
NOTED: Final = PROPERTIES | {"style"}
"""Elements that define styles."""


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
        elif name in PROPERTIES:
            if attribute(attributes, "display") in {"none", "false"} or attribute(attributes, "visibility") == "hidden":
                self.hidden.add(self._current)
            if attribute(attributes, "break-before") == "page":
                self.breaking.add(self._current[1])


def kept_words(name: str, attributes: Mapping[str, str]) -> Iterator[tuple[Part, str, str]]:
    """Yield part, title and words for each attribute of an element in which there are some."""
    for key, value in attributes.items():
        local = key.rpartition(":")[2]
        kept = _KEPT.get(local)
        if not value:
            continue
        if kept is not None:
            yield (*kept, value)
        elif local == "href":
            if not value.startswith(_INSIDE):
                yield _META, "link", value
        elif local == "name":
            if name in _NAMED and not is_given(value):
                yield _META, _TITLES.get(name, "name"), value
        elif local == "value" and name in _VALUED:
            yield _FORM, "value", value
        elif local in _FORMULAS and any(quote in value for quote in _QUOTES) and "cell" not in name:
            yield _META, "condition", value


def spaces(count: str) -> str:
    """Return as many spaces as a `text:s` stands for: one where it does not say, and never a bomb's number."""
    return " " * (min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < _LONGEST_COUNT else 1)

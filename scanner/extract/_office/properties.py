"""Reads the property parts of office documents: one segment a property, titled with its name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute
from scanner.extract._office.references import resolved
from scanner.model.place import Part, Place

_CORE_DEPTH: Final = 2
_NAME: Final = r"(?:[A-Za-z]\w*+:)?+([A-Za-z]\w*+)"
_ROOT: Final = re.compile(r"<[\w:]++(?:\s++xmlns(?::\w++)?+=\"[^\"<]*+\")*+\s*+>\s*+")
# An element that holds a text, or lists of texts, with no attribute but the kinds of its values.
_KIND: Final = r"(?:\s++(?:size|baseType|xsi:type)=\"[\w:]*+\")*+\s*+"
_PROPERTY: Final = re.compile(
    rf"<{_NAME}{_KIND}(?:/>|>([^<]*+)(?:</(?:\w++:)?+\1\s*+>|((?:</?(?:vt:\w++){_KIND}/?>[^<]*+)++)</(?:\w++:)?+\1\s*+>))\s*+"
)
_VALUE: Final = re.compile(r">([^<]++)")


class PropertyWalker:
    """Takes each element at one depth for a property: `name` attribute or element name, and all text inside it.

    Depth 2 fits docProps/core.xml, app.xml and custom.xml (ECMA-376 parts 1 and 2), depth 3 the meta.xml of ODF.
    """

    def __init__(self, lines: Lines, base: Place, depth: int = _CORE_DEPTH) -> None:
        """Write to `lines`, at places within the document `base`."""
        self._lines = lines
        self._base = base
        self._at = depth
        self._depth = 0
        self._title = ""
        self._values: list[str] = []
        self._pieces: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter a property or something inside it."""
        self._depth += 1
        if self._depth == self._at:
            given = attribute(attributes, "name")
            self._title = given or name
            if given:
                # A name can be a marking, too, and titles are not searched.
                self._lines.add(replace(self._base, part=Part.METADATA, title="property names"), given)
            if link := attribute(attributes, "href"):
                self._values.append(link)
        self._next()

    def end(self, name: str) -> None:
        """Leave it; a property's values are handed on together."""
        del name
        self._next()
        if self._depth == self._at:
            self._hand_on(self._title, self._values)
            self._values.clear()
        self._depth -= 1

    def text(self, data: str) -> None:
        """Take a piece of a value."""
        self._pieces.append(data)

    def close(self) -> None:
        """Hand on the property the stream ended in."""
        self._depth = self._at
        self.end("")

    def take(self, text: str) -> bool:
        """Take a whole part without a declaration, if its properties have no attributes; tell whether that was done.

        Every sign of the part is accounted for: those of a property with others inside of it are read one by one.
        """
        root = _ROOT.match(text)
        if root is None or self._at != _CORE_DEPTH:
            return False
        at, end = root.end(), text.rfind("</")
        found: list[tuple[str, list[str]]] = []
        match = _PROPERTY.match
        while at < end:
            one = match(text, at, end)
            if one is None:
                return False
            name, value, inner = one.groups("")
            if inner:
                said_of = [value, *_VALUE.findall(inner)]
                found.append((name, [said for each in said_of if (said := resolved(each).strip())]))
            elif said := resolved(value).strip():
                found.append((name, [said]))
            at = one.end()
        for name, values in found:
            self._hand_on(name, values)
        return True

    def _hand_on(self, title: str, values: Sequence[str]) -> None:
        if values:
            place = Place(self._base.file, self._base.members, Part.PROPERTY, None, None, title)
            for value in values:
                self._lines.add(place, value)

    def _next(self) -> None:
        value = "".join(self._pieces).strip()
        self._pieces.clear()
        if value:
            self._values.append(value)


class LabelWalker:
    """Takes docMetadata/LabelInfo.xml: every attribute of label number n as property n, `LabelInfo id` first.

    Source: MS-OFFCRYPTO 2.6.5.4.
    """

    def __init__(self, lines: Lines, base: Place) -> None:
        """Write to `lines`, at places within the document `base`."""
        self._lines = lines
        self._base = base
        self._number = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a label."""
        if name != "label":
            return
        self._number += 1
        for key in sorted(attributes, key=lambda key: (key != "id", key)):
            title = "LabelInfo " + key.rpartition(":")[2]
            place = replace(self._base, part=Part.PROPERTY, number=self._number, title=title)
            self._lines.add(place, attributes[key])

    def end(self, name: str) -> None:
        """Labels hold nothing but attributes."""

    def text(self, data: str) -> None:
        """As above."""

    def close(self) -> None:
        """As above."""

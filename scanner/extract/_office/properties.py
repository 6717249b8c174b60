"""Reads the property parts of office documents: one segment a property, titled with its name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute
from scanner.model.place import Part, Place

_CORE_DEPTH: Final = 2


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
            for value in self._values:
                self._lines.add(replace(self._base, part=Part.PROPERTY, title=self._title), value)
            self._values.clear()
        self._depth -= 1

    def text(self, data: str) -> None:
        """Take a piece of a value."""
        self._pieces.append(data)

    def close(self) -> None:
        """Hand on the property the stream ended in."""
        self._depth = self._at
        self.end("")

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

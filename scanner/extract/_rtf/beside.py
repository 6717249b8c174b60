"""Takes what rich text keeps in pairs of names and values: properties, shapes, variables."""

import re
from typing import Final

from scanner.extract._rtf.groups import group_end, plain
from scanner.extract._rtf.text import RichText
from scanner.extract._rtf.words import SHAPE_NOISE, SHAPE_WORDS
from scanner.model.place import Part

_GROUPED: Final = re.compile(rb"[\r\n ]*\{((?:[^{}\\]|\\.)*+)\}", re.DOTALL)
_REST: Final = re.compile(rb"(?:[^{}\\]|\\.)*+", re.DOTALL)
_UNICODE_NEXT: Final = re.compile(rb"[\r\n ]*\{[\r\n ]*\\\*[\r\n ]*\\ud\b ?")
_STYLE_END: Final = re.compile(rb";[\r\n ]*\}")
_LONGEST_TABLE: Final = 1 << 20
_REACH: Final = 200
_LONGEST_NAME: Final = 1 << 12


class RtfPairs:
    """Remembers a name until its value comes. A match is one of a control word; what is returned is where to go on."""

    def __init__(self, data: bytes, text: RichText) -> None:
        """Write to `text`, which is read from `data`."""
        self._data = data
        self._text = text
        self._name = ""
        self.shape: Part | None = None

    def name(self, match: re.Match[bytes], _: object) -> int:
        """Take the name of a property, the document's or a shape's; return where it ends."""
        at = match.end()
        rest = _REST.match(self._data, at, at + _LONGEST_NAME)
        end = at if rest is None else rest.end()
        self._name = plain(self._data[at:end], self._text.codec.name)
        return end

    def enter(self, _: re.Match[bytes], __: object) -> None:
        """Enter a shape, of which nothing is known yet."""
        self.shape = None

    def value(self, _: re.Match[bytes], __: object) -> None:
        """Enter the value of a document's property."""
        self._text.add(Part.METADATA, "property names", self._name)
        self._text.open(Part.PROPERTY, self._name or None, aside=True)

    def variable(self, match: re.Match[bytes], _: object) -> int | None:
        """Enter a document variable: a group with its name, and one with its value, whose place is returned."""
        name = _GROUPED.match(self._data, match.end(), match.end() + _LONGEST_NAME)
        self._name = plain(name[1], self._text.codec.name) if name else "docvar"
        self.value(match, None)
        return name.end() if name else None

    def shape_value(self, match: re.Match[bytes], _: object) -> int | None:
        """Enter the value of a shape's property; return where it ends when it is not to be read."""
        at, name = match.end(), self._name
        if name in SHAPE_NOISE:
            return group_end(self._data, at)
        value = self._data[at : at + _REACH].partition(b"}")[0].lower()
        if name == "wzName" and b"watermark" in value:
            self.shape = Part.WATERMARK
        elif name == "fHidden" and value.strip() == b"1":
            self.shape = Part.HIDDEN
        part, title = SHAPE_WORDS.get(name, (Part.METADATA, "shape"))
        self._text.open(part, title, aside=True, unknown=name not in SHAPE_WORDS)
        return None

    def styles(self, match: re.Match[bytes], _: object) -> int:
        """Take the names of the styles, which people make up; return where their group ends."""
        end = group_end(self._data, match.end())
        entries = _STYLE_END.split(self._data[match.end() : min(end, match.end() + _LONGEST_TABLE)])
        for entry in entries[:-1]:
            name = plain(entry.rpartition(b"{")[2].rpartition(b"}")[2], self._text.codec.name)
            self._text.add(Part.METADATA, "style", name.lstrip("* "))
        return end

    def either(self, match: re.Match[bytes], _: object) -> int | None:
        r"""Return where the second of two readings of a text begins, the one in Unicode (`\upr`, `\ud`)."""
        first = _GROUPED.match(self._data, match.end())
        return first.end() if first and _UNICODE_NEXT.match(self._data, first.end()) else None

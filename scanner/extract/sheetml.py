"""Reads the XML that Excel 2003 wrote: cells by sheet, comments, names, page headers and properties."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute, read_xml
from scanner.extract._office.properties import PropertyWalker
from scanner.extract._office.sheet import number, page_lines
from scanner.model.document import Blob, Problem, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/vnd.ms-excel+xml"})

_PROPERTIES: Final = frozenset({"DocumentProperties", "CustomDocumentProperties"})
_MARGINS: Final = {"Header": Part.HEADER, "Footer": Part.FOOTER}
# Attributes with people's words: their local names, and the title of the place.
_KEPT: Final = {
    "HRef": "link",
    "HRefScreenTip": "link",
    "RefersTo": "defined name",
    "Format": "number format",
    "Author": "author",
}
_LONGEST_ROW: Final = 1 << 20
_PIECE: Final = 1 << 18


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Problem]:
    """Yield each sheet's rows, and what the workbook keeps beside its cells."""
    lines = Lines(budget)
    pieces = (blob.data[at : at + _PIECE] for at in range(0, len(blob.data), _PIECE))
    yield from read_xml(pieces, _Book(lines, blob.place), lines, blob.place)


class _Book:
    def __init__(self, lines: Lines, place: Place) -> None:
        self._lines = lines
        self._base = place
        self._sheet = replace(place, part=Part.SHEET)
        self._about: PropertyWalker | None = None
        self._pieces: list[str] = []
        self._row: list[str] = []
        self._long = 0
        self._data: str | None = None
        self._comments = 0
        self._in_comment = False
        self._hidden_row = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _PROPERTIES and self._about is None:
            self._about = PropertyWalker(self._lines, self._base)
        if self._about is not None:
            self._about.start(name, attributes)
            return
        if self._data is None and not self._in_comment:
            self._settle()
        if name in {"Worksheet", "NamedRange"}:
            self._name(name, attribute(attributes, "Name"))
        elif name == "Row":
            self._hidden_row = attribute(attributes, "Hidden") == "1"
        elif name == "Data":
            self._data = attribute(attributes, "Type")
        elif name == "Comment":
            self._in_comment = True
            self._comments += 1
        elif name in _MARGINS:
            for line in page_lines(attribute(attributes, "Data")):
                self._lines.add(replace(self._sheet, part=_MARGINS[name]), line)
        self._words(attributes)

    def end(self, name: str) -> None:
        if self._about is not None:
            self._about.end(name)
            if name in _PROPERTIES:
                self._about = None
        elif name == "Comment":
            self._in_comment = False
            self._settle(replace(self._base, part=Part.COMMENT, number=self._comments))
        elif name == "Data" and not self._in_comment:
            self._end_cell()
        elif name == "Row":
            self._end_row()
        elif name == "Visible":
            self._visible("".join(self._pieces))
        elif self._data is None and not self._in_comment:
            self._settle()

    def text(self, data: str) -> None:
        if self._about is not None:
            self._about.text(data)
        else:
            self._pieces.append(data)

    def close(self) -> None:
        if self._about is not None:
            self._about.close()
        self._settle()
        self._end_row()

    def _name(self, kind: str, name: str) -> None:
        if kind == "Worksheet":
            self._sheet = replace(self._base, part=Part.SHEET, title=name)
        title = "sheet name" if kind == "Worksheet" else "defined name"
        self._lines.add(replace(self._base, part=Part.METADATA, title=title), name)

    def _visible(self, said: str) -> None:
        # It comes after the cells, which have been handed on as those of a sheet in sight unless they are held still.
        self._pieces.clear()
        if said.strip() in {"SheetHidden", "SheetVeryHidden"}:
            self._lines.move(self._sheet, replace(self._sheet, part=Part.HIDDEN))

    def _words(self, attributes: Mapping[str, str]) -> None:
        for key, value in attributes.items():
            local = key.rpartition(":")[2]
            if local == "Formula" and '"' in value:
                self._lines.add(replace(self._sheet, part=Part.CODE), value)
            elif local == "Author":
                place = replace(self._base, part=Part.COMMENT, number=self._comments or None, title="author")
                self._lines.add(place, value)
            elif local in _KEPT and value:
                self._lines.add(replace(self._base, part=Part.METADATA, title=_KEPT[local]), value)

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        if text:
            self._row.append(number(text) if self._data == "Number" else text)
            self._long += len(text)
            if self._long > _LONGEST_ROW:
                self._end_row()
        self._data = None

    def _end_row(self) -> None:
        if self._row:
            place = replace(self._sheet, part=Part.HIDDEN) if self._hidden_row else self._sheet
            self._lines.add(place, "\t".join(self._row))
        self._row.clear()
        self._long = 0

    def _settle(self, place: Place | None = None) -> None:
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        self._data = None
        if text:
            self._lines.add(place or replace(self._base, part=Part.METADATA, title="other text"), text)

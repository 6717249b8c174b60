"""Reads the XML that Word 2003 wrote: body, page headers, notes, comments, changes, properties and packed files."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._binary import HEAD, is_picture
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute, read_xml
from scanner.extract._office.flow import FlowWalker
from scanner.extract._office.properties import PropertyWalker
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/vnd.ms-word+xml"})

_COUNTED: Final = {
    "hdr": Part.HEADER,
    "ftr": Part.FOOTER,
    "footnote": Part.FOOTNOTE,
    "endnote": Part.ENDNOTE,
    "comment": Part.COMMENT,
}
_CHANGES: Final = {"Word.Comment": "comment", "Word.Deletion": "del", "Word.Insertion": "ins"}
_PROPERTIES: Final = frozenset({"DocumentProperties", "CustomDocumentProperties"})
_MOST_PACKED: Final = 10_000
_PIECE: Final = 1 << 18


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield what stands in the document, and the files in it."""
    lines = Lines(budget)
    walker = _Word(lines, blob.place)
    pieces = (blob.data[at : at + _PIECE] for at in range(0, len(blob.data), _PIECE))
    yield from read_xml(pieces, walker, lines, blob.place)
    for name, data in walker.packed:
        budget.expand(len(data))
        if not is_picture(data[:HEAD]):
            yield Member(replace(blob.place, members=(*blob.place.members, name)), data)


class _Word:
    """Gives a walker of flowing text the names it knows: Word 2003 wrote changes and comments as annotations."""

    def __init__(self, lines: Lines, place: Place) -> None:
        self.packed: list[tuple[str, bytes]] = []
        self._lines = lines
        self._place = place
        self._flow = FlowWalker(lines, place, counted=_COUNTED, paged=True)
        self._names: list[str] = []
        self._about: PropertyWalker | None = None
        self._binary: list[str] | None = None
        self._binary_name = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "annotation":
            name = _CHANGES.get(attribute(attributes, "type"), name)
        self._names.append(name)
        if name in _PROPERTIES and self._about is None:
            self._about = PropertyWalker(self._lines, self._place)
        if self._about is not None:
            self._about.start(name, attributes)
        elif name == "binData":
            self._binary, self._binary_name = [], attribute(attributes, "name")
        else:
            self._flow.start(name, attributes)

    def end(self, name: str) -> None:
        name = self._names.pop()
        if self._about is not None:
            self._about.end(name)
            if name in _PROPERTIES:
                self._about = None
        elif name == "binData":
            self._unpack()
        else:
            self._flow.end(name)

    def text(self, data: str) -> None:
        if self._about is not None:
            self._about.text(data)
        elif self._binary is not None:
            self._binary.append(data)
        else:
            self._flow.text(data)

    def comment(self, data: str) -> None:
        self._flow.comment(data)

    def close(self) -> None:
        if self._about is not None:
            self._about.close()
        self._flow.close()

    def _unpack(self) -> None:
        text, self._binary = "".join(self._binary or ()), None
        name = self._binary_name.rpartition("/")[2] or f"object {len(self.packed) + 1}"
        try:
            data = base64.b64decode(text)
        except ValueError:
            data = text.encode()
        if len(self.packed) < _MOST_PACKED:
            self.packed.append((name, data))

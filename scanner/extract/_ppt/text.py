"""Walks the records of one object of a binary PowerPoint file, and says of each text where it stands."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._image.metafile import drawing
from scanner.extract._ole.escher import SHAPE_PROPERTIES, property_texts
from scanner.extract._ole.escher_source import source_texts
from scanner.extract._ppt.edits import HEADER
from scanner.extract._ppt.slides import SLIDE_IN_LIST, SLIDE_LIST, Slides
from scanner.extract._text.strings import document_strings
from scanner.model.document import Reason
from scanner.model.place import Part, Place

_CONTAINER: Final = 0xF
_DEEPEST: Final = 128
_BATCH: Final = 1 << 20
_META: Final = Part.METADATA
_TEXT_CHARS: Final = 0x0FA0
_TEXT_BYTES: Final = 0x0FA8
_STRING: Final = 0x0FBA
_PLACEHOLDER: Final = 0x0BC3
_LAYOUT: Final = 0x041E
_METAFILE: Final = 0x0FC1
_SHAPE: Final = 0xF004
_TAG_DATA: Final = 0x138B
_BINARY_TAG: Final = 0x138A
_STRING_TAG: Final = 0x1389
_HEADERS: Final = 0x0FD9
_COMMENT: Final = 0x2EE0
# Fonts, styles and pictures: no words in them, and much of a file.
_SKIPPED: Final = frozenset({0x03F2, 0xF001})
_PLACEHOLDERS: Final = {0x09: Part.FOOTER, 0x0A: Part.HEADER}
_TITLES: Final = {
    0x0FD7: "link",
    0x0FF2: "link",
    0x0411: "slide show",
    0x07E6: "sound",
    0x0FCC: "embedded object",
    0x0FCE: "embedded object",
    0x0FEE: "embedded object",
    0x2EE4: "author",
    0x03EE: "slide name",
    0x03F8: "master name",
}
_STRUCTURED: Final = "___PPT"


@dataclass(slots=True)
class _Open:
    """A record that is being read: its kind and instance, where it ends, and where the texts in it stand."""

    kind: int
    instance: int
    end: int
    place: Place
    tag: str = ""


class ObjectWalker:
    """Walks objects one after the other; what it notices of damage stays set."""

    def __init__(self, data: bytes, slides: Slides, base: Place, write: Callable[[Place, str], None]) -> None:
        """Take the stream, what is known of its slides, the presentation's place, and what takes each text."""
        self.broken = False
        self.too_deep = False
        self.unread: Counter[Reason] = Counter()
        self._data = data
        self._slides = slides
        self._base = base
        self._write = write
        self._written = 0
        self._comments = 0
        self._shape: Part | None = None
        self._places: dict[tuple[Part, str | None], Place] = {}

    def walk(self, at: int, end: int, place: Place) -> Iterator[None]:
        """Write the texts of the records between two points, and yield when much has come together.

        `place` is that of what is on the slide itself.
        """
        data, unpack = self._data, HEADER.unpack_from
        self.broken = self.broken or end > len(data)
        end = min(end, len(data))
        top = _Open(0, 0, end, place)
        above: list[_Open] = []
        while True:
            while at + 8 > end:
                if not above:
                    return
                at, top = end, above.pop()
                end = top.end
            version, kind, size = unpack(data, at)
            at += 8
            stop = at + size
            if stop > end:
                self.broken = True
                stop = end
            if kind in _ATOMS:
                self._atom(top, kind, version >> 4, data[at:stop])
                if self._written > _BATCH:
                    self._written = 0
                    yield
            elif (version & _CONTAINER == _CONTAINER or kind == _TAG_DATA) and self._opens(top, kind, len(above)):
                above.append(top)
                top = _Open(kind, version >> 4, stop, self._place_in(top, kind))
                end = stop
                continue
            elif kind == _TAG_DATA:
                self._add(self._place(_META, "tag"), document_strings(data[at:stop]))
            at = stop

    def _opens(self, top: _Open, kind: int, depth: int) -> bool:
        """Tell whether to look into a record."""
        if kind in _SKIPPED or (kind == _TAG_DATA and not top.tag.startswith(_STRUCTURED)):
            return False
        if depth >= _DEEPEST:
            self.too_deep = True
        return depth < _DEEPEST

    def _place_in(self, top: _Open, kind: int) -> Place:
        if kind == _SHAPE:
            self._shape = None
        elif kind == _COMMENT:
            self._comments += 1
            return replace(self._base, part=Part.COMMENT, number=self._comments)
        return top.place

    def _atom(self, top: _Open, kind: int, instance: int, content: bytes) -> None:
        if kind in SHAPE_PROPERTIES:
            if len(content) > 6 * instance:
                for part, title, text in property_texts(content, instance, self.unread):
                    self._add(self._place(part, title), text)
        elif kind == _TEXT_CHARS:
            self._show(top, content.decode("utf-16-le", "replace"))
        elif kind == _TEXT_BYTES:
            self._show(top, content.decode("latin-1"))
        elif kind == _PLACEHOLDER:
            # The kind of placeholder stands behind its four bytes of position ([MS-PPT], PlaceholderAtom).
            self._shape = _PLACEHOLDERS.get(content[4]) if len(content) > 4 else None  # noqa: PLR2004 - as said above
        elif kind == SLIDE_IN_LIST:
            if top.kind == SLIDE_LIST:
                top.place = self._slides.in_list(top.instance, int.from_bytes(content[:4], "little"))
        elif kind == _STRING:
            self._string(top, instance, content.decode("utf-16-le", "replace").strip("\0"))
        else:
            self._picture(kind, content)

    def _picture(self, kind: int, content: bytes) -> None:
        """Take a picture of an embedded object, behind eight bytes of its size, or a layout in its newer form."""
        if kind == _METAFILE:
            self._add(self._place(Part.TEXT_BOX, "picture"), drawing(content[8:]).text())
            return
        for text in source_texts(content, self.unread):
            self._add(self._place(Part.MASTER, "layout"), text)

    def _show(self, top: _Open, text: str) -> None:
        place = top.place if self._shape is None else self._place(self._shape, None)
        self._add(place, text.replace("\r", "\n").replace("\x0b", "\n"))

    def _string(self, top: _Open, instance: int, text: str) -> None:
        """A string's meaning is that of the record it stands in, and its number in it."""
        if top.kind == _COMMENT:
            self._add(top.place if instance == 1 else self._place(_META, "author"), text)
        elif top.kind == _HEADERS:
            self._add(self._place(Part.HEADER if instance == 1 else Part.FOOTER, None), text)
        elif top.kind in {_STRING_TAG, _BINARY_TAG} and not instance:
            top.tag = text
            if not text.startswith(_STRUCTURED):
                self._add(self._place(_META, "tag"), text)
        elif top.kind == _STRING_TAG:
            self._add(replace(self._base, part=Part.PROPERTY, title=top.tag or None), text)
        else:
            self._add(self._place(_META, _TITLES.get(top.kind, "string")), text.replace("\r", "\n"))

    def _add(self, place: Place, text: str) -> None:
        if text:
            self._written += len(text)
            self._write(place, text)

    def _place(self, part: Part, title: str | None) -> Place:
        place = self._places.get((part, title))
        if place is None:
            place = self._places[part, title] = replace(self._base, part=part, title=title)
        return place


_ATOMS: Final = SHAPE_PROPERTIES | {_TEXT_CHARS, _TEXT_BYTES, _STRING, _PLACEHOLDER, SLIDE_IN_LIST, _LAYOUT, _METAFILE}

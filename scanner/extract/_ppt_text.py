"""Walks the records of one object of a binary PowerPoint file, and says of each text where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._escher import SHAPE_PROPERTIES, property_texts
from scanner.extract._ppt_edits import HEADER
from scanner.extract._ppt_slides import SLIDE_IN_LIST, SLIDE_LIST, Slides
from scanner.extract._strings import document_strings
from scanner.model.place import Part, Place

_CONTAINER: Final = 0xF
_DEEPEST: Final = 128
_TEXT_CHARS: Final = 0x0FA0
_TEXT_BYTES: Final = 0x0FA8
_STRING: Final = 0x0FBA
_PLACEHOLDER: Final = 0x0BC3
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


@dataclass(frozen=True, slots=True)
class ShowText:
    """A text and its place."""

    place: Place
    text: str


@dataclass(slots=True)
class _Open:
    """A record that is being read: its kind and instance, where it ends, and where the texts in it stand."""

    kind: int
    instance: int
    end: int
    place: Place
    tag: str = ""

    @property
    def structured(self) -> bool:
        """Whether the data of this tag are records, as those that PowerPoint itself keeps are."""
        return self.tag.startswith(_STRUCTURED)


class ObjectWalker:
    """Walks objects one after the other; what it notices of damage stays set."""

    def __init__(self, data: bytes, slides: Slides, base: Place) -> None:
        """Take the stream, what is known of its slides, and the place of the presentation."""
        self.broken = False
        self.too_deep = False
        self._data = data
        self._slides = slides
        self._base = base
        self._comments = 0
        self._shape: Part | None = None

    def walk(self, at: int, end: int, place: Place) -> Iterator[ShowText]:
        """Yield the texts of the records between two points; `place` is that of what is on the slide itself."""
        data, unpack = self._data, HEADER.unpack_from
        top = _Open(0, 0, min(end, len(data)), place)
        self.broken = self.broken or end > len(data)
        above: list[_Open] = []
        while True:
            while at + 8 > top.end:
                if not above:
                    return
                at, top = top.end, above.pop()
            version, kind, size = unpack(data, at)
            at += 8
            stop = at + size
            if stop > top.end:
                self.broken = True
                stop = top.end
            if kind in _ATOMS:
                yield from self._atom(top, kind, version >> 4, data[at:stop])
            elif (version & _CONTAINER == _CONTAINER and kind not in _SKIPPED) or (
                kind == _TAG_DATA and top.structured
            ):
                if len(above) < _DEEPEST:
                    above.append(top)
                    top = self._enter(top, kind, version >> 4, stop)
                    continue
                self.too_deep = True
            elif kind == _TAG_DATA:
                yield ShowText(self._titled("tag"), document_strings(data[at:stop]))
            at = stop

    def _enter(self, top: _Open, kind: int, instance: int, end: int) -> _Open:
        place = top.place
        if kind == _SHAPE:
            self._shape = None
        elif kind == _COMMENT:
            self._comments += 1
            place = replace(self._base, part=Part.COMMENT, number=self._comments)
        return _Open(kind, instance, end, place)

    def _atom(self, top: _Open, kind: int, instance: int, content: bytes) -> Iterator[ShowText]:
        if kind == _TEXT_CHARS:
            yield self._shown(top, content.decode("utf-16-le", "replace"))
        elif kind == _TEXT_BYTES:
            yield self._shown(top, content.decode("latin-1"))
        elif kind in SHAPE_PROPERTIES:
            if len(content) > 6 * instance:
                for part, title, text in property_texts(content, instance):
                    yield ShowText(replace(self._base, part=part, title=title), text)
        elif kind == _PLACEHOLDER:
            self._shape = _PLACEHOLDERS.get(content[4]) if len(content) > 4 else None  # noqa: PLR2004 - after the position
        elif kind == SLIDE_IN_LIST:
            if top.kind == SLIDE_LIST:
                top.place = self._slides.in_list(top.instance, int.from_bytes(content[:4], "little"))
        elif kind == _STRING:
            yield from self._string(top, instance, content.decode("utf-16-le", "replace").strip("\0"))

    def _shown(self, top: _Open, text: str) -> ShowText:
        place = top.place if self._shape is None else replace(self._base, part=self._shape)
        return ShowText(place, text.replace("\r", "\n").replace("\x0b", "\n"))

    def _string(self, top: _Open, instance: int, text: str) -> Iterator[ShowText]:
        """A string's meaning is that of the record it stands in, and its number in it."""
        if top.kind == _COMMENT:
            yield ShowText(top.place if instance == 1 else self._titled("author"), text)
        elif top.kind == _HEADERS:
            yield ShowText(replace(self._base, part=Part.HEADER if instance == 1 else Part.FOOTER), text)
        elif top.kind in {_STRING_TAG, _BINARY_TAG} and not instance:
            top.tag = text
            if not text.startswith(_STRUCTURED):
                yield ShowText(self._titled("tag"), text)
        elif top.kind == _STRING_TAG:
            yield ShowText(replace(self._base, part=Part.PROPERTY, title=top.tag or None), text)
        else:
            yield ShowText(self._titled(_TITLES.get(top.kind, "string")), text.replace("\r", "\n"))

    def _titled(self, title: str) -> Place:
        return replace(self._base, part=Part.METADATA, title=title)


_ATOMS: Final = SHAPE_PROPERTIES | {_TEXT_CHARS, _TEXT_BYTES, _STRING, _PLACEHOLDER, SLIDE_IN_LIST}

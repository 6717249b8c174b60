"""Knows what each object of a binary PowerPoint file is: which slide, whose notes, which master."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._ppt.edits import HEADER, Edits, TopRecord
from scanner.model.place import Part, Place

DOCUMENT: Final = 0x03E8
SLIDE: Final = 0x03EE
NOTES: Final = 0x03F0
MASTER: Final = 0x03F8
HANDOUT: Final = 0x0FC9
SLIDE_LIST: Final = 0x0FF0
SLIDE_IN_LIST: Final = 0x03F3
_DOCUMENT_ATOM: Final = 0x03E9
_NOTES_ATOM: Final = 0x03F1
_SHOW_INFO: Final = 0x03F9
_HIDDEN: Final = 0x04
_MOST_CHILDREN: Final = 64
_MOST_SLIDES: Final = 1 << 16
_LISTS: Final = {0: "slide", 1: "master", 2: "notes"}


@dataclass(frozen=True, slots=True)
class Child:
    """A record right within another: its kind and instance, and where its content begins and ends."""

    kind: int
    instance: int
    at: int
    end: int


def children(data: bytes, at: int, end: int) -> Iterator[Child]:
    """Yield the records that follow one another between two points."""
    end = min(end, len(data))
    while at + 8 <= end:
        version, kind, size = HEADER.unpack_from(data, at)
        at += 8
        yield Child(kind, version >> 4, at, min(at + size, end))
        at += size


class Slides:
    """The places of all objects that count."""

    def __init__(self, data: bytes, edits: Edits, tops: list[TopRecord], base: Place) -> None:
        """Find out which slide has which number; `base` is the presentation's place."""
        self._data = data
        self._base = base
        self._live = edits.objects
        self._tops = {top.at: top for top in tops}
        self._slides: dict[int, Place] = {}
        self._numbers: dict[int, int] = {}
        self._masters: dict[int, str] = {}
        document = self._tops.get(edits.objects.get(edits.document, -1))
        if document is None or document.kind != DOCUMENT:
            document = next((top for top in reversed(tops) if top.kind == DOCUMENT), None)
        self.document = document
        if document is not None:
            self._read(document)

    def of(self, top: TopRecord) -> tuple[int, int, Place]:
        """Return what a record is: its rank and its number among those of its rank, for the order, and its place."""
        if top.kind == DOCUMENT:
            return 0, 0, replace(self._base, part=Part.METADATA)
        if top.at in self._slides:
            place = self._slides[top.at]
            return 1, place.number or 0, place
        if top.kind == NOTES and top.at not in self._masters:
            number = self._notes_of(top)
            return 2, number or 0, replace(self._base, part=Part.SPEAKER_NOTES, number=number)
        if top.kind == SLIDE and top.at not in self._masters:
            return 1, _MOST_SLIDES, replace(self._base, part=Part.SLIDE)
        title = {MASTER: "master", HANDOUT: "handout master"}.get(top.kind, self._masters.get(top.at, "other"))
        part = Part.METADATA if title == "other" else Part.MASTER
        return 3, top.at, replace(self._base, part=part, title=title)

    def in_list(self, instance: int, persist: int) -> Place:
        """Return the place of the text that a list of the document keeps for an object."""
        if _LISTS.get(instance) == "slide":
            return self._slides.get(self._live.get(persist, -1), replace(self._base, part=Part.SLIDE))
        part = Part.MASTER if _LISTS.get(instance) == "master" else Part.SPEAKER_NOTES
        return replace(self._base, part=part)

    def _read(self, document: TopRecord) -> None:
        for child in children(self._data, document.at + 8, document.end):
            if child.kind == _DOCUMENT_ATOM and child.end - child.at >= 32:  # noqa: PLR2004 - up to the handout's number
                notes, handout = struct.unpack_from("<II", self._data, child.at + 24)
                self._masters[self._live.get(notes, -1)] = "notes master"
                self._masters[self._live.get(handout, -1)] = "handout master"
            elif child.kind == SLIDE_LIST:
                self._list(child)

    def _list(self, found: Child) -> None:
        """[MS-PPT], SlideListWithTextContainer: the slides in the order in which they are shown."""
        for child in children(self._data, found.at, found.end):
            if child.kind != SLIDE_IN_LIST or child.end - child.at < 16:  # noqa: PLR2004 - up to the slide's own number
                continue
            persist, _, _, identifier = struct.unpack_from("<IIII", self._data, child.at)
            at = self._live.get(persist, -1)
            if _LISTS.get(found.instance) == "master":
                self._masters[at] = "master"
            elif _LISTS.get(found.instance) == "slide" and at not in self._slides:
                number = len(self._slides) + 1
                self._numbers[identifier] = number
                hidden = self._is_hidden(at)
                part, title = (Part.HIDDEN, "slide") if hidden else (Part.SLIDE, None)
                self._slides[at] = replace(self._base, part=part, number=number, title=title)

    def _first(self, at: int, kind: int) -> Child | None:
        """Return the first record of a kind right within an object."""
        top = self._tops.get(at)
        if top is None:
            return None
        for count, child in enumerate(children(self._data, top.at + 8, top.end)):
            if child.kind == kind:
                return child
            if count > _MOST_CHILDREN:
                break
        return None

    def _is_hidden(self, at: int) -> bool:
        """[MS-PPT], SlideShowSlideInfoAtom: a slide says itself whether it is left out of the show."""
        info = self._first(at, _SHOW_INFO)
        return info is not None and info.end - info.at > 10 and bool(self._data[info.at + 10] & _HIDDEN)  # noqa: PLR2004 - the flags are its eleventh byte

    def _notes_of(self, top: TopRecord) -> int | None:
        atom = self._first(top.at, _NOTES_ATOM)
        if atom is None or atom.end - atom.at < 4:  # noqa: PLR2004 - a slide's own number
            return None
        return self._numbers.get(struct.unpack_from("<I", self._data, atom.at)[0])

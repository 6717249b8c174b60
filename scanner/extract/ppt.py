"""Reads PowerPoint presentations from before 2007: slides in their order, notes, masters, comments, embedded files."""

import io
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.member import unpack
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import Compound, open_compound
from scanner.extract._ole.escher_pictures import shown_pictures
from scanner.extract._ole.escher_source import source_problems
from scanner.extract._ole.properties import property_sets
from scanner.extract._ole.protection import rights
from scanner.extract._ole.rest import faults_of, rest_of
from scanner.extract._ole.vba import read_macros
from scanner.extract._ppt.edits import Edits, TopRecord, read_edits, top_records
from scanner.extract._ppt.slides import Slides
from scanner.extract._ppt.text import ObjectWalker
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES = frozenset({"application/vnd.ms-powerpoint"})

_DOCUMENT: Final = "PowerPoint Document"
_USER: Final = "Current User"
_OLD: Final = "PP40"
_PICTURES: Final = "Pictures"
_VISIBLE: Final = frozenset({Part.SLIDE, Part.HIDDEN})
# Pictures and, where there is a password, locked properties beside what is read.
_KNOWN: Final = frozenset(
    {
        _DOCUMENT.casefold(),
        _USER.casefold(),
        _OLD.casefold(),
        _PICTURES.casefold(),
        "encryptedsummary",
    }
)
_STORAGE: Final = 0x1011
_OF_EDITS: Final = frozenset({0x0FF5, 0x1772})
_LOCK: Final = 0x2F14

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield what stands on each slide, in its notes, on the masters, and beside the slides."""
    try:
        compound = open_compound(blob.data)
    except UnreadableError as error:
        yield Problem(blob.place, error.reason, error.detail)
        return
    lines = Lines(budget)
    place = blob.place
    yield from property_sets(compound, lines, place)
    yield from rights(compound, place)
    if compound.has(_DOCUMENT):
        yield from _show(compound, lines, place, budget)
    elif compound.has(_OLD):
        yield from _old_show(compound, lines, place)
    else:
        yield Problem(place, Reason.CORRUPT, "the presentation itself is missing")
    yield from rest_of(compound, _KNOWN, lines, place, budget)
    yield from read_macros(compound, lines, place)
    yield from lines.rest()
    yield from faults_of(compound, place)


def _old_show(compound: Compound, lines: Lines, place: Place) -> Iterator[Item]:
    try:
        lines.add(replace(place, part=Part.RAW), document_strings(compound.read(_OLD)))
    except UnreadableError as error:
        yield Problem(place, error.reason, error.detail)
    yield Problem(place, Reason.UNSUPPORTED, "no reader for presentations from before PowerPoint 97")


def _show(compound: Compound, lines: Lines, place: Place, budget: Budget) -> Iterator[Item]:
    try:
        data = compound.read(_DOCUMENT)
        user = compound.read(_USER) if compound.has(_USER) else b""
    except UnreadableError as error:
        yield Problem(place, error.reason, error.detail)
        return
    tops = list(top_records(data))
    edits = read_edits(data, user, tops)
    if edits.locked or any(top.kind == _LOCK for top in tops):
        yield Problem(place, Reason.ENCRYPTED, "needs a password")
        return
    reading = _Reading(data, tops, edits, lines, place, budget)
    yield from reading.items()
    yield from _pictures(compound, lines, place, budget, shown=reading.shown)


def _pictures(compound: Compound, lines: Lines, place: Place, budget: Budget, *, shown: bool) -> Iterator[Problem]:
    """Write what metafiles draw; yield a problem for those that break off, and where nothing else is shown."""
    try:
        data = compound.read(_PICTURES) if compound.has(_PICTURES) else b""
    except UnreadableError as error:
        yield Problem(place, error.reason, error.detail)
        return
    more = 0
    damaged: Counter[Reason] = Counter()
    for picture in shown_pictures(data, budget):
        more += picture.more
        if picture.problem is not None:
            damaged[picture.problem] += 1
        shown = shown or bool(picture.text)
        if picture.text:
            lines.add(replace(place, part=Part.TEXT_BOX, title="picture"), picture.text)
    for reason, count in damaged.items():
        yield Problem(place, reason, f"pictures not read in full: {count}")
    if more and not shown:
        yield Problem(place, Reason.IMAGE, f"no text, but pictures: {more}")


class _Reading:
    """The main stream of one presentation while it is read."""

    def __init__(  # noqa: PLR0913, PLR0917 - a stream, what is known of it, and where its texts go
        self, data: bytes, tops: list[TopRecord], edits: Edits, lines: Lines, place: Place, budget: Budget
    ) -> None:
        self._data = data
        self._tops = tops
        self._edits = edits
        self._lines = lines
        self._place = place
        self._budget = budget
        self._slides = Slides(data, edits, tops, place)
        self._seen: set[str] = set()
        self._remembers = False
        self.shown = False
        self._only_new = False
        self._walker = ObjectWalker(data, self._slides, place, self._write)

    def items(self) -> Iterator[Item]:
        live, earlier = self._divided()
        self._remembers = bool(earlier)
        for top in live:
            yield from self._walk(top, self._slides.of(top)[2])
        # A quick save leaves in the file what was changed: what only earlier edits hold is deleted text.
        self._only_new = True
        for top in earlier:
            yield from self._walk(top, replace(self._place, part=Part.DELETED, title="earlier edit"))
        yield from self._storages()
        end = self._tops[-1].end if self._tops else 0
        if end < len(self._data) and self._data[end:].strip(b"\0"):
            self._lines.add(replace(self._place, part=Part.RAW), document_strings(self._data[end:]))
            yield Problem(self._place, Reason.CORRUPT, "the stream of the presentation breaks off")
        elif self._walker.broken:
            yield Problem(self._place, Reason.CORRUPT, "a record is longer than what it stands in")
        if self._walker.too_deep:
            yield Problem(self._place, Reason.TOO_DEEP, "records nested deeper than any program does")
        yield from source_problems(self._walker.unread, self._place)

    def _divided(self) -> tuple[list[TopRecord], list[TopRecord]]:
        """Return the objects that count in the order of the show, and those of earlier edits."""
        current = set(self._edits.objects.values())
        objects = [top for top in self._tops if top.kind != _STORAGE and top.kind not in _OF_EDITS]
        live = [top for top in objects if top.at in current or not current]
        earlier = [top for top in objects if current and top.at not in current]
        return sorted(live, key=lambda top: (*self._slides.of(top)[:2], top.at)), earlier

    def _walk(self, top: TopRecord, place: Place) -> Iterator[Segment]:
        for _ in self._walker.walk(top.at + 8, top.end, place):
            yield from self._lines.ready()
        yield from self._lines.ready()

    def _write(self, place: Place, text: str) -> None:
        if self._only_new:
            if text in self._seen:
                return
            place = replace(self._place, part=Part.DELETED, title="earlier edit")
        self.shown = self.shown or place.part in _VISIBLE
        if self._remembers:
            self._seen.add(text)
        self._lines.add(place, text)

    def _storages(self) -> Iterator[Item]:
        """[MS-PPT], ExOleObjStg: embedded documents and macros, each a compound file, mostly compressed."""
        number = 0
        for top in self._tops:
            if top.kind != _STORAGE:
                continue
            number += 1
            place = replace(self._place, members=(*self._place.members, f"object {number}"))
            content = self._data[top.at + 8 : top.end]
            if top.instance:
                yield from unpack(place, _Inflating(content), self._budget)
            else:
                self._budget.expand(len(content))
                yield Member(place, content)


class _Inflating(io.RawIOBase):
    """A stream of what is compressed behind four bytes that say how much it is."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._left = int.from_bytes(content[:4], "little")
        self._inflate = zlib.decompressobj()
        self._packed = content[4:]

    def read(self, size: int = -1) -> bytes:
        """Return the next piece, nothing at the end.

        Raises:
            EOFError: the compressed bytes end too early.
        """
        if self._inflate.eof:
            return b""
        piece = self._inflate.decompress(self._packed, size)
        self._packed = self._inflate.unconsumed_tail
        self._left -= len(piece)
        # Some writers leave out the sum at the end.
        if not piece and self._left > 0:
            raise EOFError
        return piece

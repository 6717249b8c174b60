"""Tells what a page's drawing is: its headers, footers and watermarks, and what its marks say in other words.

Sources: ISO 32000-2, 14.6 (marked content) and 14.8.2.2 (artifacts). PDFium gives the keys of a mark, and its strings,
but not the names in it: which kind of artifact one is, its place on the page tells.
"""

import math
from collections.abc import Iterator
from ctypes import POINTER, byref, c_float, c_ulong, c_ushort, cast, create_string_buffer
from dataclasses import dataclass, field
from itertools import compress, repeat
from typing import Any, Final

import pypdfium2.raw as pdfium

from scanner.extract._pdf.letters import ROW, Rows
from scanner.extract._pdf.quick import (
    bounded_text,
    bounds,
    count_drawn,
    count_marks,
    count_objects,
    drawn_object,
    font_size,
    mark_of,
    marked_id,
    matrix,
    page_object,
    text_of_object,
    type_of,
)
from scanner.model.place import Part

_MOST_OBJECTS: Final = 50_000
_MOST_MARKED: Final = 500  # each costs a look at all characters of the page
_ENDS: Final = 12  # of the objects of a page, first and last; a watermark is drawn under everything or over it
_MARGIN: Final = 0.14  # of a page's height
_LARGE: Final = 20.0
_STRAIGHT: Final = 4.0  # degrees
_LONGEST: Final = 4096
_NESTED: Final = 3
_WIDE: Final = 1.6
_OF_TEXT: Final = pdfium.FPDF_PAGEOBJ_TEXT
_WRITTEN: Final = frozenset({_OF_TEXT, pdfium.FPDF_PAGEOBJ_FORM})
_SAID: Final = (b"Alt", b"E", b"ActualText", b"Contents")

Handle = Any
Matrix = tuple[float, float, float, float]


@dataclass(slots=True)
class Drawing:
    """How many texts a page has, its words placed letter by letter, and what is no part of its running text."""

    texts: int = 0
    words: list[str] = field(default_factory=list)
    pieces: list[tuple[Part, str | None, str]] = field(default_factory=list)


def drawing(page: int, textpage: int, height: float) -> Drawing:
    """Look at all objects of a page."""
    found = Drawing()
    meanings = _Meanings()
    count = min(count_objects(page), _MOST_OBJECTS)
    # A page may have thousands: whoever calls in Python for each of them takes longer than PDFium.
    items = list(map(page_object, repeat(page, count), range(count)))
    artifacts: list[tuple[int, bool]] = []
    for item in compress(items, map((0).__lt__, map(count_marks, items))):
        if marked_id(item) >= 0:
            continue
        artifact, kind = False, False
        for mark in _marks(item):
            meant = meanings.of(mark)
            artifact, kind = artifact or meant.artifact, kind or meant.kind
            found.pieces += meant.pieces
        if artifact and len(artifacts) < _MOST_MARKED:
            artifacts.append((item, kind))
    kinds = list(map(type_of, items))
    texts = [item for item, kind in zip(items, kinds, strict=True) if kind == _OF_TEXT]
    found.texts = len(texts)
    found.words += _rows(texts).words(textpage)
    found.pieces += _artifacts(artifacts, textpage, height)
    ends = [*range(min(_ENDS, count)), *range(max(_ENDS, count - _ENDS), count)]
    sheet = _Sheet(textpage)
    slanted = [word for at in ends if kinds[at] in _WRITTEN for word in sheet.slanted(items[at], (1, 0, 0, 1), 0)]
    if slanted:
        found.pieces.append((Part.WATERMARK, None, _joined(slanted)))
    return found


def _rows(texts: list[int]) -> Rows:
    """Return the rows of narrow texts; one in `ROW` is looked at, as a row has at least so many."""
    rows, box = Rows(), Box()
    at = done = 0
    while at < len(texts):
        if box.is_narrow(texts[at]):
            start, end = at, at + 1
            while start > done and box.is_narrow(texts[start - 1]):
                start -= 1
            while end < len(texts) and box.is_narrow(texts[end]):
                end += 1
            if end - start >= ROW:
                for text in texts[start:end]:
                    rows.add(text)
                rows.end()
            at = done = end
        at += ROW
    return rows


class Box:
    """The bounds of one object after another."""

    def __init__(self) -> None:
        """Make the room for four numbers once."""
        self._edges = (c_float(), c_float(), c_float(), c_float())
        self._links = tuple(map(byref, self._edges))

    def of(self, item: int) -> tuple[float, float, float, float] | None:
        """Return left, bottom, right and top."""
        if not bounds(item, *self._links):
            return None
        left, bottom, right, top = self._edges
        return left.value, bottom.value, right.value, top.value

    def is_narrow(self, item: int) -> bool:
        """Tell whether a text is hardly wider than high, or higher than wide."""
        box = self.of(item)
        return box is not None and box[2] - box[0] < _WIDE * (box[3] - box[1])


@dataclass(frozen=True, slots=True)
class _Meaning:
    """Whether a mark says that its content is an artifact, whether of some kind, and what it says instead of it."""

    artifact: bool
    kind: bool
    pieces: tuple[tuple[Part, str | None, str], ...] = ()


class _Meanings:
    """Remembers what the marks of a page mean: objects in a row share theirs."""

    def __init__(self) -> None:
        self._known: dict[int, _Meaning] = {}

    def of(self, at: int) -> _Meaning:
        """Return what a mark means; what it says is told once."""
        known = self._known.get(at)
        if known is not None:
            return known
        mark = cast(at, pdfium.FPDF_PAGEOBJECTMARK)
        if _name(mark) == "Artifact":
            meant = _Meaning(artifact=True, kind=pdfium.FPDFPageObjMark_CountParams(mark) > 1)
            self._known[at] = meant
            return meant
        self._known[at] = _Meaning(artifact=False, kind=False)
        said = tuple((Part.METADATA, "alt text", words) for words in _said(mark))
        return _Meaning(artifact=False, kind=False, pieces=said)


def _marks(item: int) -> Iterator[int]:
    for at in range(count_marks(item)):
        yield mark_of(item, at)


def _name(mark: Handle) -> str:
    size = c_ulong()
    buffer = create_string_buffer(64)
    if not pdfium.FPDFPageObjMark_GetName(mark, cast(buffer, POINTER(c_ushort)), len(buffer), byref(size)):
        return ""
    return buffer.raw[: min(size.value, len(buffer))].decode("utf-16-le", "ignore").rstrip("\0")


def _said(mark: Handle) -> Iterator[str]:
    for key in _SAID:
        if pdfium.FPDFPageObjMark_GetParamValueType(mark, key) != pdfium.FPDF_OBJECT_STRING:
            continue
        size = c_ulong()
        buffer = create_string_buffer(_LONGEST)
        target = cast(buffer, POINTER(c_ushort))
        if pdfium.FPDFPageObjMark_GetParamStringValue(mark, key, target, len(buffer), byref(size)):
            words = buffer.raw[: min(size.value, len(buffer))].decode("utf-16-le", "ignore").rstrip("\0")
            if words.strip():
                yield words


def _artifacts(items: list[tuple[int, bool]], textpage: int, height: float) -> list[tuple[Part, str | None, str]]:
    """Return the artifacts at the top, at the bottom and, where they are said to be of a kind, in between, by line."""
    rows: dict[tuple[Part, int], list[float]] = {}
    box = Box()
    for item, kind in items:
        edges = box.of(item)
        if edges is None or type_of(item) not in _WRITTEN:
            continue
        left, bottom, right, top = edges
        part = Part.WATERMARK
        if bottom > height * (1 - _MARGIN):
            part = Part.HEADER
        elif top < height * _MARGIN:
            part = Part.FOOTER
        elif not kind:
            continue
        row = rows.setdefault((part, round(bottom / 4)), [left, bottom, right, top])
        row[:] = [min(row[0], left), min(row[1], bottom), max(row[2], right), max(row[3], top)]
    found: dict[Part, list[str]] = {}
    for (part, _), row in sorted(rows.items(), key=lambda pair: -pair[0][1]):
        words = _within(textpage, row)
        if words:
            found.setdefault(part, []).append(words)
    return [(part, None, "\n".join(lines)) for part, lines in found.items()]


def _within(textpage: int, box: list[float]) -> str:
    """Return the text in a box, a little larger than said, so that no letter's edge sticks out."""
    buffer = (c_ushort * _LONGEST)()
    left, bottom, right, top = box
    size = bounded_text(textpage, left - 1, top + 1, right + 1, bottom - 1, buffer, _LONGEST)
    words = bytes(buffer)[: 2 * max(0, min(size, _LONGEST))].decode("utf-16-le", "ignore")
    return words.replace("\r\n", "\n").replace("\0", "").strip()


class _Sheet:
    """Finds slanted words on a page."""

    def __init__(self, textpage: int) -> None:
        self._textpage = textpage
        self._matrix = pdfium.FS_MATRIX()
        self._size = c_float()

    def slanted(self, item: int, outer: Matrix, depth: int) -> Iterator[str]:
        """Yield the words of large text that runs neither along the page nor up or down it."""
        kind, own = type_of(item), self._matrix
        if kind not in _WRITTEN or depth > _NESTED or not matrix(item, byref(own)):
            return
        turned = _product((own.a, own.b, own.c, own.d), outer)
        if kind != _OF_TEXT:
            for at in range(min(count_drawn(item), _ENDS)):
                yield from self.slanted(drawn_object(item, at), turned, depth + 1)
            return
        across = math.degrees(math.atan2(turned[1], turned[0])) % 90
        if not _STRAIGHT < across < 90 - _STRAIGHT:
            return
        font_size(item, byref(self._size))
        if abs(self._size.value) * math.hypot(turned[0], turned[1]) >= _LARGE:
            buffer = (c_ushort * _LONGEST)()
            length = text_of_object(item, self._textpage, buffer, 2 * _LONGEST)
            words = bytes(buffer)[: max(0, min(length, 2 * _LONGEST) - 2)].decode("utf-16-le", "ignore")
            if words.strip("\0 "):
                yield words.replace("\0", "")


def _product(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
    )


def _joined(words: list[str]) -> str:
    """Return single letters as one word, and words a line each."""
    return ("" if all(len(word.strip()) == 1 for word in words) else "\n").join(words)

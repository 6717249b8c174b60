"""Tells what a page's drawing is: its headers, footers and watermarks, and what its marks say in other words.

Sources: ISO 32000-2, 14.6 (marked content) and 14.8.2.2 (artifacts). PDFium gives the keys of a mark, and its strings,
but not the names in it: which kind of artifact one is, its place on the page tells.
"""

import math
from collections.abc import Iterator
from ctypes import POINTER, byref, c_float, c_ulong, c_ushort, cast, create_string_buffer
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2.raw as pdfium

from scanner.extract._pdf.letters import ROW, Rows
from scanner.extract._pdf.quick import address, bounds, count_marks, mark_of, marked_id, page_object, type_of
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
_SAID: Final = (b"Alt", b"E", b"ActualText", b"Contents")

Handle = Any
Matrix = tuple[float, float, float, float]


@dataclass(slots=True)
class Drawing:
    """How many texts a page has, its words placed letter by letter, and what is no part of its running text."""

    texts: int = 0
    words: list[str] = field(default_factory=list)
    pieces: list[tuple[Part, str | None, str]] = field(default_factory=list)


def drawing(page: Handle, textpage: Handle, height: float) -> Drawing:
    """Look at all objects of a page."""
    found = Drawing()
    get, kind_of, of_text = page_object, type_of, pdfium.FPDF_PAGEOBJ_TEXT
    at_page = address(page)
    meanings = _Meanings()
    count = min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    artifacts: list[tuple[int, bool]] = []
    texts: list[int] = []
    for at in range(count):
        item = get(at_page, at)
        if kind_of(item) == of_text:
            texts.append(item)
        if count_marks(item) > 0 and marked_id(item) < 0:
            artifact, kind = False, False
            for mark in _marks(item):
                meant = meanings.of(mark)
                artifact, kind = artifact or meant.artifact, kind or meant.kind
                found.pieces += meant.pieces
            if artifact and len(artifacts) < _MOST_MARKED:
                artifacts.append((item, kind))
    found.texts = len(texts)
    found.words += _rows(texts).words(textpage)
    found.pieces += _artifacts(artifacts, textpage, height)
    ends = [*range(min(_ENDS, count)), *range(max(_ENDS, count - _ENDS), count)]
    slanted = [word for at in ends for word in _slanted(pdfium.FPDFPage_GetObject(page, at), textpage, (1, 0, 0, 1), 0)]
    if slanted:
        found.pieces.append((Part.WATERMARK, None, _joined(slanted)))
    return found


def _rows(texts: list[int]) -> Rows:
    """Return the rows of narrow texts; one in `ROW` is looked at, as a row has at least so many."""
    rows, box = Rows(), _Box()
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


class _Box:
    """The bounds of one object after another."""

    def __init__(self) -> None:
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


def _artifacts(items: list[tuple[int, bool]], textpage: Handle, height: float) -> list[tuple[Part, str | None, str]]:
    """Return the artifacts at the top, at the bottom and, where they are said to be of a kind, in between, by line."""
    rows: dict[tuple[Part, int], list[float]] = {}
    box = _Box()
    for item, kind in items:
        edges = box.of(item)
        if edges is None or type_of(item) not in {
            pdfium.FPDF_PAGEOBJ_TEXT,
            pdfium.FPDF_PAGEOBJ_FORM,
        }:
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


def _within(textpage: Handle, box: list[float]) -> str:
    """Return the text in a box, a little larger than said, so that no letter's edge sticks out."""
    buffer = (c_ushort * _LONGEST)()
    left, bottom, right, top = box
    size = pdfium.FPDFText_GetBoundedText(textpage, left - 1, top + 1, right + 1, bottom - 1, buffer, _LONGEST)
    words = bytes(buffer)[: 2 * max(0, min(size, _LONGEST))].decode("utf-16-le", "ignore")
    return words.replace("\r\n", "\n").replace("\0", "").strip()


def _slanted(item: Handle, textpage: Handle, outer: Matrix, depth: int) -> Iterator[str]:
    """Yield the words of large text that runs neither along the page nor up or down it."""
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind not in {pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM} or depth > _NESTED:
        return
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, byref(matrix)):
        return
    own = _product((matrix.a, matrix.b, matrix.c, matrix.d), outer)
    if kind == pdfium.FPDF_PAGEOBJ_FORM:
        for at in range(min(pdfium.FPDFFormObj_CountObjects(item), _ENDS)):
            yield from _slanted(pdfium.FPDFFormObj_GetObject(item, at), textpage, own, depth + 1)
        return
    size = c_float()
    pdfium.FPDFTextObj_GetFontSize(item, byref(size))
    across = math.degrees(math.atan2(own[1], own[0])) % 90
    if abs(size.value) * math.hypot(own[0], own[1]) >= _LARGE and _STRAIGHT < across < 90 - _STRAIGHT:
        buffer = (c_ushort * _LONGEST)()
        length = pdfium.FPDFTextObj_GetText(item, textpage, buffer, 2 * _LONGEST)
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

"""Reads the pages of an open PDF with PDFium: their text, what stands at their edges, and which are mere pictures."""

import re
from collections.abc import Iterator
from ctypes import Array, c_ushort, string_at
from dataclasses import dataclass, field
from typing import Final

import pypdfium2.raw as pdfium

from scanner.extract._budget import Budget
from scanner.extract._pdf import quick
from scanner.extract._pdf.document import Document, NotLoadedError, all_characters, loaded_text, objects_on
from scanner.extract._pdf.letters import spelled_out
from scanner.extract._pdf.marks import Box, drawing
from scanner.model.document import Blob, Segment
from scanner.model.place import Part, Place

_NO_TEXT: Final = 8  # characters on a page; with so few, any picture may be what there is to read
_LITTLE: Final = 80  # with so few, a picture over most of the page may be
_MANY_TEXTS: Final = 20
_MOST_NOTES: Final = 1000
_APPEARANCE: Final = 4096
_SHOWS: Final = re.compile(rb"T[jJ]|['\"]|\bDo\b")
_COVERED: Final = 0.6  # share of a page's area
# No characters, or such whose meaning only their font knows.
_UNMAPPED: Final = re.compile("[\0-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]{4,}")
_DIFFERENT: Final = 3
# So PDFium joins a word that is divided between two lines.
_HYPHEN: Final = "\ufffe"
_MOST_KNOWN: Final = 1 << 22
_MOST_SEARCHED: Final = 1 << 31
_LETTER_LIKE: Final = 60  # curved shapes of a letter's size on a page without a text
_SHAPE: Final = (3.0, 72.0)
_CURVES: Final = 8
_ONE_SHAPE: Final = 3000

_NO_DRAWING: Final = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})
_AT_EDGES: Final = frozenset({Part.HEADER, Part.FOOTER, Part.WATERMARK})

Piece = tuple[Part, str | None, str]


@dataclass(slots=True)
class Known:
    """What has been read on pages, so that what is found elsewhere is not told twice."""

    texts: list[str] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    size: int = 0
    counted: int = 0
    searched: int = 0

    def add(self, text: str) -> None:
        """Take the text of a page."""
        if self.size < _MOST_KNOWN:
            self.texts.append(text)
            self.size += len(text)
        else:
            self.lines.update(hash(line.strip()) for line in text.split("\n"))

    def unknown(self, text: str) -> str:
        """Return the lines of a text that stand on no page."""
        for known in self.texts[self.counted :]:
            self.lines.update(hash(line.strip()) for line in known.split("\n"))
        self.counted = len(self.texts)
        kept = [line for line in text.split("\n") if line.strip() and hash(line.strip()) not in self.lines]
        return "\n".join(line for line in kept if not self._is_within(line.strip()))

    def _is_within(self, line: str) -> bool:
        """Tell whether a line is part of a longer one; after much searching, no longer."""
        if self.searched > _MOST_SEARCHED:
            return False
        self.searched += self.size
        return any(line in known for known in self.texts)


@dataclass(frozen=True, slots=True)
class Page:
    """What is on a page, by part and title.

    `pictured`: it is a picture of text. `shapes`: it is drawn as shapes that look like letters. `unread`: it has text
    that could not be had. `unmapped`: some words have characters that only their font knows.
    """

    pieces: tuple[Piece, ...]
    pictured: bool = False
    shapes: bool = False
    unread: bool = False
    unmapped: bool = False


def segments(blob: Blob, budget: Budget, number: int, page: Page, told: set[int]) -> Iterator[Segment]:
    """Yield what is on a page; what stands at its edges only when it was not told of a page before.

    Raises:
        LimitReachedError: there is more text than the limit.
    """
    for part, title, text in page.pieces:
        if not text:
            continue
        if part in _AT_EDGES:
            key = hash((part, text))
            if key in told:
                continue
            told.add(key)
        budget.text(len(text))
        yield Segment(Place(blob.place.file, blob.place.members, part, None, number, title), text)


def page_of(document: Document, index: int, known: Known) -> Page:
    """Read a page, counted from 0.

    Raises:
        NotLoadedError: it cannot be loaded.
    """
    page = document.load(index)
    try:
        texts = _texts(page)
        text = texts.text
        known.add(text)
        length = len(text.strip())
        stamped = _stamped(page, document, index, text)
        known.add(stamped)
        found = ((Part.BODY, None, text), *texts.pieces, (Part.ANNOTATION, None, stamped))
        if length > _LITTLE or texts.unmapped or texts.sparse:
            return Page(found, unread=texts.sparse, unmapped=texts.unmapped)
        covered, words = _contents(page)
        pictured = covered > 0 if length <= _NO_TEXT else covered > _COVERED
        shapes = not pictured and not words and length <= _NO_TEXT and _looks_like_letters(page)
        return Page(found, pictured, shapes, unread=words and not length)
    finally:
        quick.close_page(page)


def text_at(document: Document, index: int) -> str:
    """Return the text of a page, counted from 0; nothing where it cannot be loaded."""
    try:
        page = document.load(index)
        try:
            return _text_of(page)
        finally:
            quick.close_page(page)
    except NotLoadedError:
        return ""


def _text_of(page: int) -> str:
    textpage = loaded_text(page)
    try:
        return _tidy(all_characters(textpage))
    finally:
        quick.close_text(textpage)


@dataclass(frozen=True, slots=True)
class _Texts:
    """A page's text, and what of it stands elsewhere or had to be put together.

    `unmapped` is as in `Page`. `sparse`: there is far less of it than the page has texts.
    """

    text: str
    pieces: tuple[Piece, ...] = ()
    unmapped: bool = False
    sparse: bool = False


def _texts(page: int) -> _Texts:
    textpage = loaded_text(page)
    try:
        given = all_characters(textpage)
        unmapped = _is_unmapped(given)
        text = _tidy(given)
        if not text:
            return _Texts("", unmapped=unmapped)
        found = drawing(page, textpage, quick.height_of(page))
        pieces = found.pieces
        torn = (word for word in found.words if word not in text)
        if words := list(dict.fromkeys((*spelled_out(text), *torn))):
            pieces.append((Part.BODY, "letters set apart", "\n".join(words)))
        if _HYPHEN in given:
            # Beside the page's text, not in it: there, the hyphen may be one that belongs.
            lines = (line for line in given.splitlines() if _HYPHEN in line)
            pieces.append((Part.METADATA, "hyphens taken out", _tidy("\n".join(lines).replace(_HYPHEN, ""))))
        sparse = found.texts > max(_MANY_TEXTS, 2 * len(text))
        return _Texts(text, tuple(pieces), unmapped, sparse)
    finally:
        quick.close_text(textpage)


def _stamped(page: int, document: Document, index: int, text: str) -> str:
    """Return the lines that stamps, notes and form fields draw on the page: PDFium leaves them out of its text."""
    notes = min(quick.count_notes(page), _MOST_NOTES)
    if notes <= 0:
        return ""
    buffer = (c_ushort * _APPEARANCE)()
    if not any(_draws(page, number, buffer) for number in range(notes)):
        return ""
    if quick.flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return ""
    again = document.load(index)
    try:
        known = set(text.split("\n"))
        return "\n".join(line for line in _text_of(again).split("\n") if line not in known)
    finally:
        quick.close_page(again)


def _draws(page: int, number: int, buffer: Array[c_ushort]) -> bool:
    """Tell whether a note's appearance shows text, or a drawing that may."""
    note = quick.load_note(page, number)
    if not note:
        return False
    try:
        if quick.subtype(note) in _NO_DRAWING:
            return False
        size = quick.appearance(note, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, buffer, 2 * _APPEARANCE)
        # What does not fit is not copied at all. Latin letters stand in the low byte of each unit.
        return size > 2 * _APPEARANCE or _SHOWS.search(string_at(buffer, size)[::2]) is not None
    finally:
        quick.close_note(note)


def _contents(page: int) -> tuple[float, bool]:
    """Return the share of the page that its largest picture covers, at least a trifle, and whether it has text."""
    area = max(quick.width_of(page) * quick.height_of(page), 1.0)
    largest, words, box = 0.0, False, Box()
    for item, kind in objects_on(page):
        words = words or kind == pdfium.FPDF_PAGEOBJ_TEXT
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = box.of(item) or (0.0, 0.0, 0.0, 0.0)
            largest = max(largest, (right - left) * (top - bottom) / area, 1e-9)
    return largest, words


def _looks_like_letters(page: int) -> bool:
    """Tell whether a page has many curved shapes of the size of letters, or one with as many curves as a text."""
    count, box = 0, Box()
    for item, kind in objects_on(page):
        curves = quick.count_segments(item) if kind == pdfium.FPDF_PAGEOBJ_PATH else 0
        if curves > _ONE_SHAPE:
            return True
        edges = box.of(item) if curves >= _CURVES else None
        if edges is None:
            continue
        sizes = (edges[2] - edges[0], edges[3] - edges[1])
        count += all(_SHAPE[0] * 0.5 < size < _SHAPE[1] for size in sizes)
        if count > _LETTER_LIKE:
            return True
    return False


def _is_unmapped(text: str) -> bool:
    """Tell whether a text has a word of such characters; a row of the same sign is an ornament."""
    # Most texts have none of these, and that is quickly said.
    if "\ufffd" not in text and text.replace("\r", "").replace("\n", "").isprintable():
        return False
    return any(len(set(match[0])) >= _DIFFERENT for match in _UNMAPPED.finditer(text))


def _tidy(text: str) -> str:
    # PDFium puts U+0000 for what a font does not map.
    return text.replace("\r\n", "\n").replace("\r", "\n").replace(_HYPHEN, "-").replace("\0", "").strip("\n")

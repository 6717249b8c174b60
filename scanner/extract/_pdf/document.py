"""Opens PDFs with PDFium, and gives the text and the objects of their pages; a page is a bare address (see `quick`)."""

from collections.abc import Iterator
from ctypes import byref, c_char
from typing import Final

import pypdfium2.raw as pdfium

from scanner.extract._pdf import quick

_NESTED: Final = 6
_PROTECTED: Final = frozenset({pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY})


class NotLoadedError(Exception):
    """PDFium cannot load a document, a page or its text; `protected` says whether for want of a password."""

    def __init__(self, *, protected: bool = False) -> None:
        """Say whether a password is what is missing."""
        super().__init__()
        self.protected = protected


class Document:
    """A PDF that PDFium has open. Whoever loads a page closes it before the document."""

    __slots__ = ("_at", "_count", "_data")

    def __init__(self, data: bytes, password: str = "") -> None:
        """Open it, with a password where one is needed.

        Raises:
            NotLoadedError: it cannot be opened, or has no page.
        """
        # PDFium does not copy the bytes.
        self._data = data
        self._at = quick.load_document(data, len(data), password.encode() or None)
        if not self._at:
            raise NotLoadedError(protected=pdfium.FPDF_GetLastError() in _PROTECTED)
        self._count = quick.count_pages(self._at)
        if self._count < 1:
            self.close()
            raise NotLoadedError

    def __len__(self) -> int:
        """Return how many pages it has."""
        return self._count

    def close(self) -> None:
        """Let it go."""
        quick.close_document(self._at)

    def load(self, index: int) -> int:
        """Return a page, counted from 0.

        Raises:
            NotLoadedError: it cannot be loaded.
        """
        page = quick.load_page(self._at, index)
        if not page:
            raise NotLoadedError
        return page


def loaded_text(page: int) -> int:
    """Return the text of a page as an address, to be closed before the page.

    Raises:
        NotLoadedError: it cannot be loaded.
    """
    textpage = quick.load_text(page)
    if not textpage:
        raise NotLoadedError
    return textpage


def all_characters(textpage: int) -> str:
    """Return what a text says, as PDFium puts it."""
    first, last = 0, quick.count_characters(textpage) - 1
    # What stands at the ends and is not in the text makes PDFium count wrong (crbug.com/pdfium/2079).
    start = end = -1
    while first <= last and (start := quick.place_in_text(textpage, first)) < 0:
        first += 1
    while first <= last and (end := quick.place_in_text(textpage, last)) < 0:
        last -= 1
    if first > last:
        return ""
    # For each size of an array, ctypes makes a class.
    room = bytearray(2 * (end + 2 - start))
    written = quick.characters(textpage, first, last + 1 - first, byref(c_char.from_buffer(room)))
    return room[: 2 * max(0, written - 1)].decode("utf-16-le", "ignore")


def objects_on(page: int) -> Iterator[tuple[int, int]]:
    """Yield every object on a page and its type, those in drawings too."""
    for at in range(quick.count_objects(page)):
        yield from _with_drawn(quick.page_object(page, at), 1)


def _with_drawn(item: int, depth: int) -> Iterator[tuple[int, int]]:
    kind = quick.type_of(item)
    yield item, kind
    if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _NESTED:
        for at in range(quick.count_drawn(item)):
            yield from _with_drawn(quick.drawn_object(item, at), depth + 1)

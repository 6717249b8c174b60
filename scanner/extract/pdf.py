"""Reads PDF: text page by page with PDFium, what stands outside the pages with pdfminer.six, and a second opinion."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from scanner.extract._appended import appended
from scanner.extract._binary import HEAD, is_container
from scanner.extract._budget import Budget
from scanner.extract._pdf_objects import Strings
from scanner.extract._pdf_packed import Packed
from scanner.extract._pdf_repair import repaired
from scanner.extract._pdf_scan import MOST_OBJECTS, scanned
from scanner.extract._pdf_text import pages_again
from scanner.extract._strings import strings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES = frozenset({"application/pdf"})

_END: Final = 4096
_END_MARK: Final = re.compile(rb"startxref\s+\d+\s+%%EOF")
_NO_TEXT: Final = 8  # characters on a page; with so few, any picture may be what there is to read
_LITTLE: Final = 80  # with so few, a picture over most of the page may be
_MOST_NOTES: Final = 1000
_COVERED: Final = 0.6  # share of a page's area
_NESTED: Final = 6
_LISTED: Final = 8


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the text of every page, then properties, notes, form fields, outline and attached files.

    Pages that are pictures are one problem that names them.
    """
    document, failure = _opened(blob.data)
    if failure is Reason.ENCRYPTED:
        yield Problem(blob.place, failure, "needs a password")
        return
    if document is None:
        yield from _damaged(blob, budget)
        return
    try:
        yield from _pages(blob, budget, document)
    finally:
        document.close()
    yield from _outside_pages(blob, budget)
    yield from _behind(blob)
    yield from appended(blob)
    if not any(word in blob.data[-_END:] for word in (b"%%EOF", b"startxref")):
        yield Problem(blob.place, Reason.PARTIAL, "the file ends early; what is there was read")


def _opened(data: bytes) -> tuple[pypdfium2.PdfDocument | None, Reason | None]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        protected = error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        return None, Reason.ENCRYPTED if protected else Reason.CORRUPT
    if len(document) == 0:
        document.close()
        return None, Reason.CORRUPT
    return document, None


def _pages(blob: Blob, budget: Budget, document: pypdfium2.PdfDocument) -> Iterator[Segment | Problem]:
    scanned: list[int] = []
    failed: list[int] = []
    unread: list[int] = []
    for number in range(1, len(document) + 1):
        try:
            page = _page(document, number - 1)
        except pypdfium2.PdfiumError:
            failed.append(number)
            continue
        for part, text in ((Part.BODY, page.text), (Part.ANNOTATION, page.stamped)):
            if text:
                budget.text(len(text))
                yield Segment(replace(blob.place, part=part, page=number), text)
        if page.pictured:
            scanned.append(number)
        elif page.unread:
            unread.append(number)
    if failed or unread:
        yield from _again(blob, budget, failed, unread)
    if scanned:
        yield Problem(blob.place, Reason.SCANNED_PAGE, f"a picture, no text: {_listed(scanned)}")


def _again(blob: Blob, budget: Budget, failed: list[int], unread: list[int]) -> Iterator[Segment | Problem]:
    read = set()
    for segment in pages_again(blob, budget, frozenset(failed + unread)):
        read.add(segment.place.page)
        yield segment
    lost = [number for number in failed if number not in read]
    if lost:
        yield Problem(blob.place, Reason.CORRUPT, f"cannot be read: {_listed(lost)}")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's text, what its annotations draw over it, and why there may be no more of it.

    `pictured`: it is a picture of text. `unread`: it has text that could not be had.
    """

    text: str
    stamped: str
    pictured: bool
    unread: bool


def _page(document: pypdfium2.PdfDocument, index: int) -> _Page:
    page = document[index]
    try:
        text = _text(page)
        length = len(text.strip())
        stamped = _stamped(page, document, index, text)
        if length > _LITTLE:
            return _Page(text, stamped, pictured=False, unread=False)
        covered, words = _contents(page)
        pictured = covered > 0 if length <= _NO_TEXT else covered > _COVERED
        return _Page(text, stamped, pictured, unread=words and not length)
    finally:
        page.close()


def _text(page: pypdfium2.PdfPage) -> str:
    textpage = page.get_textpage()
    try:
        return _tidy(textpage.get_text_range())
    finally:
        textpage.close()


def _stamped(page: pypdfium2.PdfPage, document: pypdfium2.PdfDocument, index: int, text: str) -> str:
    """Return the lines that stamps, notes and form fields draw on the page: PDFium leaves them out of its text."""
    if not any(_draws(page, number) for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_NOTES))):
        return ""
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return ""
    again = document[index]
    try:
        known = set(text.split("\n"))
        return "\n".join(line for line in _text(again).split("\n") if line not in known)
    finally:
        again.close()


def _draws(page: pypdfium2.PdfPage, number: int) -> bool:
    note = pdfium.FPDFPage_GetAnnot(page, number)
    if not note:
        return False
    try:
        return pdfium.FPDFAnnot_GetSubtype(note) not in {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP}
    finally:
        pdfium.FPDFPage_CloseAnnot(note)


def _contents(page: pypdfium2.PdfPage) -> tuple[float, bool]:
    """Return the share of the page that its largest picture covers, at least a trifle, and whether it has text."""
    width, height = page.get_size()
    area = max(width * height, 1.0)
    largest, words = 0.0, False
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_TEXT], max_depth=_NESTED):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            words = True
            continue
        left, bottom, right, top = item.get_bounds()
        largest = max(largest, (right - left) * (top - bottom) / area, 1e-9)
    return largest, words


def _tidy(text: str) -> str:
    # PDFium puts U+FFFE where a word is hyphenated, U+0000 for what a font does not map.
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-").replace("\0", "").strip("\n")


def _damaged(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield what can be had of a file that PDFium does not open: by a second opinion, then by a repair."""
    found = False
    for segment in pages_again(blob, budget, None):
        found = True
        yield segment
    if not found and (data := repaired(blob.data)) is not None:
        blob = replace(blob, data=data)
        document, _ = _opened(data)
        if document is not None:
            try:
                for item in _pages(blob, budget, document):
                    found = found or isinstance(item, Segment)
                    yield item
            finally:
                document.close()
    reason = Reason.PARTIAL if found else Reason.CORRUPT
    yield Problem(blob.place, reason, "damaged; what could be repaired was read" if found else "not a readable PDF")
    if found:
        yield from _outside_pages(blob, budget)


def _outside_pages(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield everything that is not drawn on a page."""
    scan = scanned(blob.data, budget)
    if scan.locked:
        yield Problem(blob.place, Reason.ENCRYPTED, "notes, fields and attached files are encrypted in an unknown way")
        return
    words = Strings(blob, budget, scan)
    yield from words.items()
    yield from Packed(blob, budget, scan, words.led).items()
    if scan.cut:
        detail = f"more than {MOST_OBJECTS} objects; notes and attached files in the rest were not read"
        yield Problem(blob.place, Reason.PARTIAL, detail)


def _behind(blob: Blob) -> Iterator[Member | Segment]:
    """Yield what was appended to the file: viewers stop reading at the last end mark."""
    ends = [match.end() for match in _END_MARK.finditer(blob.data)]
    tail = blob.data[ends[-1] :].strip(b"\0\r\n\t ") if ends else b""
    if is_container(tail[:HEAD]):
        # A zip is found by its own end.
        if not tail.startswith(b"PK"):
            yield Member(replace(blob.place, members=(*blob.place.members, "appended")), tail)
    elif words := strings(tail):
        yield Segment(replace(blob.place, part=Part.METADATA, title="appended"), words)


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_LISTED])
    more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
    return f"page {shown}{more}" if len(numbers) == 1 else f"pages {shown}{more}"

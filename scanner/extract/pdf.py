"""Reads PDF and FDF: pages with PDFium, objects with a scanner of our own, what is broken with pdfminer.six."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from scanner.extract._archive.appended import appended
from scanner.extract._binary import HEAD, is_container
from scanner.extract._budget import Budget
from scanner.extract._pdf.cmaps import preload
from scanner.extract._pdf.crypt import is_locked, only_files, passwords_for
from scanner.extract._pdf.document import Document, NotLoadedError
from scanner.extract._pdf.memory import forgotten_afterwards
from scanner.extract._pdf.objects import Led, Strings
from scanner.extract._pdf.packed import Packed
from scanner.extract._pdf.pages import Known, page_of, segments
from scanner.extract._pdf.repair import repaired
from scanner.extract._pdf.revisions import earlier_pages
from scanner.extract._pdf.scan import MOST_OBJECTS, scanned
from scanner.extract._pdf.text import is_understood, pages_again
from scanner.extract._pdf.unused import unused
from scanner.extract._text.strings import strings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

__all__ = ["MEDIA_TYPES", "extract", "preload"]

MEDIA_TYPES = frozenset({"application/pdf", "application/fdf"})

_END: Final = 4096
_REACH: Final = 4096
_BLANK: Final = b"\0\r\n\t "
_END_MARK: Final = re.compile(rb"startxref\s+\d+\s+%%EOF")
_MOST_PAGES: Final = 50_000
_LISTED: Final = 8
_LOCK: Final = b"/Encrypt"
_NO_LOCK: Final = b"/Encryp-"


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the text of every page, then properties, notes, form fields, outline and attached files.

    Pages that are pictures are one problem that names them.
    """
    with forgotten_afterwards():
        yield from _read(blob, budget)


def _read(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    if blob.data.startswith(b"%FDF-"):
        yield from _outside_pages(blob, budget, Known())
        return
    document, failure = _opened(blob.data)
    password = ""
    if failure is Reason.ENCRYPTED:
        document, password = _unlocked(blob.data, budget)
    if document is None and failure is Reason.ENCRYPTED:
        yield from _locked(blob, budget)
        return
    if document is None:
        yield from _damaged(blob, budget)
        return
    known = Known()
    try:
        yield from _pages(blob, budget, document, known, password)
    finally:
        document.close()
    yield from _outside_pages(blob, budget, known, password)
    end = _end(blob.data)
    yield from _around(blob, budget, end)
    if _ends_early(blob.data, end):
        yield Problem(blob.place, Reason.PARTIAL, "the file ends early; what is there was read")


def _opened(data: bytes) -> tuple[Document | None, Reason | None]:
    try:
        return Document(data), None
    except NotLoadedError as error:
        return None, Reason.ENCRYPTED if error.protected else Reason.CORRUPT


def _unlocked(data: bytes, budget: Budget) -> tuple[Document | None, str]:
    """Return a locked file opened with a known password, and that; None where none fits."""
    for password in passwords_for(data, budget.passwords):
        with suppress(NotLoadedError):
            document = Document(data, password)
            budget.passwords.fits(password)
            return document, password
    return None, ""


def _locked(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield what stands in clear in a file that no known password opens."""
    if only_files(blob.data):
        yield from _but_files(blob, extract(_unlabelled(blob), budget))
        return
    yield Problem(blob.place, Reason.ENCRYPTED, "needs a password")
    yield from Packed(blob, budget, scanned(blob.data, budget), Led()).metadata()


def _unlabelled(blob: Blob) -> Blob:
    """Return a file that does not say that it is encrypted: under a name of the same length, that means nothing."""
    return replace(blob, data=blob.data.replace(_LOCK, _NO_LOCK))


def _but_files(blob: Blob, items: Iterator[Segment | Member | Problem]) -> Iterator[Segment | Member | Problem]:
    """Yield what is read of a file of which only the attached files are locked."""
    yield Problem(blob.place, Reason.ENCRYPTED, "the attached files need a password")
    yield from (item for item in items if not isinstance(item, Member))


def _pages(
    blob: Blob, budget: Budget, document: Document, known: Known, password: str = ""
) -> Iterator[Segment | Problem]:
    scanned: list[int] = []
    shapes: list[int] = []
    failed: list[int] = []
    unread: list[int] = []
    unmapped: list[int] = []
    told: set[int] = set()
    for number in range(1, min(len(document), _MOST_PAGES) + 1):
        try:
            page = page_of(document, number - 1, known)
        except NotLoadedError:
            failed.append(number)
            continue
        # A header that is the same on every page is told once; the page's text has it everywhere.
        yield from segments(blob, budget, number, page, told)
        for pages, applies in (
            (scanned, page.pictured),
            (shapes, page.shapes),
            (unread, page.unread),
            (unmapped, page.unmapped),
        ):
            if applies:
                pages.append(number)
    if len(document) > _MOST_PAGES:
        yield Problem(blob.place, Reason.PARTIAL, f"only the first {_MOST_PAGES} pages were read")
    if failed or unread or unmapped:
        yield from _again(blob, budget, (failed, unread, unmapped), password)
    if scanned:
        yield Problem(blob.place, Reason.SCANNED_PAGE, f"a picture, no text: {_listed(scanned)}")
    if shapes:
        yield Problem(blob.place, Reason.SCANNED_PAGE, f"drawn as shapes, no text: {_listed(shapes)}")


def _again(
    blob: Blob, budget: Budget, lost: tuple[list[int], list[int], list[int]], password: str
) -> Iterator[Segment | Problem]:
    """Yield the text of pages that PDFium could not load or understand, and a problem for those that stay unread."""
    failed, unread, unmapped = lost
    read = set()
    for segment in pages_again(blob, budget, frozenset(failed + unread + unmapped), password):
        if is_understood(segment.text):
            read.add(segment.place.page)
        yield segment
    for reason, detail, pages in (
        (Reason.CORRUPT, "cannot be read", failed),
        (Reason.UNSUPPORTED, "a font that does not say what its characters mean", unmapped),
    ):
        left = [number for number in pages if number not in read]
        if left:
            yield Problem(blob.place, reason, f"{detail}: {_listed(left)}")


def _damaged(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield what can be had of a file that PDFium does not open: by a second opinion, by a repair, as bare strings."""
    found = False
    whole = blob
    known = Known()
    password = next(passwords_for(blob.data, budget.passwords), "")
    for segment in pages_again(blob, budget, None, password):
        found = True
        known.add(segment.text)
        yield segment
    if not found and (data := repaired(blob.data, budget)) is not None:
        blob = replace(blob, data=data)
        document, _ = _opened(data)
        if document is not None:
            try:
                for item in _pages(blob, budget, document, known):
                    found = found or isinstance(item, Segment)
                    yield item
            finally:
                document.close()
    reason = Reason.PARTIAL if found else Reason.CORRUPT
    yield Problem(blob.place, reason, "damaged; what could be repaired was read" if found else "not a readable PDF")
    if found:
        yield from _outside_pages(blob, budget, known, password)
    elif is_locked(blob.data):
        yield Problem(blob.place, Reason.ENCRYPTED, "needs a password")
    end = _end(whole.data)
    if not found and (words := strings(whole.data[:end])):
        budget.text(len(words))
        yield Segment(replace(whole.place, part=Part.RAW), words)
    yield from _around(whole, budget, end)


def _outside_pages(
    blob: Blob, budget: Budget, known: Known, password: str = ""
) -> Iterator[Segment | Member | Problem]:
    """Yield everything that is not drawn on a page, or not any more; `known` is what is."""
    scan = scanned(blob.data, budget, password)
    if scan.locked and not password and (password := next(passwords_for(blob.data, budget.passwords), "")):
        scan = scanned(blob.data, budget, password)
    if scan.locked and only_files(blob.data):
        yield from _but_files(blob, _outside_pages(_unlabelled(blob), budget, known))
        return
    if scan.locked:
        yield Problem(blob.place, Reason.ENCRYPTED, "notes, fields and attached files are encrypted in an unknown way")
        return
    words = Strings(blob, budget, scan)
    yield from words.items()
    packed = Packed(blob, budget, scan, words.led)
    yield from packed.items()
    yield from earlier_pages(blob, budget, scan, known)
    yield from unused(blob, budget, scan, packed, known)
    if scan.broken:
        yield Problem(blob.place, Reason.CORRUPT, f"object streams that break off: {scan.broken}")
    if scan.cut:
        detail = f"more than {MOST_OBJECTS} objects; notes and attached files in the rest were not read"
        yield Problem(blob.place, Reason.PARTIAL, detail)


def _around(blob: Blob, budget: Budget, end: int) -> Iterator[Member | Segment | Problem]:
    """Yield what stands before the file and what was appended to it: viewers read neither."""
    start = max(0, blob.data.find(b"%PDF-", 0, _REACH))
    if words := strings(blob.data[:start]):
        yield Segment(replace(blob.place, part=Part.METADATA, title="before the header"), words)
    tail = blob.data[end:].lstrip(_BLANK)
    container = is_container(tail[:HEAD])
    found = False
    if not container or tail.startswith(b"PK"):
        # What begins with the first byte is the file itself, for whoever looks for what hangs behind one.
        for item in appended(replace(blob, data=b"\n" + tail), budget):
            found = True
            yield item
    if found:
        return
    if container:
        # Also a ZIP whose own end was cut off: its reader takes what is left, and says so.
        yield Member(replace(blob.place, members=(*blob.place.members, "appended")), tail)
    elif words := strings(tail):
        yield Segment(replace(blob.place, part=Part.METADATA, title="appended"), words)


def _ends_early(data: bytes, end: int) -> bool:
    """Tell whether a file breaks off: it has no end mark, or objects stand behind the last one."""
    if any(word in data[-_END:] for word in (b"%%EOF", b"startxref")):
        return False
    return end == len(data) or b" obj" in data[end : end + _END]


def _end(data: bytes) -> int:
    """Return where the file ends: at the first end mark that a document follows, else at the last."""
    end = len(data)
    at = -1
    while (at := data.find(b"startxref", at + 1)) >= 0:
        match = _END_MARK.match(data, at)
        if match is None:
            continue
        end = match.end()
        if is_container(data[end : end + HEAD].lstrip(_BLANK)):
            break
    return end


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_LISTED])
    more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
    return f"page {shown}{more}" if len(numbers) == 1 else f"pages {shown}{more}"

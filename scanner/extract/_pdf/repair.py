"""Gives a damaged PDF a page tree again, so that the pages that are there can be read."""

import re
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._pdf.scan import Scanned, every_object

_S: Final = rb"[\0\t\n\f\r ]"
_PAGE: Final = re.compile(rb"/Type%b*/Page\b" % _S)
_CATALOGUE: Final = re.compile(rb"/Type%b*/Catalog\b" % _S)
_MOST_PAGES: Final = 10_000
_MOST_OBJECTS: Final = 200_000
_LARGEST: Final = 64 << 20


def repaired(data: bytes, budget: Budget) -> bytes | None:
    """Return the file with a trailer at its end, and a catalogue of all pages where its own is lost.

    None where there is no page in it: then nothing can be repaired. A viewer that finds no cross-reference table
    looks for the objects themselves, but not without a trailer, and not in object streams: these are unpacked.

    Raises:
        LimitReachedError: its object streams unpack to more than the budget allows.
    """
    pages: list[bytes] = []
    unpacked: list[bytes] = []
    root = b""
    highest = size = 0
    for count, item in enumerate(every_object(data, budget, Scanned())):
        if count >= _MOST_OBJECTS or size > _LARGEST:
            break
        highest = max(highest, item.number)
        if item.packed:
            unpacked.append(b"%d 0 obj\n%b\nendobj\n" % (item.number, item.source))
            size += len(item.source)
        if _PAGE.search(item.source) and len(pages) < _MOST_PAGES:
            pages.append(b"%d %d R" % (item.number, item.generation))
        elif _CATALOGUE.search(item.source):
            root = b"%d %d R" % (item.number, item.generation)
    if not pages:
        return None
    # The last object may have been cut in the middle.
    tail = b"\nendstream\nendobj\n" + b"".join(unpacked)
    if not root:
        kids = b" ".join(dict.fromkeys(pages))
        tree, catalogue = highest + 1, highest + 2
        tail += b"%d 0 obj\n<</Type/Pages/Count %d/Kids[%b]>>\nendobj\n" % (tree, len(pages), kids)
        tail += b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (catalogue, tree)
        root = b"%d 0 R" % catalogue
    return data + tail + b"trailer\n<</Root %b/Size %d>>\nstartxref\n0\n%%%%EOF\n" % (root, highest + 3)

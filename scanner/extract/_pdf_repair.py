"""Gives a PDF that was cut short a page tree again, so that the pages that are there can be read."""

import re
from typing import Final

_OBJECT: Final = re.compile(rb"\b([0-9]{1,8})\s+([0-9]{1,5})\s+obj\b")
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_CATALOGUE: Final = re.compile(rb"/Type\s*/Catalog\b")
_ENDS: Final = re.compile(rb"endobj|\bstream\b")
_REACH: Final = 4096
_MOST_PAGES: Final = 10_000


def repaired(data: bytes) -> bytes | None:
    """Return the file with a trailer at its end, and a catalogue of all pages where its own is lost.

    None where there is no page in it: then nothing can be repaired. A viewer that finds no cross-reference table
    looks for the objects themselves, but not without a trailer.
    """
    pages: list[bytes] = []
    root = b""
    highest = 0
    for match in _OBJECT.finditer(data):
        highest = max(highest, int(match[1]))
        end = _ENDS.search(data, match.end(), match.end() + _REACH)
        content = data[match.end() : end.start() if end else match.end() + _REACH]
        if _PAGE.search(content) and len(pages) < _MOST_PAGES:
            pages.append(b"%s %s R" % (match[1], match[2]))
        elif _CATALOGUE.search(content):
            root = b"%s %s R" % (match[1], match[2])
    if not pages:
        return None
    # The last object may have been cut in the middle.
    tail = b"\nendstream\nendobj"
    if not root:
        kids = b" ".join(dict.fromkeys(pages))
        tree, catalogue = highest + 1, highest + 2
        tail += b"\n%d 0 obj\n<</Type/Pages/Count %d/Kids[%s]>>\nendobj\n" % (tree, len(pages), kids)
        tail += b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj" % (catalogue, tree)
        root = b"%d 0 R" % catalogue
    return data + tail + b"\ntrailer\n<</Root %s/Size %d>>\nstartxref\n0\n%%%%EOF\n" % (root, highest + 3)

"""Follows the page tree of a PDF, to say on which page a note stands."""

from typing import Final

from scanner.extract._pdf.scan import Scanned
from scanner.extract._pdf.syntax import Ref, Value

_MOST_NODES: Final = 100_000


def numbered_notes(scan: Scanned) -> dict[int, int]:
    """Return the page, counted from 1, on which each object is that a page has among its notes."""
    pages: dict[int, int] = {}
    number = 0
    for page in pages_in_order(scan):
        number += 1
        value = _value(scan, page, b"Annots")
        if not isinstance(value, dict) or "Annots" not in value:
            continue
        pages[page] = number
        notes = value["Annots"]
        if isinstance(notes, Ref):
            notes = _value(scan, notes.number)
        for note in notes if isinstance(notes, list) else ():
            if isinstance(note, Ref):
                pages.setdefault(note.number, number)
    return pages


def pages_in_order(scan: Scanned) -> list[int]:
    """Return the numbers of all page objects in order; the same node is entered only once."""
    if scan.in_order is None:
        scan.in_order = _followed(scan)
    return scan.in_order


def _followed(scan: Scanned) -> list[int]:
    found: list[int] = []
    seen: set[int] = set()
    waiting: list[Value] = []
    for root in scan.links("Root")[:1]:
        catalogue = _value(scan, root)
        waiting = [catalogue.get("Pages")] if isinstance(catalogue, dict) else []
    while waiting and len(seen) < _MOST_NODES:
        link = waiting.pop()
        if not isinstance(link, Ref) or link.number in seen:
            continue
        seen.add(link.number)
        node = _value(scan, link.number, b"Kids")
        kids = node.get("Kids") if isinstance(node, dict) else None
        if isinstance(kids, list):
            waiting.extend(reversed(kids))
        else:
            found.append(link.number)
    return found


def _value(scan: Scanned, number: int, key: bytes = b"") -> Value:
    found = scan.newest.get(number)
    # What does not have the key that is asked for is not parsed; in a name, any letter may be written by its code.
    if found is not None and key not in found.source and b"#" not in found.source:
        return None
    # A page without notes is not parsed.
    return found.value() if found is not None and (found.telling or found.stream is None) else None

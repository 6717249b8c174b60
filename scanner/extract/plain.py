"""Reads plain text of every kind: notes, tables, source code, whatever is written in characters alone."""

from collections.abc import Iterator
from typing import Final

from scanner.extract._archive.appended import appended, first_appended
from scanner.extract._budget import Budget
from scanner.extract._cms.armour import armour
from scanner.extract._text.codec_table import preload
from scanner.extract._text.notebook import cells
from scanner.extract._text.segments import text_segments, with_codes
from scanner.model.document import Blob, Member, Problem, Segment

__all__ = ["MEDIA_TYPES", "PIECEWISE", "extract", "preload"]

MEDIA_TYPES: Final = frozenset(
    {
        "text/*",
        "application/json",
        "application/x-ndjson",
        "application/javascript",
        "application/x-empty",
        "inode/x-empty",
    }
)
PIECEWISE: Final = frozenset({"text/plain", "application/json", "application/x-ndjson"})


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the text under every plausible encoding, a segment a page where form feeds divide it.

    What is written in escapes, base64 or hexadecimal digits, and the cells of a notebook, come once more as text.
    """
    # A script that unpacks itself is text only as far as its archive.
    first = first_appended(blob.data) if b"\x00" in blob.data else len(blob.data)
    yield from with_codes(text_segments(blob.place, blob.data[:first], budget), budget)
    yield from cells(blob, budget)
    yield from armour(blob, budget)
    if first < len(blob.data):
        yield from appended(blob, budget)

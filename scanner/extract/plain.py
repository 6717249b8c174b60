"""Reads plain text of every kind: notes, tables, source code, whatever is written in characters alone."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._text import text_segments
from scanner.model.document import Blob, Problem, Reason, Segment

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
_ARMOUR: Final = re.compile(rb"^-----BEGIN PGP MESSAGE-----|^-----BEGIN (?:PKCS7|CMS)-----", re.MULTILINE)


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Problem]:
    """Yield the text under every plausible encoding, a segment a page where form feeds divide it."""
    yield from text_segments(blob.place, blob.data, budget)
    yield from armour(blob)


def armour(blob: Blob) -> Iterator[Problem]:
    """Yield a problem where an encrypted message stands in the text (RFC 9580, section 6.2)."""
    if _ARMOUR.search(blob.data):
        yield Problem(blob.place, Reason.ENCRYPTED, "an encrypted message stands in the text")

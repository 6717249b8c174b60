"""Reads binary property lists of Apple's systems, and the web pages that Safari saves in them."""

import plistlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._text.strings import document_strings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"application/x-bplist"})
_MOST_VALUES: Final = 200_000
_MOST_FILES: Final = 5_000
_SMALLEST_FILE: Final = 16


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield names and texts as lines, and longer runs of bytes as members."""
    try:
        root = plistlib.loads(blob.data, fmt=plistlib.FMT_BINARY)
    except (plistlib.InvalidFileException, ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        found = document_strings(blob.data)
        if found:
            budget.text(len(found))
            yield Segment(replace(blob.place, part=Part.RAW), found)
        yield Problem(blob.place, Reason.CORRUPT, "its table of objects is damaged")
        return
    lines = Lines(budget)
    files = 0
    for number, value in enumerate(_values(root)):
        if number >= _MOST_VALUES or files >= _MOST_FILES:
            yield Problem(
                blob.place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_VALUES} values or {_MOST_FILES} files"
            )
            break
        if isinstance(value, bytes):
            files += 1
            budget.expand(len(value))
            yield Member(replace(blob.place, members=(*blob.place.members, f"data {files}")), value)
        else:
            lines.add(blob.place, value)
        yield from lines.ready()
    yield from lines.rest()


def _values(root: Any) -> Iterator[str | bytes]:
    """Yield the texts and the runs of bytes in a list, what is met again once: a list may hold itself."""
    waiting: list[Any] = [root]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            if id(value) in seen:
                continue
            seen.add(id(value))
            inner = [item for pair in value.items() for item in pair] if isinstance(value, dict) else value
            waiting += reversed(inner)
        elif (isinstance(value, str) and value.strip()) or (isinstance(value, bytes) and len(value) >= _SMALLEST_FILE):
            yield value

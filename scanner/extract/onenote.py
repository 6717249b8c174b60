"""Looks at OneNote's notebooks: the files packed in them, and all text as strings, without the pages they stand on."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._text.mixed import wide_runs
from scanner.extract._text.strings import document_strings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"application/onenote", "application/msonenote"})
# A file's content follows its length and twelve bytes more ([MS-ONESTORE] 2.6.13).
_FILE: Final = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
_HEAD: Final = 36
_MOST_FILES: Final = 1_000


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield texts in two bytes a character as the body, other strings, the files, and that the pages were not read."""
    data = blob.data
    text = wide_runs(data)
    if text:
        budget.text(len(text))
        yield Segment(blob.place, text)
    found = document_strings(data)
    if found:
        budget.text(len(found))
        yield Segment(replace(blob.place, part=Part.RAW), found)
    at = data.find(_FILE)
    number = 0
    while at >= 0 and number < _MOST_FILES:
        if at + _HEAD <= len(data):
            (size,) = struct.unpack_from("<Q", data, at + 16)
            content = data[at + _HEAD : at + _HEAD + min(size, len(data))]
            if content:
                number += 1
                yield Member(replace(blob.place, members=(*blob.place.members, f"file {number}")), content)
        at = data.find(_FILE, at + 16)
    yield Problem(blob.place, Reason.UNSUPPORTED, "its pages are not read, only the strings and files in it")

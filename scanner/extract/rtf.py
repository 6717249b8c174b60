"""Reads rich text (RTF): text by the place it stands in, properties, embedded files, and the page it was made of."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._rtf_walk import RtfWalker
from scanner.extract.html import read_html
from scanner.model.document import Blob, Member, Problem, Reason, Segment

MEDIA_TYPES: Final = frozenset({"application/rtf", "text/rtf"})
_NOTHING: Final = b" \t\r\n\x00}\x1a"


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield everything that the text says, hides and carries; what stands behind its end comes as a member."""
    walker = RtfWalker(blob, budget)
    yield from walker.items()
    if walker.text.page is not None:
        # A mail program packed a page into rich text, tags and all ([MS-OXRTFEX]).
        yield from read_html(blob.place, "".join(walker.text.page).encode("utf-8", "replace"), budget, "utf-8")
    rest = b"" if walker.end is None else blob.data[walker.end :].strip(_NOTHING)
    if rest:
        yield Member(replace(blob.place, members=(*blob.place.members, "after the end")), rest)
    if walker.pictures and not walker.text.visible:
        yield Problem(blob.place, Reason.IMAGE, f"no text, but pictures: {walker.pictures}")

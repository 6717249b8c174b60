"""Reads rich text (RTF): text by the place it stands in, properties, embedded files, and the page it was made of."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._rtf.groups import group_end
from scanner.extract._rtf.text import mended
from scanner.extract._rtf.walk import RtfWalker
from scanner.extract.html import read_html
from scanner.model.document import Blob, Member, Problem, Reason, Segment

MEDIA_TYPES: Final = frozenset({"application/rtf", "text/rtf"})
_NOTHING: Final = b" \t\r\n\x00}\x1a"
_RICH: Final = re.compile(rb"\\[a-z]{1,32}-?[0-9]{0,10}[ \\{}\r\n]|\\'[0-9a-f]{2}")
_START: Final = b"{\\rt"
_FONTS: Final = b"{\\fonttbl"
_REACH: Final = 1 << 12


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield everything that the text says, hides and carries; what stands behind its end comes as a member."""
    walker = RtfWalker(blob, budget)
    yield from walker.items()
    if walker.text.page is not None:
        # A mail program packed a page into rich text, tags and all ([MS-OXRTFEX]).
        page = mended("".join(walker.text.page))
        yield from read_html(blob.place, page.encode("utf-8", "replace"), budget, "utf-8")
    rest = b"" if walker.end is None else blob.data[walker.end :].lstrip(_NOTHING)
    if rest:
        yield Member(replace(blob.place, members=(*blob.place.members, "after the end")), _behind(blob.data, rest))
    if walker.pictures and not walker.text.visible:
        yield Problem(blob.place, Reason.IMAGE, f"no text, but pictures: {walker.pictures}")


def _behind(data: bytes, rest: bytes) -> bytes:
    """Return what stands behind the end; where a brace too many ended the text, as a text with the same beginning."""
    if rest.startswith(_START) or b"\x00" in rest[:_REACH] or not _RICH.search(rest, 0, _REACH):
        return rest
    fonts = data.find(_FONTS, 0, _REACH)
    head = b"{\\rtf1" if fonts < 0 else data[: group_end(data, fonts + 1) + 1]
    return head + b"\n" + rest + b"}"

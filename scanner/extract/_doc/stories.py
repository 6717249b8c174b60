"""Tells which characters of a Word document are body, header, footnote, comment and so on ([MS-DOC] 2.3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from scanner.extract._doc.fib import (
    BOXES,
    COMMENT_TEXTS,
    ENDNOTE_TEXTS,
    FOOTNOTE_TEXTS,
    HEADER_BOXES,
    HEADERS,
    Fib,
)
from scanner.model.place import Part, Place

_MAIN: Final = 0
_HEADERS: Final = 2
_MACROS: Final = 3
# The parts in the order of their characters, and where their division into single texts is kept.
_PARTS: Final = (
    (Part.BODY, None, 0),
    (Part.FOOTNOTE, FOOTNOTE_TEXTS, 0),
    (Part.HEADER, HEADERS, 0),
    (Part.METADATA, None, 0),
    (Part.COMMENT, COMMENT_TEXTS, 0),
    (Part.ENDNOTE, ENDNOTE_TEXTS, 0),
    (Part.TEXT_BOX, BOXES, 22),
    (Part.HEADER, HEADER_BOXES, 22),
)
_MOST: Final = 1 << 16
# The separators of notes come first, then six for each section (2.3.5).
_SEPARATORS: Final = 6
_OF_SECTION: Final = (
    (Part.HEADER, "even pages"),
    (Part.HEADER, None),
    (Part.FOOTER, "even pages"),
    (Part.FOOTER, None),
    (Part.HEADER, "first page"),
    (Part.FOOTER, "first page"),
)


@dataclass(frozen=True, slots=True)
class Story:
    """One text of a document: its characters from number `first` up to `end`, and its place."""

    first: int
    end: int
    place: Place


def stories(fib: Fib, base: Place, end: int) -> Iterator[Story]:
    """Yield the texts of the first `end` characters, in the order in which a reader should see them."""
    first = 0
    for number, (part, table, extra) in enumerate(_PARTS):
        count = fib.counts[number]
        behind = min(first + count, end)
        if behind > first:
            place = replace(base, part=part)
            if number == _MACROS:
                place = replace(place, title="other text")
            elif table == HEADER_BOXES:
                place = replace(place, title="text box")
            cuts = _cuts(fib.at(table), extra, behind - first) if table is not None else ()
            yield from _split(first, behind, cuts, place, headers=number == _HEADERS)
        first = behind
    if first < end:
        # What no count covers, and Word does not show.
        yield Story(first, end, replace(base, part=Part.METADATA, title="other text"))


def _split(first: int, behind: int, cuts: tuple[int, ...], place: Place, *, headers: bool) -> Iterator[Story]:
    if not cuts:
        yield Story(first, behind, place)
        return
    for number, (a, b) in enumerate(pairwise(cuts)):
        if a == b:
            continue
        if not headers:
            yield Story(first + a, first + b, replace(place, number=number + 1) if place.title is None else place)
        elif number < _SEPARATORS:
            yield Story(first + a, first + b, replace(place, part=Part.METADATA, title="note separator"))
        else:
            section, kind = divmod(number - _SEPARATORS, len(_OF_SECTION))
            part, title = _OF_SECTION[kind]
            yield Story(first + a, first + b, replace(place, part=part, number=section + 1, title=title))
    if first + cuts[-1] < behind:
        yield Story(first + cuts[-1], behind, place)


def _cuts(raw: bytes, extra: int, count: int) -> tuple[int, ...]:
    """Return where the single texts begin, from 0 up to the last one's end; nothing where that makes no sense.

    The last number of a table stands for the end of the last text or for a paragraph behind it.
    """
    most = min((len(raw) - 4) // (4 + extra) + 1, _MOST)
    if most < 2:  # noqa: PLR2004 - a text has a beginning and an end
        return ()
    numbers = struct.unpack_from(f"<{most}I", raw)
    kept = [number for number in numbers if number <= count]
    if kept != sorted(kept) or len(kept) < most - 1 or kept[0] != 0:
        return ()
    return tuple(kept)

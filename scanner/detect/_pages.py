"""Text as pages of lines, so that a line's position and its neighbours can be weighed."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Final

from scanner.model.document import Segment
from scanner.model.place import Part, Place

MARGIN: Final = 4
_ENDS: Final = 6  # lines of a page that are counted from its top or its bottom: more than anything asks for
_NEIGHBOURS: Final = 3
_NEIGHBOUR_LENGTH: Final = 200
_FILLED: Final = re.compile(r"[^\W_]")
_HEAD: Final = 100_000
_TAIL: Final = 20_000
_LAST: Final = 3  # segments that the end is taken from
# One character each, so that offsets hold.
_ASCII_BREAKS: Final = ("\r", "\v")
_OTHER_BREAKS: Final = ("\u0085", "\u2028", "\u2029")
_NEAR: Final = 1000  # characters of a page in which its first lines are, as a rule


@dataclass
class Page:
    """One page: `number` counts the pages of the document, `offset` is where its text begins in the segment."""

    place: Place
    number: int
    text: str = field(repr=False)
    offset: int = 0
    encoded: bytes | None = field(default=None, repr=False)
    # How many lines end in how many of the first bytes, as far as somebody has counted them.
    counted: tuple[int, int] = field(default=(0, 0), repr=False)

    @property
    def data(self) -> bytes:
        """The text in UTF-8, in which it is searched."""
        if self.encoded is None:
            self.encoded = self.text.encode("utf-8", "replace")
        return self.encoded

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self.text.split("\n")

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line in the segment."""
        found = [self.offset]
        for line in self.lines[:-1]:
            found.append(found[-1] + len(line) + 1)
        return found

    @cached_property
    def filled(self) -> list[int]:
        """The numbers of the first few lines with a letter or digit in them."""
        filled = (number for number, line in enumerate(self.lines) if _FILLED.search(line))
        return list(islice(filled, _ENDS))

    @cached_property
    def tail(self) -> list[int]:
        """The numbers of the last few lines with a letter or digit in them, in order."""
        filled = (number for number in reversed(range(len(self.lines))) if _FILLED.search(self.lines[number]))
        return list(islice(filled, _ENDS))[::-1]

    def margins(self) -> list[tuple[int, str]]:
        """Return the number and the text of the first and last filled lines, without looking at those between."""
        text = self.text
        rows = text[:_NEAR].split("\n")
        if len(text) > _NEAR:
            rows.pop()  # It may be cut.
        top: list[tuple[int, str]] = []
        for number, row in enumerate(rows):
            if row and _FILLED.search(row):
                top.append((number, row))
                if len(top) == MARGIN:
                    break
        if len(text) > _NEAR:
            if len(top) < MARGIN:
                return list(self._far_margins())
            lines, end = self.counted
            first = lines + self.data.count(b"\n", end) + 1
            rows = text[-_NEAR:].split("\n")
            first -= len(rows)
            del rows[0]
            first += 1
        else:
            first = 0
        last = top[-1][0] if top else -1
        bottom: list[tuple[int, str]] = []
        for place in range(len(rows) - 1, -1, -1):
            if len(bottom) == MARGIN or first + place <= last:
                return top + bottom
            if rows[place] and _FILLED.search(rows[place]):
                bottom.append((first + place, rows[place]))
        return top + bottom if not first else list(self._far_margins())

    def _far_margins(self) -> Iterator[tuple[int, str]]:
        """Yield the margins of a page whose first or last filled lines are long or far from its ends."""
        text = self.text
        number = start = found = 0
        while start < len(text) and found < MARGIN:
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            if _FILLED.search(text, start, end):
                found += 1
                yield number, text[start:end]
            number += 1
            start = end + 1
        top, number, end = start, text.count("\n"), len(text)
        found = 0
        while end >= top and found < MARGIN:
            start = text.rfind("\n", 0, end) + 1
            if _FILLED.search(text, start, end):
                found += 1
                yield number, text[start:end]
            number -= 1
            end = start - 1

    def rank(self, number: int) -> tuple[int, int]:
        """Return how many filled lines stand above a line and how many below, as far as they are counted."""
        return bisect_left(self.filled, number), len(self.tail) - bisect_left(self.tail, number) - 1

    def neighbours(self, number: int) -> tuple[list[str], list[str]]:
        """Return the nearest filled lines above, nearest first, and below."""
        above: list[str] = []
        below: list[str] = []
        for found, step in ((above, -1), (below, 1)):
            at = number + step
            while 0 <= at < len(self.lines) and len(found) < _NEIGHBOURS and abs(at - number) < 4 * _NEIGHBOURS:
                if self.lines[at].strip():
                    found.append(self.lines[at][:_NEIGHBOUR_LENGTH])
                at += step
        return above, below


def pages_of(segments: Sequence[Segment]) -> Iterator[Page]:
    """Yield the pages of all segments; a form feed begins a new one, and an empty one is only counted."""
    number = 0
    for segment in segments:
        place, text, data = segment.place, segment.text, segment.text.encode("utf-8", "replace")
        # An ASCII sign is found sooner in the bytes, another one in the text.
        signs = [sign for sign in _ASCII_BREAKS if sign.encode() in data]
        if len(data) > len(text):
            signs += [sign for sign in _OTHER_BREAKS if sign in text]
        for sign in signs:
            text, data = text.replace(sign, "\n"), data.replace(sign.encode(), b"\n")
        if b"\f" not in data:
            number += 1
            yield Page(place, number, text, 0, data)
            continue
        offset = 0
        for count, (piece, encoded) in enumerate(zip(text.split("\f"), data.split(b"\f"), strict=True)):
            number += 1
            if not piece:
                offset += 1
                continue
            place = segment.place
            if count and place.page is not None:
                place = replace(place, page=place.page + count)
            elif place.part is Part.BODY and place.page is None:
                place = replace(place, page=count + 1)
            yield Page(place, number, piece, offset, encoded)
            offset += len(piece) + 1


def sample(segments: Sequence[Segment]) -> str:
    """Return the beginning and the end of a document's text, for evidence that stands anywhere in it."""
    texts = [segment.text for segment in segments if segment.place.part is not Part.NAME]
    head: list[str] = []
    room = _HEAD
    used = 0
    for text in texts:
        if room <= 0:
            break
        head.append(text[:room])
        room -= len(head[-1])
        used += len(head[-1]) == len(text)
    rest = texts[used:]
    ends = [text[-_TAIL:] for text in rest[-_LAST:]]
    if 0 < len(rest) <= _LAST and used < len(head):
        ends[0] = rest[0][max(len(head[-1]), len(rest[0]) - _TAIL) :]
    return "\n".join([*head, "\n".join(ends)[-_TAIL:]])

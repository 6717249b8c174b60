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
# One character each, so that offsets hold.
_OTHER_BREAKS: Final = ("\r", "\v", "\u0085", "\u2028", "\u2029")


@dataclass
class Page:
    """One page: `number` counts the pages of the document, `offset` is where its text begins in the segment."""

    place: Place
    number: int
    text: str = field(repr=False)
    offset: int = 0

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

    def margins(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the text of the first and last filled lines, without looking at those between."""
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
    """Yield the pages of all segments; a form feed begins a new one."""
    number = 0
    for segment in segments:
        text = segment.text
        for sign in _OTHER_BREAKS:
            if sign in text:
                text = text.replace(sign, "\n")
        offset = 0
        for count, piece in enumerate(text.split("\f")):
            number += 1
            place = segment.place
            if count and place.page is not None:
                place = replace(place, page=place.page + count)
            elif place.part is Part.BODY and place.page is None and "\f" in text:
                place = replace(place, page=count + 1)
            yield Page(place, number, piece, offset)
            offset += len(piece) + 1


def sample(segments: Sequence[Segment]) -> str:
    """Return the beginning and the end of a document's text, for evidence that stands anywhere in it."""
    texts = [segment.text for segment in segments if segment.place.part is not Part.NAME]
    head: list[str] = []
    room = _HEAD
    while texts and room > 0:
        head.append(texts[0][:room])
        room -= len(head[-1])
        texts[0] = texts[0][len(head[-1]) :]
        if not texts[0]:
            texts.pop(0)
    tail = "\n".join(texts[-3:])[-_TAIL:]
    return "\n".join([*head, tail])

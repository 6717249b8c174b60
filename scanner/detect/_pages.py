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
_FAR: Final = 12  # lines off that nothing is a neighbour
_FILLED: Final = re.compile(r"[^\W_]")
_MAY_BE_FILLED: Final = re.compile(rb"[0-9A-Za-z\x80-\xff]")
_HEAD: Final = 100_000
_TAIL: Final = 20_000
_LAST: Final = 3  # segments that the end is taken from
# One character each, so that offsets hold.
_ASCII_BREAKS: Final = ("\r", "\v")
RARE_BREAKS: Final = re.compile("[\u0085\u2028\u2029]")
_NEAR: Final = 1000  # bytes of a page in which its first lines are, as a rule


@dataclass
class Page:
    """One page: `number` counts the pages of the document, `offset` is where its text begins in the segment.

    Its lines are known by where they begin in `data`, so that nobody has to count or to split them all.
    """

    place: Place
    number: int
    text: str = field(repr=False)
    offset: int = 0
    encoded: bytes | None = field(default=None, repr=False)
    # A place in the data up to which lines, or characters, were counted last, and how many there are.
    _lines: tuple[int, int] = field(default=(0, 0), repr=False)
    _characters: tuple[int, int] = field(default=(0, 0), repr=False)

    @property
    def data(self) -> bytes:
        """The text in UTF-8, in which it is searched."""
        if self.encoded is None:
            self.encoded = self.text.encode("utf-8", "replace")
        return self.encoded

    def break_lines(self) -> None:
        """Take rare line breaks for line feeds."""
        self.text = RARE_BREAKS.sub("\n", self.text)
        self.encoded = None

    def rows(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its place."""
        at = 0
        for row in self.data.split(b"\n"):
            yield at, row.decode()
            at += len(row) + 1

    def number_of(self, at: int) -> int:
        """Return how many lines stand before a place."""
        known, count = self._lines
        if at >= known:
            count += self.data.count(b"\n", known, at)
        else:
            count -= self.data.count(b"\n", at, known)
        self._lines = (at, count)
        return count

    def start_of(self, at: int) -> int:
        """Return the offset in the segment of a place between two characters."""
        if len(self.data) == len(self.text):
            return self.offset + at
        known, count = self._characters
        if at >= known:
            count += len(self.data[known:at].decode())
        else:
            count -= len(self.data[at:known].decode())
        self._characters = (at, count)
        return self.offset + count

    @cached_property
    def filled(self) -> list[int]:
        """The places of the first few lines with a letter or digit in them."""
        return [at for at, _ in self._top(_ENDS)]

    @cached_property
    def tail(self) -> list[int]:
        """The places of the last few lines with a letter or digit in them, in order."""
        return [at for at, _ in self._bottom(_ENDS, 0)][::-1]

    def margins(self) -> list[tuple[int, str]]:
        """Return the first and last filled lines with their places, without looking at those between."""
        top = list(self._top(MARGIN))
        return [*top, *self._bottom(MARGIN, top[-1][0] + 1)] if len(top) == MARGIN else top

    def _top(self, most: int) -> Iterator[tuple[int, str]]:
        """Yield the first filled lines: those near the beginning are parted at once, as it is sooner done."""
        data = self.data
        at = found = 0
        rows = data[:_NEAR].split(b"\n")
        if len(data) > _NEAR:
            rows.pop()  # It may be cut.
        for row in rows:
            if _MAY_BE_FILLED.search(row) and _FILLED.search(line := row.decode()):
                yield at, line
                found += 1
                if found == most:
                    return
            at += len(row) + 1
        while at < len(data):
            first = _MAY_BE_FILLED.search(data, at)
            if first is None:
                return
            at = data.rfind(b"\n", at, first.start()) + 1 or at
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            line = data[at:end].decode()
            if _FILLED.search(line):
                yield at, line
                found += 1
                if found == most:
                    return
            at = end + 1

    def _bottom(self, most: int, least: int) -> Iterator[tuple[int, str]]:
        """Yield the last filled lines, the last first, as far as they begin at a place or behind it."""
        data = self.data
        end, found = len(data), 0
        while end >= least and found < most:
            at = data.rfind(b"\n", 0, end) + 1
            if at < least:
                return
            if _MAY_BE_FILLED.search(data, at, end) and _FILLED.search(line := data[at:end].decode()):
                yield at, line
                found += 1
            end = at - 1

    def rank(self, at: int) -> tuple[int, int]:
        """Return how many filled lines stand above a line and how many below, as far as they are counted."""
        return bisect_left(self.filled, at), len(self.tail) - bisect_left(self.tail, at) - 1

    def neighbours(self, at: int) -> tuple[list[str], list[str]]:
        """Return the nearest filled lines above, nearest first, and below."""
        return _nearest(self._above(at)), _nearest(self._below(at))

    def beside(self, at: int) -> list[str]:
        """Return the lines right above and below."""
        return [*islice(self._above(at), 1), *islice(self._below(at), 1)]

    def _above(self, at: int) -> Iterator[str]:
        while at > 0:
            end, at = at - 1, self.data.rfind(b"\n", 0, at - 1) + 1
            yield self.data[at:end].decode()

    def _below(self, at: int) -> Iterator[str]:
        end = self.data.find(b"\n", at)
        while end >= 0:
            at, end = end + 1, self.data.find(b"\n", end + 1)
            yield (self.data[at:] if end < 0 else self.data[at:end]).decode()


def _nearest(lines: Iterator[str]) -> list[str]:
    found: list[str] = []
    for line in islice(lines, _FAR - 1):
        if line.strip():
            found.append(line[:_NEIGHBOUR_LENGTH])
            if len(found) == _NEIGHBOURS:
                break
    return found


def pages_of(segments: Sequence[Segment]) -> Iterator[Page]:
    """Yield the pages of all segments; a form feed begins a new one, and an empty one is only counted.

    Line breaks that are rare are left as they are: the search for candidates finds them, too.
    """
    number = 0
    for segment in segments:
        place, text, data = segment.place, segment.text, segment.text.encode("utf-8", "replace")
        for sign in [sign for sign in _ASCII_BREAKS if sign.encode() in data]:
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

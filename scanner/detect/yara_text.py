"""Lays out the text of a document for YARA, and leads its matches back to the values and where they stand."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import yara

from scanner.detect.validators import VALIDATORS, Validator
from scanner.detect.yara_rule import YaraRule
from scanner.model.document import Blob, Segment
from scanner.model.finding import Span
from scanner.model.place import Part, Place

# Two texts never run into one another: no pattern for white space or words crosses a zero byte.
_SEPARATOR = b"\n\0\n"
_ENOUGH = 10_000
_CONTINUATION = bytes(range(0x80, 0xC0))


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes for YARA, and the segments they are made of; without segments they are the blob's own."""

    data: bytes = field(repr=False)
    place: Place
    segments: tuple[Segment, ...] = ()
    starts: tuple[int, ...] = ()

    @classmethod
    def raw(cls, blob: Blob) -> Self:
        """Return the bytes of a blob as they are."""
        return cls(blob.data, replace(blob.place, part=Part.RAW))

    @classmethod
    def of(cls, place: Place, segments: Sequence[Segment]) -> Self:
        """Return the text of segments in UTF-8; lone surrogates are passed on as three bytes."""
        encoded = [segment.text.encode("utf-8", "surrogatepass") for segment in segments]
        starts: list[int] = []
        position = 0
        for data in encoded:
            starts.append(position)
            position += len(data) + len(_SEPARATOR)
        return cls(_SEPARATOR.join(encoded), place, tuple(segments), tuple(starts))

    def where(self, offset: int) -> Place:
        """Return the place a byte stands in."""
        return self.segments[bisect_right(self.starts, offset) - 1].place if self.segments else self.place

    def span(self, start: int, end: int) -> Span:
        """Return the span of some bytes: of characters in the text of their segment, of bytes in a blob."""
        if not self.segments:
            return Span(start, end)
        first = self.starts[bisect_right(self.starts, start) - 1]
        before = _characters(self.data[first:start])
        return Span(before, before + _characters(self.data[start:end]))


@dataclass(frozen=True, slots=True)
class Hit:
    """One value a rule found.

    `value` is what it is told by, `written` how it stands there, `near` whether the words it needs stand near it.
    """

    value: str = field(repr=False)
    written: str = field(repr=False)
    page: Page = field(repr=False)
    place: Place
    start: int = 0
    end: int = 0
    near: bool = True


def pages_of(blob: Blob, segments: Sequence[Segment]) -> tuple[Page, Page]:
    """Return the text of a document and the names in it, apart: conditions on a whole text mean no name."""
    texts = [segment for segment in segments if segment.place.part is not Part.NAME and segment.text]
    names = [segment for segment in segments if segment.place.part is Part.NAME and segment.text]
    return Page.of(blob.place, texts), Page.of(blob.place, names)


def values(rule: YaraRule, match: "yara.Match", page: Page) -> Iterator[Hit]:
    """Yield the values of a rule that matched, one hit for each value and place.

    A rule without values has one hit without a value, where the first `$is…` stands, or at the document as a whole.
    """
    spans = _candidates(rule, match, page)
    if spans is None:
        told = _spans(match, "$is")
        yield Hit("", "", page, page.where(told[0][0]) if told else page.place)
        return
    near = [start for start, _ in _spans(match, "$near")] if rule.within else []
    validator = VALIDATORS[rule.validate] if rule.validate else _ANY
    checked: dict[bytes, tuple[str, str | None]] = {}
    distinct: set[str] = set()
    seen: set[tuple[str, Place, bool]] = set()
    last = 0
    for start, end in spans:
        # YARA matches at every start: of `10.1.2.3` and the `0.1.2.3` in it, the first valid one is meant.
        if start < last or (validator.alone and _is_inside(page.data, start, end)):
            continue
        data = page.data[start:end]
        if data not in checked:
            written = _written(data)
            checked[data] = (written, validator.check(written))
        written, value = checked[data]
        if value is None:
            continue
        last = end
        is_near = not rule.within or _is_near(near, start - rule.within, end + rule.within)
        known = (value, page.where(start), is_near)
        if known not in seen:
            seen.add(known)
            distinct.add(value)
            yield Hit(value, written, page, known[1], start, end, is_near)
            if len(distinct) >= _ENOUGH:
                return


def uncovered(hits: Iterable[Hit], others: Iterable[Hit]) -> list[Hit]:
    """Return the hits that share no byte with any of the others."""
    reach: dict[int, list[tuple[int, int]]] = {}
    for other in sorted(others, key=lambda hit: hit.start):
        known = reach.setdefault(id(other.page), [])
        known.append((other.start, max(other.end, known[-1][1] if known else 0)))
    return [hit for hit in hits if not _is_covered(hit, reach.get(id(hit.page), []))]


def _is_covered(hit: Hit, reach: Sequence[tuple[int, int]]) -> bool:
    index = bisect_left(reach, (hit.end, 0))
    return index > 0 and reach[index - 1][1] > hit.start


def _candidates(rule: YaraRule, match: "yara.Match", page: Page) -> Iterable[tuple[int, int]] | None:
    """Return where the values of a rule may stand, or None for a rule that tells a document and has no values.

    They are what its `find` finds, else its strings named `$value…`. Without either, strings named `$is…` tell what
    the document is; without those, too, all strings are values but the context, `$near…` and `$not…`.
    """
    if rule.find is not None:
        return (found.span() for found in rule.find.finditer(page.data))
    spans = _spans(match, "$value")
    if not spans and not _spans(match, "$is"):
        spans = _spans(match, "$", but=("$near", "$not"))
    return spans if spans or rule.validate else None


def _spans(match: "yara.Match", prefix: str, but: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """Return where strings of some names matched, in order, the longest of one start first."""
    spans = [
        (instance.offset, -instance.matched_length)
        for string in match.strings
        if string.identifier.startswith(prefix) and not string.identifier.startswith(but)
        for instance in string.instances
    ]
    return [(start, start - length) for start, length in sorted(spans)]


def _is_inside(data: bytes, start: int, end: int) -> bool:
    """Tell whether a number is only a piece of a longer one, of a word, or of a row of groups of four digits."""
    before, after = data[max(start - 6, 0) : start], data[end : end + 6]
    if b" " in data[start:end] and (_GROUP_BEFORE.search(before) or _GROUP_AFTER.match(after)):
        return True
    return bool(_PIECE_BEFORE.search(before) or _PIECE_AFTER.match(after))


def _is_near(offsets: Sequence[int], first: int, last: int) -> bool:
    index = bisect_left(offsets, first)
    return index < len(offsets) and offsets[index] <= last


def _written(data: bytes) -> str:
    """Return matched bytes as text; a `wide` match is UTF-16 with every second byte zero."""
    if len(data) > 1 and not any(data[1::2]) and data[0]:
        data = data[::2]
    return data.decode("utf-8", "backslashreplace")


def _squeezed(text: str) -> str:
    return " ".join(text.split())


_ANY = Validator("match", _squeezed, alone=False)
_PIECE_BEFORE = re.compile(rb"[0-9A-Za-z_]\Z|[0-9][.\-]\Z")
_GROUP_BEFORE = re.compile(rb"(?<![0-9])[0-9]{4} \Z")
_GROUP_AFTER = re.compile(rb" [0-9]{4}(?![0-9])")
_PIECE_AFTER = re.compile(rb"[0-9A-Za-z_]|[.\-][0-9]")


def _characters(data: bytes) -> int:
    """Count the characters of UTF-8 text."""
    return len(data.translate(None, _CONTINUATION))

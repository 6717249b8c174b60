"""Yields a text of unknown encoding as segments, one a page and one for each way to read it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._text.embedded import embedded
from scanner.extract._text.encoding import decodings
from scanner.extract._text.escapes import unescaped
from scanner.model.document import Member, Segment
from scanner.model.place import Place

_MOST_PAGES: Final = 20_000
_SHORTEST: Final = 8
_LONGEST_PAGE: Final = 4 << 20


def text_segments(place: Place, data: bytes, budget: Budget, declared: str | None = None) -> Iterator[Segment]:
    """Yield every plausible decoding of a text, most likely first, form feeds ending its pages."""
    texts = decodings(data, declared)
    if len(texts) == 1:
        yield from pages(place, texts[0], budget)
    else:
        yield from distinct(pages(place, text, budget) for text in texts)


def with_codes(segments: Iterable[Segment], budget: Budget) -> Iterator[Segment | Member]:
    """Yield segments, after each the lines that differ once their escapes are resolved, and what is coded in it."""
    files = 0
    for segment in segments:
        yield segment
        if len(segment.text) < _SHORTEST:
            continue
        again = unescaped(segment.text)
        if again:
            budget.text(len(again))
            yield replace(segment, text=again)
        for item in embedded(segment.place, segment.text, budget, files):
            files += isinstance(item, Member)
            yield item


def pages(place: Place, text: str, budget: Budget) -> Iterator[Segment]:
    """Yield a text's pages, numbered from 1, or the whole where no form feed divides it; blank ones are left out."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\f") > _MOST_PAGES:
        # So many are no pages.
        text = text.replace("\f", "\n")
    if "\f" not in text:
        yield from _slices(place, text, budget)
        return
    for number, page in enumerate(text.split("\f"), 1):
        yield from _slices(replace(place, page=number), page, budget)


def _slices(place: Place, text: str, budget: Budget) -> Iterator[Segment]:
    """Yield a page as one segment, one of a size that no person writes as several: what fits the budget counts."""
    start = 0
    while start < len(text):
        stop = start + _LONGEST_PAGE
        if stop < len(text):
            stop = text.rfind("\n", start, stop) + 1 or stop
        piece = text[start:stop]
        start = stop
        budget.text(len(piece))
        if not piece.isspace():
            yield Segment(place, piece)


def distinct(readings: Iterable[Iterable[Segment]]) -> Iterator[Segment]:
    """Yield the first reading of a document whole, and of every further one the lines that read differently.

    So a line in plain ASCII is seen once, however many encodings the others might be in.
    """
    seen: set[str] | None = None
    for segments in readings:
        lines: set[str] = set()
        for segment in segments:
            if seen is None:
                yield segment
            else:
                text = "\n".join(line for line in segment.text.split("\n") if line not in seen)
                if text and not text.isspace():
                    yield replace(segment, text=text)
            lines.update(segment.text.split("\n"))
        seen = lines if seen is None else seen | lines

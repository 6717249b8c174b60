"""Yields a text of unknown encoding as segments, one a page and one for each way to read it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scanner.extract._budget import Budget
from scanner.extract._encoding import decodings
from scanner.model.document import Segment
from scanner.model.place import Place


def text_segments(place: Place, data: bytes, budget: Budget, declared: str | None = None) -> Iterator[Segment]:
    """Yield every plausible decoding of a text, most likely first, form feeds ending its pages."""
    yield from distinct(pages(place, text, budget) for text in decodings(data, declared))


def pages(place: Place, text: str, budget: Budget) -> Iterator[Segment]:
    """Yield a text's pages, numbered from 1, or the whole where no form feed divides it; blank ones are left out."""
    budget.text(len(text))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\f" not in text:
        if text and not text.isspace():
            yield Segment(place, text)
        return
    for number, page in enumerate(text.split("\f"), 1):
        if page and not page.isspace():
            yield Segment(replace(place, page=number), page)


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

"""Turns the properties of one Outlook message into text, whatever kind of file they came in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._mail.mime import decoded_words, header
from scanner.extract._outlook.mapi import (
    BINARY,
    BODY,
    COMPRESSED_RTF,
    HEADERS,
    HTML,
    TEXT,
    WIDE_TEXT,
    MapiValue,
    place_of,
    texts,
)
from scanner.extract._rtf.compressed import unpack_rtf
from scanner.extract._text.code_page import codec_of
from scanner.extract._text.segments import pages, text_segments
from scanner.extract._text.strings import strings
from scanner.extract._unreadable import UnreadableError
from scanner.extract.html import read_html
from scanner.extract.rtf import extract as read_rtf
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

_MOST_NUMBERED: Final = 10_000
_TEXTS: Final = frozenset({TEXT, WIDE_TEXT})
_BODIES: Final = frozenset({BODY, COMPRESSED_RTF, HTML, HEADERS})

Item = Segment | Member | Problem


@dataclass(frozen=True, slots=True)
class Pages:
    """The code pages of a message: of its properties, and of the body as it came by mail; 0 where none is stated."""

    text: int = 0
    internet: int = 0


def read_message(values: Sequence[MapiValue], pages_: Pages, place: Place, budget: Budget) -> Iterator[Item]:
    """Yield what the properties of a message say, its text in every form it is kept in."""
    lines = Lines(budget)
    bodies: list[MapiValue] = []
    for value in values:
        if value.tag in _BODIES and value.name is None:
            bodies.append(value)
            continue
        part, title = place_of(value)
        add_value(value, pages_.text, lines, Place(place.file, place.members, part, None, None, title))
        yield from lines.ready()
    yield from lines.rest()
    for value in bodies:
        yield from _body(value, pages_, place, budget)


def add_value(value: MapiValue, page: int, lines: Lines, place: Place) -> None:
    """Write a property's text to `lines`, in every plausible reading; of bytes only what is readable in them."""
    if value.kind in _TEXTS:
        for text in texts(value, page):
            if text.strip():
                lines.add(place, text)
    elif value.kind == BINARY:
        found = strings(value.raw)
        if found:
            lines.add(replace(place, part=Part.METADATA), found)


def attachment_place(base: Place, number: int, title: str) -> Place:
    """Return where a property of an attachment stands; who has more than so many has them to fill the memory."""
    return replace(base, part=Part.ATTACHMENT, number=number if number <= _MOST_NUMBERED else None, title=title)


def _body(value: MapiValue, pages_: Pages, place: Place, budget: Budget) -> Iterator[Item]:
    if value.tag == HEADERS:
        yield from _headers(value, pages_.text, place, budget)
    elif value.tag == COMPRESSED_RTF and value.kind == BINARY:
        yield from _rich(value.raw, place, budget)
    elif value.tag == HTML:
        if value.kind == WIDE_TEXT:
            yield from read_html(place, texts(value, 0)[0].encode("utf-8", "replace"), budget, "utf-8")
        else:
            stated = codec_of(pages_.internet or pages_.text)
            # ASCII is said of pages that are written in anything; what they say themselves is nearer the truth.
            yield from read_html(place, value.raw, budget, None if stated == "ascii" else stated)
    elif value.kind == WIDE_TEXT:
        yield from pages(place, texts(value, 0)[0], budget)
    else:
        yield from text_segments(place, value.raw.rstrip(b"\x00"), budget, codec_of(pages_.text or pages_.internet))


def _headers(value: MapiValue, page: int, place: Place, budget: Budget) -> Iterator[Segment]:
    """Yield the header that the mail had on its way."""
    for text in texts(value, page)[:1]:
        raw = text.encode("utf-8", "replace")
        for name, content in header(raw, 0, len(raw)).fields:
            line = decoded_words(content)
            if line:
                budget.text(len(line))
                yield Segment(replace(place, part=Part.MAIL_HEADER, title=name or None), line)


def _rich(raw: bytes, place: Place, budget: Budget) -> Iterator[Item]:
    if not raw:
        return
    try:
        data, whole = unpack_rtf(raw, budget.limits.member_bytes or len(raw) * 20)
    except UnreadableError as error:
        yield Problem(place, error.reason, error.detail)
        return
    budget.expand(len(data))
    for item in read_rtf(Blob(place, "application/rtf", data), budget):
        # The pictures of the text are attachments, and are told of as such.
        if not (isinstance(item, Problem) and item.reason is Reason.IMAGE):
            yield item
    if not whole:
        yield Problem(place, Reason.CORRUPT, "the rich text of the message breaks off")

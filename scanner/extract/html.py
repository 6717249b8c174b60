"""Reads HTML: text by lines, what only machines see, and the files written into it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._cms.armour import has_locked_message
from scanner.extract._markup.page import TAG, Page
from scanner.extract._text.embedded import embedded
from scanner.extract._text.encoding import decodings
from scanner.extract._text.escapes import unescaped
from scanner.extract._text.segments import distinct
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET: Final = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_PROLOGUE: Final = re.compile(r"<\?xml\b[^>]{0,200}?\?>")
_CHARACTERS: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_HEAD: Final = 1 << 14
_MOST_FILES: Final = 5_000


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield everything that the page says, shows or carries."""
    yield from read_html(blob.place, blob.data, budget)


def read_html(
    place: Place, data: bytes, budget: Budget, declared: str | None = None
) -> Iterator[Segment | Member | Problem]:
    """Yield what a page holds; `declared` is the encoding that the mail around it names."""
    named = _CHARSET.search(data[:_HEAD]) or _DECLARED.search(data[:_HEAD])
    if declared is None and named is not None:
        declared = named[1].decode("ascii")
    readings = [(Page(), text) for text in decodings(data, declared)]
    whole = True
    for page, text in readings:
        budget.text(len(text))
        whole = page.read(_plain(text)) and whole
    first = readings[0][0]
    shown = tuple(first.texts())
    yield from distinct(
        _segments(page, shown if page is first else page.texts(), place, budget) for page, _ in readings
    )
    files = 0
    known = {data for _, data in first.files}
    for part, text in shown:
        for item in embedded(replace(place, part=part), text, budget, files, known):
            files += isinstance(item, Member)
            yield item
    if not whole:
        # What a parser gives up on is still text with tags in it.
        yield from distinct((Segment(place, TAG.sub("", text)),) for _, text in readings)
        yield Problem(place, Reason.PARTIAL, "nested or broken beyond what the HTML parser follows")
    if has_locked_message(data):
        yield Problem(place, Reason.ENCRYPTED, "an encrypted message stands in the page")
    yield from _files(first, place)


def _plain(text: str) -> str:
    """Return a page without what only XML has: its first line, and text that is marked as having no tags in it."""
    text = _PROLOGUE.sub("", text, count=1)
    if "<![CDATA[" in text:
        # None begins behind the last end, and looking for the end of each in vain would take forever.
        stop = text.rfind("]]>") + 3
        found = _CHARACTERS.sub(lambda match: match[1].replace("&", "&amp;").replace("<", "&lt;"), text[:stop])
        return found + text[stop:]
    return text


def _segments(page: Page, texts: Iterable[tuple[Part, str]], place: Place, budget: Budget) -> Iterator[Segment]:
    for name, value in page.properties:
        if value.strip():
            yield Segment(replace(place, part=Part.PROPERTY, title=name), value.strip())
    names = "\n".join(dict.fromkeys(name for name, _ in page.properties if name != "title"))
    if names:
        yield Segment(replace(place, part=Part.METADATA), names)
    for part, text in texts:
        here = replace(place, part=part)
        yield Segment(here, text)
        again = unescaped(text)
        if again:
            budget.text(len(again))
            yield Segment(here, again)


def _files(page: Page, place: Place) -> Iterator[Member | Problem]:
    for number, (name, data) in enumerate(page.files[:_MOST_FILES], 1):
        if data.strip():
            yield Member(replace(place, members=(*place.members, f"{name} {number}")), data)
    if len(page.files) > _MOST_FILES:
        yield Problem(place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_FILES} files are written into it")

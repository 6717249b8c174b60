"""Looks at pictures: the words in them cannot be read here, those written about them and those drawn as text can."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.appended import appended
from scanner.extract._budget import Budget
from scanner.extract._image.metafile import drawing, is_metafile
from scanner.extract._image.picture import metadata
from scanner.extract._lines import Lines
from scanner.extract._markup.bound import is_label
from scanner.extract._text.strings import document_strings
from scanner.extract.xml import extract as read_xml
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"image/*", "application/x-msmetafile", "application/x-emf", "application/x-wmf"})
_MOST_PACKETS: Final = 100
_START: Final = 64
_LIMITS: Final = frozenset({Reason.TOO_DEEP, Reason.TOO_LARGE})


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the metadata by name, what a metafile draws, what hangs behind, and that the picture was not read."""
    if is_metafile(blob.data[:_START]):
        yield from _metafile(blob, budget)
        return
    place = replace(blob.place, part=Part.METADATA)
    found = metadata(blob.data)
    lines = Lines(budget)
    for title, text in found.texts:
        lines.add(replace(place, title=title.strip() or None), text)
    yield from lines.rest()
    said: set[str] = set()
    for packet in dict.fromkeys(found.xmp[:_MOST_PACKETS]):
        if is_label(packet):
            yield Member(replace(blob.place, members=(*blob.place.members, "XMP")), packet.strip(b"\0 \r\n\t"))
        for segment in read_xml(Blob(place, "application/xml", packet.strip(b"\0 \r\n\t")), budget):
            if isinstance(segment, Problem) and segment.reason in _LIMITS:
                yield segment
            # The small picture in it is that of the picture.
            if isinstance(segment, Segment) and segment.text not in said:
                said.add(segment.text)
                yield replace(segment, place=place)
    strings = document_strings(b"\n".join(found.rest))
    if strings:
        budget.text(len(strings))
        yield Segment(place, strings)
    yield from appended(blob, budget)
    if found.cut:
        yield Problem(blob.place, Reason.PARTIAL, "it has more pieces than are looked at")
    yield Problem(blob.place, Reason.IMAGE, "words in a picture are not read")


def _metafile(blob: Blob, budget: Budget) -> Iterator[Segment | Problem]:
    found = drawing(blob.data)
    text = found.text()
    if text.strip():
        budget.text(len(text))
        yield Segment(blob.place, text)
    comments = "\n".join(filter(None, map(document_strings, found.comments)))
    if comments:
        budget.text(len(comments))
        yield Segment(replace(blob.place, part=Part.METADATA), comments)
    if not found.whole:
        yield Problem(blob.place, Reason.CORRUPT, "its records break off")
    if found.dots or not text.strip():
        yield Problem(blob.place, Reason.IMAGE, "words in a picture are not read")

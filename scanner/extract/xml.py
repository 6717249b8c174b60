"""Reads XML that has no reader of its own: its text as lines, its attributes, its comments."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from xml.parsers import expat

from scanner.extract._budget import Budget
from scanner.extract._encoding import decodings
from scanner.extract._text import distinct, pages
from scanner.model.document import Blob, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset(
    {
        "application/xml",
        "text/xml",
        "image/svg+xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/vnd.adobe.xfdf",
    }
)
_DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]{0,200}?\?>")
_ENCODING: Final = re.compile(rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
# Parts of one line in the formats that are often met: word processors, drawings, web pages.
_INLINE: Final = frozenset("r t span tspan a b i u em strong s sub sup font small del ins textpath".split())  # noqa: SIM905 - a list of words


def extract(blob: Blob, budget: Budget) -> Iterator[Segment]:
    """Yield text, attributes and comments; the source as it stands where it is not well-formed."""
    declared = _ENCODING.search(blob.data[:1024])
    texts = decodings(blob.data, declared[1].decode("ascii") if declared else None)
    yield from distinct(_read(blob.place, text, budget) for text in texts)


def _read(place: Place, text: str, budget: Budget) -> Iterator[Segment]:
    walk = _Walk()
    if not walk.feed(_DECLARATION.sub("", text, count=1)):
        yield from pages(place, text, budget)
    for part, found in ((Part.BODY, walk.body), (Part.METADATA, walk.attributes), (Part.COMMENT, walk.comments)):
        content = re.sub(r"[ \t]*\n\s*", "\n", "".join(found)).strip()
        if content:
            budget.text(len(content))
            yield Segment(replace(place, part=part), content)


class _Walk:
    """Collects what one document says, without building a tree of it."""

    def __init__(self) -> None:
        self.body: list[str] = []
        self.attributes: list[str] = []
        self.comments: list[str] = []

    def feed(self, text: str) -> bool:
        """Take a document; False where it is not well-formed. Entities from outside are never fetched."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.body.append
        parser.CommentHandler = lambda comment: self.comments.append(comment + "\n")
        parser.ProcessingInstructionHandler = lambda target, data: self.comments.append(f"{target} {data}\n")
        try:
            parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes it by position
        except (expat.ExpatError, ValueError):
            return False
        return True

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._break(name)
        self.attributes += [f"{key}: {value}\n" for key, value in attributes.items() if value.strip()]

    def _end(self, name: str) -> None:
        self._break(name)

    def _break(self, name: str) -> None:
        if name.rpartition(":")[2].lower() not in _INLINE:
            self.body.append("\n")

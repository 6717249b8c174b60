"""Reads XML that has no reader of its own: its text as lines, its attributes, comments and declarations."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from xml.parsers import expat

from scanner.extract._budget import Budget
from scanner.extract._text.data_uri import data_uris
from scanner.extract._text.embedded import embedded
from scanner.extract._text.encoding import decodings
from scanner.extract._text.escapes import css_strings, unescaped
from scanner.extract._text.segments import distinct, pages
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
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
_DECLARATION: Final = re.compile(r"\A\s*+<\?xml\b[^>]{0,200}?\?>")
_ENCODING: Final = re.compile(rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
# Parts of one line in the formats that are often met: word processors, drawings, web pages.
_INLINE: Final = frozenset("r t span tspan span a b i u em strong s sub sup font small del ins textpath".split())  # noqa: SIM905 - a list of words


_TAG: Final = re.compile(r"<[A-Za-z/!?][^<>]{0,2000}>")
_SVG: Final = re.compile(r"<(?:[\w-]{1,40}:)?svg\b")
_MOST_FILES: Final = 5_000
# What expat says of elements, tags and sections that the end of the document cuts off.
_ENDS_EARLY: Final = frozenset({3, 5, 6, 20})
# What it says of entities that make a document a hundred times larger.
_AMPLIFIED: Final = 43
_ROOM: Final = 1 << 20  # characters of text more than the source has: only entities can be the reason


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield text, attributes, comments and what is written into them; also the source where it is not well-formed."""
    declared = _ENCODING.search(blob.data[:1024])
    texts = decodings(blob.data, declared[1].decode("ascii") if declared else None)
    walks = [_Walk(text, budget.limits.xml_depth) for text in texts]
    yield from distinct(_read(blob.place, walk, budget) for walk in walks)
    yield from _members(blob.place, walks[0], budget)
    if (trouble := walks[0].trouble) is not None:
        yield Problem(blob.place, trouble.reason, trouble.detail)
    elif walks[0].torn:
        yield Problem(blob.place, Reason.PARTIAL, "the file ends early; what is there was read")


def _read(place: Place, walk: "_Walk", budget: Budget) -> Iterator[Segment]:
    if not walk.whole:
        yield from pages(place, walk.source, budget)
        # Broken tags divide words, too.
        yield from pages(place, html.unescape(_TAG.sub("", walk.source)), budget)
    for part, content in walk.texts():
        budget.text(len(content))
        yield Segment(replace(place, part=part), content)
        again = unescaped(content)
        if "<" in content and _TAG.search(content):
            # Pages stand in feeds as text.
            again = "\n".join((again, html.unescape(_TAG.sub("", content))))
        if again.strip():
            budget.text(len(again))
            yield Segment(replace(place, part=part), again)


def _members(place: Place, walk: "_Walk", budget: Budget) -> Iterator[Segment | Member]:
    coded = 0
    known: set[bytes] = set()
    for part, content in walk.texts():
        for data in data_uris(content):
            if len(known) < _MOST_FILES and data not in known:
                known.add(data)
                yield Member(replace(place, members=(*place.members, f"data {len(known)}")), data)
        for item in embedded(replace(place, part=part), content, budget, coded, known):
            coded += isinstance(item, Member)
            yield item


class _Walk:
    """What one document says, collected without building a tree of it.

    `whole` is False where it is not well-formed, `torn` is True where its end is missing. `trouble` says why it was
    left at some point though it is well-formed up to there.
    """

    def __init__(self, text: str, deepest: int) -> None:
        self.source = text
        self._deepest = deepest
        self._room = len(text) + _ROOM
        self._svg = _SVG.search(text, 0, 1 << 14) is not None
        self._body: list[str] = []
        self._attributes: list[str] = []
        self._comments: list[str] = []
        self._drawn = 0
        self._open: list[str] = []
        self.torn = False
        self.trouble: UnreadableError | None = None
        self.whole = self._feed(_DECLARATION.sub("", text, count=1))

    def texts(self) -> Iterator[tuple[Part, str]]:
        """Yield the text of each part that holds any."""
        for part, found in (
            (Part.BODY, self._body),
            (Part.METADATA, self._attributes),
            (Part.COMMENT, self._comments),
        ):
            lines = (line.rstrip(" \t").lstrip() for line in "".join(found).split("\n"))
            content = "\n".join(filter(None, lines)).strip()
            if content:
                yield part, content

    def _feed(self, text: str) -> bool:
        """Take a document. Entities from outside are never fetched."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._say
        parser.ProcessingInstructionHandler = self._say
        parser.StartDoctypeDeclHandler = lambda *said: self._say(*said[:3])
        parser.EntityDeclHandler = lambda *said: self._say(*said[:1], *said[2:])
        parser.NotationDeclHandler = self._say
        parser.AttlistDeclHandler = lambda *said: self._say(*said[:4])
        try:
            parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes it by position
        except expat.ExpatError as error:
            self.torn = error.code in _ENDS_EARLY
            if error.code == _AMPLIFIED:
                self.trouble = _expanded()
            return False
        except UnreadableError as error:
            self.trouble = error
            return False
        except ValueError:
            return False
        return True

    def _say(self, *words: str | None) -> None:
        self._comments.append(" ".join(word for word in words if word) + "\n")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self._open.append(local)
        if 0 < self._deepest < len(self._open):
            raise UnreadableError(Reason.TOO_DEEP, f"XML nested more than {self._deepest} deep")
        if local == "text" or self._drawn:
            self._drawn += self._svg
        # A new place down the page is a new line.
        self._break(local, self._drawn > 1 and not {"y", "dy"}.isdisjoint(attributes))
        self._attributes += [f"{key}: {value}\n" for key, value in attributes.items() if value.strip()]

    def _end(self, name: str) -> None:
        self._break(name.rpartition(":")[2].lower(), always=False)
        self._drawn -= self._drawn > 0
        self._open.pop()

    def _text(self, data: str) -> None:
        self._room -= len(data)
        if self._room < 0:
            raise _expanded()
        if self._drawn and "\n" in data:
            # How the source is indented is not drawn.
            data = _in_one_line(data)
        self._body.append(data)
        if self._open[-1] == "style":
            self._body += [f"\n{shown}\n" for shown in css_strings(data)]

    def _break(self, local: str, always: bool) -> None:  # noqa: FBT001 - told in one place
        if always or local not in _INLINE:
            self._body.append("\n")


def _in_one_line(text: str) -> str:
    """Return text with a blank for each line end and the white space around it; nothing for white space alone."""
    first, *between, last = text.split("\n")
    words = filter(None, map(str.strip, between))
    return "" if text.isspace() else " ".join((first.rstrip(), *words, last.lstrip()))


def _expanded() -> UnreadableError:
    return UnreadableError(Reason.TOO_LARGE, "its entities expand far beyond its size")

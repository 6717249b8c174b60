"""Reads HTML: text by lines, what only machines see, and the files written into it."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_to_bytes

from lxml import etree

from scanner.extract._budget import Budget
from scanner.extract._encoding import decodings
from scanner.extract._text import distinct
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET: Final = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_PROLOGUE: Final = re.compile(r"\s*<\?xml\b[^>]{0,200}?\?>")
_DATA_URI: Final = re.compile(r"data:([\w.+/-]{0,80})((?:;[\w.=+-]{0,80}){0,5}),(.{200,})", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_HEAD: Final = 1 << 14
_FEED: Final = 1 << 16
_BLOCKS: Final = frozenset(
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption"  # noqa: SIM905 - a list of words
    " figure footer form frame h1 h2 h3 h4 h5 h6 head header hr html iframe legend li main menu nav noscript object ol"
    " optgroup option p pre section select summary svg table tbody template text textarea tfoot thead tr ul".split()
)
_CELLS: Final = frozenset({"td", "th"})
_AS_IT_STANDS: Final = frozenset({"pre", "textarea", "listing", "xmp", "plaintext"})
_CODE: Final = frozenset({"script", "style"})
_SHOWN: Final = frozenset({"alt", "title", "value", "placeholder", "label", "summary", "aria-label", "standby"})
_LINKS: Final = frozenset({"href", "src", "action", "data", "background", "cite", "poster", "longdesc"})


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
    readings = [(_Page(), text) for text in decodings(data, declared)]
    whole = True
    for page, text in readings:
        budget.text(len(text))
        whole = page.read(_PROLOGUE.sub("", text, count=1)) and whole
    yield from distinct(page.segments(place) for page, _ in readings)
    if not whole:
        # What a parser gives up on is still text with tags in it.
        yield from distinct((Segment(place, _TAG.sub("", text)),) for _, text in readings)
        yield Problem(place, Reason.PARTIAL, "nested or broken beyond what the HTML parser follows")
    yield from readings[0][0].members(place)


class _Page:
    """Collects what one page says; a target of lxml's parser, so that no tree is ever built."""

    def __init__(self) -> None:
        self._body: list[str] = []
        self._code: list[str] = []
        self._comments: list[str] = []
        self._properties: list[tuple[str, str]] = []
        self._title: list[str] = []
        self._metadata: dict[str, None] = {}
        self._files: list[tuple[str, bytes]] = []
        self._verbatim = 0
        self._inside = ""

    def read(self, text: str) -> bool:
        """Take a page; False where the parser stopped before its end."""
        parser = etree.HTMLParser(target=self, encoding="utf-8", no_network=True, huge_tree=False)
        data = text.replace("\x00", "\ufffd").encode("utf-8", "replace")
        try:
            for at in range(0, len(data), _FEED):
                parser.feed(data[at : at + _FEED])
            parser.close()
        except etree.LxmlError:
            return not data.strip()
        return True

    def segments(self, place: Place) -> Iterator[Segment]:
        """Yield the text by the part it stands in."""
        properties = [("title", "".join(self._title)), *self._properties]
        for name, value in properties:
            if value.strip():
                yield Segment(replace(place, part=Part.PROPERTY, title=name), value.strip())
        for part, text in (
            (Part.BODY, re.sub(r" ?\n[ \n]*", "\n", "".join(self._body)).strip(" \n")),
            (Part.COMMENT, "\n".join(self._comments)),
            (Part.CODE, "\n".join(self._code)),
            (Part.METADATA, "\n".join(self._metadata)),
        ):
            if text.strip():
                yield Segment(replace(place, part=part), text)

    def members(self, place: Place) -> Iterator[Member]:
        """Yield the pages and files that are written into attributes."""
        for number, (name, data) in enumerate(self._files, 1):
            yield Member(replace(place, members=(*place.members, f"{name} {number}")), data)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = tag
        self._break(tag)
        self._verbatim += tag in _AS_IT_STANDS
        if tag == "meta":
            name = attributes.get("name") or attributes.get("property") or attributes.get("http-equiv") or "meta"
            self._properties.append((name, attributes.get("content", "")))
            return
        for name, value in attributes.items():
            self._attribute(name, value)

    def end(self, tag: str) -> None:
        self._inside = ""
        self._verbatim -= self._verbatim > 0 and tag in _AS_IT_STANDS
        self._break(tag)

    def data(self, text: str) -> None:
        if self._inside in _CODE:
            self._code.append(text)
        elif self._inside == "title":
            self._title.append(text)
        else:
            self._body.append(text if self._verbatim else re.sub(r"[ \t\r\n\f]+", " ", text))

    def comment(self, text: str) -> None:
        # Conditional comments hold whole pages for one mail program.
        self._comments.append(_TAG.sub("", text))

    def pi(self, target: str, data: str | None = None) -> None:
        self._comments.append(f"{target} {data or ''}")

    def close(self) -> None:
        """Do nothing: everything has been collected by then."""

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._body.append("\n")
        elif tag in _CELLS:
            self._body.append("\t")

    def _attribute(self, name: str, value: str) -> None:
        if name == "srcdoc":
            self._files.append(("srcdoc", value.encode("utf-8", "replace")))
        elif name in _SHOWN and value.strip():
            self._body.append(f"\n{value}\n")
        elif uri := _DATA_URI.match(value.strip()):
            self._files.append(("data", _written(uri)))
        elif name in _LINKS or (" " in value.strip() and name not in {"style", "class"}):
            self._metadata[value] = None


def _written(uri: re.Match[str]) -> bytes:
    """Return the bytes that a data URI stands for (RFC 2397)."""
    content = unquote_to_bytes(uri[3])
    if "base64" not in uri[2].lower():
        return content
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return base64.b64decode(clean[: len(clean) - (len(clean) % 4 == 1)] + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return content

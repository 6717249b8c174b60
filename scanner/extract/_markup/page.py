"""Collects what one HTML page says, shows, hides and carries, without building a tree of it."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from scanner.extract._text.data_uri import data_uris, whole_uri
from scanner.extract._text.escapes import css_strings
from scanner.model.place import Part

TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_FEED: Final = 1 << 16
_MOST_INNER: Final = 2_000
_BLOCKS: Final = frozenset(
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption"  # noqa: SIM905 - a list of words
    " figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li main math menu nav"
    " noframes noscript object ol optgroup option p pre section select summary svg table tbody template text textarea"
    " tfoot thead title tr ul".split()
)
_CELLS: Final = frozenset({"td", "th"})
_BREAKS: Final = {**dict.fromkeys(_BLOCKS, "\n"), **dict.fromkeys(_CELLS, "\t")}
_AS_IT_STANDS: Final = frozenset({"pre", "textarea", "listing", "xmp", "plaintext"})
_CODE: Final = frozenset({"script", "style"})
_SHOWN: Final = frozenset(
    {"alt", "title", "value", "placeholder", "label", "summary", "aria-label", "standby", "alttext"}
)
_META_NAMES: Final = ("name", "property", "itemprop", "http-equiv")
_UNSEEN: Final = frozenset({"template"})
_RUBY: Final = frozenset({"rt", "rp", "rtc"})
_PROGRAM: Final = re.compile(
    r"(?:application|text)/(?:x-)?(?:java|ecma|type)script|module|importmap|.*json.*|", re.IGNORECASE
)
_HIDING: Final = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?<![\w-])(?:font-size|opacity|max-height|height|width)\s*:\s*0*\.?0+(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|(?<![\w-])(?:text-indent|left|top|margin-left)\s*:\s*-\d{3,}"
    r"|(?<![\w-])color\s*:\s*(?:white|transparent|#fff(?:fff)?)\b)",
    re.IGNORECASE,
)
# What a browser does not show, and what lets a line break inside a word.
_SOFT: Final = "\u00ad\u200b\u2060\ufeff"
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_LINE_END: Final = re.compile(r" ?\n[ \n]*")


class Page:
    """What one page says, by the part it stands in; a target of lxml's parser."""

    def __init__(self, *, inner: bool = False) -> None:
        """Start an empty page; an inner one stands inside a comment or a program and is not searched deeper."""
        self.properties: list[tuple[str, str]] = []
        self.files: list[tuple[str, bytes]] = []
        self._body: list[str] = []
        self._hidden: list[str] = []
        self._code: list[str] = []
        self._comments: list[str] = []
        self._titles: list[str] = []
        self._asides: list[str] = []
        self._metadata: dict[str, None] = {}
        self._inner = inner
        self._pages = 0
        self._verbatim = 0
        self._mirrored = 0
        self._depth = 0
        self._hidden_from = 0
        self._open: list[str] = []
        self._kind = ""

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

    def texts(self) -> Iterator[tuple[Part, str]]:
        """Yield the text of each part that holds any."""
        for part, text in (
            (Part.BODY, _tidy([*self._body, "\n", *self._asides])),
            (Part.HIDDEN, _tidy(self._hidden)),
            (Part.COMMENT, "\n".join(self._comments)),
            (Part.CODE, "\n".join(self._code)),
            (Part.METADATA, "\n".join(self._metadata)),
        ):
            if text.strip():
                yield part, text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self._depth += 1
        self._open.append(tag)
        if not self._hidden_from and (tag in _UNSEEN or (attributes and _hides(attributes))):
            self._hidden_from = self._depth
        self._break(tag)
        if tag in _AS_IT_STANDS:
            self._verbatim += 1
        elif tag == "bdo":
            self._mirrored += 1
        elif tag == "title":
            self._titles.append("")
        elif tag in _CODE:
            self._kind = (attributes.get("type") or "").strip()
            self._code.append("")
        if tag == "meta":
            key = next((key for key in _META_NAMES if key in attributes), "")
            self.properties.append((attributes.get(key) or "meta", attributes.get("content", "")))
            attributes = {name: value for name, value in attributes.items() if name not in {key, "content"}}
        for name, value in attributes.items():
            if value:
                self._attribute(tag, name, value, attributes)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag in _CODE and self._code:
            self._program(tag)
        if self._depth == self._hidden_from:
            self._break(tag)
            self._hidden_from = 0
        self._depth -= self._depth > 0
        if self._open:
            self._open.pop()
        self._mirrored -= self._mirrored > 0 and tag == "bdo"
        self._verbatim -= self._verbatim > 0 and tag in _AS_IT_STANDS
        self._break(tag)

    def data(self, text: str) -> None:
        """Take characters."""
        inside = self._open[-1] if self._open else ""
        if inside in _CODE and self._code:
            self._code[-1] += text
        elif inside == "title" and self._titles:
            self._titles[-1] += text
        elif inside in _RUBY:
            self._asides.append(f"{text}\n" if inside == "rt" else "")
        else:
            plain = self._verbatim or not ("\n" in text or "  " in text or "\t" in text or "\r" in text)
            target = self._hidden if self._hidden_from else self._body
            target.append(text if plain else _SPACE.sub(" ", text))
            if self._mirrored:
                # Against its own direction a text is seen from its end.
                self._asides.append(f"{text[::-1]}\n")

    def comment(self, text: str) -> None:
        """Take a comment; what looks like a page in it is read as one: mail programs see one there."""
        if "<" in text and TAG.search(text):
            self._comments.append(self._inside(text))
        self._comments.append(html.unescape(TAG.sub("", text)))

    def pi(self, target: str, data: str | None = None) -> None:
        """Take a processing instruction."""
        self._comments.append(f"{target} {data or ''}")

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Take the document type."""
        self._comments.append(" ".join(word for word in (name, public, system) if word))

    def close(self) -> None:
        """End the page."""
        self.properties[:0] = [("title", title) for title in self._titles]

    def _inside(self, text: str) -> str:
        """Return all that a page in a page says."""
        self._pages += 1
        if self._inner or self._pages > _MOST_INNER:
            return ""
        page = Page(inner=True)
        page.read(text)
        self.files += page.files
        return "\n".join([*(text for _, text in page.texts()), *(value for _, value in page.properties)])

    def _target(self) -> list[str]:
        return self._hidden if self._hidden_from else self._body

    def _break(self, tag: str) -> None:
        sign = _BREAKS.get(tag)
        if sign is not None:
            (self._hidden if self._hidden_from else self._body).append(sign)

    def _attribute(self, tag: str, name: str, value: str, attributes: dict[str, str]) -> None:
        linked = ":" in value
        content = whole_uri(value.strip()) if linked and value.lstrip()[:5].lower() == "data:" else None
        if name == "srcdoc":
            self.files.append(("srcdoc", value.encode("utf-8", "replace")))
        elif content is not None:
            self.files.append(("data", content))
        elif name in _SHOWN and value.strip():
            unseen = tag == "input" and (attributes.get("type") or "").lower() in {"hidden", "password"}
            (self._hidden if unseen else self._target()).append(f"\n{value}\n")
        else:
            if linked:
                self.files += [("data", found) for found in data_uris(value)]
            self._metadata[value] = None

    def _program(self, tag: str) -> None:
        """Take what a program or a style sheet carries besides its source."""
        source = self._code[-1]
        self.files += [("data", found) for found in data_uris(source)]
        if tag == "style":
            self._body += [f"\n{shown}\n" for shown in css_strings(source)]
        elif "<" in source and not _PROGRAM.fullmatch(self._kind):
            self._hidden.append(f"\n{self._inside(source)}\n")
        elif "</" in source:
            # Pages in the strings of a program are seen once it has run.
            self._code.append(TAG.sub("", source))


def _hides(attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDING.search(style) is not None)


def _tidy(pieces: list[str]) -> str:
    text = "".join(pieces)
    if not text.isascii():
        for sign in _SOFT:
            text = text.replace(sign, "")
    return _LINE_END.sub("\n", text).strip(" \n")

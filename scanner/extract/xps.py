"""Reads XPS and OpenXPS documents: the lines of each page as they are set, with what is kept beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import Walker, attribute
from scanner.extract._office.ooxml import read_office
from scanner.extract._office.package import Package, PackagePart
from scanner.extract._office.relationships import part_name
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/vnd.ms-xpsdocument", "application/oxps"})

_PAGES: Final = ("xps-fixedpage", "fixedpage")
_DOCUMENTS: Final = ("xps-fixeddocument", "fixeddocument")
_DICTIONARIES: Final = ("xps-resourcedictionary", "resourcedictionary")
_WORDS: Final = {"AutomationProperties.Name": "alt text", "AutomationProperties.HelpText": "alt text"}
_LINK: Final = "FixedPage.NavigateUri"
# In units of the letters' height: what is nearer belongs to the word, and how wide letters of unknown width are.
_NEAR: Final = 0.2
_WIDTH: Final = 0.5
_WIDTHS: Final = {
    **dict.fromkeys("iljtfrI.,:;'!|()[] ", 0.28),
    **dict.fromkeys("mwMW@%", 0.85),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 0.65),
}
_FIRST_WIDE: Final = "\u2e80"
_LONGEST: Final = 100_000


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the text of each page, properties, outline and packed files."""
    found: list[_Xps] = []

    def make(package: Package, lines: Lines, place: Place) -> _Xps:
        found.append(_Xps(package, lines, place))
        return found[-1]

    yield from read_office(blob, budget, make)
    if found and found[0].mute:
        yield Problem(blob.place, Reason.PARTIAL, f"letters without characters, shown by their shape: {found[0].mute}")


class _Xps:
    order: tuple[str, ...] = ("main", *_DOCUMENTS, *_PAGES)

    def __init__(self, package: Package, lines: Lines, place: Place) -> None:
        del package
        self.mute = 0
        self._lines = lines
        self._place = place
        self._pages: list[str] = []

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        del number
        if part.kind in _DOCUMENTS:
            return _Order(part.name, self._pages)
        if part.kind in _PAGES:
            if part.name not in self._pages:
                self._pages.append(part.name)
            return _Page(self, self._lines, replace(self._place, page=self._pages.index(part.name) + 1))
        if part.kind in _DICTIONARIES:
            return _Page(self, self._lines, self._place)
        return None

    def last(self) -> None:
        """Everything has been written."""


class _Order:
    """Walks a fixed document: the order of its pages."""

    def __init__(self, source: str, pages: list[str]) -> None:
        self._source = source
        self._pages = pages

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "PageContent" and (target := attribute(attributes, "Source")):
            self._pages.append(part_name(target, self._source))

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...

    def close(self) -> None: ...


class _Page:
    """Walks a page. Glyphs on one base line make up a line of text (ECMA-388, section 12.1)."""

    def __init__(self, document: _Xps, lines: Lines, place: Place) -> None:
        self._document = document
        self._lines = lines
        self._place = place
        self._beside = replace(place, part=Part.METADATA, title="alt text")
        self._line: list[str] = []
        self._base: float | None = None
        self._start = self._end = 0.0
        self._moved: list[bool] = [False]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Canvas":
            self._moved.append(False)
        if name == "Canvas.RenderTransform" or "RenderTransform" in attributes:
            # What is in it stands elsewhere than its figures say.
            self._moved[-1] = True
            self._end_line()
        if name == "Glyphs":
            self._glyphs(attributes)
        for key, title in _WORDS.items():
            if words := attributes.get(key):
                self._lines.add(replace(self._beside, title=title), words)
        if link := attributes.get(_LINK):
            self._lines.add(replace(self._beside, page=None, title="link"), link)

    def end(self, name: str) -> None:
        if name == "Canvas" and len(self._moved) > 1 and self._moved.pop():
            self._end_line()

    def text(self, data: str) -> None:
        if data.strip():
            self._lines.add(replace(self._beside, title="other text"), data.strip())

    def close(self) -> None:
        self._end_line()

    def _glyphs(self, attributes: Mapping[str, str]) -> None:
        # `{}` before a text says that what follows is no markup.
        text = attribute(attributes, "UnicodeString").removeprefix("{}")
        indices = attribute(attributes, "Indices")
        if not text:
            self._document.mute += bool(indices.strip())
            return
        size = _figure(attribute(attributes, "FontRenderingEmSize")) or 1.0
        left, base = _figure(attribute(attributes, "OriginX")), _figure(attribute(attributes, "OriginY"))
        if base != self._base or sum(map(len, self._line)) > _LONGEST:
            self._end_line()
        elif self._line:
            gap = (left - self._end) / size
            near = (gap < _NEAR and left >= self._start) or self._line[-1].endswith(" ") or text.startswith(" ")
            self._line.append("" if near else " ")
        self._base, self._start = base, left
        self._line.append(text)
        self._end = left + _width(text, indices) * size

    def _end_line(self) -> None:
        if self._line:
            self._lines.add(self._place, "".join(self._line))
            self._line.clear()
        self._base = None


def _width(text: str, indices: str) -> float:
    """Return how far letters reach, in letter heights; their own widths stand in hundredths, where they are given."""
    width = 0.0
    given = indices.split(";") if len(indices) < _LONGEST else []
    for at, letter in enumerate(text):
        parts = given[at].split(",") if at < len(given) else []
        usual = 1.0 if letter >= _FIRST_WIDE else _WIDTHS.get(letter, _WIDTH)
        width += _figure(parts[1]) / 100 if len(parts) > 1 and parts[1] else usual
    return width


def _figure(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0

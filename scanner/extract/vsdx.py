"""Reads Visio drawings: the text of shapes page by page, their data, masters, links, comments and page headers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.extract._markup.record import RecordWalker
from scanner.extract._markup.xml import Walker, attribute
from scanner.extract._office.ooxml import read_office
from scanner.extract._office.package import Package, PackagePart
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/vnd.ms-visio.drawing", "application/vnd.ms-visio.drawing.macroEnabled.12"})

# Elements with a name of their own, which people may have given.
_NAMED: Final = frozenset({"Shape", "Page", "Master", "AuthorEntry", "StyleSheet", "Layer", "RuleSet", "Rule"})
_NAMES: Final = ("Name", "NameU", "Prompt", "MasterUniqueName", "Description", "Initials")
_MARGINS: Final = {"Header": Part.HEADER, "Footer": Part.FOOTER}
_LETTERS: Final = 2
_MOST_SAID: Final = 100_000
_NO_WORDS: Final = frozenset({"Themed", "Inh", "Visio", "Calibri", "Arial"})


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield what stands on each page and master, and what the drawing keeps beside."""
    return read_office(blob, budget, _Drawing)


class _Drawing:
    order: tuple[str, ...] = ("main", "masters", "pages", "page", "master", "comments")

    def __init__(self, package: Package, lines: Lines, place: Place) -> None:
        self._package = package
        self._lines = lines
        self._place = place
        self._pages: dict[str, Place] = {}

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        if part.kind == "pages":
            targets = {link.id: link.target for link in self._package.relationships.get(part.name, ())}
            return _Shapes(self._lines, replace(self._place, part=Part.METADATA), targets, self._pages)
        if part.kind == "page":
            place = self._pages.get(part.name, replace(self._place, page=number))
        elif part.kind == "master":
            place = replace(self._place, part=Part.MASTER, number=number)
        elif part.kind == "comments":
            place = replace(self._place, part=Part.COMMENT)
        elif part.kind in {"main", "masters"}:
            place = replace(self._place, part=Part.METADATA, title="document")
        elif part.content_type.startswith("application/vnd.ms-visio."):
            return RecordWalker(self._lines, replace(self._place, part=Part.METADATA, title=part.kind))
        else:
            return None
        return _Shapes(self._lines, place, {}, {})

    def last(self) -> None:
        """Everything has been written."""


class _Shapes:
    """Walks a part with shapes: each shape's text a line, and the words in its cells ([MS-VSDX] 2.2.5)."""

    def __init__(self, lines: Lines, place: Place, targets: Mapping[str, str], pages: dict[str, Place]) -> None:
        self._lines = lines
        self._place = place
        self._targets = targets
        self._pages = pages
        self._stack: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._texts = 0
        self._page = ("", False)
        self._said: set[tuple[str, str]] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._stack.append(name)
        if name == "Text":
            self._settle()
            self._texts += 1
        elif not self._texts:
            self._settle()
        if name in {"Cell", "Trigger"}:
            self._cell(attributes)
        elif name == "Page":
            self._page = (attribute(attributes, "Name"), attribute(attributes, "Background") == "1")
        elif name == "Rel" and self._targets:
            self._note_page(self._targets.get(attribute(attributes, "id"), ""))
        if name in _NAMED:
            for key in _NAMES:
                self._say("name", attribute(attributes, key))

    def end(self, name: str) -> None:
        if name == "Text":
            self._texts -= 1
            self._settle()
        elif not self._texts:
            self._settle()
        self._stack.pop()

    def text(self, data: str) -> None:
        self._pieces.append(data)
        self._length += len(data)
        if self._length > LONGEST_LINE:
            self._settle()

    def close(self) -> None:
        self._settle()

    def _settle(self) -> None:
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        self._length = 0
        if text:
            margin = _MARGINS.get(self._stack[-1][:6]) if self._stack else None
            self._lines.add(self._place if margin is None else replace(self._place, part=margin, title=None), text)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        value, formula = attribute(attributes, "V"), attribute(attributes, "F")
        if value not in _NO_WORDS and sum(map(str.isalpha, value)) >= _LETTERS:
            self._say("shape data", value)
        if '"' in formula:
            self._say("formula", formula)

    def _note_page(self, target: str) -> None:
        name, is_background = self._page
        number = len(self._pages) + 1
        base = Place(self._place.file, self._place.members, page=number)
        self._pages[target] = replace(base, part=Part.MASTER, title=name or "background") if is_background else base

    def _say(self, title: str, words: str) -> None:
        if not words.strip() or (title, words) in self._said:
            return
        if len(self._said) < _MOST_SAID:
            self._said.add((title, words))
        self._lines.add(replace(self._place, part=Part.METADATA, number=None, title=title), words)

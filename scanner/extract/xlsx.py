"""Reads Excel workbooks: cells by sheet, page headers, comments, names, drawings and hidden sheets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._flow import FlowWalker
from scanner.extract._lines import Lines
from scanner.extract._ooxml import read_office
from scanner.extract._package import Package, PackagePart
from scanner.extract._sheet import SheetWalker, StringsWalker
from scanner.extract._xml import Walker, attribute
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

_BINARY: Final = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"

MEDIA_TYPES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
        "application/vnd.ms-excel.sheet.macroEnabled.12",
        "application/vnd.ms-excel.template.macroEnabled.12",
        "application/vnd.ms-excel.addin.macroEnabled.12",
        _BINARY,
    }
)

_SHEETS: Final = ("worksheet", "chartsheet", "dialogsheet", "macrosheet", "intlmacrosheet")
_COMMENTS: Final = {"comments": "comment", "threadedcomments": "threadedComment"}


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield each sheet's rows, and everything a workbook keeps beside its cells."""
    if blob.media_type == _BINARY:
        yield Problem(blob.place, Reason.PARTIAL, "a binary workbook: its strings were read, its numbers not")

    def make(package: Package, lines: Lines, place: Place) -> _Workbook:
        return _Workbook(package, lines, place, budget.limits.text)

    yield from read_office(blob, budget, make)


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    hidden: bool


class _Workbook:
    order: tuple[str, ...] = ("main", "sharedstrings", *_SHEETS, *_COMMENTS)

    def __init__(self, package: Package, lines: Lines, place: Place, most: int) -> None:
        self._package = package
        self._lines = lines
        self._place = place
        self._sheets: dict[str, _Sheet] = {}
        aside = replace(place, part=Part.METADATA, title="reading aid")
        self._shared = StringsWalker(lines, aside, most)

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        if part.kind == "main":
            targets = {link.id: link.target for link in self._package.relationships.get(part.name, ())}
            return _Book(self._lines, self._place, targets, self._sheets)
        if part.kind == "sharedstrings":
            return self._shared
        if part.kind in _SHEETS:
            sheet = self._sheets.get(part.name, _Sheet(f"{part.kind} {number}", hidden=False))
            kind = Part.HIDDEN if sheet.hidden else Part.SHEET
            return SheetWalker(self._lines, replace(self._place, part=kind, title=sheet.name), self._shared)
        if part.kind in _COMMENTS:
            place = replace(self._place, part=Part.COMMENT, title=None if number == 1 else f"part {number}")
            return FlowWalker(self._lines, place, counted={_COMMENTS[part.kind]: Part.COMMENT})
        return None

    def last(self) -> None:
        place = replace(self._place, part=Part.METADATA, title="strings in no cell")
        for text in self._shared.unused():
            self._lines.add(place, text)


class _Book:
    """The workbook part: which sheets there are, and the names defined over them."""

    def __init__(self, lines: Lines, place: Place, targets: Mapping[str, str], sheets: dict[str, _Sheet]) -> None:
        self._flow = FlowWalker(lines, replace(place, part=Part.METADATA, title="defined name"), aside=True)
        self._lines = lines
        self._names = replace(place, part=Part.METADATA, title="sheet name")
        self._targets = targets
        self._sheets = sheets

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            title = attribute(attributes, "name")
            self._lines.add(self._names, title)
            # `id` is the relationship's; `sheetId` is not asked for.
            target = self._targets.get(attribute(attributes, "id"), "")
            self._sheets[target] = _Sheet(title, hidden=attribute(attributes, "state") in {"hidden", "veryHidden"})
        self._flow.start(name, attributes)

    def end(self, name: str) -> None:
        self._flow.end(name)

    def text(self, data: str) -> None:
        self._flow.text(data)

    def close(self) -> None:
        self._flow.close()

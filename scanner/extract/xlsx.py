"""Reads Excel workbooks: cells by sheet, page headers, comments, names, drawings and hidden sheets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import Walker, attribute, is_true
from scanner.extract._office.flow import FlowWalker
from scanner.extract._office.formats import Formats
from scanner.extract._office.ooxml import read_office
from scanner.extract._office.package import Package, PackagePart
from scanner.extract._office.shared_strings import StringsWalker
from scanner.extract._office.sheet import SheetWalker, Workbook
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
        "application/vnd.ms-excel.sheet.macroEnabled.12",
        "application/vnd.ms-excel.template.macroEnabled.12",
        "application/vnd.ms-excel.addin.macroEnabled.12",
    }
)

_SHEETS: Final = ("worksheet", "chartsheet", "dialogsheet", "macrosheet", "intlmacrosheet")
_COMMENTS: Final = {"comments": "comment", "threadedcomments": "threadedComment"}


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield each sheet's rows, and everything a workbook keeps beside its cells."""

    def make(package: Package, lines: Lines, place: Place) -> _Workbook:
        return _Workbook(package, lines, place, budget.limits.text)

    return read_office(blob, budget, make)


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    hidden: bool


class _Workbook:
    order: tuple[str, ...] = ("main", "styles", "sharedstrings", *_SHEETS, *_COMMENTS)

    def __init__(self, package: Package, lines: Lines, place: Place, most: int) -> None:
        self._package = package
        self._lines = lines
        self._place = place
        self._sheets: dict[str, _Sheet] = {}
        aside = Place(place.file, place.members, Part.METADATA, None, None, "reading aid")
        self._names = Place(place.file, place.members, Part.METADATA, None, None, "sheet name")
        self._shared = StringsWalker(lines, aside, most)
        self._formats = Formats(lines, place)
        self._since_1904 = False

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        if part.kind == "main":
            place = replace(self._place, part=Part.METADATA, title="defined name")
            targets = {link.id: link.target for link in self._package.relationships.get(part.name, ())}

            def watch(name: str, attributes: Mapping[str, str]) -> None:
                self._note(name, attributes, targets)

            return FlowWalker(self._lines, place, aside=True, watch=watch)
        if part.kind == "styles":
            return self._formats
        if part.kind == "sharedstrings":
            return self._shared
        if part.kind in _SHEETS:
            sheet = self._sheets.get(part.name, _Sheet(f"{part.kind} {number}", hidden=False))
            kind = Part.HIDDEN if sheet.hidden else Part.SHEET
            book = Workbook(self._shared.use, self._formats.dates, self._since_1904)
            return SheetWalker(self._lines, replace(self._place, part=kind, title=sheet.name), book)
        if part.kind in _COMMENTS:
            place = replace(self._place, part=Part.COMMENT, title=None if number == 1 else f"part {number}")
            return FlowWalker(self._lines, place, counted={_COMMENTS[part.kind]: Part.COMMENT})
        return None

    def last(self) -> None:
        place = replace(self._place, part=Part.METADATA, title="strings in no cell")
        for text in self._shared.unused():
            self._lines.add(place, text)

    def _note(self, name: str, attributes: Mapping[str, str], targets: Mapping[str, str]) -> None:
        """Take which sheets there are."""
        if name == "workbookPr":
            self._since_1904 = is_true(attribute(attributes, "date1904") or "0")
        elif name == "sheet":
            title = attribute(attributes, "name")
            self._lines.add(self._names, title)
            # `id` is the relationship's; `sheetId` is not asked for.
            target = targets.get(attribute(attributes, "id"), "")
            self._sheets[target] = _Sheet(title, hidden=attribute(attributes, "state") in {"hidden", "veryHidden"})

"""Reads binary Excel workbooks: cells by sheet, page headers, comments, names, drawings and hidden sheets."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._biff.records12 import records, wide_string
from scanner.extract._biff.sheet12 import SharedStrings, SheetReader
from scanner.extract._biff.texts12 import Records
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import Walker
from scanner.extract._office.ooxml import read_office
from scanner.extract._office.package import Package, PackagePart
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES = frozenset({"application/vnd.ms-excel.sheet.binary.macroEnabled.12"})

_SHEETS: Final = ("worksheet", "chartsheet", "dialogsheet", "macrosheet", "intlmacrosheet")
_SHEET: Final = 156
_BATCH: Final = 1 << 10
_RECORDS: Final = "application/vnd.ms-excel."
_TITLES: Final = {
    "comments": "comment",
    "table": "table",
    "connections": "connection",
    "externallink": "external link",
    "pivotcachedefinition": "pivot cache",
    "pivotcacherecords": "pivot cache",
    "pivottable": "pivot table",
}
# Lists of where things stand.
_NO_TEXT: Final = frozenset({"binindexws", "binindexms", "calcchain"})


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield each sheet's rows, and everything a workbook keeps beside its cells."""
    books: list[_Workbook] = []

    def make(package: Package, lines: Lines, place: Place) -> _Workbook:
        books.append(_Workbook(package, lines, place, budget.limits.text))
        return books[-1]

    yield from read_office(blob, budget, make)
    for book in books:
        if book.shared.missing:
            detail = f"cells whose text is not in the file: {book.shared.missing}"
            yield Problem(blob.place, Reason.CORRUPT, detail)


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    hidden: bool


class _Workbook:
    order: tuple[str, ...] = ("main", "sharedstrings", *_SHEETS, "comments")

    def __init__(self, package: Package, lines: Lines, place: Place, most: int) -> None:
        self.shared = SharedStrings(lines, replace(place, part=Part.METADATA, title="reading aid"), most)
        self._package = package
        self._lines = lines
        self._place = place
        self._sheets: dict[str, _Sheet] = {}

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        """Leave the parts that are XML to what reads them in any document."""
        del part, number
        return None

    def records(self, part: PackagePart, number: int, pieces: Iterable[bytes]) -> Iterator[None] | None:
        """Return the walk of a part that holds records, None for any other."""
        if part.kind not in _NO_TEXT and part.content_type.startswith(_RECORDS):
            return self._walk(part, number, pieces)
        return iter(()) if part.kind in _NO_TEXT else None

    def last(self) -> None:
        place = self._titled("strings in no cell")
        for text in self.shared.unused():
            self._lines.add(place, text)

    def _walk(self, part: PackagePart, number: int, pieces: Iterable[bytes]) -> Iterator[None]:
        if part.kind == "sharedstrings":
            yield from self.shared.read(pieces)
        elif part.kind in _SHEETS:
            sheet = self._sheets.get(part.name, _Sheet(f"{part.kind} {number}", hidden=False))
            place = replace(self._place, part=Part.HIDDEN if sheet.hidden else Part.SHEET, title=sheet.name)
            others = Records(self._lines, replace(place, part=Part.METADATA), self._place)
            yield from SheetReader(self._lines, place, self.shared, others).read(pieces)
        else:
            stem = posixpath.splitext(posixpath.basename(part.name))[0]
            others = Records(self._lines, self._titled(_TITLES.get(part.kind, stem)), self._place)
            for count, (kind, content) in enumerate(records(pieces)):
                if kind == _SHEET:
                    self._sheet(part, content)
                else:
                    others.take(kind, content)
                if count % _BATCH == 0:
                    yield

    def _sheet(self, part: PackagePart, content: bytes) -> None:
        """[MS-XLSB], BrtBundleSh: whether a sheet is hidden, its part, and its name."""
        state = int.from_bytes(content[:4], "little")
        link, at = wide_string(content, 8, len(content))
        name, _ = wide_string(content, at, len(content))
        self._lines.add(self._titled("sheet name"), name)
        for relation in self._package.relationships.get(part.name, ()):
            if relation.id == link:
                self._sheets[relation.target] = _Sheet(name, hidden=bool(state))

    def _titled(self, title: str) -> Place:
        return replace(self._place, part=Part.METADATA, title=title)

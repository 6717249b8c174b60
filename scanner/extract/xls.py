"""Reads Excel workbooks from before 2007: cells by sheet, page headers, comments, names, drawings and hidden sheets."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._biff.book import Book
from scanner.extract._biff.records import BIFF5, BIFF8
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import OLE_MAGIC, Compound, Path, open_compound
from scanner.extract._ole.properties import property_sets
from scanner.extract._ole.protection import rights
from scanner.extract._ole.rest import faults_of, rest_of
from scanner.extract._ole.vba import read_macros
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES = frozenset({"application/vnd.ms-excel"})

# [MS-XLS] 2.1.7; names are compared without case.
_BOOKS: Final = {"workbook": BIFF8, "book": BIFF5}
_HISTORY: Final = frozenset({"revision log", "user names"})
_PIVOT_CACHES: Final = frozenset({"_sx_db_cur", "_sx_db"})
_KNOWN: Final = frozenset({*_BOOKS, *_HISTORY, *_PIVOT_CACHES})
_VISIBLE: Final = frozenset({Part.SHEET, Part.HIDDEN, Part.TEXT_BOX})

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield each sheet's rows, and everything a workbook keeps beside its cells."""
    lines = Lines(budget)
    if not blob.data.startswith(OLE_MAGIC):
        for problem in Book(blob.data, lines, blob.place, budget).walk():
            yield from lines.ready()
            if problem is not None:
                yield problem
        yield from lines.rest()
        return
    try:
        compound = open_compound(blob.data)
    except UnreadableError as error:
        yield Problem(blob.place, error.reason, error.detail)
        return
    yield from _Workbook(compound, lines, blob.place, budget).items()


class _Workbook:
    def __init__(self, compound: Compound, lines: Lines, place: Place, budget: Budget) -> None:
        self._compound = compound
        self._lines = lines
        self._place = place
        self._budget = budget
        self._pictures = 0
        self._shown = False

    def items(self) -> Iterator[Item]:
        compound, lines, place = self._compound, self._lines, self._place
        yield from property_sets(compound, lines, place)
        yield from rights(compound, place)
        inside = compound.inside()
        for path in sorted(inside, key=lambda path: path[0].casefold() not in _BOOKS):
            yield from self._part(path)
        yield from rest_of(compound, _KNOWN, lines, place, self._budget)
        yield from read_macros(compound, lines, place)
        yield from lines.rest()
        if not any(path[0].casefold() in _BOOKS for path in inside):
            yield Problem(place, Reason.CORRUPT, "the workbook itself is missing")
        elif self._pictures and not self._shown:
            yield Problem(place, Reason.IMAGE, f"no text, but pictures: {self._pictures}")
        yield from faults_of(compound, place)

    def _part(self, path: Path) -> Iterator[Item]:
        name = path[0].casefold()
        if name in _BOOKS:
            yield from self._records(path, version=_BOOKS[name])
        elif name in _HISTORY:
            # What the cells held before: this is kept for those who share a workbook.
            aside = replace(self._place, part=Part.DELETED, title="change history")
            yield from self._records(path, bare=True, aside=aside)
        elif name in _PIVOT_CACHES:
            for cache in self._compound.inside(*path):
                yield from self._records(cache, bare=True)

    def _records(
        self, path: Path, *, version: int = BIFF8, bare: bool = False, aside: Place | None = None
    ) -> Iterator[Item]:
        try:
            data = self._compound.read(*path)
        except UnreadableError as error:
            yield Problem(self._place, error.reason, error.detail)
            return
        book = Book(data, self._lines, self._place, self._budget, version=version, bare=bare, aside=aside)
        for problem in book.walk():
            yield from self._handed_on(self._lines.ready())
            if problem is not None:
                yield problem
        self._pictures += book.pictures
        yield from self._handed_on(self._lines.rest())

    def _handed_on(self, segments: Iterator[Segment]) -> Iterator[Segment]:
        for segment in segments:
            self._shown = self._shown or segment.place.part in _VISIBLE
            yield segment

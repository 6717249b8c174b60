"""Reads Excel workbooks from before 2007: cells by sheet, page headers, comments, names, drawings and hidden sheets."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._biff import BIFF5, BIFF8
from scanner.extract._biff_book import Book
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole import OLE_MAGIC, Compound, Path, open_compound
from scanner.extract._ole_objects import embedded
from scanner.extract._ole_properties import PROPERTY_SIGN, property_sets
from scanner.extract._strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.extract._vba import macro_projects, read_macros
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES = frozenset({"application/vnd.ms-excel"})

# [MS-XLS] 2.1.7; names are compared without case.
_BOOKS: Final = {"workbook": BIFF8, "book": BIFF5}
_HISTORY: Final = frozenset({"revision log", "user names"})
_PIVOT_CACHES: Final = frozenset({"_sx_db_cur", "_sx_db"})
_CONTROLS: Final = "ctls"
_DATA_STORE: Final = "msodatastore"

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield each sheet's rows, and everything a workbook keeps beside its cells."""
    lines = Lines(budget)
    if not blob.data.startswith(OLE_MAGIC):
        yield from _written(Book(blob.data, lines, blob.place, budget.limits.text), lines)
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

    def items(self) -> Iterator[Item]:
        yield from property_sets(self._compound, self._lines, self._place)
        macros = {path[:1] for path in macro_projects(self._compound)}
        inside = self._compound.inside()
        for path in sorted(inside, key=lambda path: path[0].casefold() not in _BOOKS):
            if self._compound.has(*path):
                yield from self._stream(path)
            elif path not in macros:
                yield from self._storage(path)
            yield from self._lines.ready()
        yield from read_macros(self._compound, self._lines, self._place)
        yield from self._lines.rest()
        if not any(path[0].casefold() in _BOOKS for path in inside):
            yield Problem(self._place, Reason.CORRUPT, "the workbook itself is missing")
        for fault in self._compound.faults:
            yield Problem(self._place, Reason.CORRUPT, fault)

    def _stream(self, path: Path) -> Iterator[Item]:
        name = path[-1].casefold()
        if name.startswith((PROPERTY_SIGN, "\x01", "\x02", "\x03")):
            return
        if name in _BOOKS:
            yield from self._records(path, version=_BOOKS[name])
        elif name in _HISTORY:
            # What the cells held before: this is kept for those who share a workbook.
            aside = replace(self._place, part=Part.DELETED, title="change history")
            yield from self._records(path, bare=True, aside=aside)
        elif name == _CONTROLS:
            yield from self._loose(path, replace(self._place, part=Part.FORM_FIELD, title="control"))
        else:
            yield from self._loose(path, replace(self._place, part=Part.METADATA, title=path[-1]))

    def _storage(self, path: Path) -> Iterator[Item]:
        name = path[-1].casefold()
        if name in _PIVOT_CACHES:
            for cache in self._compound.inside(*path):
                yield from self._records(cache, bare=True)
        elif name == _DATA_STORE:
            for stream in self._compound.streams:
                if stream[0].casefold() == name:
                    yield from self._member(stream)
        else:
            yield from embedded(self._compound, path, self._lines, self._place, self._budget)

    def _records(
        self, path: Path, *, version: int = BIFF8, bare: bool = False, aside: Place | None = None
    ) -> Iterator[Item]:
        data = yield from self._read(path)
        most = self._budget.limits.text
        book = Book(data, self._lines, self._place, most, version=version, bare=bare, aside=aside)
        yield from _written(book, self._lines)

    def _member(self, path: Path) -> Iterator[Item]:
        data = yield from self._read(path)
        self._budget.expand(len(data))
        if data:
            yield Member(replace(self._place, members=(*self._place.members, "/".join(path))), data)

    def _loose(self, path: Path, place: Place) -> Iterator[Item]:
        data = yield from self._read(path)
        self._lines.add(place, document_strings(data))

    def _read(self, path: Path) -> Generator[Problem, None, bytes]:
        try:
            return self._compound.read(*path)
        except UnreadableError as error:
            yield Problem(self._place, error.reason, error.detail)
            return b""


def _written(book: Book, lines: Lines) -> Iterator[Item]:
    for problem in book.walk():
        yield from lines.ready()
        if problem is not None:
            yield problem
    yield from lines.rest()

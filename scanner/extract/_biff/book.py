"""Walks an Excel stream of any version before 2007: the cells of every sheet in rows, and all texts beside them."""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from scanner.extract._biff.cells import Cells, Handler
from scanner.extract._biff.drawing import Drawings
from scanner.extract._biff.plain import NO_TEXT
from scanner.extract._biff.records import BIFF5, BIFF8, BOFS, RECORD, BiffStream, RecordReader, codec, next_substream
from scanner.extract._biff.texts import READERS, Texts
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.escher_source import source_problems
from scanner.extract._text.strings import document_strings
from scanner.model.document import Problem, Reason
from scanner.model.place import Part, Place

_EOF: Final = 0x000A
_FILEPASS: Final = 0x002F
_CODE_PAGE: Final = 0x0042
_SHEET: Final = 0x0085
_GLOBALS: Final = 0x0005
_CHART: Final = 0x0020
_UNICODE: Final = 0x0600
_BATCH: Final = 1 << 20
_DEEPEST: Final = 64
# Far more than all such records of any workbook, and no more than is looked through in seconds.
_MOST_UNKNOWN: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    hidden: bool


class Book:
    """One stream of a workbook."""

    def __init__(  # noqa: PLR0913 - what differs between the streams of a workbook, each by its name
        self,
        data: bytes,
        lines: Lines,
        place: Place,
        budget: Budget,
        *,
        version: int = BIFF8,
        bare: bool = False,
        aside: Place | None = None,
    ) -> None:
        """Write to `lines`, all in the document at `place`; keep within `budget`.

        `version` is that of records before any says it. A `bare` stream has records only, and no sheets. The words
        in records that nobody knows stand at `aside`.
        """
        self._stream = BiffStream(data, version)
        self._bare = bare
        self._aside = aside or replace(place, part=Part.METADATA, title="other records")
        self._lines = lines
        self._base = place
        self._sheets: dict[int, _Sheet] = {}
        self._count = 0
        self._at = 0
        self._done = False
        self._locked = False
        self._places: dict[tuple[Part, str | None], Place] = {}
        self._inside: list[Place] = []
        self._rare = bytearray()
        self._unknown_size = 0
        self._cells = Cells(self._stream, lines, replace(place, part=Part.SHEET), budget.limits.text)
        self._drawings = Drawings(self._stream, lines, place, budget)
        self._handlers: Mapping[int, Handler | None] = {
            **dict.fromkeys(NO_TEXT),
            **dict.fromkeys(BOFS, self._begin),
            _EOF: self._end,
            _FILEPASS: self._lock,
            _CODE_PAGE: self._code_page,
            _SHEET: self._sheet_name,
            **{kind: partial(self._other, read) for kind, read in READERS.items()},
            **self._cells.handlers(),
            **self._drawings.handlers(),
        }

    @property
    def pictures(self) -> int:
        """How many pictures have been seen."""
        return self._drawings.pictures

    def walk(self) -> Iterator[Problem | None]:
        """Read all; yields None wherever lines may be handed on, and a problem for what could not be read.

        Raises:
            LimitReachedError: the workbook has more text than the limit.
        """
        data = self._stream.data
        at = 0 if self._bare else next_substream(data, 0)
        while at < len(data):
            for problem in self._substreams(at):
                yield problem
                if problem is not None:
                    return
            at = self._next(self._at)
        yield from self._finish(self._at)

    def _substreams(self, at: int) -> Iterator[Problem | None]:
        """Read until the outermost substream ends, or the records do; `_at` is then where."""
        data, unpack = self._stream.data, RECORD.unpack_from
        taken, rows = self._handlers.get, self._cells.rows
        last = len(data) - RECORD.size
        due = at + _BATCH
        while at <= last:
            kind, size = unpack(data, at)
            start = at + 4
            at = start + size
            take = taken(kind, self._unknown)
            if take is None:
                continue
            take(start, size)
            if self._locked:
                yield Problem(self._base, Reason.ENCRYPTED, "needs a password")
            if self._done:
                self._at = at
                yield None
                return
            if at > due or rows.written > _BATCH:
                due = at + _BATCH
                self._settle()
                yield None
        self._at = max(at, len(data))

    def _begin(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.21; the older versions of the record begin with the same two numbers."""
        self._cells.end_row()
        kind, _, version, purpose = struct.unpack("<HHHH", self._stream.data[at - 4 : at + 4].ljust(8, b"\0"))
        if not self._inside:
            self._stream.version = BOFS[kind]
            if BOFS[kind] == BIFF8 and 0 < version < _UNICODE:
                self._stream.version = BIFF5
        if len(self._inside) < _DEEPEST and size:
            self._inside.append(self._opened(purpose, at - 4))
            self._cells.move(self._inside[-1])

    def _opened(self, purpose: int, at: int) -> Place:
        if self._inside:
            return replace(self._base, part=Part.TEXT_BOX, title="chart") if purpose == _CHART else self._inside[-1]
        if purpose == _GLOBALS and self._stream.version >= BIFF5:
            return replace(self._base, part=Part.METADATA)
        self._count += 1
        self._cells.rows.show_all()
        sheet = self._sheets.get(at) or _Sheet(f"sheet {self._count}", hidden=False)
        return replace(self._base, part=Part.HIDDEN if sheet.hidden else Part.SHEET, title=sheet.name)

    def _end(self, at: int, size: int) -> None:
        del at, size
        self._settle()
        if self._inside:
            self._inside.pop()
        if self._inside:
            self._cells.move(self._inside[-1])
        self._done = not self._inside

    def _lock(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.117: all records behind this one are encrypted."""
        del at, size
        self._locked = True

    def _unknown(self, at: int, size: int) -> None:
        """In a record that nobody knows there may be words."""
        self._unknown_size += size
        if self._unknown_size <= _MOST_UNKNOWN:
            self._rare += b"\0\0"
            self._rare += self._stream.data[at : at + size]

    def _settle(self) -> None:
        """Write what is held back until a sheet ends or much has come together."""
        self._cells.settle()
        self._drawings.settle()
        if self._rare:
            self._lines.add(self._aside, document_strings(bytes(self._rare)))
            self._rare.clear()

    def _titled(self, title: str) -> Place:
        return self._place(Part.METADATA, title)

    def _place(self, part: Part, title: str | None) -> Place:
        place = self._places.get((part, title))
        if place is None:
            place = self._places[part, title] = replace(self._base, part=part, title=title)
        return place

    def _next(self, at: int) -> int:
        """Return where the next sheet begins, also where something else stands before it."""
        following = min([next_substream(self._stream.data, at), *(start for start in self._sheets if start >= at)])
        self._done = False
        slack = self._stream.data[at:following]
        if slack.strip(b"\0"):
            self._rare += slack
        return following

    def _finish(self, at: int) -> Iterator[Problem | None]:
        self._settle()
        place = self._titled("strings in no cell")
        for text in self._cells.unused():
            self._lines.add(place, text)
        yield None
        if at > len(self._stream.data) or self._inside:
            yield Problem(self._base, Reason.CORRUPT, "the workbook breaks off within a sheet")
        if self._unknown_size > _MOST_UNKNOWN:
            detail = f"only the first {_MOST_UNKNOWN} bytes of unknown records were looked through"
            yield Problem(self._base, Reason.PARTIAL, detail)
        for reason, count in self._drawings.damaged.items():
            yield Problem(self._base, reason, f"pictures not read in full: {count}")
        yield from source_problems(self._drawings.unread, self._base)
        if self._cells.missing:
            yield Problem(self._base, Reason.CORRUPT, f"cells whose text is not in the file: {self._cells.missing}")

    def _code_page(self, at: int, size: int) -> None:
        self._stream.codec = codec(self._stream.reader(at, size).number(2))

    def _sheet_name(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.28; the name says a sheet's state in its fifth byte."""
        reader = self._stream.reader(at, size)
        start, state = reader.number(4), reader.number(2)
        name = reader.string(1)
        self._lines.add(self._titled("sheet name"), name)
        self._sheets[start] = _Sheet(name, hidden=bool(state & 0x3))

    def _other(self, read: Callable[[RecordReader], Texts], at: int, size: int) -> None:
        """Read a record that needs nothing of what came before."""
        title = self._inside[-1].title if self._inside else None
        for part, said, text in read(self._stream.reader(at, size)):
            if text and not text.isspace():
                self._lines.add(self._place(part, said or title), text)

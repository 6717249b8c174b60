"""Reads Word documents of the years before 2007 ([MS-DOC]): every place of a `.doc` where a marking can stand."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from scanner.extract._budget import Budget
from scanner.extract._doc.data import data_texts
from scanner.extract._doc.fib import ENCRYPTED, Fib, read_fib, table_name
from scanner.extract._doc.left import left_over
from scanner.extract._doc.pictures import doc_pictures
from scanner.extract._doc.pieces import Pieces, read_pieces, whole_text
from scanner.extract._doc.rest import other_streams
from scanner.extract._doc.runs import Range, overlapping, unshown
from scanner.extract._doc.stories import Story, stories
from scanner.extract._doc.tables import add_rest, add_tables
from scanner.extract._doc.text import clean
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import OLE_MAGIC, Compound, open_compound
from scanner.extract._ole.escher_source import source_problems
from scanner.extract._ole.properties import property_sets
from scanner.extract._ole.protection import rights
from scanner.extract._ole.unused import unused_space
from scanner.extract._ole.vba import read_macros
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/msword"})

_MAIN: Final = "WordDocument"
# Where the main stream begins in almost every file, and what it begins with.
_FIRST_SECTOR: Final = 512
_SIGN: Final = b"\xec\xa5"
_SIGN_OF_2: Final = b"\xdb\xa5"
_DATA: Final = "Data"
# Characters that are read at a time, so that memory stays flat.
_WINDOW: Final = 1 << 20
_PARAGRAPH_ENDS: Final = ("\r", "\x07")
_VISIBLE: Final = frozenset({Part.BODY, Part.TEXT_BOX})

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield body, headers, footers, notes, comments, boxes, deletions, properties, objects, macros and the rest."""
    if not blob.data.startswith(OLE_MAGIC):
        yield from _before_compound(blob, budget)
        return
    try:
        compound = open_compound(blob.data)
    except UnreadableError as error:
        yield from _salvaged(blob, _FIRST_SECTOR, _SIGN, budget)
        yield Problem(blob.place, error.reason, error.detail)
        return
    lines = Lines(budget)
    yield from property_sets(compound, lines, blob.place)
    yield from lines.rest()
    yield from _Reading(blob.place, compound, lines, budget).items()
    yield from read_macros(compound, lines, blob.place)
    yield from other_streams(compound, lines, blob.place, budget)
    yield from unused_space(blob, compound, lines, budget)
    yield from lines.rest()
    for fault in compound.faults:
        yield Problem(blob.place, Reason.CORRUPT, fault)


def _before_compound(blob: Blob, budget: Budget) -> Iterator[Segment | Problem]:
    """Yield the text of a document of a time before compound files; of Word 2 for Windows it is known where it is."""
    yield from _salvaged(blob, 0, _SIGN_OF_2, budget)
    if not blob.data.startswith(_SIGN_OF_2):
        yield Problem(blob.place, Reason.UNSUPPORTED, "no reader yet for this version of Word")


def _salvaged(blob: Blob, at: int, sign: bytes, budget: Budget) -> Iterator[Segment]:
    """Yield the text as the head at an offset says where it is, and the strings of the file."""
    if blob.data.startswith(sign, at):
        with suppress(UnreadableError):
            pieces = whole_text(read_fib(blob.data[at:], b""))
            text, _ = clean(pieces.text(0, pieces.end), lambda _: None)
            budget.text(len(text))
            yield Segment(blob.place, text)
    found = document_strings(blob.data)
    if found:
        budget.text(len(found))
        yield Segment(replace(blob.place, part=Part.RAW), found)


class _Reading:
    """One document while its text is read."""

    def __init__(self, place: Place, compound: Compound, lines: Lines, budget: Budget) -> None:
        self._place = place
        self._compound = compound
        self._lines = lines
        self._budget = budget
        self._codes: set[str] = set()
        self._pictures = 0
        self._unread: Counter[Reason] = Counter()
        self._seen: set[Part] = set()

    def items(self) -> Iterator[Item]:
        try:
            stream = self._compound.read(_MAIN)
            fib = read_fib(stream, self._table(stream))
        except UnreadableError as error:
            yield Problem(self._place, error.reason, error.detail)
            return
        yield from rights(self._compound, self._place)
        if fib.flags & ENCRYPTED:
            yield Problem(self._place, Reason.ENCRYPTED, "needs a password")
            return
        try:
            pieces = read_pieces(fib)
        except UnreadableError as error:
            pieces = whole_text(fib)
            if not fib.is_old:
                yield Problem(self._place, error.reason, error.detail)
        for item in self._text(fib, pieces):
            if isinstance(item, Segment):
                self._seen.add(item.place.part)
            yield item
        if self._pictures and not self._seen & _VISIBLE:
            yield Problem(self._place, Reason.IMAGE, f"no text, but pictures: {self._pictures}")

    def _table(self, stream: bytes) -> bytes:
        """Return the stream with the tables; where the right one is missing, the other."""
        name = table_name(stream)
        for known in (name, "0Table", "1Table"):
            if self._compound.has(known):
                return self._compound.read(known)
        return b""

    def _text(self, fib: Fib, pieces: Pieces) -> Iterator[Item]:
        marks = unshown(fib, pieces)
        for story in stories(fib, self._place, pieces.end):
            yield from self._story(story, pieces, marks.deleted)
            for part, ranges in ((Part.DELETED, marks.deleted), (Part.HIDDEN, marks.hidden)):
                place = replace(self._place, part=part)
                for first, end in overlapping(ranges, story.first, story.end):
                    text, _ = clean(pieces.text(first, end), self._code)
                    self._lines.add(place, text.replace("\f", "\n"))
                yield from self._lines.ready()
        found, whole = left_over(fib, pieces)
        self._lines.add(replace(self._place, part=Part.DELETED, title="earlier version"), found)
        if not whole:
            yield Problem(self._place, Reason.PARTIAL, "much stands between the texts, and only its beginning was read")
        if not fib.is_old:
            add_tables(fib, self._lines, self._place, self._unread)
        add_rest(fib, self._lines, self._place)
        yield from self._pictured(fib, self._compound.read(_DATA) if self._compound.has(_DATA) else b"")
        yield from self._lines.rest()

    def _pictured(self, fib: Fib, data: bytes) -> Iterator[Item]:
        for part, title, text in data_texts(data, self._unread):
            self._lines.add(replace(self._place, part=part, title=title), text)
            yield from self._lines.ready()
        damaged: Counter[Reason] = Counter()
        for picture in doc_pictures(fib, data, self._budget):
            if picture.problem is not None:
                damaged[picture.problem] += 1
            if picture.text:
                self._lines.add(replace(self._place, part=Part.TEXT_BOX, title="picture"), picture.text)
                yield from self._lines.ready()
        for reason, count in damaged.items():
            yield Problem(self._place, reason, f"pictures not read in full: {count}")
        yield from source_problems(self._unread, self._place)

    def _story(self, story: Story, pieces: Pieces, deleted: Sequence[Range]) -> Iterator[Segment]:
        at = story.first
        while at < story.end:
            end = story.end if pieces.is_old else min(story.end, at + _WINDOW)
            text = pieces.text(at, end)
            if end < story.end and (cut := max(map(text.rfind, _PARAGRAPH_ENDS))) > 0:
                text = text[: cut + 1]
                end = at + len(text.encode("utf-16-le")) // 2
            cleaned, pictures = clean(text, self._code)
            self._pictures += pictures
            self._lines.add(story.place, cleaned.removesuffix("\n"))
            gone = list(overlapping(deleted, at, end))
            if gone:
                self._accepted(story.place, pieces, cleaned, gone, (at, end))
            at = end
            yield from self._lines.ready()

    def _accepted(self, place: Place, pieces: Pieces, shown: str, gone: Sequence[Range], within: Range) -> None:
        """Write the lines that are others once the deletions are gone: a word may only be whole then."""
        kept: list[str] = []
        at = within[0]
        for first, end in gone:
            kept.append(pieces.text(at, first))
            at = end
        kept.append(pieces.text(at, within[1]))
        known = set(shown.split("\n"))
        for line in clean("".join(kept), self._code)[0].split("\n"):
            if line not in known:
                self._lines.add(place, line)

    def _code(self, text: str) -> None:
        """Take what a field does, once."""
        if text in self._codes:
            return
        self._codes.add(text)
        place = replace(self._place, part=Part.METADATA, title="field code")
        for said in dict.fromkeys((text, unquote(text))):
            self._lines.add(place, said)

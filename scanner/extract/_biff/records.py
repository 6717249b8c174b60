"""Walks the records of an Excel stream, and reads strings out of them across the records that continue them."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._text.code_page import UTF_16, WESTERN, codec_of

CONTINUE: Final = 0x003C
BIFF2, BIFF3, BIFF4, BIFF5, BIFF8 = 2, 3, 4, 5, 8
BOFS: Final = {0x0009: BIFF2, 0x0209: BIFF3, 0x0409: BIFF4, 0x0809: BIFF8}
"""What begins a substream, and the version that has this number for it ([MS-XLS] 2.4.21)."""

_CONTINUED: Final = b"\x3c\x00"
RECORD: Final = struct.Struct("<HH")
"""What every record begins with: its number, and the size of its content ([MS-XLS], Record)."""

_BOF: Final = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
_CODE_PAGES: Final = {367: 20127, 32768: 10000, 32769: WESTERN, UTF_16: WESTERN}
_EXTENDED: Final = 0x04
_RICH: Final = 0x08
_WIDE: Final = 0x01
_READING_AT: Final = 14


def codec(page: int) -> str:
    """Return the codec of a code page record ([MS-XLS] 2.4.52); that of Western Europe for unknown ones."""
    return codec_of(_CODE_PAGES.get(page, page)) or "cp1252"


def records(data: bytes, at: int = 0) -> Iterator[tuple[int, int, int]]:
    """Yield each record as its number, where its content begins, and the size it states.

    The last one may state more than there is; what is too short for a header ends the walk.
    """
    unpack = RECORD.unpack_from
    last = len(data) - 4
    while at <= last:
        kind, size = unpack(data, at)
        at += 4
        yield kind, at, size
        at += size


def next_substream(data: bytes, at: int) -> int:
    """Return where the next record that begins a substream seems to stand; where there is none, the end."""
    found = _BOF.search(data, at)
    return found.start() if found else len(data)


def pieces(data: bytes, at: int, size: int) -> list[bytes]:
    """Return the content of a record and of all records that continue it."""
    found = [data[at : at + size]]
    if data[at + size : at + size + 2] != _CONTINUED:
        return found
    for kind, start, length in records(data, at + size):
        if kind != CONTINUE:
            break
        found.append(data[start : start + length])
    return found


class RecordReader:
    """Reads on through a record. Where the bytes end it gives nothing more, and `short` says so."""

    __slots__ = ("at", "codec", "data", "following", "short", "unicode")

    def __init__(self, content: list[bytes], *, unicode: bool, codec: str = "cp1252") -> None:
        """Take the record and those that continue it; `unicode` is whether strings are written as BIFF8 does."""
        self.data = content[0]
        self.at = 0
        self.following = content[:0:-1]
        self.unicode = unicode
        self.codec = codec
        self.short = False

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.data) and not self.following

    def advance(self) -> bool:
        """Go to the next record that continues this; tell whether there is one."""
        if not self.following:
            self.short = True
            self.at = len(self.data)
            return False
        self.data = self.following.pop()
        self.at = 0
        return True

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        while count > len(self.data) - self.at:
            count -= len(self.data) - self.at
            if not self.advance():
                return
        self.at += count

    def number(self, size: int) -> int:
        """Return an unsigned number of so many bytes, 0 where they are not there."""
        while self.at >= len(self.data):
            if not self.advance():
                return 0
        value = self.data[self.at : self.at + size]
        self.at += len(value)
        if len(value) < size:
            rest = size - len(value)
            if self.advance():
                value += self.data[:rest]
                self.at = min(rest, len(self.data))
        return int.from_bytes(value, "little")

    def characters(self, count: int, *, wide: bool) -> str:
        """Return characters; in a record that continues this, a byte first says how wide they are from there on."""
        found: list[str] = []
        while count > 0:
            left = len(self.data) - self.at
            if left < 1 + wide:
                if not self.advance():
                    break
                if self.unicode:
                    wide = bool(self.number(1) & _WIDE)
                continue
            taken = min(count, left >> wide)
            end = self.at + (taken << wide)
            narrow = "latin-1" if self.unicode else self.codec
            found.append(self.data[self.at : end].decode("utf-16-le" if wide else narrow, "replace"))
            self.at = end
            count -= taken
        return "".join(found)

    def string(self, count_size: int = 2) -> str:
        """Return a string with its length before it ([MS-XLS], XLUnicodeString, ShortXLUnicodeString)."""
        data, at = self.data, self.at + count_size
        if self.unicode and at < len(data) and data[at] <= _WIDE:
            wide = data[at]
            end = at + 1 + (int.from_bytes(data[self.at : at], "little") << wide)
            if end <= len(data):
                # So nearly all are: whole in their record, and neither rich nor phonetic.
                self.at = end
                return data[at + 1 : end].decode("utf-16-le" if wide else "latin-1", "replace")
        return self.counted(self.number(count_size))

    def counted(self, count: int) -> str:
        """Return a string whose length stood elsewhere ([MS-XLS], XLUnicodeStringNoCch)."""
        if not self.unicode:
            return self.characters(count, wide=False)
        return self.characters(count, wide=bool(self.number(1) & _WIDE)) if count else ""


def shared_strings(reader: RecordReader) -> Iterator[tuple[str, str]]:
    """Yield the strings that the cells of a workbook share, each with its phonetic reading ([MS-XLS] 2.4.265).

    The stated counts are not trusted: strings come until the records end.
    """
    reader.skip(8)
    head = struct.Struct("<HB").unpack_from
    while not reader.ended:
        data, at = reader.data, reader.at
        if at + 3 <= len(data):
            count, flags = head(data, at)
            end = at + 3 + (count << (flags & _WIDE))
            if flags <= _WIDE and end <= len(data):
                reader.at = end
                yield data[at + 3 : end].decode("utf-16-le" if flags else "latin-1", "replace"), ""
                continue
        yield _rich_string(reader)


def _rich_string(reader: RecordReader) -> tuple[str, str]:
    count, flags = reader.number(2), reader.number(1)
    runs = reader.number(2) if flags & _RICH else 0
    size = reader.number(4) if flags & _EXTENDED else 0
    text = reader.characters(count, wide=bool(flags & _WIDE))
    reader.skip(4 * runs)
    if not size or reader.ended:
        return text, ""
    reading = reader.data[reader.at : reader.at + size]
    reader.skip(size)
    # [MS-XLS], ExtRst: the characters' number stands before them.
    letters = int.from_bytes(reading[_READING_AT - 2 : _READING_AT], "little")
    return text, reading[_READING_AT : _READING_AT + 2 * letters].decode("utf-16-le", "replace")


@dataclass(slots=True)
class BiffStream:
    """A stream, and what the records so far said of how it is written."""

    data: bytes = field(repr=False)
    version: int = BIFF8
    codec: str = "cp1252"

    @property
    def unicode(self) -> bool:
        """Whether strings are written as BIFF8 does."""
        return self.version == BIFF8

    def reader(self, at: int, size: int) -> RecordReader:
        """Return a reader for the record whose content begins at `at`, and for all that continue it."""
        return RecordReader(pieces(self.data, at, size), unicode=self.unicode, codec=self.codec)

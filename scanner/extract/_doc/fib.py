"""Reads the head of a Word document, which says where everything else is ([MS-DOC] 2.5.1)."""

import struct
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

ENCRYPTED: Final = 0x0100
_OTHER_TABLE: Final = 0x0200
_WIDE: Final = 0x1000
_WORD_97: Final = 0xC1
_SHORTEST: Final = 0x60
_PAIRS_97: Final = 0x9A

# The code pages of Windows by the language of a document ([MS-LCID]), where they are not the western one.
_ENCODINGS: Final = {
    0x01: "cp1256", 0x02: "cp1251", 0x04: "gb18030", 0x05: "cp1250", 0x08: "cp1253", 0x0D: "cp1255", 0x0E: "cp1250",
    0x11: "cp932", 0x12: "cp949", 0x15: "cp1250", 0x18: "cp1250", 0x19: "cp1251", 0x1A: "cp1250", 0x1B: "cp1250",
    0x1E: "cp874", 0x1F: "cp1254", 0x22: "cp1251", 0x23: "cp1251", 0x24: "cp1250", 0x25: "cp1257", 0x26: "cp1257",
    0x27: "cp1257", 0x29: "cp1256",
}  # fmt: skip
_TRADITIONAL: Final = frozenset({0x0404, 0x0C04, 0x1404})

# Numbers of the pairs of offset and length in the table ([MS-DOC] 2.5.6 to 2.5.10).
FOOTNOTE_TEXTS: Final = 3
COMMENT_MARKS: Final = 4
COMMENT_TEXTS: Final = 5
SECTIONS: Final = 6
HEADERS: Final = 11
CHARACTER_PAGES: Final = 12
PARAGRAPH_PAGES: Final = 13
BOOKMARKS: Final = 21
ASSOCIATED: Final = 32
PIECES: Final = 33
COMMENT_AUTHORS: Final = 36
ENDNOTE_TEXTS: Final = 47
DRAWINGS: Final = 50
REVISION_AUTHORS: Final = 51
BOXES: Final = 56
HEADER_BOXES: Final = 58
VARIABLES: Final = 60
ROUTING: Final = 70
SAVED_BY: Final = 71
FILE_NAMES: Final = 72
LISTS: Final = 73
LIST_NAMES: Final = 91


@dataclass(frozen=True, slots=True)
class Fib:
    """The head. `counts` are the lengths of the texts in characters, in the order in which they stand.

    That order is: main text, footnotes, headers, macros, comments, endnotes, boxes, boxes in headers.
    """

    version: int
    language: int
    flags: int
    text_start: int
    text_end: int
    counts: tuple[int, ...]
    stream: bytes = field(repr=False)
    table: bytes = field(repr=False)
    numbers: tuple[int, ...] = field(repr=False)

    @property
    def is_old(self) -> bool:
        """Whether the document is older than Word 97, and has one byte a character."""
        return self.version < _WORD_97

    @property
    def is_wide(self) -> bool:
        """Whether an old document has two bytes a character, as those of East Asia have."""
        return bool(self.flags & _WIDE)

    @property
    def encoding(self) -> str:
        """The encoding of characters that have one byte: always the same since Word 97, else that of the language."""
        if not self.is_old:
            return "cp1252"
        if self.language in _TRADITIONAL:
            return "cp950"
        return _ENCODINGS.get(self.language & 0x3FF, "cp1252")

    def at(self, number: int) -> bytes:
        """Return a structure of the table, an empty one where the document has none."""
        start, size = self.numbers[2 * number : 2 * number + 2] or (0, 0)
        return self.table[start : start + size] if size else b""

    def behind(self, number: int) -> int:
        """Return the offset in the table behind a structure."""
        return sum(self.numbers[2 * number : 2 * number + 2])


def table_name(stream: bytes) -> str:
    """Return the name of the stream that the head's offsets are in."""
    (flags,) = struct.unpack_from("<H", stream.ljust(12, b"\0"), 10)
    return "1Table" if flags & _OTHER_TABLE else "0Table"


def read_fib(stream: bytes, table: bytes) -> Fib:
    """Return the head of the main stream, with the stream that has the tables.

    Raises:
        UnreadableError: the stream is shorter than a head.
    """
    if len(stream) < _SHORTEST:
        raise UnreadableError(Reason.CORRUPT, "the document's head is missing")
    version, language, flags = struct.unpack_from("<2xH2xH2xH", stream)
    start, end = struct.unpack_from("<II", stream, 0x18)
    if version < _WORD_97:
        counts = struct.unpack_from("<8I", stream, 0x34)
        numbers = (0, 0) * PIECES
        if len(stream) >= _CLX_OFFSET + 8:
            numbers += struct.unpack_from("<II", stream, _CLX_OFFSET)
        return Fib(version, language, flags, start, end, counts, stream, stream, numbers)
    padded = stream[:0x1000].ljust(_PAIRS_97, b"\0")
    counts = struct.unpack_from("<8I", padded, 0x4C)
    # The fourth is left from Word 6, and anything (2.5.5).
    counts = (*counts[:3], 0, *counts[4:])
    (count,) = struct.unpack_from("<H", padded, 0x98)
    count = min(count, (len(padded) - _PAIRS_97) // 8)
    numbers = struct.unpack_from(f"<{2 * count}I", padded, _PAIRS_97)
    return Fib(version, language, flags, start, end, counts, stream, table, numbers)


# Where Word 6 and 95 say where the piece table is.
_CLX_OFFSET: Final = 0x160

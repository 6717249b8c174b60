"""Reads the tables of strings that a Word document keeps beside its text ([MS-DOC] 2.2.4, 2.9)."""

import re
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Final

from scanner.extract._doc.fib import (
    ASSOCIATED,
    BOOKMARKS,
    COMMENT_AUTHORS,
    COMMENT_MARKS,
    DRAWINGS,
    FILE_NAMES,
    LIST_NAMES,
    LISTS,
    REVISION_AUTHORS,
    ROUTING,
    SAVED_BY,
    VARIABLES,
    Fib,
)
from scanner.extract._lines import Lines
from scanner.extract._ole.escher import drawing_texts
from scanner.extract._text.strings import strings
from scanner.model.document import Reason
from scanner.model.place import Part, Place

_NAMED: Final = (
    (BOOKMARKS, "bookmark"),
    (REVISION_AUTHORS, "author"),
    (SAVED_BY, "author"),
    (FILE_NAMES, "link"),
    (LIST_NAMES, "numbering"),
)
# Structures that hold words of which there is little to know: styles, AutoText, commands, the printer, sources of mail
# merge, captions, overridden numberings, tags, frames and what later versions added (2.5.6 to 2.5.10).
_ASIDE: Final = (
    1,
    9,
    24,
    27,
    35,
    44,
    45,
    52,
    53,
    61,
    62,
    69,
    74,
    77,
    79,
    80,
    83,
    92,
    95,
    97,
    99,
    101,
    *range(103, 181),
)
_WIDE_TABLE: Final = b"\xff\xff"
_MOST: Final = 1 << 16
_PASSWORD: Final = 17
_COMMENT_SIZE: Final = 30
_LIST_SIZE: Final = 28
_LEVEL_SIZE: Final = 28
_LEVELS: Final = 9
_SIMPLE: Final = 0x01
_BULLET: Final = 2
_LETTER: Final = re.compile(r"[^\W\d_]")
# The first characters of Unicode stand for the numbers of the levels.
_LEVEL_NUMBERS: Final = {number: f"%{number + 1}" for number in range(_LEVELS)}


def add_tables(fib: Fib, lines: Lines, base: Place, unread: Counter[Reason]) -> None:
    """Write names of bookmarks and authors, variables, texts of numberings and of drawn shapes to `lines`.

    Why shapes were not read in full is counted in `unread`.
    """
    for number, title in _NAMED:
        if raw := fib.at(number):
            _add(lines, _place(base, Part.METADATA, title), _strings(raw)[0])
    associated, _ = _strings(fib.at(ASSOCIATED))
    # The last is the password against changes.
    _add(lines, _place(base, Part.METADATA, "associated text"), associated[:_PASSWORD])
    if raw := fib.at(VARIABLES):
        names, at = _strings(raw)
        for name, value in zip(names, _in_a_row(raw, at, behind=2), strict=False):
            _add(lines, _place(base, Part.METADATA, "property names"), [name])
            _add(lines, _place(base, Part.PROPERTY, name or "variable"), [value])
    if raw := fib.at(COMMENT_AUTHORS):
        _add(lines, _place(base, Part.COMMENT, "author"), [*_in_a_row(raw, 0), *_initials(fib)])
    if raw := fib.at(ROUTING):
        _add(lines, _place(base, Part.METADATA, "routing slip"), _narrow(raw))
    if raw := fib.at(LISTS):
        _add(lines, _place(base, Part.METADATA, "numbering"), _numberings(fib, raw))
    if raw := fib.at(DRAWINGS):
        for part, named, text in drawing_texts(_drawings(raw), unread):
            lines.add(_place(base, part, named), text)


def add_rest(fib: Fib, lines: Lines, base: Place) -> None:
    """Write the strings of structures that nothing else is read of to `lines`."""
    if fib.is_old:
        # Here the tables stand in the stream of the text, around it.
        raw = fib.stream[: fib.text_start] + fib.stream[max(fib.text_start, fib.text_end) :]
    else:
        raw = b"\0\1\0".join(_aside(fib))
    _add(lines, _place(base, Part.METADATA, "other strings"), strings(raw).split("\n"))


def _aside(fib: Fib) -> Iterator[bytes]:
    # Structures of a hostile file share their bytes, and then all of them together are no larger than this.
    left = 2 * len(fib.table)
    for number in _ASIDE:
        if left > 0 and (raw := fib.at(number)[:left]):
            left -= len(raw)
            yield raw


def _place(base: Place, part: Part, title: str | None) -> Place:
    return Place(base.file, base.members, part, None, None, title)


def _add(lines: Lines, place: Place, texts: list[str]) -> None:
    for text in dict.fromkeys(texts):
        if text and not text.isspace():
            lines.add(place, text)


def _strings(raw: bytes) -> tuple[list[str], int]:
    """Return the strings of a table, and where it ends (2.2.4)."""
    wide = raw[:2] == _WIDE_TABLE
    at = 2 if wide else 0
    if at + 4 > len(raw):
        return [], len(raw)
    count, extra = struct.unpack_from("<HH", raw, at)
    at += 4
    found: list[str] = []
    for _ in range(count):
        if at + 2 > len(raw):
            break
        if wide:
            size = 2 * struct.unpack_from("<H", raw, at)[0]
            found.append(raw[at + 2 : at + 2 + size].decode("utf-16-le", "replace"))
            at += 2 + size + extra
        else:
            size = raw[at]
            found.append(raw[at + 1 : at + 1 + size].decode("cp1252", "replace"))
            at += 1 + size + extra
    return found, at


def _in_a_row(raw: bytes, at: int, behind: int = 0) -> list[str]:
    """Return strings that stand one after another, each after its length, `behind` bytes apart (2.2.1)."""
    found: list[str] = []
    while at + 2 <= len(raw) and len(found) < _MOST:
        size = 2 * struct.unpack_from("<H", raw, at)[0]
        found.append(raw[at + 2 : at + 2 + size].decode("utf-16-le", "replace"))
        at += 2 + size + behind
    return found


def _initials(fib: Fib) -> list[str]:
    """Return the initials of those who commented (2.9.5)."""
    raw = fib.at(COMMENT_MARKS)
    count = (len(raw) - 4) // (4 + _COMMENT_SIZE)
    found: list[str] = []
    for at in range(4 * count + 4, 4 * count + 4 + max(0, count) * _COMMENT_SIZE, _COMMENT_SIZE):
        (length,) = struct.unpack_from("<H", raw, at)
        found.append(raw[at + 2 : at + 2 + 2 * min(length, 9)].decode("utf-16-le", "replace"))
    return found


def _narrow(raw: bytes) -> list[str]:
    """Return the words of a routing slip: subject, message, names (2.9.239)."""
    pieces = raw.split(b"\0")
    return [piece.decode("cp1252", "replace").strip() for piece in pieces if len(piece) > 3 and piece.isascii()]  # noqa: PLR2004 - shorter ones are numbers


def _numberings(fib: Fib, raw: bytes) -> list[str]:
    """Return the texts around numbers (2.9.150); the levels stand behind the table of lists, and no length says so."""
    if len(raw) < 2:  # noqa: PLR2004 - as long as the number
        return []
    (count,) = struct.unpack_from("<H", raw)
    count = min(count, (len(raw) - 2) // _LIST_SIZE)
    levels = sum(1 if raw[2 + index * _LIST_SIZE + 26] & _SIMPLE else _LEVELS for index in range(count))
    return list(_levels(fib.table, fib.behind(LISTS), levels))


def _levels(table: bytes, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        if at + _LEVEL_SIZE + 2 > len(table):
            return
        at += _LEVEL_SIZE + table[at + 24] + table[at + 25]
        if at + 2 > len(table):
            return
        size = 2 * struct.unpack_from("<H", table, at)[0]
        text = table[at + 2 : at + 2 + size].decode("utf-16-le", "replace")
        if size > _BULLET and _LETTER.search(text):
            yield text.translate(_LEVEL_NUMBERS)
        at += 2 + size


def _drawings(raw: bytes) -> bytes:
    """Return the drawings as records in a row: each of them stands behind a byte that says where it is (2.9.173)."""
    if len(raw) < 8:  # noqa: PLR2004 - the head of a record
        return b""
    at = 8 + struct.unpack_from("<I", raw, 4)[0]
    found = [raw[:at]]
    while at + 9 <= len(raw):
        size = 8 + struct.unpack_from("<I", raw, at + 5)[0]
        found.append(raw[at + 1 : at + 1 + size])
        at += 1 + size
    return b"".join(found)

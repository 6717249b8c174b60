"""Writes binary Word documents by hand ([MS-DOC]): for what no program of this machine writes any more."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanner.extract._ole.pack import PackedEntry, pack

DELETED, HIDDEN = 0x0800, 0x083C
_TEXT_AT = 0x800
_CHARACTER_PAGES = 12
_PIECES = 33
_LARGEST = 93
_WORD_DOCUMENT = bytes.fromhex("0609020000000000c000000000000046")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one piece of text. `format` is the short formatting of the piece, `mark` switches on a format."""

    text: str
    wide: bool = True
    format: int = 0
    mark: int = 0
    lost: bool = False


def word97(  # noqa: PLR0913 - a document has many parts
    runs: Sequence[Run],
    *,
    counts: Mapping[int, int] | None = None,
    tables: Mapping[int, bytes] | None = None,
    data: bytes = b"",
    entries: Sequence[PackedEntry] = (),
    flags: int = 0,
    offsets: int = _LARGEST,
    formats: Sequence[bytes] = (),
) -> bytes:
    """Return a document.

    `counts` are the lengths of the texts by their number, the main text being 0; `tables` are structures of the table
    by theirs. A lost run stands in the stream, and no piece names it. `formats` are lists that pieces refer to,
    `offsets` is how many structures of the table the head has room for.
    """
    stream = bytearray(_TEXT_AT)
    pieces: list[tuple[int, int, int]] = []
    marks: list[tuple[int, int, int]] = []
    number = 0
    for run in runs:
        start = len(stream)
        stream += run.text.encode("utf-16-le" if run.wide else "cp1252")
        if run.lost:
            continue
        pieces.append((number, start if run.wide else 0x40000000 | start * 2, run.format))
        number += len(run.text.encode("utf-16-le")) // 2
        if run.mark:
            marks.append((start, len(stream), run.mark))
    text_end = len(stream)
    stream += bytes(-len(stream) % 512)
    held = {_PIECES: _clx(pieces, number, formats), **(tables or {})}
    if marks:
        held[_CHARACTER_PAGES] = struct.pack("<III", _TEXT_AT, len(stream), len(stream) // 512)
        stream += _page(marks)
    table = bytearray()
    struct.pack_into("<HH6xH", stream, 0, 0xA5EC, 0xC1, 0x1200 | flags)
    struct.pack_into("<II", stream, 0x18, _TEXT_AT, text_end)
    struct.pack_into("<H28xH", stream, 0x20, 14, 22)
    for kind in range(8):
        struct.pack_into("<I", stream, 0x4C + 4 * kind, (counts or {0: number}).get(kind, 0))
    struct.pack_into("<H", stream, 0x98, offsets)
    for kind, raw in held.items():
        struct.pack_into("<II", stream, 0x9A + 8 * kind, len(table), len(raw))
        table += raw
    made = [
        PackedEntry((), _WORD_DOCUMENT, None),
        PackedEntry(("WordDocument",), bytes(16), bytes(stream).ljust(4096, b"\0")),
        PackedEntry(("1Table",), bytes(16), bytes(table).ljust(4096, b"\0")),
    ]
    if data:
        made.append(PackedEntry(("Data",), bytes(16), data))
    return pack([*made, *entries])


def strings(*texts: str, extra: int = 0) -> bytes:
    """Return a table of strings ([MS-DOC] 2.2.4)."""
    made = struct.pack("<HHH", 0xFFFF, len(texts), extra)
    return made + b"".join(counted(text) + bytes(extra) for text in texts)


def counted(text: str, behind: bytes = b"") -> bytes:
    """Return a string behind its length."""
    return struct.pack("<H", len(text)) + text.encode("utf-16-le") + behind


def cuts(*numbers: int, extra: int = 0) -> bytes:
    """Return a table of character numbers, with room for what is said about each range."""
    return struct.pack(f"<{len(numbers)}I", *numbers) + bytes(extra * (len(numbers) - 1))


def _clx(pieces: Sequence[tuple[int, int, int]], end: int, formats: Sequence[bytes]) -> bytes:
    made = b"".join(b"\x01" + struct.pack("<H", len(form)) + form for form in formats)
    firsts = [first for first, _, _ in pieces]
    table = struct.pack(f"<{len(firsts) + 1}I", *firsts, end)
    table += b"".join(struct.pack("<HIH", 0, offset, form) for _, offset, form in pieces)
    return made + b"\x02" + struct.pack("<I", len(table)) + table


def _page(marks: Sequence[tuple[int, int, int]]) -> bytes:
    """Return a page of character formats (2.9.33): plain between the marks."""
    bounds = [_TEXT_AT]
    kinds: list[int] = []
    for start, end, mark in marks:
        if start > bounds[-1]:
            bounds.append(start)
            kinds.append(0)
        bounds.append(end)
        kinds.append(mark)
    page = bytearray(512)
    struct.pack_into(f"<{len(bounds)}I", page, 0, *bounds)
    at = 504
    for index, mark in enumerate(kinds):
        if mark:
            page[4 * len(bounds) + index] = at // 2
            page[at : at + 4] = b"\x03" + struct.pack("<HB", mark, 1)
            at -= 4
    page[511] = len(kinds)
    return bytes(page)

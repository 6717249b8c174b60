"""Builds Excel workbooks from before 2007 record by record, for places that no writer at hand fills."""

import struct
from collections.abc import Mapping, Sequence

from scanner.extract._ole.pack import PackedEntry, pack

_ROOT = bytes.fromhex("2008020000000000c000000000000046")


def record(kind: int, *content: bytes) -> bytes:
    """Return a record."""
    data = b"".join(content)
    return struct.pack("<HH", kind, len(data)) + data


def wide(text: str, size: int = 2) -> bytes:
    """Return a string of BIFF8 with its length in so many bytes before it."""
    return len(text).to_bytes(size, "little") + uncounted(text)


def uncounted(text: str) -> bytes:
    """Return a string of BIFF8 whose length stands elsewhere."""
    return b"\1" + text.encode("utf-16-le")


def narrow(text: str, size: int = 2) -> bytes:
    """Return a string of BIFF5, or a compressed one of BIFF8 without its flag."""
    return len(text).to_bytes(size, "little") + text.encode("cp1252")


def literal(text: str) -> bytes:
    """Return a formula that is a string, without its size."""
    return b"\x17" + bytes((len(text),)) + uncounted(text)


def begin(purpose: int, version: int = 0x0600) -> bytes:
    """Return the record that begins a substream."""
    return record(0x0809, struct.pack("<HHHHII", version, purpose, 0, 0, 0, 0))


END = record(0x000A)


def shared(index: int, row: int = 0, column: int = 0) -> bytes:
    """Return a cell with a shared string."""
    return record(0x00FD, struct.pack("<HHHI", row, column, 15, index))


def strings(*texts: str) -> bytes:
    """Return the record of the shared strings."""
    return record(0x00FC, struct.pack("<II", len(texts), len(texts)), *map(wide, texts))


def book(
    sheet: Sequence[bytes] = (),
    before: Sequence[bytes] = (),
    *,
    name: str = "Sheet1",
    state: int = 0,
    version: int = 0x0600,
) -> bytes:
    """Return the stream of a workbook with one sheet; `before` stands in the part for the whole workbook."""
    title = wide(name, 1) if version >= 0x0600 else narrow(name, 1)  # noqa: PLR2004 - BIFF8
    listed = bytes((state, 0)) + title
    start = begin(0x0005, version) + b"".join(before)
    at = len(start) + 8 + len(listed) + len(END)
    stream = start + record(0x0085, struct.pack("<I", at), listed) + END
    return stream + begin(0x0010, version) + b"".join(sheet) + END


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file; a slash in a name divides storage and stream."""
    entries = [PackedEntry((), _ROOT, None)]
    entries += [PackedEntry(tuple(name.split("/")), bytes(16), data) for name, data in streams.items()]
    return pack(entries)


def workbook(sheet: Sequence[bytes] = (), before: Sequence[bytes] = ()) -> bytes:
    """Return the file of a BIFF8 workbook with one sheet."""
    return compound({"Workbook": book(sheet, before)})


def properties(texts: Mapping[int, str]) -> bytes:
    """Return the record of a shape with texts in its properties."""
    values = {number: (text + "\0").encode("utf-16-le") for number, text in texts.items()}
    table = b"".join(struct.pack("<HI", number | 0x8000, len(value)) for number, value in values.items())
    content = table + b"".join(values.values())
    return struct.pack("<HHI", len(values) << 4 | 3, 0xF00B, len(content)) + content


def container(kind: int, *content: bytes) -> bytes:
    """Return a record of a drawing, or of a presentation, with others in it."""
    data = b"".join(content)
    return struct.pack("<HHI", 0xF, kind, len(data)) + data


def atom(kind: int, content: bytes, instance: int = 0) -> bytes:
    """Return a record of a drawing, or of a presentation, with none in it."""
    return struct.pack("<HHI", instance << 4, kind, len(content)) + content

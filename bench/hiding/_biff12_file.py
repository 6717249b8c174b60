"""Builds binary Excel workbooks record by record, which no writer at hand writes."""

import struct
from collections.abc import Mapping, Sequence

from bench.hiding._packages import zipped

_EXCEL = "application/vnd.ms-excel."
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "xl/workbook.bin": "sheet.binary.macroEnabled.main",
    "xl/sharedStrings.bin": "sharedStrings",
    "xl/styles.bin": "styles",
    "xl/comments1.bin": "comments",
    "xl/tables/table1.bin": "table",
    "xl/connections.bin": "connections",
    "xl/externalLinks/externalLink1.bin": "externalLink",
    "xl/pivotCache/pivotCacheDefinition1.bin": "pivotCacheDefinition",
}


def record(kind: int, *content: bytes) -> bytes:
    """Return a record."""
    data = b"".join(content)
    head = bytes((kind,)) if kind < 0x80 else bytes((kind & 0x7F | 0x80, kind >> 7))  # noqa: PLR2004 - seven bits
    size = bytearray()
    left = len(data)
    while left > 0x7F:  # noqa: PLR2004 - as above
        size.append(left & 0x7F | 0x80)
        left >>= 7
    return head + bytes((*size, left)) + data


def wide(text: str) -> bytes:
    """Return a string with its length before it."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


NOTHING = b"\xff\xff\xff\xff"
"""A string that is not there."""


def literal(text: str) -> bytes:
    """Return a formula that is a string, with what stands around it."""
    formula = b"\x17" + struct.pack("<H", len(text)) + text.encode("utf-16-le")
    return struct.pack("<I", len(formula)) + formula + struct.pack("<I", 0)


def row(number: int = 0) -> bytes:
    """Return the record that begins a row."""
    return record(0, struct.pack("<I", number) + bytes(13))


def cell(kind: int, value: bytes, column: int = 0) -> bytes:
    """Return a cell."""
    return record(kind, struct.pack("<II", column, 0), value)


def sheet(*records: bytes) -> bytes:
    """Return the part of a sheet."""
    return b"".join((record(129), record(145), *records, record(146), record(130)))


def workbook(
    sheets: Mapping[str, bytes],
    *,
    states: Sequence[int] = (),
    strings: Sequence[bytes] = (),
    before: Sequence[bytes] = (),
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a workbook of named sheets; `strings` are shared, `before` are records for the whole."""
    files = {**(parts or {})}
    listed = b""
    links = ""
    for number, (name, content) in enumerate(sheets.items(), 1):
        files[f"xl/worksheets/sheet{number}.bin"] = content
        state = states[number - 1] if number <= len(states) else 0
        listed += record(156, struct.pack("<II", state, number), wide(f"r{number}"), wide(name))
        links += f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.bin"/>'
    files["xl/workbook.bin"] = b"".join((record(131), record(143), listed, record(144), *before, record(132)))
    if strings:
        files["xl/sharedStrings.bin"] = b"".join((record(159, bytes(8)), *strings, record(160)))
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_EXCEL}{_PARTS.get(name, "worksheet")}"/>' for name in files
    )
    names = "http://schemas.openxmlformats.org/package/2006"
    main = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
    relations = f'<Relationships xmlns="{names}/relationships">'
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{names}/content-types">{types}</Types>'.encode(),
            "_rels/.rels": f"{relations}{main}</Relationships>".encode(),
            "xl/_rels/workbook.bin.rels": f"{relations}{links}</Relationships>".encode(),
            **files,
        }
    )

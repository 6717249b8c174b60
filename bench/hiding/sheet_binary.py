"""Excel 97 workbooks and older ones with a word in every place a person can see, unhide or recover."""

import struct
from collections.abc import Iterator
from pathlib import Path

from bench.hiding import Probe, word
from bench.hiding._biff_file import (
    END,
    atom,
    begin,
    book,
    compound,
    container,
    literal,
    narrow,
    properties,
    record,
    shared,
    strings,
    uncounted,
    wide,
    workbook,
)
from bench.hiding._ppt_file import drawn, picture
from scanner.model.place import Part

_GOLDEN = Path(__file__).parents[2] / "tests" / "data" / "legacy-xls" / "golden.xls"
_META = Part.METADATA
_WRITTEN = {
    "core property": Part.PROPERTY,
    "company": Part.PROPERTY,
    "manager": Part.PROPERTY,
    "custom property MSIP_Label value": Part.PROPERTY,
    "shared string cell": Part.SHEET,
    "formula string constant": Part.CODE,
    "hidden row": Part.HIDDEN,
    "hidden column": Part.HIDDEN,
    "white on white": Part.SHEET,
    "far cell": Part.SHEET,
    "rich string": Part.SHEET,
    "number format literal": _META,
    "hyperlink target": _META,
    "cell comment": Part.COMMENT,
    "page header": Part.HEADER,
    "page footer": Part.FOOTER,
    "data-validation list": _META,
    "data-validation prompt": _META,
    "data-validation error": _META,
    "conditional format literal": Part.CODE,
    "text box in drawing": Part.TEXT_BOX,
    "defined name": _META,
    "defined name literal": _META,
    "sheet name": _META,
    "hidden sheet": Part.HIDDEN,
    "very hidden sheet": Part.HIDDEN,
    "chart title": Part.TEXT_BOX,
    "chart axis title": Part.TEXT_BOX,
}


def probes() -> Iterator[Probe]:
    """Yield the workbook that LibreOffice wrote once for each place, then one for each place it does not know."""
    written = _GOLDEN.read_bytes()
    for place, part in _WRITTEN.items():
        hidden = word("xls", place)
        # LibreOffice keeps the formula as it was given: in small letters.
        shown = hidden.lower() if place == "formula string constant" else hidden
        yield Probe("xls", place, "book.xls", shown, written, part)
    for made in (_strings(), _drawings(), _links(), _names(), _beside(), _older()):
        for place, part, data in made:
            yield Probe("xls", place, "book.xls", word("xls", place), data, part)


Made = Iterator[tuple[str, Part, bytes]]


def _strings() -> Made:
    text = word("xls", "string in no cell")
    yield "string in no cell", _META, workbook([shared(0)], [strings("shown", text)])
    text = word("xls", "string over two records")
    torn = (
        record(0x00FC, struct.pack("<II", 1, 1), b"\x0e\0\0", text[:5].encode()),
        record(0x003C, b"\1", text[5:].encode("utf-16-le")),
    )
    yield "string over two records", Part.SHEET, workbook([shared(0)], torn)
    text = word("xls", "phonetic reading")
    reading = struct.pack("<HHIHHH", 1, 0, 0, 1, len(text), len(text)) + text.encode("utf-16-le")
    item = struct.pack("<HBI", 2, 5, len(reading)) + "\u6771\u4eac".encode("utf-16-le") + reading
    yield "phonetic reading", _META, workbook([shared(0)], [record(0x00FC, struct.pack("<II", 1, 1), item)])
    text = word("xls", "formula result")
    formula = record(0x0006, struct.pack("<HHH8sHIH", 0, 0, 15, b"\0" * 6 + b"\xff\xff", 0, 0, 1), b"\x16")
    yield "formula result", Part.SHEET, workbook([formula, record(0x0207, wide(text))])
    text = word("xls", "inline rich string")
    yield "inline rich string", Part.SHEET, workbook([record(0x00D6, b"\0" * 6, wide(text), b"\0\0")])
    text = word("xls", "array constant")
    array = b"\0\0\0" + b"\2" + wide(text)
    head = struct.pack("<HHH8sHIH", 0, 0, 15, b"\0" * 8, 0, 0, 8)
    yield "array constant", Part.CODE, workbook([record(0x0006, head, b"\x20", b"\0" * 7, array)])
    text = word("xls", "sheet after slack")
    late = book() + b"\0" * 40 + begin(0x0010) + record(0x0204, b"\0" * 6, wide(text)) + END
    yield "sheet after slack", Part.SHEET, compound({"Workbook": late})


def _drawings() -> Made:
    for place, number, part in (
        ("alt text", 0x381, _META),
        ("shape name", 0x380, _META),
        ("WordArt", 0xC0, Part.WATERMARK),
        ("shape tip", 0x38D, _META),
    ):
        shape = container(0xF002, container(0xF003, container(0xF004, properties({number: word("xls", place)}))))
        yield place, part, workbook([record(0x00EC, shape[:20]), record(0x003C, shape[20:])])
    text = word("xls", "picture of a drawing program")
    entry = atom(0xF007, bytes(36) + picture(0xF01B, 0x216, drawn(text)))
    yield "picture of a drawing program", Part.TEXT_BOX, workbook(before=[record(0x00EB, container(0xF000, entry))])
    text = word("xls", "comment over two records")
    note = record(0x005D, struct.pack("<HHHHH", 0x15, 18, 0x19, 1, 0) + bytes(16))
    body = record(0x01B6, bytes(10), struct.pack("<HHI", len(text), 8, 0))
    torn = record(0x003C, b"\0", text[:6].encode()), record(0x003C, b"\1", text[6:].encode("utf-16-le"))
    yield "comment over two records", Part.COMMENT, workbook([note, body, *torn, record(0x003C, bytes(8))])
    text = word("xls", "comment author")
    author = record(0x001C, struct.pack("<HHHH", 0, 0, 0, 1), wide(text), b"\0")
    yield "comment author", _META, workbook([author])
    text = word("xls", "chart series name")
    chart = begin(0x0020) + record(0x100D, b"\0\0", wide(text, 1)) + END
    yield "chart series name", Part.TEXT_BOX, workbook([chart])
    text = word("xls", "chart category")
    chart = begin(0x0020) + record(0x1065, b"\2\0") + record(0x0204, b"\0" * 6, wide(text)) + END
    yield "chart category", Part.TEXT_BOX, workbook([chart])
    text = word("xls", "list box item")
    items = struct.pack("<HH", 0x13, 0x1FEE) + bytes(16) + wide(text)
    lists = record(0x005D, struct.pack("<HHHHH", 0x15, 18, 0x12, 1, 0) + bytes(12), items)
    yield "list box item", Part.FORM_FIELD, workbook([lists])


def _links() -> Made:
    text = word("xls", "hyperlink tip")
    yield "hyperlink tip", _META, workbook([record(0x0800, bytes(10), (text + "\0").encode("utf-16-le"))])
    text = word("xls", "hyperlink to a file")
    moniker = bytes.fromhex("0303000000000000c000000000000046") + struct.pack("<HI", 0, len(text) + 1)
    target = moniker + text.encode() + b"\0" + bytes(24) + bytes(4)
    link = bytes(24) + struct.pack("<II", 2, 3) + target
    yield "hyperlink to a file", _META, workbook([record(0x01B8, link)])
    text = word("xls", "hyperlink label")
    shown = struct.pack("<III", 2, 0x10, len(text) + 1) + (text + "\0").encode("utf-16-le")
    yield "hyperlink label", _META, workbook([record(0x01B8, bytes(24), shown)])
    text = word("xls", "name of a linked sheet")
    other = record(0x01AE, struct.pack("<H", 1), wide("\1other.xls"), wide(text))
    yield "name of a linked sheet", _META, workbook(before=[other])
    text = word("xls", "path of a linked workbook")
    other = record(0x01AE, struct.pack("<H", 0), wide(f"\1\1C{text}\3b.xls"))
    yield "path of a linked workbook", _META, workbook(before=[other])
    text = word("xls", "cell of a linked workbook")
    yield "cell of a linked workbook", _META, workbook(before=[record(0x005A, b"\0\0\0\0\2", wide(text))])
    text = word("xls", "linked name")
    yield "linked name", _META, workbook(before=[record(0x0023, bytes(6), wide(text, 1), b"\0\0")])
    text = word("xls", "query")
    yield "query", _META, workbook([record(0x00DC, b"\1\0"), record(0x00CD, wide(text))])


def _names() -> Made:
    text = word("xls", "comment on a name")
    said = record(0x0894, bytes(12), struct.pack("<HH", 1, len(text)), uncounted("n"), uncounted(text))
    yield "comment on a name", _META, workbook(before=[said])
    text = word("xls", "scenario comment")
    scene = struct.pack("<HBBBBB", 0, 0, 0, 1, len(text), 1) + uncounted("s") + wide("u") + wide(text)
    yield "scenario comment", _META, workbook([record(0x00AF, scene)])
    text = word("xls", "first page header")
    counts = struct.pack("<HHHHH", 0, 0, 0, len(text) + 2, 0)
    yield "first page header", Part.HEADER, workbook([record(0x089C, bytes(28), counts, wide(f"&C{text}"))])
    text = word("xls", "style name")
    yield "style name", _META, workbook(before=[record(0x0293, struct.pack("<H", 15), wide(text))])
    text = word("xls", "last user")
    yield "last user", _META, workbook(before=[record(0x005C, wide(text), b" " * 60)])
    text = word("xls", "reserved by")
    yield "reserved by", _META, workbook(before=[record(0x005B, bytes(4), wide(text))])
    text = word("xls", "view name")
    yield "view name", _META, workbook(before=[record(0x01A9, bytes(40), wide(text))])
    text = word("xls", "table column")
    yield "table column", _META, workbook([record(0x0872, bytes(60), wide(text))])
    text = word("xls", "array formula literal")
    array = record(0x0221, bytes(12), struct.pack("<H", len(literal(text))), literal(text))
    yield "array formula literal", Part.CODE, workbook([array])


def _beside() -> Made:
    text = word("xls", "pivot cache")
    cache = record(0x00C6, bytes(18)) + record(0x00CD, wide(text)) + END
    yield "pivot cache", _META, compound({"Workbook": book(), "_SX_DB_CUR/0001": cache})
    text = word("xls", "pivot field caption")
    field = record(0x00B1, struct.pack("<HHHHH", 0, 0, 0, 0, len(text)), uncounted(text))
    yield "pivot field caption", _META, workbook([field])
    text = word("xls", "change history")
    history = record(0x0138, bytes(20)) + record(0x013B, bytes(30), wide(text)) + END
    yield "change history", Part.DELETED, compound({"Workbook": book(), "Revision Log": history})
    text = word("xls", "control caption")
    yield "control caption", Part.FORM_FIELD, compound({"Workbook": book(), "Ctls": bytes(9) + text.encode()})
    text = word("xls", "custom XML")
    store = {"MsoDataStore/A/Item": f"<a><b>{text}</b></a>".encode()}
    yield "custom XML", Part.BODY, compound({"Workbook": book(), **store})
    text = word("xls", "embedded file")
    packed = f"{text}\n".encode()
    yield "embedded file", Part.BODY, compound({"Workbook": book(), "MBD0001/CONTENTS": packed})
    text = word("xls", "other stream")
    yield "other stream", _META, compound({"Workbook": book(), "Notes of mine": text.encode("utf-16-le")})


def _older() -> Made:
    text = word("xls", "Excel 95 cell")
    cell = record(0x0204, b"\0" * 6, narrow(text))
    yield "Excel 95 cell", Part.SHEET, compound({"Book": book([cell], version=0x0500)})
    text = word("xls", "Excel 95 header")
    yield "Excel 95 header", Part.HEADER, compound({"Book": book([record(0x0014, narrow(text, 1))], version=0x0500)})
    text = word("xls", "Excel 95 comment")
    note = record(0x001C, bytes(4), narrow(text))
    yield "Excel 95 comment", Part.COMMENT, compound({"Book": book([note], version=0x0500)})
    text = word("xls", "Excel 95 text box")
    box = record(0x005D, bytes(70), text.encode())
    yield "Excel 95 text box", Part.FORM_FIELD, compound({"Book": book([box], version=0x0500)})
    text = word("xls", "Excel 95 beside 97")
    both = {"Workbook": book(), "Book": book([record(0x0204, b"\0" * 6, narrow(text))], version=0x0500)}
    yield "Excel 95 beside 97", Part.SHEET, compound(both)
    text = word("xls", "Excel 4 cell")
    cell = record(0x0204, b"\0" * 6, narrow(text))
    yield "Excel 4 cell", Part.SHEET, record(0x0409, b"\0\0\x10\0\0\0") + cell + END
    text = word("xls", "Excel 2 cell")
    cell = record(0x0004, b"\0" * 7, narrow(text, 1))
    yield "Excel 2 cell", Part.SHEET, record(0x0009, b"\2\0\x10\0") + cell + END

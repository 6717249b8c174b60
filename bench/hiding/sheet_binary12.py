"""Binary workbooks of Excel 2007 and later with a word in every place a person can see, unhide or recover."""

import struct
from collections.abc import Iterator

from bench.hiding import Probe, word
from bench.hiding._biff12_file import NOTHING, cell, literal, record, row, sheet, wide, workbook
from scanner.model.place import Part

_META = Part.METADATA

Made = Iterator[tuple[str, Part, bytes]]


def probes() -> Iterator[Probe]:
    """Yield a workbook for each place."""
    for made in (_cells(), _sheets(), _beside()):
        for place, part, data in made:
            yield Probe("xlsb", place, "book.xlsb", word("xlsb", place), data, part)


def _cells() -> Made:
    text = word("xlsb", "shared string cell")
    found = workbook({"A": sheet(row(), cell(7, bytes(4)))}, strings=[record(19, b"\0", wide(text))])
    yield "shared string cell", Part.SHEET, found
    text = word("xlsb", "string in no cell")
    yield "string in no cell", _META, workbook({"A": sheet(row())}, strings=[record(19, b"\0", wide(text))])
    text = word("xlsb", "phonetic reading")
    item = record(19, b"\2", wide("\u6771\u4eac"), wide(text))
    yield "phonetic reading", _META, workbook({"A": sheet(row(), cell(7, bytes(4)))}, strings=[item])
    for place, kind, before in (("cell", 6, b""), ("rich cell", 62, b"\0")):
        yield place, Part.SHEET, workbook({"A": sheet(row(), cell(kind, before + wide(word("xlsb", place))))})
    text = word("xlsb", "cell without a column")
    yield "cell without a column", Part.SHEET, workbook({"A": sheet(row(), record(17, bytes(4), wide(text)))})
    text = word("xlsb", "formula result")
    result = cell(8, wide(text) + b"\0\0" + struct.pack("<II", 0, 0))
    yield "formula result", Part.SHEET, workbook({"A": sheet(row(), result)})
    text = word("xlsb", "formula literal")
    result = cell(9, bytes(8) + b"\0\0" + literal(text))
    yield "formula literal", Part.CODE, workbook({"A": sheet(row(), result)})
    text = word("xlsb", "array formula literal")
    yield "array formula literal", Part.CODE, workbook({"A": sheet(record(426, bytes(17), literal(text)))})
    text = word("xlsb", "array constant")
    array = struct.pack("<II", 1, 1) + b"\1" + struct.pack("<H", len(text)) + text.encode("utf-16-le")
    formula = struct.pack("<I", 15) + b"\x20" + bytes(14) + struct.pack("<I", len(array)) + array
    yield "array constant", Part.CODE, workbook({"A": sheet(row(), cell(9, bytes(10) + formula))})


def _sheets() -> Made:
    text = word("xlsb", "sheet name")
    yield "sheet name", _META, workbook({text: sheet()})
    for place, state in (("hidden sheet", 1), ("very hidden sheet", 2)):
        found = sheet(row(), cell(6, wide(word("xlsb", place))))
        yield place, Part.HIDDEN, workbook({"A": sheet(), "B": found}, states=[0, state])
    text = word("xlsb", "hidden row")
    unseen = record(0, struct.pack("<IIHBB", 0, 0, 0, 0, 0x10) + bytes(5))
    yield "hidden row", Part.HIDDEN, workbook({"A": sheet(unseen, cell(6, wide(text)))})
    text = word("xlsb", "hidden column")
    unseen = record(60, struct.pack("<IIIIH", 2, 4, 0, 0, 1))
    shown = cell(6, wide("shown"), 2)
    yield "hidden column", Part.HIDDEN, workbook({"A": sheet(unseen, row(), shown, record(17, bytes(4), wide(text)))})
    for number, (place, part) in enumerate(
        (
            ("page header", Part.HEADER),
            ("page footer", Part.FOOTER),
            ("even header", Part.HEADER),
            ("even footer", Part.FOOTER),
            ("first page header", Part.HEADER),
            ("first page footer", Part.FOOTER),
        )
    ):
        texts = [NOTHING] * number + [wide(f'&C&"Arial"{word("xlsb", place)}')] + [NOTHING] * (5 - number)
        yield place, part, workbook({"A": sheet(record(479, b"\0\0", *texts))})
    text = word("xlsb", "hyperlink tip")
    link = record(494, bytes(16), wide("r1"), wide(""), wide(text), wide("shown"))
    yield "hyperlink tip", _META, workbook({"A": sheet(link)})
    for number, place in enumerate(("error title", "error", "prompt title", "prompt")):
        texts = [NOTHING] * number + [wide(word("xlsb", place))] + [NOTHING] * (3 - number)
        help_ = record(64, bytes(8), *texts, bytes(8))
        yield place, _META, workbook({"A": sheet(help_)})
    text = word("xlsb", "data-validation list")
    help_ = record(64, bytes(8), NOTHING * 4, literal(f"one\0{text}"), bytes(8))
    yield "data-validation list", _META, workbook({"A": sheet(help_)})
    text = word("xlsb", "conditional format literal")
    rule = record(463, bytes(42), NOTHING, literal(text))
    yield "conditional format literal", _META, workbook({"A": sheet(rule)})


def _beside() -> Made:
    text = word("xlsb", "cell comment")
    note = record(635, bytes(36)) + record(637, b"\0", wide(text)) + record(636)
    yield "cell comment", Part.COMMENT, workbook({"A": sheet()}, parts={"xl/comments1.bin": note})
    text = word("xlsb", "comment author")
    yield "comment author", _META, workbook({"A": sheet()}, parts={"xl/comments1.bin": record(632, wide(text))})
    text = word("xlsb", "defined name")
    name = record(39, bytes(9), wide(text), bytes(8), NOTHING)
    yield "defined name", _META, workbook({"A": sheet()}, before=[name])
    text = word("xlsb", "defined name literal")
    name = record(39, bytes(9), wide("n"), literal(text), NOTHING)
    yield "defined name literal", _META, workbook({"A": sheet()}, before=[name])
    text = word("xlsb", "comment on a name")
    name = record(39, bytes(9), wide("n"), bytes(8), wide(text))
    yield "comment on a name", _META, workbook({"A": sheet()}, before=[name])
    for place, part, kind, before in (
        ("number format literal", "xl/styles.bin", 44, 2),
        ("style name", "xl/styles.bin", 48, 8),
        ("table name", "xl/tables/table1.bin", 343, 64),
        ("table column", "xl/tables/table1.bin", 347, 32),
        ("connection", "xl/connections.bin", 201, 24),
        ("cell of a linked workbook", "xl/externalLinks/externalLink1.bin", 368, 4),
        ("pivot cache", "xl/pivotCache/pivotCacheDefinition1.bin", 24, 0),
    ):
        content = record(kind, bytes(before), wide(word("xlsb", place)))
        yield place, _META, workbook({"A": sheet()}, parts={part: content})

"""Reads the records of an Excel workbook that hold text beside the cells: headers, names, links, input helps."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from scanner.extract._biff.formula import BIFF5, BIFF8, literals
from scanner.extract._biff.records import BiffStream, RecordReader
from scanner.extract._office.sheet import page_lines
from scanner.extract._ole.hyperlink import hyperlink_texts
from scanner.model.place import Part

Texts = Iterator[tuple[Part, str | None, str]]
"""Texts, each with the part it stands in and the title of its place; None is that of the sheet."""

_META: Final = Part.METADATA
_NONE: Final = 0xFFFF
_BUILT_IN_NAME: Final = 0x20
_BUILT_IN_STYLE: Final = 0x8000
_SELF: Final = {0x0401, 0x3A01}
_NUMBERLESS: Final = 16
# How a path to another workbook begins and is divided: [MS-XLS], VirtualPath.
_PATH_SIGNS: Final = re.compile(r"[\x01-\x08]+")


def formula_texts(formula: bytes, extra: bytes, stream: RecordReader | BiffStream, title: str | None = None) -> Texts:
    """Yield the strings in a formula: they are code, or belong with the titled place."""
    dialect = BIFF8 if stream.unicode else BIFF5
    if found := literals(formula, extra, dialect, stream.codec):
        # What may be chosen from a list stands in one string, divided by zeros.
        text = "\n".join(found).replace("\0", "\n")
        yield (Part.CODE if title is None else _META, title, text)


def _header(reader: RecordReader) -> Texts:
    yield from _page(Part.HEADER, reader)


def _footer(reader: RecordReader) -> Texts:
    yield from _page(Part.FOOTER, reader)


def _page(part: Part, reader: RecordReader) -> Texts:
    if not reader.ended:
        for text in page_lines(reader.string(2 if reader.unicode else 1)):
            yield (part, None, text)


def _more_headers(reader: RecordReader) -> Texts:
    """[MS-XLS] 2.4.137: those of even pages and of the first."""
    reader.skip(30)
    counts = [reader.number(2) for _ in range(4)]
    for count, part in zip(counts, (Part.HEADER, Part.FOOTER) * 2, strict=True):
        if count:
            yield from _page(part, reader)


def _name(reader: RecordReader) -> Texts:
    """[MS-XLS] 2.4.150: a name, and what it stands for."""
    flags = reader.number(2)
    reader.skip(1)
    count, size = reader.number(1), reader.number(2)
    reader.skip(4)
    beside = [reader.number(1) for _ in range(4)]
    name = reader.counted(count)
    if not flags & _BUILT_IN_NAME:
        yield (_META, "defined name", name)
    yield from formula_texts(*_formula(reader, size), reader, "defined name")
    if not reader.unicode or not flags & 0x2:
        reader.skip(size)
    for each in beside:
        if each:
            yield (_META, "defined name", reader.counted(each))


def _formula(reader: RecordReader, size: int) -> tuple[bytes, bytes]:
    """Return a formula of so many bytes that stands next, and all that is behind it; neither is passed over."""
    at = reader.at
    return reader.data[at : at + size], reader.data[at + size :]


def _name_comment(reader: RecordReader) -> Texts:
    reader.skip(12)
    counts = reader.number(2), reader.number(2)
    for count in counts:
        yield (_META, "defined name", reader.counted(count))


def _book_link(reader: RecordReader) -> Texts:
    """[MS-XLS] 2.4.271: the path of another workbook, and its sheets."""
    sheets, count = reader.number(2), reader.number(2)
    if count in _SELF and reader.ended:
        return
    yield (_META, "external link", _PATH_SIGNS.sub("/", reader.counted(count)))
    while sheets and not reader.ended:
        sheets -= 1
        yield (_META, "external link", reader.string())


def _sheet_link(reader: RecordReader) -> Texts:
    if not reader.unicode:
        yield (_META, "external link", _PATH_SIGNS.sub("/", reader.string(1)))


def _linked_name(reader: RecordReader) -> Texts:
    """[MS-XLS] 2.4.105: a name in another workbook."""
    reader.skip(6)
    yield (_META, "external link", reader.string(1))
    size = reader.number(2)
    yield from formula_texts(*_formula(reader, size), reader, "external link")


def _linked_cells(reader: RecordReader) -> Texts:
    """[MS-XLS], CRN: what the cells of another workbook held when they were last looked up."""
    last, first = reader.number(1), reader.number(1)
    reader.skip(2)
    row: list[str] = []
    for _ in range(max(0, last - first + 1)):
        if reader.number(1) == 2:  # noqa: PLR2004 - the tag of a string
            row.append(reader.string(2 if reader.unicode else 1))
        else:
            reader.skip(8)
    yield (_META, "external link", "\t".join(row))


def _user(reader: RecordReader) -> Texts:
    size = 2 if reader.unicode else 1
    raw = reader.data[reader.at :]
    if int.from_bytes(raw[:size], "little") > len(raw):
        # Some writers leave the length out.
        yield (_META, "user", raw.decode(reader.codec, "replace").strip(" \0"))
    else:
        yield (_META, "user", reader.string(size).strip())


def _reserved_by(reader: RecordReader) -> Texts:
    reader.skip(4)
    yield from _user(reader)


def _format(reader: RecordReader) -> Texts:
    reader.skip(2)
    yield (_META, "number format", reader.string(2 if reader.unicode else 1))


def _old_format(reader: RecordReader) -> Texts:
    yield (_META, "number format", reader.string(1))


def _style(reader: RecordReader) -> Texts:
    if not reader.number(2) & _BUILT_IN_STYLE:
        yield (_META, "style", reader.string(2 if reader.unicode else 1))


def _link(reader: RecordReader) -> Texts:
    for text in hyperlink_texts(reader.data[8:]):
        yield (_META, "link", text)


def _link_tip(reader: RecordReader) -> Texts:
    yield (_META, "link", reader.data[10:].decode("utf-16-le", "replace").rstrip("\0"))


def _validation(reader: RecordReader) -> Texts:
    """[MS-XLS], Dv: what is asked for, what is said when it is not given, and what may be chosen."""
    reader.skip(4)
    for _ in range(4):
        yield (_META, "input help", reader.string().strip("\0"))
    for _ in range(2):
        size = reader.number(2)
        reader.skip(2)
        yield from formula_texts(_formula(reader, size)[0], b"", reader, "input help")
        reader.skip(size)


def _condition(reader: RecordReader) -> Texts:
    reader.skip(2)
    sizes = reader.number(2), reader.number(2)
    end = len(reader.data)
    start = max(reader.at, end - sum(sizes))
    yield from formula_texts(reader.data[start : start + sizes[0]], b"", reader)
    yield from formula_texts(reader.data[start + sizes[0] : end], b"", reader)


def _array(reader: RecordReader) -> Texts:
    reader.skip(12)
    yield from formula_texts(*_formula(reader, reader.number(2)), reader)


def _shared(reader: RecordReader) -> Texts:
    reader.skip(8)
    yield from formula_texts(*_formula(reader, reader.number(2)), reader)


def _series(reader: RecordReader) -> Texts:
    reader.skip(2)
    yield (Part.TEXT_BOX, "chart", reader.string(1))


def _chart_link(reader: RecordReader) -> Texts:
    reader.skip(6)
    yield from formula_texts(*_formula(reader, reader.number(2)), reader)


def _note(reader: RecordReader) -> Texts:
    """[MS-XLS] 2.4.179: its author; before BIFF8 the comment itself."""
    reader.skip(4)
    if not reader.unicode:
        yield (Part.COMMENT, None, reader.string())
        return
    reader.skip(4)
    yield (_META, "author", reader.string())


def _scenario(reader: RecordReader) -> Texts:
    """[MS-XLS], ScenMan and Scenario: the name, who made it, the comment, and the values of its cells."""
    cells = reader.number(2)
    reader.skip(2)
    name, comment, user = (reader.number(1) for _ in range(3))
    yield (_META, "scenario", reader.counted(name))
    for count in (user, comment):
        if count:
            yield (_META, "scenario", reader.string())
    reader.skip(4 * cells)
    while cells and not reader.ended:
        cells -= 1
        yield (_META, "scenario", reader.string())


def _counted_after(fixed: int, counts: int, title: str) -> Callable[[RecordReader], Texts]:
    """Return what reads strings whose lengths stand together before them."""

    def read(reader: RecordReader) -> Texts:
        reader.skip(fixed)
        for count in [reader.number(2) for _ in range(counts)]:
            if 0 < count < _NONE:
                yield (_META, title, reader.counted(count))

    return read


def _string_after(fixed: int, title: str) -> Callable[[RecordReader], Texts]:
    """Return what reads one string with its length before it."""

    def read(reader: RecordReader) -> Texts:
        reader.skip(fixed)
        if not reader.ended:
            yield (_META, title, reader.string())

    return read


READERS: Final[Mapping[int, Callable[[RecordReader], Texts]]] = {
    0x0014: _header,
    0x0015: _footer,
    0x0017: _sheet_link,
    0x0018: _name,
    0x001C: _note,
    0x001E: _old_format,
    0x0023: _linked_name,
    0x0052: _string_after(0, "connection"),
    0x005A: _linked_cells,
    0x005B: _reserved_by,
    0x005C: _user,
    0x00AF: _scenario,
    0x00B0: _counted_after(40, 2, "pivot table"),
    0x00B1: _counted_after(8, 1, "pivot table"),
    0x00B2: _counted_after(6, 1, "pivot table"),
    0x00C5: _counted_after(12, 1, "pivot table"),
    0x00C7: _string_after(14, "pivot cache"),
    0x00CD: _string_after(0, "pivot cache"),
    0x01AE: _book_link,
    0x01B1: _condition,
    0x01B8: _link,
    0x01BA: _string_after(0, "code name"),
    0x01BE: _validation,
    0x0221: _array,
    0x0293: _style,
    0x041E: _format,
    0x04BC: _shared,
    0x0800: _link_tip,
    0x0894: _name_comment,
    0x089C: _more_headers,
    0x100D: _series,
    0x1051: _chart_link,
}
"""What reads each record that has text in it and needs nothing of what came before, by its number ([MS-XLS] 2.3.2)."""

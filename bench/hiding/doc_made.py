"""Places of a Word document that only Word itself wrote: documents by hand, one for each."""

import struct
from collections.abc import Iterator

from bench.hiding import Probe, word
from bench.hiding._vba_project import native, project
from bench.hiding._word97 import DELETED, HIDDEN, Run, counted, cuts, strings, word97
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.model.place import Part

_BODY = Run("Body text\r")
_NOTHING = bytes(16)
_SHAPE_TEXTS = {0xC0: "watermark in a drawing", 0x381: "alternative text", 0x38D: "tool tip", 0x380: "shape name"}


def _w(place: str) -> str:
    return word("doc", place)


def probes() -> Iterator[Probe]:
    """Yield a document for each place."""
    for place, part, data in (*_texts(), *_tables(), *_streams(), *_objects(), *_old()):
        yield Probe("doc", place, "made.doc", _w(place), data, part)


Made = Iterator[tuple[str, Part | None, bytes]]


def _texts() -> Made:
    said = _w("eight-bit piece")
    yield "eight-bit piece", Part.BODY, word97([Run(f"{said}\r", wide=False)])
    said = _w("word in two pieces")
    yield "word in two pieces", Part.BODY, word97([Run(said[:6], wide=False), Run(said[6:] + "\r")])
    said = _w("deleted by its piece")
    yield "deleted by its piece", Part.DELETED, word97([_BODY, Run(said, format=0x0182), Run("\r")])
    said = _w("hidden by its piece")
    yield "hidden by its piece", Part.HIDDEN, word97([_BODY, Run(said, format=0x01B8), Run("\r")])
    said = _w("hidden by a list of formats")
    yield (
        "hidden by a list of formats",
        Part.HIDDEN,
        word97([_BODY, Run(said, format=1), Run("\r")], formats=[b"\x3c\x08\x01"]),
    )
    said = _w("deleted, eight-bit")
    yield "deleted, eight-bit", Part.DELETED, word97([_BODY, Run(said, wide=False, mark=DELETED), Run("\r")])
    said = _w("hidden by its run")
    yield "hidden by its run", Part.HIDDEN, word97([_BODY, Run(said, mark=HIDDEN), Run("\r")])
    said = _w("earlier version")
    yield "earlier version", Part.DELETED, word97([Run(f"Old {said} text\r", lost=True), _BODY], flags=0x10)
    said = _w("earlier version, eight-bit")
    yield "earlier version, eight-bit", Part.DELETED, word97([_BODY, Run(f"{said}\r", wide=False, lost=True)])
    said = _w("text behind the last count")
    yield "text behind the last count", None, word97([_BODY, Run(f"{said}\r")], counts={0: len(_BODY.text)})
    said = _w("ruby base")
    code = f"\x13 EQ \\* jc2 \\* hps10 \\o\\ad(\\s\\up 9(reading),{said})\x15\r"
    yield "ruby base", Part.BODY, word97([Run(code)])
    said = _w("boxed by a formula")
    yield "boxed by a formula", Part.BODY, word97([Run(f"\x13 EQ \\x({said})\x15\r")])
    said = _w("button")
    yield "button", Part.BODY, word97([Run(f"\x13 MACROBUTTON Nothing [{said}]\x15\r")])
    said = _w("field in a field")
    yield "field in a field", Part.BODY, word97([Run(f"\x13 IF 1 = \x13 PAGE \x141\x15 \x14{said}\x15\r")])
    said = _w("letters of a symbol font")
    moved = "".join(chr(0xF000 + ord(sign)) for sign in said)
    yield "letters of a symbol font", Part.BODY, word97([Run(f"{moved}\r")])
    said = _w("optional hyphen")
    yield "optional hyphen", Part.BODY, word97([Run(f"{said[:5]}\x1f{said[5:]}\r")])
    for kind, part, table, extra in (
        (1, Part.FOOTNOTE, 3, 0),
        (4, Part.COMMENT, 5, 0),
        (5, Part.ENDNOTE, 47, 0),
        (6, Part.TEXT_BOX, 56, 22),
    ):
        place = f"{part.value} with its table"
        said = f"{_w(place)}\r\r"
        counts = {0: len(_BODY.text), kind: len(said)}
        held = {table: cuts(0, len(said) - 1, len(said), extra=extra)}
        yield place, part, word97([_BODY, Run(said)], counts=counts, tables=held)
    said = f"{_w('header without a table')}\r"
    yield (
        "header without a table",
        Part.HEADER,
        word97([_BODY, Run(said)], counts={0: len(_BODY.text), 2: len(said)}),
    )


def _tables() -> Made:
    for place, number in (
        ("bookmark name", 21),
        ("associated string", 32),
        ("revision author name", 51),
        ("saved by", 71),
        ("referenced file name", 72),
        ("list name", 91),
    ):
        yield place, Part.METADATA, word97([_BODY], tables={number: strings("x", _w(place))})
    for place, number in (
        ("style name", 1),
        ("mail merge source", 44),
        ("AutoText name", 9),
        ("structure of later years", 118),
    ):
        raw = b"\0\1" + _w(place).encode("utf-16-le") + bytes(20)
        yield place, Part.METADATA, word97([_BODY], tables={number: raw}, offsets=130)
    variables = strings(_w("variable name"), extra=4) + counted(_w("variable value"), b"\0\0")
    yield "variable name", Part.METADATA, word97([_BODY], tables={60: variables})
    yield "variable value", Part.PROPERTY, word97([_BODY], tables={60: variables})
    yield "author of a comment", Part.COMMENT, word97([_BODY], tables={36: counted(_w("author of a comment"))})
    said = _w("routing slip")
    yield "routing slip", Part.METADATA, word97([_BODY], tables={70: b"\x01\0" + said.encode() + b"\0"})
    for number, place in _SHAPE_TEXTS.items():
        part = Part.WATERMARK if place.startswith("watermark") else Part.METADATA
        yield place, part, word97([_BODY], tables={50: _drawing(number, _w(place))})


def _drawing(number: int, text: str) -> bytes:
    value = text.encode("utf-16-le") + b"\0\0"
    properties = struct.pack("<HI", number | 0x8000, len(value)) + value
    table = struct.pack("<HHI", 0x13, 0xF00B, len(properties)) + properties
    shape = struct.pack("<HHI", 0x0F, 0xF004, len(table)) + table
    drawing = struct.pack("<HHI", 0x0F, 0xF002, len(shape)) + shape
    return struct.pack("<HHI", 0x0F, 0xF000, 0) + b"\x01" + drawing


def _streams() -> Made:
    for index, place in enumerate(("form field name", "form field default", "form field help", "form field macro")):
        texts = ["", "", "", "", "", "", ""]
        texts[(0, 1, 3, 5)[index]] = _w(place)
        body = b"\xff\xff\xff\xff" + bytes(6) + b"".join(counted(text, b"\0\0") for text in texts)
        yield place, Part.FORM_FIELD, word97([_BODY], data=_data(body))
    said = _w("link in the data stream")
    address = f"http://h.example/{said}\0".encode("utf-16-le")
    link = bytes.fromhex("d0c9ea79f9bace118c8200aa004ba90b") + struct.pack("<II", 2, 1)
    link += bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b") + struct.pack("<I", len(address)) + address
    yield "link in the data stream", Part.METADATA, word97([_BODY], data=_data(b"\0" + link))
    said = _w("alternative text of a picture")
    drawing = _drawing(0x381, said)[9:]
    yield "alternative text of a picture", Part.METADATA, word97([_BODY], data=_data(drawing, 0x64))
    said = _w("words that a picture draws")
    yield "words that a picture draws", Part.TEXT_BOX, word97([Run("\x01\r")], data=_data(_metafile(said), 8))
    said = _w("custom XML")
    xml = f'<?xml version="1.0"?><a><b>{said}</b></a>'.encode()
    entry = PackedEntry(("MsoDataStore", "x", "Item"), _NOTHING, xml)
    yield "custom XML", Part.METADATA, word97([_BODY], entries=[entry])
    said = _w("stream nobody knows")
    entry = PackedEntry(("Strange",), _NOTHING, b"\0\1\2" + said.encode("utf-16-le"))
    yield "stream nobody knows", None, word97([_BODY], entries=[entry])
    said = _w("other table stream")
    entry = PackedEntry(("0Table",), _NOTHING, b"\0\1\2" + said.encode("utf-16-le"))
    yield "other table stream", None, word97([_BODY], entries=[entry])


def _metafile(text: str) -> bytes:
    """Return a metafile that draws one text ([MS-WMF] 2.3.3.20)."""
    raw = text.encode("cp1252") + bytes(len(text) % 2)
    words = struct.pack("<IHH", 6 + len(raw) // 2, 0x0521, len(text)) + raw + struct.pack("<hh", 10, 10)
    size = (18 + len(words) + 6) // 2
    return struct.pack("<HHHIHIH", 1, 9, 0x300, size, 1, size, 0) + words + struct.pack("<IH", 3, 0)


def _data(body: bytes, kind: int = 0) -> bytes:
    return struct.pack("<IHH", len(body) + 0x44, 0x44, kind).ljust(0x44, b"\0") + body


def _objects() -> Made:
    said = _w("macro")
    yield (
        "macro",
        Part.CODE,
        word97([_BODY], entries=[*project({"Module1": f"' {said}"}, base=("Macros",))]),
    )
    said = _w("packaged file")
    entry = PackedEntry(("ObjectPool", "_1", "\x01Ole10Native"), _NOTHING, native("a.txt", said.encode()))
    yield "packaged file", Part.BODY, word97([_BODY], entries=[entry])
    place = "name of a packaged file"
    entry = PackedEntry(("ObjectPool", "_1", "\x01Ole10Native"), _NOTHING, native(f"{_w(place)}.txt", b"x"))
    yield place, Part.NAME, word97([_BODY], entries=[entry])
    said = _w("embedded document")
    inner = word97([Run(f"{said}\r")])
    entry = PackedEntry(("ObjectPool", "_1", "Package"), _NOTHING, inner)
    yield "embedded document", Part.BODY, word97([_BODY], entries=[entry])
    said = _w("target of a linked object")
    entry = PackedEntry(("ObjectPool", "_1", "\x01Ole"), _NOTHING, bytes(20) + f"C:\\{said}.xls\0".encode())
    yield "target of a linked object", Part.METADATA, word97([_BODY], entries=[entry])


def _old() -> Made:
    said = _w("Word 95")
    yield "Word 95", Part.BODY, _word95(f"{said}\r".encode("cp1252"), 0x0409)
    said = _w("header of Word 95")
    yield "header of Word 95", Part.HEADER, _word95(f"{said}\r".encode("cp1252"), 0x0409, kind=2)


def _word95(text: bytes, language: int, kind: int = 0) -> bytes:
    head = bytearray(0x300)
    struct.pack_into("<HH2xHHH", head, 0, 0xA5DC, 104, language, 0, 0)
    struct.pack_into("<II", head, 0x18, 0x300, 0x300 + len(text))
    struct.pack_into("<I", head, 0x34 + 4 * kind, len(text))
    stream = bytes(head) + text
    return pack([PackedEntry((), _NOTHING, None), PackedEntry(("WordDocument",), _NOTHING, stream.ljust(4096, b"\0"))])

"""Compound files that are no documents of a known program, and macros in newer documents: one word in each."""

import io
import struct
import zipfile
from collections.abc import Iterator

from docx import Document

from bench.hiding import Probe, word
from bench.hiding._vba_project import native, packed, project
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.model.place import Part

_NOTHING = bytes(16)
_USER = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
_SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_DOCUMENT = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")


def _w(place: str) -> str:
    return word("ole", place)


def probes() -> Iterator[Probe]:
    """Yield a file for each place."""
    for place, name, part, data in (*_macros(), *_files(), *_properties(), *_others()):
        yield Probe("ole", place, name, _w(place), data, part)


Made = Iterator[tuple[str, str, Part | None, bytes]]


def _whole(entries: Iterator[PackedEntry] | list[PackedEntry]) -> bytes:
    return pack([PackedEntry((), _NOTHING, None), *entries])


def _docm(macros: bytes) -> bytes:
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph("Body")
    document.save(buffer)
    target = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "[Content_Types].xml":
                kind = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                content = content.replace(b"</Types>", kind + b"</Types>").replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            archive.writestr(info.filename, content)
        archive.writestr("word/vbaProject.bin", macros)
    return target.getvalue()


def _macros() -> Made:
    place = "macro comment"
    yield place, "a.docm", Part.CODE, _docm(_whole(project({"Module1": f"' {_w(place)}"})))
    place = "macro string"
    yield place, "a.docm", Part.CODE, _docm(_whole(project({"Module1": f'Sub A()\r\nx = "{_w(place)}"\r\nEnd Sub'})))
    place = "long macro"
    long = "\r\n".join(f"' line {number}" for number in range(2000)) + f"\r\n' {_w(place)}"
    yield place, "a.docm", Part.CODE, _docm(_whole(project({"Module1": long})))
    place = "second module"
    yield place, "a.bin", Part.CODE, _whole(project({"A": "", "B": f"' {_w(place)}"}))
    place = "macro in Cyrillic"
    yield place, "a.bin", Part.CODE, _whole(project({"Модуль": f"' привет {_w(place)}"}, page=1251))
    place = "description of a project"
    yield place, "a.bin", Part.METADATA, _whole(project({"A": ""}, about=_w(place)))
    place = "module without a directory"
    kept = [entry for entry in project({"A": f"' {_w(place)}"}) if entry.path[-1] != "dir"]
    yield place, "a.bin", Part.CODE, _whole(kept)
    place = "form caption"
    frame = f'VERSION 5.00\r\nBegin {{X}} Form1\r\n Caption = "{_w(place)}"\r\nEnd\r\n'.encode()
    form = PackedEntry(("Form1", "\x03VBFrame"), _NOTHING, frame)
    yield place, "a.bin", Part.CODE, _whole([*project({"A": ""}), form])
    place = "label on a form"
    label = PackedEntry(("Form1", "o"), _NOTHING, b"\0\2\x14\0" + _w(place).encode() + b"\0\0")
    yield place, "a.bin", Part.CODE, _whole([*project({"A": ""}), label])
    place = "source of a stomped module"
    gone = [
        PackedEntry(
            entry.path,
            _NOTHING,
            entry.data[:1] + _w(place).encode("utf-16-le") if entry.path[-1] == "A" and entry.data else entry.data,
        )
        for entry in project({"A": ""})
    ]
    yield place, "a.bin", Part.CODE, _whole(gone)


def _files() -> Made:
    place = "packaged text"
    yield (
        place,
        "o.bin",
        Part.BODY,
        _whole([PackedEntry(("\x01Ole10Native",), _NOTHING, native("a.txt", _w(place).encode()))]),
    )
    place = "packaged archive"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", _w(place))
    yield (
        place,
        "o.bin",
        Part.BODY,
        _whole([PackedEntry(("\x01Ole10Native",), _NOTHING, native("a.zip", buffer.getvalue()))]),
    )
    place = "path of a packaged file"
    path = f"C:\\{_w(place)}\\"
    yield (
        place,
        "o.bin",
        Part.METADATA,
        _whole([PackedEntry(("\x01Ole10Native",), _NOTHING, native("a.txt", b"x", path))]),
    )
    place = "contents stream"
    yield place, "o.bin", Part.BODY, _whole([PackedEntry(("CONTENTS",), _NOTHING, _w(place).encode())])
    place = "archive in a stream"
    yield (
        place,
        "o.bin",
        None,
        _whole(
            [
                PackedEntry(
                    ("x",), _NOTHING, buffer.getvalue().replace(_w("packaged archive").encode(), _w(place).encode())
                )
            ]
        ),
    )
    place = "name of a class"
    name = f"{_w(place)}\0".encode()
    about = bytes(28) + struct.pack("<I", len(name)) + name
    yield place, "o.bin", Part.METADATA, _whole([PackedEntry(("\x01CompObj",), _NOTHING, about)])


def _properties() -> Made:
    for place, title, kind, raw in (
        ("title, western", 2, 30, _narrow(_w("title, western"), "cp1252")),
        ("keywords, wide", 5, 31, _wide(_w("keywords, wide"))),
    ):
        data = _property_set(_SUMMARY, {1: (2, struct.pack("<Hxx", 1252)), title: (kind, raw)})
        yield place, "o.bin", Part.PROPERTY, _whole([PackedEntry(("\x05SummaryInformation",), _NOTHING, data)])
    place = "company, UTF-8"
    data = _property_set(
        _DOCUMENT, {1: (2, struct.pack("<Hxx", 65001)), 15: (30, _narrow(f"Ünïcode {_w(place)}", "utf-8"))}
    )
    yield place, "o.bin", Part.PROPERTY, _whole([PackedEntry(("\x05DocumentSummaryInformation",), _NOTHING, data)])
    place = "list of parts"
    value = struct.pack("<I", 2) + _narrow("abc", "cp1252", pad=False) + _narrow(_w(place), "cp1252", pad=False)
    data = _property_set(_DOCUMENT, {1: (2, struct.pack("<Hxx", 1252)), 13: (0x101E, value)})
    yield place, "o.bin", Part.PROPERTY, _whole([PackedEntry(("\x05DocumentSummaryInformation",), _NOTHING, data)])
    for place, part in (("name of a user property", Part.METADATA), ("value of a user property", Part.PROPERTY)):
        name = b"".join(
            (
                struct.pack("<III", 1, 2, len(_w("name of a user property")) + 1),
                _w("name of a user property").encode(),
                b"\0",
            )
        )
        data = _property_set(
            _USER,
            {
                1: (2, struct.pack("<Hxx", 1252)),
                0: (-1, name),
                2: (30, _narrow(_w("value of a user property"), "cp1252")),
            },
        )
        yield place, "o.bin", part, _whole([PackedEntry(("\x05DocumentSummaryInformation",), _NOTHING, data)])


def _narrow(text: str, codec: str, *, pad: bool = True) -> bytes:
    raw = text.encode(codec) + b"\0"
    return struct.pack("<I", len(raw)) + raw + (bytes(-len(raw) % 4) if pad else b"")


def _wide(text: str) -> bytes:
    raw = (text + "\0").encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw + bytes(-len(raw) % 4)


def _property_set(kind: bytes, values: dict[int, tuple[int, bytes]]) -> bytes:
    body = b""
    listed = b""
    start = 8 + 8 * len(values)
    for number, (type_, raw) in values.items():
        listed += struct.pack("<II", number, start + len(body))
        body += (b"" if type_ < 0 else struct.pack("<I", type_)) + raw
        body += bytes(-len(body) % 4)
    head = b"\xfe\xff" + struct.pack("<HI16xI", 0, 2, 1) + kind + struct.pack("<I", 48)
    return head + struct.pack("<II", start + len(body), len(values)) + listed + body


def _others() -> Made:
    place = "Publisher"
    text = f"{_w(place)}\r".encode("utf-16-le")
    entry = b"\x18\0TEXT\0\0\1\0\0\0TEXT" + struct.pack("<II", 0x100, len(text))
    chunks = b"CHNKINK ".ljust(0x20, b"\0") + entry
    stream = chunks.ljust(0x100, b"\0") + text
    yield place, "a.pub", Part.BODY, _whole([PackedEntry(("Quill", "QuillSub", "CONTENTS"), _NOTHING, stream)])
    place = "Works"
    stream = stream.replace(
        text, f"{_w(place)}\r".encode("utf-16-le") + b" \0" * (len(_w("Publisher")) - len(_w(place)))
    )
    yield (
        place,
        "a.wps",
        Part.BODY,
        _whole([PackedEntry(("CONTENTS",), _NOTHING, stream), PackedEntry(("MatOST",), _NOTHING, b"x")]),
    )
    place = "Hangul"
    text = f"{_w(place)}\r".encode("utf-16-le")
    head = b"HWP Document File".ljust(36, b"\0") + struct.pack("<I", 0)
    section = struct.pack("<I", 67 | len(text) << 20) + text
    yield (
        place,
        "a.hwp",
        Part.BODY,
        _whole(
            [
                PackedEntry(("FileHeader",), _NOTHING, head.ljust(256, b"\0")),
                PackedEntry(("BodyText", "Section0"), _NOTHING, section),
                PackedEntry(("\x05HwpSummaryInformation",), _NOTHING, b""),
            ]
        ),
    )
    sealed = PackedEntry(("EncryptedPackage",), _NOTHING, bytes(64))
    place = "label of an encrypted document"
    label = f'<labelList><label id="{{{_w(place)}}}" enabled="1"/></labelList>'.encode()
    yield place, "a.docx", Part.PROPERTY, _whole([sealed, PackedEntry(("LabelInfo.xml",), _NOTHING, label)])
    place = "licence of an encrypted document"
    licence = bytes(600) + _w(place).encode("utf-16-le")
    yield place, "a.docx", Part.METADATA, _whole([sealed, PackedEntry(("\x06Primary",), _NOTHING, licence)])
    place = "title of an encrypted document"
    title = _property_set(_SUMMARY, {2: (30, _narrow(_w(place), "cp1252"))})
    yield place, "a.docx", Part.PROPERTY, _whole([sealed, PackedEntry(("\x05SummaryInformation",), _NOTHING, title)])
    place = "caption of a control"
    yield place, "o.bin", Part.METADATA, _whole([PackedEntry(("\x03OCXDATA",), _NOTHING, b"\0\2" + _w(place).encode())])
    place = "name in a list of thumbnails"
    catalog = bytes(16) + f"{_w(place)}.jpg".encode("utf-16-le") + bytes(4)
    yield place, "Thumbs.db", None, _whole([PackedEntry(("Catalog",), _NOTHING, catalog)])
    place = "string of an installer"
    yield place, "a.msi", None, _whole([PackedEntry(("_StringData",), _NOTHING, f"abc{_w(place)}xyz".encode())])
    place = "stream of a kind nobody knows"
    yield place, "a.bin", Part.RAW, _whole([PackedEntry(("x",), _NOTHING, b"\0\1" + _w(place).encode("utf-16-le"))])
    place = "entry that no storage names"
    data = bytearray(_whole([PackedEntry(("lost",), _NOTHING, _w(place).encode())]))
    at = data.index("Root Entry".encode("utf-16-le"))
    struct.pack_into("<I", data, at + 76, 0xFFFFFFFF)
    yield place, "a.bin", None, bytes(data)
    place = "packed with repetitions"
    yield (
        place,
        "a.bin",
        Part.CODE,
        _whole([PackedEntry(("VBA", "A"), _NOTHING, packed(b"Attribute VB_Name\r\n' " + _w(place).encode()))]),
    )

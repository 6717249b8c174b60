"""Tells what a ZIP is: an Office document, an OpenDocument, a book, a program, or just an archive."""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

_LOCAL: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_END: Final = b"PK\x05\x06"
_SPANNED: Final = (b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")
_END_REACH: Final = 22 + 0xFFFF
_FIELDS: Final = struct.Struct("<HHH8xI")
_MOST_ENTRIES: Final = 20_000
_MOST_BYTES: Final = 1 << 20
_ZIP: Final = "application/zip"
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = re.compile(rb"application/vnd\.(?:oasis\.opendocument|sun\.xml)\.[a-z.-]+|application/epub\+zip")
# What the main part of a package says it is; in the order of looking, the longer before the shorter.
_CONTENT_TYPES: Final = (
    ("ms-word.document.macroEnabled.main+xml", "application/vnd.ms-word.document.macroEnabled.12"),
    ("ms-word.template.macroEnabledTemplate.main+xml", "application/vnd.ms-word.template.macroEnabled.12"),
    ("wordprocessingml.template.main+xml", _OOXML + "wordprocessingml.template"),
    ("wordprocessingml.document.main+xml", _OOXML + "wordprocessingml.document"),
    ("ms-excel.sheet.binary.macroEnabled.main", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    ("ms-excel.sheet.macroEnabled.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    ("ms-excel.template.macroEnabled.main+xml", "application/vnd.ms-excel.template.macroEnabled.12"),
    ("ms-excel.addin.macroEnabled.main+xml", "application/vnd.ms-excel.addin.macroEnabled.12"),
    ("spreadsheetml.template.main+xml", _OOXML + "spreadsheetml.template"),
    ("spreadsheetml.sheet.main+xml", _OOXML + "spreadsheetml.sheet"),
    ("ms-powerpoint.presentation.macroEnabled.main+xml", "application/vnd.ms-powerpoint.presentation.macroEnabled.12"),
    ("ms-powerpoint.slideshow.macroEnabled.main+xml", "application/vnd.ms-powerpoint.slideshow.macroEnabled.12"),
    ("ms-powerpoint.template.macroEnabled.main+xml", "application/vnd.ms-powerpoint.template.macroEnabled.12"),
    ("ms-powerpoint.addin.macroEnabled.main+xml", "application/vnd.ms-powerpoint.addin.macroEnabled.12"),
    ("presentationml.template.main+xml", _OOXML + "presentationml.template"),
    ("presentationml.slideshow.main+xml", _OOXML + "presentationml.slideshow"),
    ("presentationml.presentation.main+xml", _OOXML + "presentationml.presentation"),
    ("ms-visio.drawing.macroEnabled.main+xml", "application/vnd.ms-visio.drawing.macroEnabled.12"),
    ("ms-visio.", "application/vnd.ms-visio.drawing"),
    ("ms-package.xps-fixeddocumentsequence+xml", "application/vnd.ms-xpsdocument"),
)
_NAMES: Final = (
    ("word/document.xml", _OOXML + "wordprocessingml.document"),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    ("xl/workbook.xml", _OOXML + "spreadsheetml.sheet"),
    ("ppt/presentation.xml", _OOXML + "presentationml.presentation"),
    ("META-INF/container.xml", "application/epub+zip"),
    ("AndroidManifest.xml", "application/vnd.android.package-archive"),
    ("META-INF/MANIFEST.MF", "application/java-archive"),
    ("index.apxl", "application/vnd.apple.keynote"),
    ("index.apxl.gz", "application/vnd.apple.keynote"),
)


def zipped(data: bytes) -> str | None:
    """Return the media type of a file that opens as a ZIP, whole or damaged; None for anything else."""
    if not data.startswith((_LOCAL, _END, *_SPANNED)):
        return None
    entries = dict(_entries(data))
    if "mimetype" in entries and (found := _ODF.match(_content(data, entries["mimetype"], 100))):
        return found[0].decode("ascii")
    if "[Content_Types].xml" in entries:
        types = _content(data, entries["[Content_Types].xml"], _MOST_BYTES).replace(b"\x00", b"").decode("latin-1")
        for part, media_type in _CONTENT_TYPES:
            if part in types:
                return media_type
    for name, media_type in _NAMES:
        # What is locked file by file is an archive of these files: no office program opens it.
        if name in entries and not _is_locked(data, entries[name]):
            return media_type
    if "META-INF/manifest.xml" in entries:
        manifest = _content(data, entries["META-INF/manifest.xml"], _MOST_BYTES)
        if found := _ODF.search(manifest):
            return found[0].decode("ascii")
    return _apple(data, entries) or _ZIP


def has_zip_at_end(data: bytes) -> bool:
    """Tell whether a ZIP's central directory stands where the record at the end of the file says."""
    return _directory(data) is not None


def _apple(data: bytes, entries: dict[str, int]) -> str | None:
    """Tell the three kinds of iWork document apart, the older by their root element, the newer by their parts."""
    if "index.xml" in entries:
        root = _content(data, entries["index.xml"], 4096)
        for mark, kind in ((b"<sl:document", "pages"), (b"<ls:document", "numbers"), (b"<key:presentation", "keynote")):
            if mark in root:
                return f"application/vnd.apple.{kind}"
    if "Index/Document.iwa" not in entries and "Index.zip" not in entries:
        return None
    if any(name.startswith("Index/Slide") for name in entries):
        return "application/vnd.apple.keynote"
    # The type of the first object is 10,000 in Pages, whose documents may have tables, too.
    if "Index/Document.iwa" in entries and b"\x08\x90\x4e" in _content(data, entries["Index/Document.iwa"], 64):
        return "application/vnd.apple.pages"
    tables = any(name.startswith("Index/Tables/") for name in entries)
    return "application/vnd.apple.numbers" if tables else "application/vnd.apple.pages"


def _directory(data: bytes) -> int | None:
    """Return where the central directory starts, None where there is none to be found.

    The place is counted back from the record at the end, so that a program before the archive does no harm.
    """
    at = data.rfind(_END, max(0, len(data) - _END_REACH))
    if at < 0 or at + 22 > len(data):
        return None
    size, offset = struct.unpack_from("<II", data, at + 12)
    start: int
    for start in (at - size, offset):
        if size and 0 <= start < at and data.startswith(_CENTRAL, start):
            return start
    return None


def _entries(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield names with the offsets of their local headers, from the central directory or else one by one."""
    start = _directory(data)
    if start is None:
        yield from _local_entries(data)
        return
    (stated,) = struct.unpack_from("<I", data, data.rfind(_END, max(0, len(data) - _END_REACH)) + 16)
    shift = max(0, start - stated) if stated != 0xFFFFFFFF else 0  # noqa: PLR2004 - the mark of ZIP64
    for _ in range(_MOST_ENTRIES):
        if not data.startswith(_CENTRAL, start) or start + 46 > len(data):
            return
        name, extra, comment, offset = _FIELDS.unpack_from(data, start + 28)
        yield _text(data[start + 46 : start + 46 + name]), offset + shift
        start += 46 + name + extra + comment


def _local_entries(data: bytes) -> Iterator[tuple[str, int]]:
    at = data.find(_LOCAL)
    for _ in range(_MOST_ENTRIES):
        if at < 0 or at + 30 > len(data):
            return
        (length,) = struct.unpack_from("<H", data, at + 26)
        yield _text(data[at + 30 : at + 30 + length]), at
        at = data.find(_LOCAL, at + 30 + length)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace").replace("\\", "/")


def _is_locked(data: bytes, offset: int) -> bool:
    """Tell whether a local header says that its file needs a password: bit 0 of its flags (APPNOTE 4.4.4)."""
    return data.startswith(_LOCAL, offset) and any(byte & 1 for byte in data[offset + 6 : offset + 7])


def _content(data: bytes, offset: int, most: int) -> bytes:
    """Return the beginning of a member, stored or deflated; nothing where it cannot be had."""
    if not data.startswith(_LOCAL, offset) or offset + 30 > len(data):
        return b""
    (method,) = struct.unpack_from("<H", data, offset + 8)
    (size,) = struct.unpack_from("<I", data, offset + 18)
    name, extra = struct.unpack_from("<HH", data, offset + 26)
    start = offset + 30 + name + extra
    if method == 0:
        return data[start : start + min(size, most)]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[start : start + most], most)
    except zlib.error:
        return b""

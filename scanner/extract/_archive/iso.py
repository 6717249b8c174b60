"""Reads the trees of files in an ISO 9660 image: the plain one, with Rock Ridge's names, and those of Joliet."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._archive.disc import File
from scanner.extract._text.encoding import decodings

_FIRST: Final = 0x8000
_SECTOR: Final = 2048
_MOST: Final = 64
_MOST_RECORDS: Final = 200_000
_MOST_DIRECTORY: Final = 64 << 20
_MOST_FIELDS: Final = 200
_NAMED: Final = frozenset({0, 1, 2})
_TREES: Final = frozenset({1, 2})
_WIDE_MARKS: Final = (b"%/@", b"%/C", b"%/E")
# ECMA-119, sections 8.4 and 8.5: system, volume, set, publisher, preparer, application, three files, free use.
_FIELDS: Final = ((8, 40), (40, 72), (190, 318), (318, 446), (446, 574), (574, 702), (702, 813), (883, 1395))
_RECORD: Final = struct.Struct("<BBI4xI4x7xBBB4xB")
_IS_DIRECTORY, _GOES_ON = 0x02, 0x80
_SELF_AND_PARENT: Final = frozenset({b"\x00", b"\x01"})


@dataclass(frozen=True, slots=True)
class _Said:
    """What Rock Ridge says of a record (RRIP 1.12, section 4.1): its name, and where it leads."""

    name: bytes = b""
    link: bytes = b""


def volume_words(data: bytes) -> Iterator[str]:
    """Yield the fields of all descriptors, those of Joliet in its wide characters."""
    for at in _descriptors(data):
        if data[at] not in _NAMED:
            continue
        wide = _is_wide(data, at)
        for start, end in _FIELDS:
            raw = data[at + start : at + end]
            text = raw.decode("utf-16-be", "replace") if wide else raw.decode("latin-1")
            if words := text.replace("\x00", " ").strip():
                yield words


def files(data: bytes) -> Iterator[tuple[File, tuple[str, ...]]]:
    """Yield everything in all trees with what else names it: other readings of its name, and where a link leads."""
    for at in _descriptors(data):
        if data[at] in _TREES and at + 190 <= len(data):
            yield from _tree(data, _is_wide(data, at), *struct.unpack_from("<I4xI", data, at + 158))


def _descriptors(data: bytes) -> Iterator[int]:
    for at in range(_FIRST, _FIRST + _MOST * _SECTOR, _SECTOR):
        if data[at + 1 : at + 6] != b"CD001":
            return
        yield at


def _is_wide(data: bytes, at: int) -> bool:
    return data[at + 88 : at + 91] in _WIDE_MARKS


def _tree(data: bytes, wide: bool, block: int, size: int) -> Iterator[tuple[File, tuple[str, ...]]]:  # noqa: FBT001 - of the two trees
    waiting = [("", block, size)]
    seen: set[int] = set()
    left = _MOST_RECORDS
    while waiting and left:
        path, block, size = waiting.pop()
        if block in seen:
            continue
        seen.add(block)
        begun: File | None = None
        for flags, start, length, raw, use in _records(data, block * _SECTOR, size):
            left -= 1
            if raw in _SELF_AND_PARENT or not left:
                continue
            said = _rock_ridge(data, use)
            readings = (raw.decode("utf-16-be", "replace"),) if wide else decodings(said.name or raw)
            names = [f"{path}/{name}".lstrip("/") for name in (_plain(name, said) for name in readings)]
            more = (*names[1:], *(decodings(said.link) if said.link else ()))
            if flags & _IS_DIRECTORY:
                waiting.append((names[0], start // _SECTOR, length))
            own = ((start, length),) if begun is None else (*begun.extents, (start, length))
            total = length + (begun.size if begun else 0)
            file = File(names[0], total, bool(flags & _IS_DIRECTORY), bool(said.link), own)
            begun = file if flags & _GOES_ON else None
            if begun is None:
                yield file, more


def _plain(name: str, said: _Said) -> str:
    """Return a name without the number of its version, which Rock Ridge's have not."""
    return name if said.name else name.partition(";")[0].removesuffix(".")


def _records(data: bytes, start: int, size: int) -> Iterator[tuple[int, int, int, bytes, bytes]]:
    """Yield the records of a directory: flags, offset, size, name, and what systems add (ECMA-119, section 9.1)."""
    at, end = start, min(len(data), start + min(size, _MOST_DIRECTORY))
    while at + 33 < end:
        length = data[at]
        if not length:
            at = at // _SECTOR * _SECTOR + _SECTOR
            continue
        record = data[at : at + length]
        at += length
        if len(record) < 34:  # noqa: PLR2004 - the shortest record
            continue
        _, extra, block, bytes_, flags, _, _, name = _RECORD.unpack_from(record)
        raw = record[33 : 33 + name]
        yield flags, (block + extra) * _SECTOR, bytes_, raw, record[33 + name + (name + 1) % 2 :]


def _rock_ridge(data: bytes, use: bytes) -> _Said:
    said = _Said()
    # Some discs have 14 bytes of another system before.
    at = 14 if use[6:8] == b"XA" else 0
    for _ in range(_MOST_FIELDS):
        kind, size = use[at : at + 2], use[at + 2] if at + 2 < len(use) else 0
        if size < 4:  # noqa: PLR2004 - a field's own header
            break
        content = use[at + 4 : at + size]
        at += size
        if kind == b"NM":
            said = replace(said, name=said.name + content[1:])
        elif kind == b"SL":
            said = replace(said, link=said.link + _link(content[1:]))
        elif kind == b"CE" and len(content) >= 24:  # noqa: PLR2004 - three numbers in both orders of bytes
            block, offset, length = struct.unpack_from("<I4xI4xI", content)
            start = block * _SECTOR + offset
            use, at = data[start : start + min(length, _SECTOR)], 0
    return said


def _link(parts: bytes) -> bytes:
    found = b""
    while len(parts) >= 2:  # noqa: PLR2004 - flags and a length
        flags, size = parts[0], parts[1]
        word = {2: b".", 4: b"..", 8: b""}.get(flags & 0x0E, parts[2 : 2 + size])
        found += word + (b"" if flags & 1 else b"/")
        parts = parts[2 + size :]
    return found.removesuffix(b"/")

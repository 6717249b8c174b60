"""Reads the headers of RAR archives, 4 and 5: what is in them, what is locked, and what stands there unpacked."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._text.encoding import decodings

_RAR4: Final = b"Rar!\x1a\x07\x00"
_RAR5: Final = b"Rar!\x1a\x07\x01\x00"
_MOST: Final = 200_000
_BLOCK: Final = struct.Struct("<HBHH")
_FILE: Final = struct.Struct("<IIBIIBBHI")
_STORED_4: Final = 0x30
_FOLDER_4: Final = 0xE0
_MAIN_4, _FILE_4, _SERVICE_4 = 0x73, 0x74, 0x7A
_MAIN_5, _FILE_5, _SERVICE_5, _LOCK_5 = 1, 2, 3, 4
_COMMENT: Final = "CMT"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, folder or comment. `start` and `end` are those of its packed bytes, `stored` says that they are not."""

    names: tuple[str, ...]
    is_folder: bool
    is_comment: bool
    is_locked: bool
    is_stored: bool
    checksum: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What the headers say, as far as they could be followed: `is_locked` is where they stop because of a password."""

    entries: tuple[Entry, ...]
    is_part: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """One header: an entry, or a fact of the whole archive."""

    entry: Entry | None
    following: int
    is_part: bool = False
    is_locked: bool = False


def listing(data: bytes) -> Listing:
    """Return what an archive lists; headers whose checksum is wrong end the list."""
    entries: list[Entry] = []
    is_part = False
    at, read = (len(_RAR5), _new) if data.startswith(_RAR5) else (len(_RAR4), _old)
    for _ in range(_MOST):
        try:
            found = read(data, at)
        except (struct.error, IndexError):
            break
        if found is None or found.is_locked:
            return Listing(tuple(entries), is_part, found is not None)
        is_part = is_part or found.is_part
        if found.entry is not None:
            entries.append(found.entry)
        at = found.following
    return Listing(tuple(entries), is_part, is_locked=False)


def _old(data: bytes, at: int) -> _Found | None:
    """Return a header of RAR 2 to 4 (technote.txt of that time, "Block formats")."""
    checksum, kind, flags, size = _BLOCK.unpack_from(data, at)
    head = data[at : at + size]
    if size < _BLOCK.size or len(head) < size or zlib.crc32(head[2:]) & 0xFFFF != checksum:
        return None
    if kind == _MAIN_4:
        return _Found(None, at + size, bool(flags & 0x01), bool(flags & 0x80))
    if kind not in {_FILE_4, _SERVICE_4}:
        extra = int.from_bytes(head[7:11], "little") if flags & 0x8000 else 0
        return _Found(None, at + size + extra)
    packed, _, _, own, _, _, method, length, _ = _FILE.unpack_from(head, _BLOCK.size)
    start = _BLOCK.size + _FILE.size
    if flags & 0x100:
        packed |= int.from_bytes(head[start : start + 4], "little") << 32
        start += 8
    raw = head[start : start + length]
    end = at + size + packed
    entry = Entry(
        _old_names(raw),
        is_folder=kind == _FILE_4 and flags & 0xE0 == _FOLDER_4,
        is_comment=kind == _SERVICE_4 and raw.startswith(_COMMENT.encode()),
        is_locked=bool(flags & 0x04),
        is_stored=method == _STORED_4 and not flags & 0x03,
        checksum=own,
        start=at + size,
        end=end,
    )
    return _Found(entry if kind == _FILE_4 or entry.is_comment else None, end, bool(flags & 0x03))


def _old_names(raw: bytes) -> tuple[str, ...]:
    plain, mark, coded = raw.partition(b"\x00")
    names = decodings(plain) if plain else ()
    return (_unicode(plain, coded), *names) if mark and coded else names


def _unicode(plain: bytes, coded: bytes) -> str:
    """Return a name written as its differences from the plain one, two bits to a step."""
    high = coded[0] << 8
    units: list[int] = []
    at, flags, bits = 1, 0, 0
    while at < len(coded) - (bits == 0):
        if bits == 0:
            flags, bits, at = coded[at], 8, at + 1
        bits -= 2
        step = flags >> bits & 3
        rest = coded[at : at + 2]
        if step < 2:  # noqa: PLR2004 - the lower byte alone, with no upper one or the common one
            units.append(rest[0] + (high if step else 0))
            at += 1
        elif step == 2 and len(rest) == 2:  # noqa: PLR2004 - both bytes
            units.append(int.from_bytes(rest, "little"))
            at += 2
        else:
            shift, upper = (rest[-1], high) if rest[0] & 0x80 else (0, 0)
            same = plain[len(units) : len(units) + (rest[0] & 0x7F) + 2]
            units += [(byte + shift & 0xFF) + upper for byte in same]
            at += 2 if rest[0] & 0x80 else 1
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")


def _new(data: bytes, at: int) -> _Found | None:
    """Return a header of RAR 5 (RAR 5.0 archive format, "General archive block format")."""
    size, start = _vint(data, at + 4)
    end = start + size
    if end > len(data) or zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[at : at + 4], "little"):
        return None
    kind, start = _vint(data, start)
    flags, start = _vint(data, start)
    extra, start = _vint(data, start) if flags & 1 else (0, start)
    packed, start = _vint(data, start) if flags & 2 else (0, start)
    following = end + packed
    if kind == _LOCK_5:
        return _Found(None, following, is_locked=True)
    if kind == _MAIN_5:
        return _Found(None, following, bool(_vint(data, start)[0] & 1))
    if kind not in {_FILE_5, _SERVICE_5}:
        return _Found(None, following) if size else None
    own, start = _vint(data, start)
    for _ in range(2):
        _, start = _vint(data, start)
    start += 4 if own & 2 else 0
    checksum = int.from_bytes(data[start : start + 4], "little") if own & 4 else 0
    start += 4 if own & 4 else 0
    method, start = _vint(data, start)
    _, start = _vint(data, start)
    length, start = _vint(data, start)
    name = data[start : start + length].decode("utf-8", "replace")
    entry = Entry(
        (name,),
        is_folder=bool(own & 1),
        is_comment=kind == _SERVICE_5 and name == _COMMENT,
        is_locked=1 in _extras(data, end - extra, end),
        is_stored=not method >> 7 & 7 and not flags & 0x18,
        checksum=checksum,
        start=end,
        end=following,
    )
    return _Found(entry if kind == _FILE_5 or entry.is_comment else None, following, bool(flags & 0x18))


def _extras(data: bytes, at: int, end: int) -> Iterator[int]:
    """Yield the kinds of the records behind a header; 1 says that the bytes are encrypted."""
    while 0 < at < end:
        size, start = _vint(data, at)
        yield _vint(data, start)[0]
        at = start + max(size, 1)


def _vint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return value, at

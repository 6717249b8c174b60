"""Reads the directory of a ZIP, whatever stands before and behind it: who is listed, where, and how it is packed."""

import struct
from dataclasses import dataclass
from typing import Final

LOCAL: Final = b"PK\x03\x04"
CENTRAL: Final = b"PK\x01\x02"
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_END_64: Final = b"PK\x06\x06"
_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_SIZE: Final = 20
# APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 and 4.3.16.
_LOCAL_HEADER: Final = struct.Struct("<4sHHHHHIIIHH")
_ENTRY: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_FULL: Final = 0xFFFFFFFF
_FULL_16: Final = 0xFFFF
_WIDE: Final = 0x0001
_LOCK: Final = 0x9901
_UNICODE_PATH: Final = 0x7075
_UNICODE_COMMENT: Final = 0x6375
UTF8: Final = 0x800


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as the directory lists it.

    `offset` is where its local header stands in the data, `lock` what WinZip says of the way it is locked.
    """

    name: bytes
    unicode_name: bytes
    comment: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int
    disk: int
    lock: bytes = b""


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries as they stand in the directory, and what the record at the end says.

    `missing` counts entries that are stated but not there. `first` is where the directory begins, `end` where the
    archive with its comment ends. `disk` is the number of this file among the parts of a divided archive, from 0.
    """

    entries: tuple[Entry, ...]
    comment: bytes
    missing: int
    first: int
    end: int
    disk: int


@dataclass(frozen=True, slots=True)
class Local:
    """What a local header says, and where the packed bytes begin."""

    name: bytes
    flags: int
    method: int
    start: int


@dataclass(frozen=True, slots=True)
class _Stated:
    count: int
    size: int
    offset: int
    disk: int
    stop: int


def directory(data: bytes) -> Directory | None:
    """Return the directory of an archive, None where none is to be found."""
    at = data.rfind(_END)
    while at >= 0:
        if at + _END_SIZE <= len(data) and (found := _directory(data, at)) is not None:
            return found
        at = data.rfind(_END, 0, at) if len(data) - at < _FULL_16 * 2 else -1
    return None


def local(data: bytes, at: int) -> Local | None:
    """Return the local header at an offset, None where there is none."""
    if at < 0 or at + _LOCAL_HEADER.size > len(data) or not data.startswith(LOCAL, at):
        return None
    _, _, flags, method, _, _, _, _, _, name, extra = _LOCAL_HEADER.unpack_from(data, at)
    start = at + _LOCAL_HEADER.size
    return Local(data[start : start + name], flags, method, start + name + extra)


def _directory(data: bytes, at: int) -> Directory | None:
    stated = _stated(data, at)
    (length,) = struct.unpack_from("<H", data, at + 20)
    comment = data[at + _END_SIZE : at + _END_SIZE + length]
    end = min(len(data), at + _END_SIZE + length)
    if not stated.count and not stated.size:
        return Directory((), comment, 0, at, end, stated.disk)
    # Counted back from the end, so that a program before the archive does no harm.
    for first in (stated.stop - stated.size, stated.offset):
        if 0 <= first < at and data.startswith(CENTRAL, first):
            entries = _entries(data, first, stated.stop, first - stated.offset)
            missing = (stated.count - len(entries)) % (_FULL_16 + 1)
            return Directory(entries, comment, missing, first, end, stated.disk)
    return None


def _stated(data: bytes, at: int) -> _Stated:
    """Return what the record at the end says of the directory; its wide form's words where there is one."""
    disk, _, _, count, size, offset = struct.unpack_from("<HHHHII", data, at + 4)
    locator = at - _LOCATOR_SIZE
    if locator >= 0 and data.startswith(_LOCATOR, locator):
        (wide,) = struct.unpack_from("<Q", data, locator + 8)
        found = wide if data.startswith(_END_64, wide) else data.rfind(_END_64, 0, locator)
        if 0 <= found <= locator - 56:
            count, size, offset = struct.unpack_from("<QQQ", data, found + 32)
            return _Stated(count, size, offset, 0 if disk == _FULL_16 else disk, found)
    return _Stated(count, size, offset, 0 if disk == _FULL_16 else disk, at)


def _entries(data: bytes, at: int, stop: int, shift: int) -> tuple[Entry, ...]:
    found: list[Entry] = []
    while at + _ENTRY.size <= stop and data.startswith(CENTRAL, at):
        fields = _ENTRY.unpack_from(data, at)
        flags, method, checksum, packed, size, name, extra, comment, disk = (fields[3], fields[4], *fields[7:14])
        start = at + _ENTRY.size
        more = data[start + name : start + name + extra]
        offset = fields[16]
        if _FULL in {packed, size, offset} or disk == _FULL_16:
            size, packed, offset, disk = _wide(more, size, packed, offset, disk)
        at = start + name + extra
        unicode_name = unicode_comment = b""
        if extra:
            unicode_name, unicode_comment = _unicode(more, _UNICODE_PATH), _unicode(more, _UNICODE_COMMENT)
        entry = Entry(
            name=data[start : start + name],
            unicode_name=unicode_name,
            comment=unicode_comment or data[at : at + comment],
            flags=flags | (UTF8 if unicode_comment else 0),
            method=method,
            checksum=checksum,
            packed=packed,
            size=size,
            offset=offset + shift,
            disk=disk,
            lock=_fields(more, _LOCK) if extra else b"",
        )
        found.append(entry)
        at += comment
    return tuple(found)


def _fields(extra: bytes, wanted: int) -> bytes:
    """Return the content of an extra field (section 4.5), nothing where there is none of its kind."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == wanted:
            return extra[at + 4 : at + 4 + size]
        at += 4 + size
    return b""


def _wide(extra: bytes, size: int, packed: int, offset: int, disk: int) -> tuple[int, int, int, int]:
    """Return the numbers that are too large for their fields from where they then stand (section 4.5.3)."""
    field = _fields(extra, _WIDE)
    values = [size, packed, offset]
    at = 0
    for number, value in enumerate(values):
        if value == _FULL and at + 8 <= len(field):
            (values[number],) = struct.unpack_from("<Q", field, at)
            at += 8
    if disk == _FULL_16 and at + 4 <= len(field):
        (disk,) = struct.unpack_from("<I", field, at)
    return values[0], values[1], values[2], disk


def _unicode(extra: bytes, kind: int) -> bytes:
    """Return Info-ZIP's UTF-8 form of a name or comment: behind a version and a checksum (section 4.6.8 and 9)."""
    return _fields(extra, kind)[5:]

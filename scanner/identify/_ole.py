"""Tells what a compound file (OLE2, [MS-CFB]) holds, by the names in its root folder."""

import struct
from typing import Final

_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY: Final = 128
_MOST_SECTORS: Final = 2048
_NOTHING: Final = 0xFFFFFFFA  # and above: not a sector, not an entry ([MS-CFB] 2.1)
_UNKNOWN: Final = "application/x-ole-storage"
_MSI_CLASS: Final = bytes.fromhex("84100c0000000000c000000000000046")
# The order counts: a file has one of the upper names beside the lower ones, never the other way round.
_KINDS: Final = (
    ("EncryptedPackage", "application/x-ole-encrypted"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("PP40", "application/vnd.ms-powerpoint"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("VisioDocument", "application/vnd.visio"),
    ("Quill", "application/x-mspublisher"),
    ("StarWriterDocument", "application/vnd.stardivision.writer"),
    ("StarCalcDocument", "application/vnd.stardivision.calc"),
    ("StarDrawDocument3", "application/vnd.stardivision.draw"),
    ("StarDrawDocument", "application/vnd.stardivision.draw"),
    ("HwpSummaryInformation", "application/x-hwp"),
    ("SwDocContentMgr", "application/x-solidworks"),
    ("MatOST", "application/vnd.ms-works"),
    ("CONTENTS", "application/vnd.ms-works"),
    ("Props14", "application/vnd.ms-project"),
    ("Props12", "application/vnd.ms-project"),
    ("Props9", "application/vnd.ms-project"),
    ("Props", "application/vnd.ms-project"),
)


def compound(data: bytes) -> str | None:
    """Return the media type of a compound file, None for anything else."""
    if not data.startswith(_MAGIC):
        return None
    entries = _entries(data)
    names = _root_names(entries) or {_name(entry) for entry in entries}
    for name, media_type in _KINDS:
        if name.casefold() in names:
            return media_type
    if entries and entries[0][80:96] == _MSI_CLASS:
        return "application/x-msi"
    # A damaged allocation table does not hide what the file was.
    for name, media_type in _KINDS[:7]:
        if not names and name.encode("utf-16-le") in data:
            return media_type
    return _UNKNOWN


def _entries(data: bytes) -> list[bytes]:
    """Return the directory's entries as far as its chain of sectors can be followed."""
    if len(data) < 512:  # noqa: PLR2004 - the header's fixed size
        return []
    shift = 12 if data[30] == 12 else 9  # noqa: PLR2004 - the only two sector sizes there are
    size = 1 << shift
    per_sector = size // 4
    table = struct.unpack_from("<109I", data, 76)
    entries: list[bytes] = []
    (sector,) = struct.unpack_from("<I", data, 48)
    seen: set[int] = set()
    while sector < _NOTHING and sector not in seen and len(seen) < _MOST_SECTORS:
        seen.add(sector)
        start = (sector + 1) << shift
        block = data[start : start + size]
        entries += [block[at : at + _ENTRY] for at in range(0, len(block) - _ENTRY + 1, _ENTRY)]
        index = sector // per_sector
        if index >= len(table) or table[index] >= _NOTHING:
            break
        at = ((table[index] + 1) << shift) + sector % per_sector * 4
        if at + 4 > len(data):
            break
        (sector,) = struct.unpack_from("<I", data, at)
    return entries


def _root_names(entries: list[bytes]) -> set[str]:
    """Return the names right below the root: what is embedded deeper does not say what the whole is."""
    if not entries:
        return set()
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [struct.unpack_from("<I", entries[0], 76)[0]]
    while waiting:
        index = waiting.pop()
        if index >= len(entries) or index in seen:
            continue
        seen.add(index)
        names.add(_name(entries[index]))
        waiting += struct.unpack_from("<II", entries[index], 68)
    return names


def _name(entry: bytes) -> str:
    """Return an entry's name without the sign before reserved names, and in one case: names are compared so (2.6.4)."""
    (length,) = struct.unpack_from("<H", entry, 64)
    return (
        entry[: max(0, min(length, 64) - 2)]
        .decode("utf-16-le", "replace")
        .lstrip("\x01\x02\x03\x04\x05\x06")
        .casefold()
    )

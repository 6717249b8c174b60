"""Knows archives and images of disks, many of which carry their signature further in than at the start."""

import re
from typing import Final

from scanner.identify._signature import is_tar

_WARC: Final = "application/warc"
_NEAR: Final = 64
_AR: Final = b"!<arch>\n"
_SIGNATURES: Final = (
    (b"\xed\xab\xee\xdb", "application/x-rpm"),
    (b"xar!", "application/x-xar"),
    (b"\x89LZO\x00\r\n\x1a\n", "application/x-lzop"),
    (b"\x02\x21\x4c\x18", "application/x-lz4"),
    (b"WARC/0.", _WARC),
    (b"WARC/1.", _WARC),
    # What follows is told, so that nobody takes it for looked into, but has no reader.
    (b"SZDD\x88\xf0\x27\x33", "application/x-ms-compress-szdd"),
    (b"KWAJ\x88\xf0\x27\xd1", "application/x-ms-compress-kwaj"),
    (b"SIT!", "application/x-stuffit"),
    (b"StuffIt (c)", "application/x-stuffitx"),
    (b"StuffIt!", "application/x-stuffitx"),
    (b"\xff\x06\x00\x00sNaPpY", "application/x-snappy-framed"),
    (b"LRZI", "application/x-lrzip"),
    (b"7kSt\xa0\x31\x83\xd3", "application/x-zpaq"),
    (b"zPQ\x01", "application/x-zpaq"),
    (b"ALZ\x01", "application/x-alz-compressed"),
    (b"EGGA\x00\x01", "application/x-egg-compressed"),
    (b"ISc(", "application/x-installshield"),
    (b"ANDROID BACKUP\n", "application/x-android-backup"),
    (b"MSWIM\x00\x00\x00", "application/x-ms-wim"),
    (b"WLPWM\x00\x00\x00", "application/x-ms-wim"),
    (b"hsqs", "application/vnd.squashfs"),
    (b"sqsh", "application/vnd.squashfs"),
    (b"conectix", "application/x-vhd-disk"),
    (b"vhdxfile", "application/x-vhdx-disk"),
    (b"KDMV", "application/x-vmdk-disk"),
    (b"QFI\xfb", "application/x-qemu-disk"),
    (b"EVF\x09\x0d\x0a\xff\x00", "application/x-ewf-disk"),
    (b"\x00" + b"\xff" * 10 + b"\x00", "application/x-cd-image"),
)
_FIRST_BYTES: Final = frozenset(start[0] for start, _ in _SIGNATURES)
_PATTERNS: Final = (
    (re.compile(rb"07070[12][0-9A-Fa-f]{104}|070707[0-7]{70}"), "application/x-cpio"),
    # Half-words in either order of bytes; the type of the file is one that exists (cpio(5), "Old Binary Format").
    (re.compile(rb"\xc7\x71.{5}[\x10-\xc0].{12}[\x01-\xff][\x00-\x04]", re.DOTALL), "application/x-cpio"),
    (re.compile(rb"\x71\xc7.{4}[\x10-\xc0].{13}[\x00-\x04][\x01-\xff]", re.DOTALL), "application/x-cpio"),
    (re.compile(rb"..-(?:lh[0-9dex]|lz[s45]|pm[012s])-.{13}[\x00-\x03]", re.DOTALL), "application/x-lzh-compressed"),
    # Frames to be skipped may stand before the first one that holds something (RFC 8878, section 3.1.2).
    (re.compile(rb"[\x50-\x5f]\x2a\x4d\x18.{4}", re.DOTALL), "application/zstd"),
    (re.compile(rb".{7}\*\*ACE\*\*", re.DOTALL), "application/x-ace-compressed"),
    (
        re.compile(rb"\x60\xea.[\x00-\x0a][\x1e-\x60][\x01-\x66][\x01-\x66][\x00-\x0b].\x02", re.DOTALL),
        "application/x-arj",
    ),
    (re.compile(rb".{20}\xdc\xa7\xc4\xfd", re.DOTALL), "application/x-zoo"),
    (re.compile(rb".{64}\x7f\x10\xda\xbe", re.DOTALL), "application/x-virtualbox-vdi"),
)
_ISO: Final = 0x8000
_UDF: Final = frozenset({b"BEA01", b"NSR02", b"NSR03"})
_SECTOR: Final = 512
_TRAILERS: Final = ((b"koly\x00\x00\x00\x04", "application/x-apple-diskimage"), (b"conectix", "application/x-vhd-disk"))
_BOOT: Final = ((3, b"NTFS    "), (3, b"EXFAT   "), (3, b"-FVE-FS-"), (54, b"FAT"), (82, b"FAT32"))
_BOOT_END: Final = b"\x55\xaa"
_EXT: Final = 0x438
_HFS: Final = 0x400
_RAW_DISK: Final = "application/x-raw-disk-image"
_MOST_ZEROS: Final = 1 << 20
_SOMETHING: Final = re.compile(rb"[^\x00]")


def packed(data: bytes) -> str | None:
    """Return the media type of an archive or of the image of a disk, None for anything else."""
    if data.startswith(_AR):
        debian = data[len(_AR) :].startswith(b"debian-binary")
        return "application/vnd.debian.binary-package" if debian else "application/x-archive"
    for start, media_type in _SIGNATURES if data[0] in _FIRST_BYTES else ():
        # Some are words that a text may begin with; in each of these formats small numbers follow.
        if data.startswith(start) and (b"\x00" in data[:_NEAR] or media_type == _WARC):
            return media_type
    for pattern, media_type in _PATTERNS:
        if pattern.match(data):
            return media_type
    return _disk(data) or _late_tar(data)


def _disk(data: bytes) -> str | None:
    volume = data[_ISO + 1 : _ISO + 6]
    if volume == b"CD001":
        return "application/x-iso9660-image"
    if volume in _UDF:
        return "application/x-udf-image"
    for mark, media_type in _TRAILERS:
        if data[-_SECTOR:].startswith(mark) and len(data) > _SECTOR:
            return media_type
    if data[_SECTOR - 2 : _SECTOR] == _BOOT_END and (_boots(data) or _partitioned(data)):
        return _RAW_DISK
    if data[_EXT : _EXT + 2] == b"\x53\xef" and not data[:_SECTOR].strip(b"\x00"):
        return _RAW_DISK
    return _RAW_DISK if data[_HFS : _HFS + 4] in {b"H+\x00\x04", b"HX\x00\x05"} else None


def _boots(data: bytes) -> bool:
    return data[:1] in {b"\xeb", b"\xe9"} and any(data.startswith(name, at) for at, name in _BOOT)


def _partitioned(data: bytes) -> bool:
    """Tell a table of partitions by the flags of its four entries, and by one that begins somewhere."""
    table = data[446:510]
    flags, starts = table[::16], [table[at + 8 : at + 16] for at in range(0, 64, 16)]
    return not flags.strip(b"\x00\x80") and any(start.strip(b"\x00") for start in starts) and len(data) > 2 * _SECTOR


def _late_tar(data: bytes) -> str | None:
    """Tell a tape archive behind blocks of zeros."""
    if data[:1] != b"\x00" or (found := _SOMETHING.search(data, 0, _MOST_ZEROS)) is None:
        return None
    at = found.start() // _SECTOR * _SECTOR
    return "application/x-tar" if is_tar(data[at : at + _SECTOR]) else None

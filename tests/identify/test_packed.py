import pytest

from bench.hiding._golden import golden
from bench.hiding.archives import taped
from scanner.identify import identify


def _disk(at: int, mark: bytes, *, boots: bool = True) -> bytes:
    data = bytearray(4096)
    data[510:512] = b"\x55\xaa"
    data[:3] = b"\xeb\x3c\x90" if boots else bytes(3)
    data[at : at + len(mark)] = mark
    return bytes(data)


_KINDS = {
    "application/x-archive": b"!<arch>\na.txt/",
    "application/vnd.debian.binary-package": b"!<arch>\ndebian-binary   ",
    "application/x-rpm": golden()["package.rpm"],
    "application/x-xar": golden()["zlib.xar"],
    "application/x-lzh-compressed": golden()["lh5.lzh"],
    "application/x-iso9660-image": golden()["plain.iso"],
    "application/warc": golden()["records.warc"],
    "application/x-lzop": b"\x89LZO\x00\r\n\x1a\n" + bytes(9),
    "application/x-lz4": b"\x02\x21\x4c\x18\x01\x00\x00\x00a",
    "application/zstd": b"\x52\x2a\x4d\x18\x01\x00\x00\x00a",
    "application/x-cpio": b"070701" + b"0" * 104 + b"a\0",
    "application/x-tar": bytes(1024) + taped({"a": b"x"}),
    "application/x-udf-image": bytes(0x8000) + b"\x00BEA01\x01" + bytes(3000),
    "application/x-stuffit": b"SIT!" + bytes(40),
    "application/vnd.squashfs": b"hsqs" + bytes(90),
    "application/x-ace-compressed": b"abcdefg**ACE**" + bytes(20),
    "application/x-apple-diskimage": bytes(1000) + b"koly\x00\x00\x00\x04" + bytes(504),
    "application/x-vhd-disk": bytes(1024) + b"conectix" + bytes(504),
}


@pytest.mark.parametrize("media_type", sorted(_KINDS))
def test_archives_and_images_are_told(media_type: str):
    assert identify(_KINDS[media_type]) == media_type


@pytest.mark.parametrize(
    "data",
    [
        _disk(3, b"NTFS    "),
        _disk(54, b"FAT16   "),
        _disk(82, b"FAT32   "),
        _disk(446, b"\x80\x01\x01\x00\x07\xfe\xff\xff\x3f\x00\x00\x00\x00\x10", boots=False),
        bytes(0x438) + b"\x53\xef" + bytes(900),
        bytes(0x400) + b"H+\x00\x04" + bytes(900),
    ],
    ids=["NTFS", "FAT16", "FAT32", "partitions", "ext", "HFS+"],
)
def test_disks_are_told_by_their_file_systems(data: bytes):
    assert identify(data) == "application/x-raw-disk-image"


@pytest.mark.parametrize("text", [b"SIT! Stay!", b"LRZI is no word", b"hsqs", b"ab-lh5-cd and so on and so forth"])
def test_words_that_open_like_an_archive_are_text(text: bytes):
    assert identify(text) == "text/plain"


def test_zeros_are_nothing_known():
    assert identify(bytes(5000)) == "application/octet-stream"

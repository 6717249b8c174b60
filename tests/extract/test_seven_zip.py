"""Headers of 7z archives made by hand, for what no program at hand writes."""

import bz2
import lzma
import struct
import zlib
from typing import Any

import pytest

from scanner.extract import archive
from scanner.extract._archive import libarchive as _libarchive
from scanner.extract._archive.streams import zstd
from scanner.model.document import Reason
from scanner.model.limits import Limits
from scanner.model.place import Part

_TYPE = "application/x-7z-compressed"
_LZMA = lzma.FILTER_LZMA1


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_libarchive, "_ffi", None)


def _number(value: int) -> bytes:
    if value < 0x80:
        return bytes((value,))
    if value < 0x4000:
        return bytes((0x80 | value >> 8, value & 0xFF))
    return b"\xff" + struct.pack("<Q", value)


def _archive(packed: bytes, header: bytes) -> bytes:
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def _coder(method: bytes, properties: bytes = b"", net: bytes = b"") -> bytes:
    flags = len(method) | (0x20 if properties else 0) | (0x10 if net else 0)
    return bytes((flags,)) + method + net + ((_number(len(properties)) + properties) if properties else b"")


def _streams(packed: int, coders: bytes, count: int, sizes: tuple[int, ...], **more: bytes) -> bytes:
    pack = b"\x06\x00\x01\x09" + _number(packed) + b"\x0a\x01" + bytes(4) + b"\x00"
    folder = (
        b"\x07\x0b\x01\x00"
        + bytes((count,))
        + coders
        + b"\x0c"
        + b"".join(map(_number, sizes))
        + more.get("more", b"")
        + b"\x00"
    )
    return pack + folder + more.get("sub", b"") + b"\x00"


def _files(*names: str, more: bytes = b"") -> bytes:
    text = b"\x00" + "".join(name + "\0" for name in names).encode("utf-16-le")
    return b"\x05" + bytes((len(names),)) + b"\x11" + _number(len(text)) + text + more + b"\x00"


def _one(packed: bytes, coders: bytes, sizes: tuple[int, ...], count: int = 1, **more: bytes) -> bytes:
    header = b"\x01\x04" + _streams(len(packed), coders, count, sizes, **more) + _files("a.txt") + b"\x00"
    return _archive(packed, header)


def _raw(content: bytes, *filters: dict[str, Any]) -> bytes:
    return lzma.compress(content, lzma.FORMAT_RAW, filters=list(filters))


_TEXT = b"SECRET " * 100
_DICTIONARY = {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}
_PACKED = [
    (_TEXT, _coder(b"\x00"), 1),
    (zlib.compress(_TEXT)[2:-4], _coder(b"\x04\x01\x08"), 1),
    (bz2.compress(_TEXT), _coder(b"\x04\x02\x02"), 1),
    (zstd.compress(_TEXT), _coder(b"\x04\xf7\x11\x01"), 1),
    (_raw(_TEXT, {"id": _LZMA, "dict_size": 1 << 16}), _coder(b"\x03\x01\x01", b"\x5d\x00\x00\x01\x00"), 1),
    (_raw(_TEXT, _DICTIONARY), _coder(b"\x21", b"\x08"), 1),
    (
        _raw(_TEXT, {"id": lzma.FILTER_DELTA, "dist": 3}, _DICTIONARY),
        _coder(b"\x03", b"\x02") + _coder(b"\x21", b"\x08") + b"\x00\x01",
        2,
    ),
    (_raw(_TEXT, {"id": lzma.FILTER_ARM}, _DICTIONARY), _coder(b"\x07") + _coder(b"\x21", b"\x28") + b"\x00\x01", 2),
]


@pytest.mark.parametrize(("packed", "coders", "count"), _PACKED)
def test_every_method_that_python_has_is_read(look: Any, packed: bytes, coders: bytes, count: int):
    found = look(archive, _one(packed, coders, (len(_TEXT),) * count, count), _TYPE)

    assert found.members == {"a.txt": _TEXT}
    assert found.reasons == []


@pytest.mark.parametrize(
    ("coders", "count", "sizes"),
    [
        (_coder(b"\x03\x04\x01", b"\x06\x00\x00\x00\x01"), 1, (700,)),
        (_coder(b"\x03\x03\x01\x1b", net=b"\x04\x01") + b"\x00\x00\x00\x00", 1, (700,)),
        (_coder(b"\x04") + _coder(b"\x03\x01\x01", b"\x5d\x00\x00\x01\x00") + b"\x00\x01", 2, (700, 700)),
        (_coder(b"\x03\x01\x01", b"\xff\x00\x00\x01\x00"), 1, (700,)),
        (_coder(b"\x03\x01\x01", b"\x48\x00\x00\x01\x00"), 1, (700,)),
        (_coder(b"\x00") + _coder(b"\x00") + b"\x00\x01", 2, (700, 700)),
        (_coder(b"\x00") + _coder(b"\x00") + b"\x01\x01", 2, (700, 700)),
    ],
)
def test_what_python_does_not_have_is_unsupported(look: Any, coders: bytes, count: int, sizes: tuple[int, ...]):
    found = look(archive, _one(_TEXT, coders, sizes, count), _TYPE)

    assert found.members == {}
    assert found.reasons in ([Reason.UNSUPPORTED], [Reason.CORRUPT])


def test_a_locked_folder_is_encrypted(look: Any):
    assert look(archive, _one(_TEXT, _coder(b"\x06\xf1\x07\x01", b"\x13\x00"), (700,)), _TYPE).reasons == [
        Reason.ENCRYPTED
    ]


def test_checksums_are_checked_where_there_are_any(look: Any):
    known = b"\x0a\x01" + struct.pack("<I", zlib.crc32(_TEXT))
    wrong = b"\x0a\x00\x80" + struct.pack("<I", 7)
    none = b"\x0a\x00\x00"

    assert look(archive, _one(_TEXT, _coder(b"\x00"), (700,), more=known), _TYPE).reasons == []
    assert look(archive, _one(_TEXT, _coder(b"\x00"), (700,), more=wrong), _TYPE).reasons == [Reason.CORRUPT]
    assert look(archive, _one(_TEXT, _coder(b"\x00"), (700,), more=none), _TYPE).reasons == []


def test_files_of_one_folder_are_divided_by_their_sizes(look: Any):
    sums = struct.pack("<II", zlib.crc32(_TEXT[:300]), 7)
    sub = b"\x08\x0d\x02\x09" + _number(300) + b"\x0a\x01" + sums + b"\x19\x01x\x00"
    header = b"\x01\x04" + _streams(700, _coder(b"\x00"), 1, (700,), sub=sub) + _files("a", "b", "c") + b"\x00"
    found = look(archive, _archive(_TEXT, header), _TYPE)

    assert found.members == {"a": _TEXT[:300], "b": _TEXT[300:]}
    assert found.reasons == [Reason.CORRUPT, Reason.CORRUPT]
    assert [problem.detail for problem in found.problems] == ["its checksum is wrong", "its bytes are missing"]


def test_what_else_a_header_may_say_is_passed_over(look: Any):
    streams = _streams(700, _coder(b"\x00"), 1, (700,))
    modes = b"\x01\x00" + struct.pack("<III", 0x8000 | 0o120777 << 16, 0x10, 0x20)
    more = b"\x0e\x01\x60" + b"\x0f\x01\x80" + b"\x15" + _number(len(modes)) + modes + b"\x19\x02xx"
    header = b"\x01\x02\x16\x01c\x00\x03" + streams + b"\x04" + streams + _files("link", "empty", "folder", more=more)
    found = look(archive, _archive(_TEXT, header + b"\x00"), _TYPE)

    assert found.members == {"empty": b""}
    assert found.text(Part.METADATA, "names").split("\n")[0] == "link"
    assert "folder" in found.text(Part.METADATA, "names").split("\n")


def test_a_header_packed_several_times_is_read(look: Any):
    inner = b"\x01\x04" + _streams(700, _coder(b"\x00"), 1, (700,)) + _files("a.txt") + b"\x00"
    outer = b"\x17" + _streams(len(inner), _coder(b"\x00"), 1, (len(inner),)).replace(
        b"\x06\x00", b"\x06" + _number(700), 1
    )

    assert look(archive, _archive(_TEXT + inner, outer), _TYPE).members == {"a.txt": _TEXT}


@pytest.mark.parametrize(
    "header",
    [
        b"\x01\x09",
        b"\x01\x04\x09",
        b"\x01\x04\x06\x00\x01\x0b",
        b"\x01\x04\x06\x00\x00\x00\x07\x0c",
        b"\x01\x04\x06\x00\x00\x00\x07\x0b\x00\x00\x0b",
        b"\x01\x04\x06\x00\x00\x00\x07\x0b\x00\x00\x0c\x0b",
        b"\x01\x04" + _streams(700, _coder(b"\x00"), 1, (700,), sub=b"\x08\x0d\x02\x09" + _number(900) + b"\x00"),
        b"\x17" + _streams(10, _coder(b"\x00"), 1, (1 << 40,)),
        b"\x17" + _streams(10, _coder(b"\x00"), 1, (700,)),
        b"\x17\x00",
        b"\x17" + _streams(1, _coder(b"\x00"), 1, (1,)),
        b"\x01",
    ],
)
def test_damaged_headers_are_corrupt(look: Any, header: bytes):
    assert look(archive, _archive(b"\x17\x17", header), _TYPE).reasons == [Reason.CORRUPT]


def test_a_header_in_a_stream_of_its_own_is_unsupported(look: Any):
    header = b"\x01\x04\x06\x00\x00\x00\x07\x0b\x01\x01"

    assert look(archive, _archive(b"", header), _TYPE).reasons == [Reason.UNSUPPORTED]


def test_more_files_than_anybody_packs_are_not_read(look: Any):
    assert look(archive, _archive(b"", b"\x01\x05" + _number(300_000)), _TYPE).reasons == [Reason.TOO_MANY_MEMBERS]


def test_a_folder_that_breaks_off_says_so_in_each_of_its_files(look: Any):
    sub = b"\x08\x0d\x02\x09" + _number(100) + b"\x00"
    header = b"\x01\x04" + _streams(50, _coder(b"\x00"), 1, (700,), sub=sub) + _files("a", "b") + b"\x00"
    found = look(archive, _archive(_TEXT[:50], header), _TYPE, limits=Limits(member_bytes=20))

    assert found.members == {"a": _TEXT[:20]}
    assert found.reasons == [Reason.TOO_LARGE, Reason.CORRUPT]

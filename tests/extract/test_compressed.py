import bz2
import gzip
import io
import lzma
import random
import struct
import zlib
from typing import Any

import lz4.block
import lz4.frame
import pytest

from bench.hiding import word
from bench.hiding._golden import golden
from scanner.extract import Budget, LimitReachedError, compressed
from scanner.extract._archive.member import unpack
from scanner.extract._archive.streams import zstd
from scanner.model.document import Blob, Member, Problem, Reason
from scanner.model.limits import Limits
from scanner.model.place import Part, Place


@pytest.mark.parametrize(
    ("data", "media_type", "name", "expected"),
    [
        (gzip.compress(b"one") + gzip.compress(b"two"), "application/gzip", "a.txt.gz", "a.txt"),
        (bz2.compress(b"one") + bz2.compress(b"two"), "application/x-bzip2", "a.tbz2", "a.tar"),
        (lzma.compress(b"one") + lzma.compress(b"two"), "application/x-xz", "A.XZ", "A"),
        (lzma.compress(b"onetwo", lzma.FORMAT_ALONE), "application/x-lzma", "a.lzma", "a"),
        (zlib.compress(b"onetwo"), "application/zlib", "a", "content"),
    ],
)
def test_all_streams_are_one_member_under_a_fitting_name(
    look: Any, data: bytes, media_type: str, name: str, expected: str
):
    found = look(compressed, data, media_type, name)

    assert found.members == {expected: b"onetwo"}
    assert found.reasons == []


def test_the_name_a_gzip_keeps_wins(look: Any):
    stream = io.BytesIO()
    with gzip.GzipFile("plan.docx", "wb", fileobj=stream) as file:
        file.write(b"x")
    data = stream.getvalue()
    # With an extra field before the name.
    extra = data[:3] + bytes([data[3] | 4]) + data[4:10] + b"\x02\x00ab" + data[10:]

    assert list(look(compressed, data, "application/gzip").members) == ["plan.docx"]
    assert list(look(compressed, extra, "application/gzip").members) == ["plan.docx"]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (gzip.compress(b"SECRET")[:-4], "application/gzip"),
        (gzip.compress(b"SECRET")[:-7] + b"XXXXXXX", "application/gzip"),
        (zlib.compress(b"SECRET")[:-4], "application/zlib"),
    ],
)
def test_damage_is_reported_and_what_came_before_is_read(look: Any, data: bytes, media_type: str):
    found = look(compressed, data, media_type)

    assert found.reasons == [Reason.CORRUPT]
    assert found.members == {"content": b"SECRET"}


def test_what_stands_behind_the_streams_is_a_member_and_said(look: Any):
    found = look(compressed, gzip.compress(b"SECRET") + b"trash", "application/gzip")

    assert found.reasons == [Reason.CORRUPT]
    assert found.members == {"content": b"SECRET", "behind": b"trash"}


@pytest.mark.parametrize("media_type", sorted(compressed.MEDIA_TYPES))
def test_what_is_not_compressed_at_all_is_reported(look: Any, media_type: str):
    found = look(compressed, b"\x1f\x8b\x08\x08 nothing", media_type)

    assert found.reasons == [Reason.CORRUPT]
    assert found.members == {}


def test_a_bomb_ends_at_the_budget(look: Any):
    with pytest.raises(LimitReachedError):
        look(compressed, gzip.compress(bytes(50_000_000)), "application/gzip")


def _lzip(content: bytes) -> bytes:
    """Return a member of lzip, made of the same stream in the older wrapping."""
    alone = lzma.compress(content, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    packed = alone[13:]
    trailer = struct.pack("<IQQ", zlib.crc32(content), len(content), 26 + len(packed))
    return b"LZIP\x01\x10" + packed + trailer


def _legacy(*blocks: bytes) -> bytes:
    packed = [lz4.block.compress(block, store_size=False) for block in blocks]
    return b"\x02\x21\x4c\x18" + b"".join(struct.pack("<I", len(block)) + block for block in packed)


_LONG = b"".join(b"%d SECRET lines\n" % number for number in range(40_000))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (zstd.compress(_LONG[:100]) + zstd.compress(_LONG[100:]), "application/zstd"),
        (b"\x5f\x2a\x4d\x18\x01\0\0\0x" + zstd.compress(_LONG), "application/zstd"),
        (lz4.frame.compress(_LONG[:100]) + lz4.frame.compress(_LONG[100:]), "application/x-lz4"),
        (_legacy(_LONG[:100], _LONG[100:]), "application/x-lz4"),
        (_legacy(_LONG[:100]) + _legacy(_LONG[100:]), "application/x-lz4"),
        (_lzip(_LONG[:100]) + _lzip(_LONG[100:]), "application/lzip"),
        (_lzip(_LONG), "application/x-lzip"),
        (gzip.compress(_LONG[:100]) + bytes(30) + gzip.compress(_LONG[100:]), "application/gzip"),
        (lzma.compress(_LONG) + bytes(8), "application/x-xz"),
    ],
)
def test_newer_streams_are_read_whole(look: Any, data: bytes, media_type: str):
    found = look(compressed, data, media_type)

    assert found.members == {"content": _LONG}
    assert found.reasons == []


def test_files_of_compress_are_read(look: Any):
    data = golden()["text.txt.Z"]
    found = look(compressed, data, "application/x-compress", "text.txt.Z")

    assert word("arc", "text.txt.Z").encode() in found.members["text.txt"]
    assert found.reasons == []


def _lzw(codes: list[int], width: int = 9) -> bytes:
    whole = sum(code << width * number for number, code in enumerate(codes))
    return b"\x1f\x9d\x90" + whole.to_bytes((len(codes) * width + 7) // 8, "little")


def test_strings_that_repeat_themselves_and_tables_that_are_cleared_are_read(look: Any):
    data = _lzw([97, 257, 258, 256, 0, 0, 0, 0, 98, 99, 257])

    assert look(compressed, data, "application/x-compress").members == {"content": b"aaaaaabcbc"}


@pytest.mark.parametrize("data", [b"\x1f\x9d", b"\x1f\x9d\x80\x00", b"\x1f\x9d\xff\x00\x00", _lzw([97, 300])])
def test_damaged_files_of_compress_are_corrupt(look: Any, data: bytes):
    assert look(compressed, data, "application/x-compress").reasons == [Reason.CORRUPT]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (_lzip(_LONG)[:-4], "application/lzip"),
        (_lzip(_LONG)[:-20] + bytes(20), "application/lzip"),
        (_legacy(_LONG)[:-4], "application/x-lz4"),
        (_legacy(_LONG)[:8] + b"\xff" * 40 + _legacy(_LONG)[48:], "application/x-lz4"),
        (lz4.frame.compress(_LONG)[:-9], "application/x-lz4"),
        (zstd.compress(_LONG)[:-4], "application/zstd"),
        (lzma.compress(_LONG)[:-40] + bytes(40), "application/x-xz"),
        (bz2.compress(_LONG)[:-10], "application/x-bzip2"),
        (gzip.compress(_LONG)[:-8] + bytes(8), "application/gzip"),
    ],
)
def test_damage_in_newer_streams_is_reported(look: Any, data: bytes, media_type: str):
    assert look(compressed, data, media_type).reasons == [Reason.CORRUPT]


def test_what_was_unpacked_before_a_fault_is_kept(look: Any):
    data = bytearray(gzip.compress(_LONG, compresslevel=1))
    data[len(data) // 2] ^= 0xFF
    found = look(compressed, bytes(data), "application/gzip")

    assert len(found.members["content"]) > len(_LONG) // 4
    assert found.members["content"][: len(_LONG) // 4] == _LONG[: len(_LONG) // 4]
    assert found.reasons == [Reason.CORRUPT]


def test_a_window_larger_than_the_memory_for_it_is_too_large(look: Any):
    data = b"\x28\xb5\x2f\xfd\x00\xb0" + zstd.compress(b"x")[6:]

    assert look(compressed, data, "application/zstd").reasons == [Reason.TOO_LARGE]


def test_comments_and_further_names_of_a_gzip_are_text(look: Any):
    plain = gzip.compress(b"x")
    first = plain[:3] + b"\x18" + plain[4:10] + b"a.txt\0SECRET remark\0" + plain[10:]
    second = plain[:3] + b"\x08" + plain[4:10] + b"SECRET name\0" + plain[10:]
    found = look(compressed, first + second + plain, "application/gzip")

    assert found.members == {"a.txt": b"xxx"}
    assert found.text(Part.COMMENT) == "SECRET remark"
    assert found.text(Part.METADATA, "names") == "SECRET name"


def test_thousands_of_empty_streams_are_one_file(look: Any):
    found = look(compressed, gzip.compress(b"") * 10_000, "application/gzip")

    assert found.members == {"content": b""}


@pytest.mark.parametrize("media_type", sorted(compressed.MEDIA_TYPES))
def test_faults_end_in_problems(media_type: str):
    chance = random.Random(media_type)  # noqa: S311 - the same faults every time
    whole = {
        "application/gzip": gzip.compress(_LONG),
        "application/x-bzip2": bz2.compress(_LONG),
        "application/x-xz": lzma.compress(_LONG[:9000]),
        "application/x-lzma": lzma.compress(_LONG[:9000], lzma.FORMAT_ALONE),
        "application/zlib": zlib.compress(_LONG),
        "application/zstd": zstd.compress(_LONG),
        "application/x-lz4": _legacy(_LONG[:9000]),
        "application/x-compress": golden()["text.txt.Z"],
    }.get(media_type, _lzip(_LONG[:9000]))
    for turn in range(12):
        data = bytearray(whole[: chance.randrange(1, len(whole)) if turn % 2 else None])
        data[chance.randrange(min(len(data), 2000))] ^= 1 << chance.randrange(8)
        try:
            found = list(compressed.extract(Blob(Place("f"), media_type, bytes(data)), Budget(Limits(), len(data))))
        except LimitReachedError:
            continue
        assert all(item.place.file == "f" for item in found)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(NotImplementedError(), Reason.UNSUPPORTED), (OSError(), Reason.CORRUPT), (ValueError(), Reason.CORRUPT)],
)
def test_a_stream_that_raises_is_a_problem_behind_what_it_gave(fault: Exception, reason: Reason):
    class Stream:
        def __init__(self) -> None:
            self.left = [b"SECRET"]

        def read(self, _: int, /) -> bytes:
            if self.left:
                return self.left.pop()
            raise fault

    member, problem = unpack(Place("f", ("a",)), Stream(), Budget(Limits(), 1))

    assert isinstance(member, Member)
    assert isinstance(problem, Problem)
    assert (member.data, problem.reason) == (b"SECRET", reason)

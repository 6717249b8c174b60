import bz2
import gzip
import io
import lzma
import zlib
from typing import Any

import pytest

from scanner.extract import LimitReachedError, compressed
from scanner.model.document import Reason


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

import bz2
import gzip
import lzma
import random
import struct
import zlib
from typing import Any

import lz4.frame
import pytest

from bench.hiding._golden import golden
from bench.hiding.archives import taped, zipped
from scanner.extract import Budget, opaque, plain
from scanner.extract._archive import appended as _appended
from scanner.extract._archive.appended import appended, first_appended
from scanner.extract._archive.streams import zstd
from scanner.model.document import Blob, Member, Reason
from scanner.model.limits import Limits
from scanner.model.place import Part, Place

_CHANCE = random.Random(1)  # noqa: S311 - the same bytes every time
_PROGRAM = b"MZ" + _CHANCE.randbytes(3000)
_TAPE = taped({"a.txt": b"SECRET"})


def _file(name: str) -> bytes:
    return golden()[name]


def _rar4() -> bytes:
    head = struct.pack("<BHH", 0x73, 0, 13) + bytes(6)
    return b"Rar!\x1a\x07\x00" + struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + bytes(20)


def _rar5() -> bytes:
    head = b"\x03\x01\x00\x00"
    return b"Rar!\x1a\x07\x01\x00" + struct.pack("<I", zlib.crc32(head)) + head + bytes(20)


_SIZES = b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(10) + b"\x01\x00\x00\x00\x01\x00\x00\x00"
_STRUCTURED = {
    "7z": _file("lzma2.7z"),
    "rar": _rar4(),
    "rar of the newer kind": _rar5(),
    "cab": _file("mszip.cab"),
    "xar": _file("zlib.xar"),
    "rpm": _file("package.rpm"),
    "tar": _TAPE,
    "zip": zipped({"a.txt": b"SECRET"}),
    "cpio": b"070701" + b"0" * 104 + b"a\0",
    "ar": b"!<arch>\n" + b"a.txt/".ljust(48) + b"6         `\nSECRET",
    "pdf": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + _SIZES + bytes(2000),
}


def _found(data: bytes) -> dict[str, bytes]:
    items = appended(Blob(Place("f"), "application/x-dosexec", data), Budget(Limits(), len(data)))
    return {item.place.members[-1]: item.data for item in items if isinstance(item, Member)}


@pytest.mark.parametrize("kind", sorted(_STRUCTURED))
def test_every_kind_of_archive_is_found_behind_a_program(kind: str):
    data = _STRUCTURED[kind]

    assert _found(_PROGRAM + data) == {f"appended.{kind.partition(' ')[0]}": data}


@pytest.mark.parametrize("kind", sorted(_STRUCTURED))
def test_what_only_opens_like_an_archive_is_none(kind: str):
    data = bytearray(_STRUCTURED[kind])
    start = 257 if kind == "tar" else 0
    data[start + 8 : start + 200] = _CHANCE.randbytes(len(data[start + 8 : start + 200]))

    assert _found(_PROGRAM + bytes(data[:-40])) == {}


def test_pieces_of_files_that_programs_hold_are_none():
    assert _found(_PROGRAM + b"%PDF-1.3\n" + bytes(90) + b"%%EOF") == {}
    assert _found(_PROGRAM + _STRUCTURED["ole"][:44] + bytes(3000)) == {}


def test_several_archives_are_found_each_to_its_end():
    seven, cabinet = _STRUCTURED["7z"], _STRUCTURED["cab"]

    assert _found(_PROGRAM + seven + cabinet + b"rest") == {"appended.7z": seven, "appended 2.cab": cabinet}


def test_two_zips_one_behind_the_other_are_found():
    one, two = zipped({"a": b"1"}), zipped({"b": b"2"})

    assert sorted(_found(_PROGRAM + one + two).values()) == sorted((one, two))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress, lz4.frame.compress])
def test_compressed_data_behind_a_script_or_program_is_unpacked(look: Any, pack: Any):
    script = b"#!/bin/sh\necho a note\nexit 0\n"
    found = look(plain, script + pack(_TAPE), "text/plain")

    assert found.members == {"appended": _TAPE}
    assert found.text() == script.decode()
    assert found.reasons == []
    assert look(opaque, _PROGRAM + pack(_TAPE) + b"signature").members == {"appended": _TAPE}


def test_a_long_stream_that_breaks_off_is_kept_and_said(look: Any):
    content = b"".join(b"%d SECRET lines\n" % number for number in range(20_000))
    found = look(opaque, _PROGRAM + gzip.compress(content)[:-50])

    assert content.startswith(found.members["appended"])
    assert found.reasons == [Reason.CORRUPT]


def test_a_short_stream_that_breaks_off_is_chance(look: Any):
    found = look(opaque, _PROGRAM + gzip.compress(b"SECRET" * 9)[:-8])

    assert found.members == {}
    assert found.reasons == []


def test_text_with_zeros_in_it_and_nothing_behind_stays_text(look: Any):
    assert "SECRET" in look(plain, b"SECRET\0text", "text/plain").text(Part.BODY)
    assert first_appended(b"SECRET\0text") == 11


def test_without_a_budget_nothing_is_unpacked():
    data = _PROGRAM + gzip.compress(_TAPE)

    assert list(appended(Blob(Place("f"), "image/png", data))) == []


def test_signatures_without_end_are_not_tried_without_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_appended, "_MOST_TRIES", 3)

    assert _found(_PROGRAM + b"\x1f\x8b\x08" * 10 + gzip.compress(_TAPE)) == {}

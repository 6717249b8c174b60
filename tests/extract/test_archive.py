import os
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from bench.hiding import word
from bench.hiding._golden import golden
from scanner.extract import Budget, LimitReachedError, archive
from scanner.extract._archive import libarchive as _libarchive
from scanner.extract._archive.names import Names
from scanner.extract._archive.rar import listing
from scanner.model.document import Blob, Reason, Segment
from scanner.model.limits import Limits
from scanner.model.place import Part, Place

_SEVEN = "application/x-7z-compressed"
_RAR = "application/vnd.rar"
_TYPES = {
    ".7z": _SEVEN,
    ".cab": "application/vnd.ms-cab-compressed",
    ".lzh": "application/x-lzh-compressed",
    ".xar": "application/x-xar",
    ".iso": "application/x-iso9660-image",
}
_ALL = sorted(name for name in golden() if Path(name).suffix in _TYPES)
_LOCKED = {"locked.7z", "locked-header.7z"}


def _read(name: str) -> bytes:
    return golden()[name]


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_libarchive, "_ffi", None)


def _holds(found: Any, name: str) -> bool:
    hidden = word("arc", name).encode()
    return any(hidden in data for data in found.members.values())


@pytest.mark.parametrize("name", sorted(set(_ALL) - _LOCKED))
def test_every_kind_is_read_without_a_problem(look: Any, name: str):
    found = look(archive, _read(name), _TYPES[Path(name).suffix])

    assert _holds(found, name)
    assert found.reasons == []


@pytest.mark.parametrize(
    "name", sorted({name for name in _ALL if name.endswith(".7z")} - _LOCKED - {"ppmd.7z", "bcj2.7z"})
)
@pytest.mark.usefixtures("nothing_installed")
def test_common_7z_archives_are_read_with_nothing_installed(look: Any, name: str):
    found = look(archive, _read(name), _SEVEN)

    assert _holds(found, name)
    assert found.reasons == []


def test_folders_links_and_empty_files_of_a_7z_are_told_apart(look: Any):
    several = look(archive, _read("several.7z"), _SEVEN)
    links = look(archive, _read("links.7z"), _SEVEN)

    assert set(several.members) == {"a.txt", "b.txt", "empty.txt"}
    assert several.members["empty.txt"] == b""
    assert word("arc", "several.7z folder") in several.text(Part.METADATA, "names")
    assert word("arc", "links.7z target") in links.text(Part.METADATA, "names")


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("name", ["ppmd.7z", "bcj2.7z"])
def test_a_method_that_python_does_not_have_is_unsupported(look: Any, name: str):
    found = look(archive, _read(name), _SEVEN)

    assert found.reasons == [Reason.UNSUPPORTED]
    assert "a.txt" in found.text(Part.METADATA, "names")


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("name", ["lh5.lzh", "zlib.xar"])
def test_what_only_the_system_reads_says_what_is_missing(look: Any, name: str):
    found = look(archive, _read(name), _TYPES[Path(name).suffix])

    assert found.reasons == [Reason.UNSUPPORTED]
    assert found.problems[0].detail == "needs libarchive (Debian: libarchive13)"
    assert found.text(Part.RAW)


def test_a_locked_member_is_encrypted_and_its_name_is_text(look: Any):
    found = look(archive, _read("locked.7z"), _SEVEN)

    assert [(str(one.place), one.reason) for one in found.problems] == [("f!/a.txt", Reason.ENCRYPTED)]
    assert found.text(Part.METADATA, "names") == "a.txt"


def test_a_locked_header_is_encrypted(look: Any):
    assert look(archive, _read("locked-header.7z"), _SEVEN).reasons == [Reason.ENCRYPTED]


def test_an_empty_7z_holds_nothing(look: Any):
    start = struct.pack("<QQI", 0, 0, 0)
    data = b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start

    assert look(archive, data, _SEVEN).items == []


def test_a_7z_that_ends_early_is_partial_and_one_that_is_wrong_is_corrupt(look: Any):
    data = _read("plain-header.7z")

    assert look(archive, data[:-20], _SEVEN).reasons == [Reason.PARTIAL]
    assert look(archive, data[:20], _SEVEN).reasons == [Reason.CORRUPT]
    assert look(archive, data[:-3] + b"xxx", _SEVEN).reasons == [Reason.CORRUPT]


def test_damaged_content_of_a_7z_is_reported_by_its_checksum(look: Any):
    data = bytearray(_read("copy.7z"))
    data[40] ^= 1
    found = look(archive, bytes(data), _SEVEN)

    assert found.reasons == [Reason.CORRUPT]
    assert _holds(found, "copy.7z")


def test_a_member_of_a_7z_too_large_is_cut_and_the_rest_goes_on(look: Any):
    found = look(archive, _read("several.7z"), _SEVEN, limits=Limits(member_bytes=500))

    assert found.reasons == [Reason.TOO_LARGE, Reason.TOO_LARGE]
    assert len(found.members["a.txt"]) == len(found.members["b.txt"]) == 500
    assert found.members["empty.txt"] == b""


@pytest.mark.parametrize("name", ["rock-ridge.iso", "several.7z"])
def test_a_budget_that_is_spent_keeps_the_names(name: str):
    found = archive.extract(
        Blob(Place("f"), _TYPES[Path(name).suffix], _read(name)), Budget(Limits(expanded_bytes=400), 1)
    )
    texts: list[str] = []
    with pytest.raises(LimitReachedError):
        texts.extend(item.text for item in found if isinstance(item, Segment))

    assert texts


def test_volume_names_of_an_image_are_text(look: Any):
    found = look(archive, _read("joliet.iso"), "application/x-iso9660-image")

    assert word("arc", "joliet.iso volume") in found.text(Part.METADATA, "names")


@pytest.mark.parametrize("name", _ALL)
def test_faults_end_in_problems_not_in_exceptions(name: str):
    chance = random.Random(name)  # noqa: S311 - the same faults every time
    whole = _read(name)
    for turn in range(40):
        data = bytearray(whole)
        for _ in range(1 + turn % 3):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        cut = bytes(data[: chance.randrange(len(data))] if turn % 2 else data)
        for item in archive.extract(Blob(Place("f"), _TYPES[Path(name).suffix], cut), Budget(Limits(), len(cut))):
            assert Place.parse(str(item.place)) == item.place


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("name", [name for name in _ALL if name.endswith(".7z")])
def test_faults_end_in_problems_with_nothing_installed_too(name: str):
    test_faults_end_in_problems_not_in_exceptions(name)


def rar4(*files: tuple[bytes, bytes, int], flags: int = 0, main: int = 0, comment: bytes = b"") -> bytes:
    def block(kind: int, own: int, body: bytes) -> bytes:
        head = struct.pack("<BHH", kind, own, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    def file(kind: int, name: bytes, content: bytes, own: int, method: int = 0x30) -> bytes:
        fixed = (len(content), len(content), 3, zlib.crc32(content), 0, 29, method, len(name), 0o100644)
        return block(kind, own | 0x8000, struct.pack("<IIBIIBBHI", *fixed) + name) + content

    out = b"Rar!\x1a\x07\x00" + block(0x73, main, bytes(6))
    if comment:
        out += file(0x7A, b"CMT", comment, 0)
    for name, content, method in files:
        out += file(0x74, name, content, flags, method)
    return out + block(0x7B, 0x4000, b"")


def rar5(*files: tuple[str, bytes], extra: bytes = b"", main: int = 0, comment: bytes = b"", method: int = 0) -> bytes:
    def number(value: int) -> bytes:
        out = b""
        while value > 127:
            out += bytes((value & 127 | 128,))
            value >>= 7
        return out + bytes((value,))

    def block(kind: int, flags: int, body: bytes, packed: bytes = b"", more: bytes = b"") -> bytes:
        head = number(kind) + number(flags | (2 if packed else 0) | (1 if more else 0))
        head += (number(len(more)) if more else b"") + (number(len(packed)) if packed else b"") + body + more
        head = number(len(head)) + head
        return struct.pack("<I", zlib.crc32(head)) + head + packed

    def file(kind: int, name: str, content: bytes, more: bytes = b"") -> bytes:
        body = number(4) + number(len(content)) + number(0o100644) + struct.pack("<I", zlib.crc32(content))
        body += number(method << 7) + number(1) + number(len(name.encode())) + name.encode()
        return block(kind, 0, body, content, more)

    out = b"Rar!\x1a\x07\x01\x00" + block(1, 0, number(main) + (number(0) if main & 2 else b""))
    if comment:
        out += file(3, "CMT", comment)
    for name, content in files:
        out += file(2, name, content, extra)
    return out + block(5, 0, number(0))


_FILES = (("a.txt", b"SECRET one"), ("机密.txt", b"SECRET two"))


def test_stored_files_of_both_kinds_of_rar_are_read(look: Any):
    old = look(archive, rar4((b"a.txt", b"SECRET one", 0x30)), _RAR)
    new = look(archive, rar5(*_FILES), _RAR)

    assert old.members == {"a.txt": b"SECRET one"}
    assert new.members == dict(_FILES)
    assert old.reasons == new.reasons == []


@pytest.mark.usefixtures("nothing_installed")
def test_stored_files_of_a_rar_are_read_with_nothing_installed(look: Any):
    old = look(archive, rar4((b"a.txt", b"SECRET one", 0x30), (b"b.txt", b"packed", 0x33)), _RAR)
    new = look(archive, rar5(*_FILES), _RAR)

    assert old.members == {"a.txt": b"SECRET one"}
    assert old.reasons == [Reason.UNSUPPORTED]
    assert new.members == dict(_FILES)
    assert new.reasons == []
    assert look(archive, b"Rar!\x1a\x07\x00garbage", _RAR).reasons == [Reason.UNSUPPORTED]


def test_comments_of_a_rar_are_text(look: Any):
    for data in (rar4(comment=b"SECRET remark"), rar5(comment=b"SECRET remark")):
        assert look(archive, data, _RAR).text(Part.COMMENT) == "SECRET remark"


def test_one_part_of_a_divided_rar_is_partial(look: Any):
    for data in (rar4((b"a.txt", b"SECRET one", 0x30), main=1), rar5(*_FILES, main=1)):
        assert look(archive, data, _RAR).reasons[0] == Reason.PARTIAL


def test_names_of_locked_files_in_a_rar_are_text(look: Any):
    for data in (rar4((b"a.txt", b"x" * 16, 0x30), flags=4), rar5(("a.txt", b"x" * 16), extra=b"\x02\x01\x00")):
        found = look(archive, data, _RAR)
        assert Reason.ENCRYPTED in found.reasons
        assert "a.txt" in found.text(Part.METADATA, "names")
        assert found.members == {}


@pytest.mark.usefixtures("nothing_installed")
def test_names_of_locked_files_in_a_rar_are_text_with_nothing_installed(look: Any):
    test_names_of_locked_files_in_a_rar_are_text(look)


def test_a_rar_with_locked_headers_is_encrypted(look: Any):
    lock = b"\x04\x04\x00\x00\x00"
    new = b"Rar!\x1a\x07\x01\x00" + struct.pack("<I", zlib.crc32(lock)) + lock

    assert look(archive, rar4(main=0x80), _RAR).reasons == [Reason.ENCRYPTED]
    assert look(archive, new, _RAR).reasons == [Reason.ENCRYPTED]


def test_a_damaged_rar_keeps_the_names_that_it_lists(look: Any):
    data = rar4((b"a.txt", b"SECRET one", 0x33), (b"b.txt", b"x" * 30, 0x33))
    found = look(archive, data, _RAR)

    assert set(found.reasons) <= {Reason.CORRUPT, Reason.UNSUPPORTED}
    assert found.reasons
    assert "a.txt" in found.text(Part.METADATA, "names")


def test_wide_names_of_an_old_rar_are_read():
    plain, wide = b"__.txt", b"\x67\xa8\x3a\x67\xc6\x5b\x00\x2e\x74\x78\x00\x74"
    data = rar4((plain + b"\x00" + wide, b"x", 0x30))

    assert listing(data).entries[0].names[0].startswith("\u673a\u5bc6")


def test_folders_of_a_rar_and_names_by_repetition():
    entry = listing(rar4((b"folder\x00\x00\xff\x04", b"", 0x30), flags=0xE0)).entries[0]

    assert entry.is_folder
    assert entry.names == ("folder", "folder")


@pytest.mark.parametrize("make", [rar4, rar5])
def test_faults_in_a_rar_end_in_problems(make: Any):
    chance = random.Random(5)  # noqa: S311 - the same faults every time
    whole = (
        rar4((b"a.txt", b"SECRET one", 0x30), comment=b"remark") if make is rar4 else rar5(*_FILES, comment=b"remark")
    )
    for turn in range(200):
        data = bytearray(whole[: chance.randrange(8, len(whole) + 1)] if turn % 2 else whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        for item in archive.extract(Blob(Place("f"), _RAR, bytes(data)), Budget(Limits(), len(data))):
            assert Place.parse(str(item.place)) == item.place


def _cabinet(*blocks: bytes, method: int = 0, files: tuple[tuple[bytes, int, int, int], ...] = ()) -> bytes:
    """Return a cabinet with one folder; a file is its name, size, offset and folder."""
    listed = b"".join(
        struct.pack("<IIHHHH", size, at, folder, 0, 0, 0x20) + name + b"\0" for name, size, at, folder in files
    )
    start = 36 + 8 + len(listed)
    data = b"".join(struct.pack("<IHH", 0, len(block), 6) + block for block in blocks)
    whole = start + len(data)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, whole, 0, 44, 0, 3, 1, 1, len(files), 0, 0, 0)
    return head + struct.pack("<IHH", start, len(blocks), method) + listed + data


_CAB = "application/vnd.ms-cab-compressed"


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("name", ["mszip.cab", "stored.cab"])
def test_common_cabinets_are_read_with_nothing_installed(look: Any, name: str):
    found = look(archive, _read(name), _CAB)

    assert _holds(found, name)
    assert found.reasons == []


def test_a_file_that_goes_on_in_another_cabinet_is_partial(look: Any):
    found = look(archive, _cabinet(b"SECRET", files=((b"a.txt", 6, 0, 0), (b"b.txt", 9, 0, 0xFFFE))), _CAB)

    assert found.members == {"a.txt": b"SECRET"}
    assert found.reasons == [Reason.PARTIAL]
    assert found.text(Part.METADATA, "names") == "b.txt"


def test_files_of_a_cabinet_that_overlap_are_read_once(look: Any):
    files = ((b"a.txt", 4, 0, 0), (b"b.txt", 4, 2, 0), (b"c.txt", 1, 5, 0), (b"d.txt", 1, 0, 9), (b"e.txt", 5, 6, 0))
    found = look(archive, _cabinet(b"SECRET", files=files), _CAB)

    assert found.members == {"a.txt": b"SECR", "c.txt": b"T"}
    assert found.reasons == [Reason.CORRUPT] * 3


@pytest.mark.parametrize("data", [b"MSCF", _cabinet(b"x", files=((b"a", 1, 0, 0),))[:50]])
def test_a_damaged_header_of_a_cabinet_is_corrupt(look: Any, data: bytes):
    assert look(archive, data, _CAB).reasons == [Reason.CORRUPT]


@pytest.mark.parametrize("method", [1, 2, 3])
def test_nonsense_in_a_cabinet_is_no_file(look: Any, method: int):
    found = look(archive, _cabinet(b"CKnonsense", method=method, files=((b"a.txt", 6, 0, 0),)), _CAB)

    assert found.members == {}
    assert set(found.reasons) <= {Reason.CORRUPT, Reason.UNSUPPORTED}
    assert found.reasons


def test_a_cabinet_whose_blocks_are_missing_is_not_given_to_others(look: Any):
    data = bytearray(_cabinet(b"SECRET", method=3, files=((b"a.txt", 6, 0, 0),)))
    data[41] = 1
    found = look(archive, bytes(data), _CAB)

    assert found.reasons == [Reason.UNSUPPORTED]


@pytest.mark.usefixtures("nothing_installed")
def test_a_cabinet_of_another_method_says_what_is_missing(look: Any):
    found = look(archive, _cabinet(b"SECRET", method=3, files=((b"a.txt", 6, 0, 0),)), _CAB)

    assert found.reasons == [Reason.UNSUPPORTED, Reason.UNSUPPORTED]
    assert found.problems[-1].detail == "needs libarchive (Debian: libarchive13)"


def test_a_wrong_checksum_of_a_cabinet_is_corrupt(look: Any):
    data = bytearray(_read("stored.cab"))
    data[-1] ^= 1

    assert look(archive, bytes(data), _CAB).reasons == [Reason.CORRUPT]


def test_reserved_bytes_of_a_cabinet_are_left_out(look: Any):
    data = _cabinet(b"SECRET", files=((b"a.txt", 6, 0, 0),))
    head = bytearray(data[:36]) + struct.pack("<HBB", 2, 1, 1) + b"rr"
    struct.pack_into("<I", head, 16, 36 + 4 + 2 + 9)
    head[30] = 4
    listed = data[44 : 44 + 16 + 6]
    folder = struct.pack("<IHH", 36 + 4 + 2 + 9 + len(listed), 1, 0) + b"r"
    whole = bytes(head) + folder + listed + struct.pack("<IHH", 0, 6, 6) + b"r" + b"SECRET"

    assert look(archive, whole, _CAB).members == {"a.txt": b"SECRET"}


def test_more_entries_than_anybody_packs_are_not_read(look: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "_MOST_ENTRIES", 0)

    assert look(archive, _read("zlib.xar"), _TYPES[".xar"]).reasons == [Reason.TOO_MANY_MEMBERS]


def test_what_is_too_large_is_counted_though_it_is_not_read(look: Any):
    for name in ("lh5.lzh", "mszip.cab"):
        found = look(archive, _read(name), _TYPES[Path(name).suffix], limits=Limits(member_bytes=20))
        assert set(found.reasons) == {Reason.TOO_LARGE}
        assert all(len(content) == 20 for content in found.members.values())


def test_many_names_come_in_pieces():
    names = Names()
    names.add(f"{number}{'x' * 1000}" for number in range(600))
    pieces = list(names.segments(Place("f"), Budget(Limits(), 1)))

    assert len(pieces) == 3
    assert sum(len(piece.text.split("\n")) for piece in pieces) == 600


def test_a_library_that_does_not_load_is_as_good_as_none():
    command = (
        "from scanner.extract import readers; from scanner.extract._archive import libarchive as a; "
        "readers(); print(a.available())"
    )
    environment = {**os.environ, "LIBARCHIVE": "/nonexistent.so"}
    done = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"

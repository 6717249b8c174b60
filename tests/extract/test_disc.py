import random
import struct
from typing import Any

import pytest

from bench.hiding import word
from bench.hiding._golden import golden
from scanner.extract import Budget, LimitReachedError, archive
from scanner.extract._archive import libarchive as _libarchive
from scanner.model.document import Blob, Reason
from scanner.model.limits import Limits
from scanner.model.place import Part, Place

_ISO = "application/x-iso9660-image"
_UDF = "application/x-udf-image"
_BLOCK = 2048


def _image(name: str) -> bytes:
    return golden()[name]


@pytest.mark.parametrize("name", ["plain.iso", "joliet.iso", "rock-ridge.iso", "udf.iso"])
def test_discs_are_read_with_nothing_installed(look: Any, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr(_libarchive, "_ffi", None)
    found = look(archive, _image(name), _ISO)

    assert any(word("arc", name).encode() in content for content in found.members.values())
    assert found.reasons == []


def test_names_of_all_trees_are_text(look: Any):
    joliet = look(archive, _image("joliet.iso"), _ISO)
    rock = look(archive, _image("rock-ridge.iso"), _ISO)

    assert {"A.TXT", "a.txt"} <= {*joliet.members, *joliet.text(Part.METADATA, "names").split("\n")}
    assert list(rock.members) == ["a.txt"]
    assert word("arc", "rock-ridge.iso target") in rock.text(Part.METADATA, "names").split("\n")
    assert word("arc", "rock-ridge.iso publisher") in rock.text(Part.METADATA, "names").split("\n")


def test_a_disc_that_ends_early_says_so(look: Any):
    data = _image("plain.iso")
    found = look(archive, data[: data.find(b"bottles") + 200], _ISO)

    assert found.reasons == [Reason.CORRUPT]
    assert found.members["A.TXT"]


def test_a_file_too_large_is_cut(look: Any):
    found = look(archive, _image("plain.iso"), _ISO, limits=Limits(member_bytes=100))

    assert len(found.members["A.TXT"]) == 100
    assert found.reasons == [Reason.TOO_LARGE]


def test_more_entries_than_a_disc_has_are_not_read(look: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "_MOST_ENTRIES", 1)

    assert look(archive, _image("joliet.iso"), _ISO).reasons == [Reason.TOO_MANY_MEMBERS]


def _both(number: int) -> bytes:
    return struct.pack("<I", number) + struct.pack(">I", number)


def _record(name: bytes, block: int, size: int, flags: int = 0, use: bytes = b"") -> bytes:
    body = b"\0" + _both(block) + _both(size) + bytes(7) + bytes((flags, 0, 0)) + bytes(4) + bytes((len(name),)) + name
    body += bytes((len(name) + 1) % 2) + use
    body += bytes((len(body) + 1) % 2)
    return bytes((len(body) + 1,)) + body


def _disc(root: bytes, *blocks: bytes) -> bytes:
    """Return an image with its root directory in block 20, and blocks from 21 on."""
    head = bytearray(_BLOCK)
    head[:7] = b"\x01CD001\x01"
    head[156:190] = _record(b"\0", 20, _BLOCK, 2)
    end = b"\xffCD001\x01".ljust(_BLOCK, b"\0")
    whole = bytes(16 * _BLOCK) + bytes(head) + end + bytes(2 * _BLOCK) + root.ljust(_BLOCK, b"\0")
    return whole + b"".join(block.ljust(_BLOCK, b"\0") for block in blocks)


def test_a_file_in_several_stretches_is_whole(look: Any):
    root = _record(b"\0", 20, _BLOCK, 2) + _record(b"A.TXT;1", 21, 4, 0x80) + _record(b"A.TXT;1", 22, 4)

    assert look(archive, _disc(root, b"SECR", b"ET!!"), _ISO).members == {"A.TXT": b"SECRET!!"}


def test_names_and_links_of_rock_ridge_are_joined(look: Any):
    more = b"NM\x09\x01\x00.txt"
    where = b"CE\x1c\x01" + _both(22) + _both(0) + _both(len(more))
    link = b"SL\x0e\x01\x00" + b"\x08\x00" + b"\x04\x00" + b"\x00\x03etc"
    root = _record(b"A.;1", 21, 6, use=b"NM\x09\x01\x01long" + where)
    root += _record(b"B.;1", 21, 0, use=bytes(6) + b"XA" + bytes(6) + b"NM\x06\x01\x00l" + link)
    found = look(archive, _disc(root, b"SECRET", more), _ISO)

    assert found.members == {"long.txt": b"SECRET"}
    assert found.text(Part.METADATA, "names") == "/../etc\nl"


def test_directories_that_hold_themselves_are_read_once(look: Any):
    root = _record(b"LOOP", 20, _BLOCK, 2) + _record(b"A.TXT;1", 21, 6) + b"\x05\x00\x00\x00\x00"

    assert look(archive, _disc(root, b"SECRET"), _ISO).members == {"A.TXT": b"SECRET"}


@pytest.mark.parametrize("name", ["plain.iso", "joliet.iso", "rock-ridge.iso", "udf.iso"])
def test_faults_end_in_problems(name: str):
    chance = random.Random(name)  # noqa: S311 - the same faults every time
    whole = _image(name)
    used = [at for at in range(0x8000, min(len(whole), 0x90000)) if whole[at]]
    for turn in range(150):
        data = bytearray(whole[: chance.randrange(0x8000, len(whole))] if turn % 3 == 0 else whole)
        for _ in range(3):
            data[min(chance.choice(used), len(data) - 1)] = chance.randrange(256)
        try:
            for item in archive.extract(Blob(Place("f"), _ISO, bytes(data)), Budget(Limits(), len(data))):
                assert Place.parse(str(item.place)) == item.place
        except LimitReachedError:
            continue


def _tagged(number: int, body: bytes) -> bytes:
    tag = bytearray(struct.pack("<HHBBHHHI", number, 2, 0, 0, 0, 0, 0, 0))
    tag[4] = sum(tag) & 0xFF
    return bytes(tag) + body


def _named(name: str, block: int, partition: int = 0, kind: int = 0) -> bytes:
    raw = b"" if kind & 8 else b"\x10" + name.encode("utf-16-be")
    body = (
        struct.pack("<HBB", 1, kind, len(raw))
        + struct.pack("<IIH6x", _BLOCK, block, partition)
        + struct.pack("<H", 0)
        + raw
    )
    return _tagged(257, body + bytes(-(len(body) + 16) % 4))


def _entry(kind: int, flags: int, size: int, descriptors: bytes, tag: int = 261) -> bytes:
    body = bytearray(160 if tag == 261 else 200)
    body[11] = kind
    struct.pack_into("<H", body, 18, flags)
    struct.pack_into("<Q", body, 40, size)
    struct.pack_into("<I", body, len(body) - 4, len(descriptors))
    return _tagged(tag, bytes(body) + descriptors)


def _udf(
    blocks: dict[int, bytes], maps: bytes = b"\x01\x06\x01\x00\x00\x00", sector: int = _BLOCK, files: int = 0
) -> bytes:
    """Return an image of UDF alone: its partition begins at sector 300, its set of files at block 0, the root at 1."""
    image = bytearray(sector * 400)

    def put(at: int, data: bytes) -> None:
        image[at : at + len(data)] = data

    put(0x8000, b"\0BEA01\x01")
    put(0x8800, b"\0NSR02\x01")
    put(256 * sector, _tagged(2, struct.pack("<II", 4 * sector, 280)))
    primary = bytes(8) + b"\x08PRIMARY".ljust(32, b"\0")
    put(280 * sector, _tagged(1, primary))
    put(281 * sector, _tagged(5, bytes(6) + struct.pack("<H", 0) + bytes(164) + struct.pack("<II", 300, 100)))
    logical = bytearray(424)
    logical[68:76] = b"\x08LOGICAL"
    struct.pack_into("<I", logical, 196, sector)
    struct.pack_into("<IIH", logical, 232, sector, 0, files)
    struct.pack_into("<II", logical, 248, len(maps), len(maps) // 6 if maps[0] == 1 and len(maps) == 6 else 2)
    put(282 * sector, _tagged(6, bytes(logical) + maps))
    put(283 * sector, _tagged(8, b""))
    for block, data in blocks.items():
        put((300 + block) * sector, data)
    return bytes(image)


def _set(root: int, partition: int = 0) -> bytes:
    return _tagged(256, bytes(384) + struct.pack("<IIH6x", _BLOCK, root, partition))


def _short(*extents: tuple[int, int]) -> bytes:
    return b"".join(struct.pack("<II", size, block) for size, block in extents)


@pytest.mark.parametrize("sector", [512, 2048, 4096])
def test_every_layout_of_a_file_is_read(look: Any, sector: int):
    listing = b"".join(
        (
            _named("", 1, kind=8),
            *(_named(name, block) for name, block in (("embedded", 2), ("short", 3), ("long", 4), ("goes on", 5))),
            *(_named("hole", 6), _named("deleted", 7, kind=4), _named("link", 8), _named("folder", 9, kind=2)),
        )
    )
    blocks = {
        0: _set(1),
        1: _entry(4, 0, len(listing), _short((len(listing), 20))),
        2: _entry(5, 3, 6, b"SECRET"),
        3: _entry(5, 0, 6, _short((6, 34))),
        4: _entry(5, 1, 6, struct.pack("<IIH6x", 6, 32, 0), tag=266),
        5: _entry(5, 0, 6, _short((3, 30), (3 << 30 | 100, 33))),
        6: _entry(5, 0, 9, _short((1 << 30 | 3, 0), (6, 32))),
        7: _entry(5, 3, 7, b"deleted"),
        8: _entry(12, 3, 9, b"\x05\0\0\0\x04to"),
        9: _entry(4, 3, 0, b""),
        20: listing[:sector],
        30: b"SEC",
        31: b"RET",
        32: b"SECRET",
        34: b"SECRET",
        33: _tagged(258, struct.pack("<II", 0, 16) + _short((3, 31), (0, 0))),
    }
    found = look(archive, _udf(blocks, sector=sector), _UDF)

    assert found.members == {
        **dict.fromkeys(("embedded", "short", "long", "goes on"), b"SECRET"),
        "hole": b"\0\0\0SECRET",
        "deleted": b"deleted",
    }
    assert {"folder", "link", "PRIMARY", "LOGICAL"} <= set(found.text(Part.METADATA, "names").split("\n"))
    assert found.reasons == []


def _metadata_map(identifier: bytes = b"*UDF Metadata Partition") -> bytes:
    return b"\x01\x06\x01\x00\x00\x00" + (
        b"\x02\x40\0\0\0" + identifier.ljust(23, b"\0") + bytes(8) + struct.pack("<HHIIIIHB5x", 1, 0, 50, 0, 0, 0, 0, 0)
    )


def test_tables_in_a_file_of_their_own_are_read(look: Any):
    listing = _named("a.txt", 2, 1)
    blocks = {
        50: _entry(250, 0, 3 * _BLOCK, _short((3 * _BLOCK, 60))),
        60: _set(1, 1),
        61: _entry(4, 3, len(listing), listing),
        62: _entry(5, 1, 6, struct.pack("<IIH6x", 6, 70, 0)),
        70: b"SECRET",
    }

    assert look(archive, _udf(blocks, _metadata_map(), files=1), _UDF).members == {"a.txt": b"SECRET"}


def test_the_same_bytes_by_two_names_are_one_file_and_both_names(look: Any):
    listing = _named("a.txt", 2) + _named("b.txt", 2)
    blocks = {0: _set(1), 1: _entry(4, 3, len(listing), listing), 2: _entry(5, 0, 6, _short((6, 9))), 9: b"SECRET"}
    found = look(archive, _udf(blocks), _UDF)

    assert found.members == {"a.txt": b"SECRET"}
    assert "b.txt" in found.text(Part.METADATA, "names").split("\n")


def test_discs_written_in_steps_are_unsupported(look: Any):
    assert look(archive, _udf({}, _metadata_map(b"*UDF Virtual Partition")), _UDF).reasons == [Reason.UNSUPPORTED]


@pytest.mark.parametrize(
    "blocks",
    [
        {},
        {0: _set(1)},
        {0: _set(1), 1: _entry(4, 0, 100, _short((100, 5)))},
        {0: _set(1), 1: _entry(4, 0, 100, _short((100, 90_000)))},
        {0: _set(1), 1: _entry(4, 2, 100, b"")},
        {0: _set(1, 7)},
    ],
)
def test_damaged_tables_are_corrupt(look: Any, blocks: dict[int, bytes]):
    assert look(archive, _udf(blocks), _UDF).reasons == [Reason.CORRUPT]


def test_no_tables_at_all_are_corrupt(look: Any):
    assert look(archive, bytes(0x8800) + b"\0NSR02" + bytes(9000), _UDF).reasons == [Reason.CORRUPT]

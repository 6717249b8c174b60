import random
import struct
import time
import zlib
from typing import Any

import pytest

from bench.hiding._vba_project import native, project
from scanner.extract import ole
from scanner.extract._ole.compound import open_compound
from scanner.extract._ole.objects import read_native
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason
from scanner.model.place import Part

olefile = pytest.importorskip("olefile")

_NOTHING = bytes(16)
_CLASS = bytes.fromhex("0609020000000000c000000000000046")
_ROOT = PackedEntry((), _CLASS, None)
_FREE = 0xFFFFFFFF


def _streams(streams, root=_ROOT):
    return pack([root, *(PackedEntry(path, _NOTHING, data) for path, data in streams.items())])


_SOME = {("a",): b"x" * 70, ("B", "c"): b"y" * 9000, ("B", "D", "e"): b"", ("f",): bytes(range(256)) * 16}


def _directory(data):
    return (struct.unpack_from("<I", data, 48)[0] + 1) * 512


@pytest.mark.parametrize("streams", [{}, _SOME, {(f"s{number}",): b"z" * number for number in range(300)}])
def test_what_is_packed_is_read_back_here_and_by_others(streams):
    data = _streams(streams)
    found = open_compound(data)

    assert {path: found.read(*path) for path in found.streams} == streams
    assert found.faults == ()
    with olefile.OleFileIO(data) as other:
        assert {tuple(path): other.openstream(path).read() for path in other.listdir()} == streams


def test_a_file_whose_table_needs_a_list_of_its_own_is_read_back():
    large = random.Random(1).randbytes(8 << 20)  # noqa: S311 - no secret
    found = open_compound(_streams({("a",): large, ("b",): b"b"}))

    assert found.read("a") == large
    assert found.read("b") == b"b"
    assert found.faults == ()


def test_names_are_found_in_any_case_and_classes_are_told():
    found = open_compound(_streams(_SOME))

    assert found.has("b", "C")
    assert not found.has("b")
    assert found.has_storage("b", "d")
    assert found.read("A") == b"x" * 70
    assert found.size("b", "c") == 9000
    assert found.size("nothing") == 0
    assert found.class_id() == "00020906-0000-0000-C000-000000000046"
    assert found.class_id("b") == ""
    assert found.inside("b") == (("B", "c"), ("B", "D"))


def test_a_storage_becomes_a_file_of_its_own():
    found = open_compound(open_compound(_streams(_SOME)).packed(("B",)))

    assert {path: found.read(*path) for path in found.streams} == {("c",): b"y" * 9000, ("D", "e"): b""}


def test_what_is_missing_is_unreadable():
    found = open_compound(_streams(_SOME))

    with pytest.raises(UnreadableError, match="stream is missing"):
        found.read("nothing")
    with pytest.raises(UnreadableError, match="storage is missing"):
        found.packed(("nothing",))


@pytest.mark.parametrize("data", [b"", b"x" * 600, bytes.fromhex("d0cf11e0a1b11ae1"), _streams({})[:600]])
def test_what_has_no_directory_is_unreadable(data):
    with pytest.raises(UnreadableError):
        open_compound(data)


def test_large_sectors_are_read():
    # The header fills the first of them, as [MS-CFB] 2.2 has it for version 4.
    body = b"q" * 5000
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII16s20xIQ", 2 * len(name) + 2, kind, 1, _FREE, _FREE, child, _NOTHING, start, size)
        for name, kind, child, start, size in (("Root Entry", 5, 1, 0xFFFFFFFE, 0), ("a", 2, _FREE, 1, len(body)))
    )
    table = struct.pack("<4I", 0xFFFFFFFE, 2, 0xFFFFFFFE, 0xFFFFFFFD).ljust(4096, b"\xff")
    head = bytearray(_streams({})[:512].ljust(4096, b"\0"))
    struct.pack_into("<HHHH", head, 26, 4, 0xFFFE, 12, 6)
    struct.pack_into("<II", head, 44, 1, 0)
    struct.pack_into("<I", head, 76, 3)
    data = bytes(head) + entries.ljust(4096, b"\0") + body.ljust(8192, b"\0") + table

    assert open_compound(data).read("a") == body
    # An impossible size of sectors is guessed by the version.
    struct.pack_into("<H", head, 30, 77)
    assert open_compound(bytes(head) + data[4096:]).read("a") == body


def test_a_chain_that_loops_ends_and_is_a_fault():
    data = bytearray(_streams({("a",): b"z" * 20_000}))
    entry = _directory(data) + 128
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    struct.pack_into("<I", data, table + 4 * 3, 0)
    struct.pack_into("<Q", data, entry + 120, 0x7FFFFFFF)
    found = open_compound(bytes(data))

    assert len(found.read("a")) <= len(data)
    assert found.faults == ("a stream of the compound file breaks off",)


def test_a_small_chain_that_loops_ends():
    data = bytearray(_streams({("a",): b"z" * 600}))
    mini = (struct.unpack_from("<I", data, 60)[0] + 1) * 512
    struct.pack_into("<I", data, mini + 4, 0)

    assert open_compound(bytes(data)).read("a") == b"z" * 600


def _size(compound, path):
    try:
        return len(compound.read(*path))
    except UnreadableError:
        return 0


def test_streams_that_share_their_sectors_do_not_multiply_the_file():
    data = bytearray(_streams({(f"s{number}",): b"z" * 5000 for number in range(2000)}))
    start = _directory(data)
    for number in range(1, 2001):
        struct.pack_into("<IQ", data, start + 128 * number + 116, 0, 0x7FFFFFFF)
    found = open_compound(bytes(data))

    assert sum(_size(found, path) for path in found.streams) < 4 * len(data) + (16 << 20)
    assert len(open_compound(bytes(data)).packed(())) < 64 << 20


def test_siblings_in_a_row_and_storages_in_each_other_end_no_stack():
    data = bytearray(_streams({(f"s{number}",): b"z" for number in range(2000)}))
    start = _directory(data)
    for number in range(2001):
        following = number + 1 if 0 < number < 2000 else _FREE
        struct.pack_into("<III", data, start + 128 * number + 68, _FREE, following, 1 if number == 0 else _FREE)
    assert len(open_compound(bytes(data)).streams) == 2000
    for number in range(2000):
        data[start + 128 * number + 66] = 1 if number else 5
        struct.pack_into("<III", data, start + 128 * number + 68, _FREE, _FREE, number + 1)
    deep = open_compound(bytes(data))
    assert len(deep.storages) == 1999
    assert max(map(len, deep.storages)) == 32


def test_an_entry_that_no_storage_names_is_found_all_the_same():
    data = bytearray(_streams(_SOME))
    struct.pack_into("<I", data, _directory(data) + 76, _FREE)
    found = open_compound(bytes(data))

    assert found.read("c") == b"y" * 9000
    assert found.faults == ()


def test_an_entry_that_is_named_but_not_there_is_a_fault():
    data = bytearray(_streams(_SOME))
    struct.pack_into("<I", data, _directory(data) + 76, 77_777)

    assert open_compound(bytes(data)).faults == ("the directory of the compound file is damaged",)


def test_two_streams_of_one_name_are_both_read():
    data = _streams({("aa",): b"1", ("ab",): b"2"})
    data = data.replace("ab".encode("utf-16-le").ljust(64, b"\0"), "aa".encode("utf-16-le").ljust(64, b"\0"))
    found = open_compound(data)

    assert sorted(found.read(*path) for path in found.streams) == [b"1", b"2"]


def test_a_directory_that_the_header_does_not_name_is_found():
    data = bytearray(_streams(_SOME))
    struct.pack_into("<I", data, 48, 77_777)
    found = open_compound(bytes(data))

    assert found.read("a") == b"x" * 70
    assert found.faults == ("the directory of the compound file is not where it should be",)


def test_a_file_that_is_cut_off_gives_what_is_before():
    data = _streams({("a",): b"x" * 9000, ("b",): b"y" * 9000})
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512

    assert open_compound(data[: table + 40]).read("a") == b"x" * 9000


def test_very_many_entries_take_no_longer_each():
    data = _streams({(f"s{number}",): b"z" * 5000 for number in range(6000)})
    before = time.process_time()
    found = open_compound(data)
    for path in found.streams:
        found.read(*path)

    assert time.process_time() - before < 3


def test_only_so_many_entries_are_read(monkeypatch):
    monkeypatch.setattr("scanner.extract._ole.directory._MOST_ENTRIES", 3)

    assert open_compound(_streams(_SOME)).faults[0] == "only the first 3 entries of the directory were read"


def test_a_holder_of_a_package_gives_the_file_and_no_problem(look: Any):
    found = look(
        ole, _streams({("\x01Ole10Native",): native("a.txt", b"text"), ("\x01CompObj",): bytes(28) + b"Package"})
    )

    assert found.members == {"a.txt": b"text"}
    assert "C:\\a\\a.txt" in found.text(Part.METADATA, "embedded file")
    assert found.text(Part.METADATA, "embedded object") == "Package"
    assert found.reasons == []


def test_macros_alone_are_read_without_a_problem(look: Any):
    found = look(ole, pack([_ROOT, *project({"Module1": "' SECRET"})]))

    assert "' SECRET" in found.text(Part.CODE, "Module1")
    assert found.reasons == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\5\0\0\0abc",
        native("a.txt", b"text")[:-2],
        struct.pack("<I", 300) + b"\2\0" + b"a" * 300,
        struct.pack("<I", 14) + b"\2\0a\0b\0\0\0\3\0\xff\xff\xff\x7f",
        struct.pack("<I", 10) + b"\2\0a\0b\0\0\0",
    ],
)
def test_a_damaged_native_object_gives_what_there_is(raw):
    found = read_native(raw)

    assert raw[:4] == b"" or found.data or not found.whole


def test_wide_names_of_a_package_are_preferred():
    wide = b"".join(
        struct.pack("<I", len(name) + 1) + (name + "\0").encode("utf-16-le")
        for name in ("C:\\ß.txt", "ж.txt", "D:\\ж.txt")
    )
    found = read_native(native("a.txt", b"x") + wide)

    assert found.name == "ж.txt"
    assert found.paths == ("ж.txt", "D:\\ж.txt", "C:\\ß.txt")
    assert read_native(native("a.txt", b"x") + wide[:-3]).name == "a.txt"


def test_a_package_that_breaks_off_is_a_problem(look: Any):
    found = look(ole, _streams({("\x01Ole10Native",): native("a.txt", b"text")[:-2]}))

    assert found.members == {"a.txt": b"te"}
    assert found.reasons == [Reason.CORRUPT]


def test_the_picture_of_a_drawing_program_is_no_file(look: Any):
    picture = b"BM" + bytes(60)
    found = look(ole, _streams({("\x01Ole10Native",): struct.pack("<I", len(picture)) + picture}))

    assert found.members == {}
    assert found.reasons == []


def test_a_document_in_a_storage_is_handed_on(look: Any):
    found = look(
        ole, _streams({("MBD1", "Workbook"): b"x", ("MBD1", "deep", "WordDocument"): b"y", ("MBD1", "z"): b""})
    )

    assert list(found.members) == ["MBD1"]
    assert open_compound(found.members["MBD1"]).read("deep", "WordDocument") == b"y"
    assert found.reasons == []


def test_a_stream_of_a_kind_that_is_not_known_is_said(look: Any):
    found = look(ole, _streams({("x",): b"\0\1NATO SECRET\0\2"}), "application/vnd.visio")

    assert "NATO SECRET" in found.text(Part.RAW, "x")
    assert found.problems[0].detail == "no reader yet for application/vnd.visio"


def test_files_in_streams_are_handed_on_and_pictures_are_not(look: Any):
    found = look(
        ole,
        _streams(
            {
                ("1",): bytes(12) + b"\xff\xd8\xff\xe0" + bytes(80),
                ("cab",): b"MSCF" + bytes(80),
                ("z",): b"PK\x03\x04xx",
            }
        ),
    )

    assert sorted(found.members) == ["cab", "z"]
    assert found.reasons == []


def test_chunks_of_works_are_read_up_to_their_end(look: Any):
    table = b"CHNKWKS ".ljust(0x20, b"\0") + b"\x18\0FONT\0\0\1\0\0\0FONT" + struct.pack("<II", 0x100, 8)
    table += b"\x18\0TEXT\0\0\1\0\0\0TEXT" + struct.pack("<II", 0x100, 22)
    raw = table.ljust(0x100, b"\0") + "NATO SECRET".encode("utf-16-le")

    assert look(ole, _streams({("CONTENTS",): raw}), "application/vnd.ms-works").text() == "NATO SECRET"


def test_the_text_of_old_works_is_read(look: Any):
    raw = struct.pack("<30xII", 0x100, 0x100 + 11).ljust(0x100, b"\0") + b"NATO SECRET" + bytes(20)
    found = look(ole, _streams({("MN0",): raw, ("MM",): b"abcdef"}), "application/vnd.ms-works")

    assert found.text() == "NATO SECRET"
    assert found.reasons == []


def test_a_formula_is_read(look: Any):
    letters = b"".join(b"\x02\x83" + letter + b"\0" for letter in (b"S", b"=", b"1"))
    found = look(ole, _streams({("Equation Native",): bytes(28) + letters}))

    assert found.text(Part.METADATA, "formula") == "S=1"
    assert found.reasons == []


def test_what_stands_in_unused_sectors_and_behind_the_end_is_read(look: Any):
    data = bytearray(_streams({("a",): b"NATO SECRET old" + b"z" * 5000, ("b",): b"bbbb"}))
    start = _directory(data)
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    for number in range(1, 3):
        if data[start + 128 * number] == ord("a"):
            data[start + 128 * number + 66] = 0
    for number in range(10):
        struct.pack_into("<I", data, table + 4 * number, _FREE)
    found = look(ole, bytes(data) + bytes(70_000) + b"COSMIC TOP SECRET behind")

    assert "NATO SECRET old" in found.text(Part.DELETED, "unused space")
    assert "COSMIC TOP SECRET behind" in found.text(Part.RAW, "behind the end")


def test_a_file_that_cannot_be_opened_gives_its_strings(look: Any):
    found = look(ole, _streams({})[:512] + b"NATO SECRET")

    assert "NATO SECRET" in found.text(Part.RAW)
    assert found.reasons == [Reason.CORRUPT]
    assert look(ole, b"\0").segments == []


def test_a_stream_that_is_cut_off_is_a_problem(look: Any):
    data = bytearray(_streams({("CONTENTS",): b"NATO SECRET" + b"z" * 9000}))
    struct.pack_into("<Q", data, _directory(data) + 128 + 120, 90_000)
    found = look(ole, bytes(data))

    assert found.reasons == [Reason.CORRUPT]


def test_no_damage_makes_it_raise(look: Any):
    chance = random.Random(5)  # noqa: S311 - the same damage every time
    whole = pack([_ROOT, *project({"M": "' x"}), PackedEntry(("CONTENTS",), _NOTHING, b"text" * 2000)])
    for _ in range(150):
        data = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.choice((1, 8, 60))):
            data[chance.randrange(len(data))] = chance.choice((0, 255, chance.randrange(256)))
        look(ole, bytes(data))


def _hangul(flags, sections):
    head = b"HWP Document File".ljust(36, b"\0") + struct.pack("<I", flags)
    return _streams(
        {("FileHeader",): head.ljust(256, b"\0"), ("PrvText",): "예고".encode("utf-16-le")}
        | {("BodyText", f"Section{number}"): raw for number, raw in enumerate(sections)}
    )


def _record(text, tag=67):
    raw = text if isinstance(text, bytes) else text.encode("utf-16-le")
    if len(raw) >= 0xFFF:
        return struct.pack("<II", tag | 0xFFF << 20, len(raw)) + raw
    return struct.pack("<I", tag | len(raw) << 20) + raw


_SIGNS = "a".encode("utf-16-le") + struct.pack("<8H", 11, *range(40, 47)) + "b\tcdefghij\x1ek\r".encode("utf-16-le")


def test_hangul_documents_are_read(look: Any):
    packed = _deflated(_record("비밀\r") + _record("x", 66) + _record(_SIGNS))
    long = _deflated(_record("가" * 4000))
    found = look(ole, _hangul(1, [packed, long]), "application/x-hwp")

    assert [(item.place.number, item.text) for item in found.segments if item.place.part is Part.BODY] == [
        (1, "비밀\nab\tj k"),
        (2, "가" * 4000),
    ]
    assert found.text(Part.METADATA, "preview") == "예고"
    assert found.reasons == []


def _deflated(raw):
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(raw) + machine.flush()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_hangul(2, []), Reason.ENCRYPTED),
        (_hangul(4, []), Reason.ENCRYPTED),
        (_hangul(1, [_deflated(_record("비밀" * 500))[:-20]]), Reason.CORRUPT),
        (_hangul(1, [_deflated(_record("비밀"))[:-1] + b"\xff\xff" * 40]), Reason.CORRUPT),
        (_hangul(1, [b"\xff" * 80]), Reason.CORRUPT),
        (_streams({("FileHeader",): b"x"}), Reason.UNSUPPORTED),
    ],
)
def test_hangul_documents_that_cannot_be_read_say_so(look: Any, data: bytes, reason: Reason):
    assert look(ole, data, "application/x-hwp").reasons == [reason]


def test_embedded_objects_of_hangul_documents_are_handed_on(look: Any):
    inner = _streams({("a",): b"x"})
    data = _hangul(1, []), struct.pack("<I", len(inner)) + inner
    outer = open_compound(data[0])
    entries = [_ROOT, *(PackedEntry(path, _NOTHING, outer.read(*path)) for path in outer.streams)]
    found = look(
        ole,
        pack([*entries, PackedEntry(("BinData", "BIN0001.OLE"), _NOTHING, _deflated(data[1]))]),
        "application/x-hwp",
    )

    assert found.members == {"BIN0001.OLE": inner}


def test_very_many_documents_in_storages_take_no_longer_each(look: Any):
    streams = {(f"s{number}", "Workbook"): b"x" for number in range(3000)} | {
        (f"m{number}", "VBA", "A"): b"y" for number in range(3000)
    }
    before = time.process_time()
    found = look(ole, _streams(streams))

    assert len(found.members) == 3000
    assert time.process_time() - before < 6


def test_words_in_drawings_of_publisher_are_read(look: Any):
    value = "NATO SECRET\0".encode("utf-16-le")
    table = struct.pack("<HHI", 0x13, 0xF00B, 6 + len(value)) + struct.pack("<HI", 0x80C0, len(value)) + value
    found = look(
        ole, _streams({("Escher", "EscherStm"): table, ("Contents",): b"\0words in it\0"}), "application/x-mspublisher"
    )

    assert found.text(Part.WATERMARK) == "NATO SECRET"
    assert found.text(Part.RAW, "Contents") == "words in it"


def test_names_of_links_are_read_in_both_widths(look: Any):
    wide = bytes(20) + "C:\\linked.xls".encode("utf-16-le") + bytes(4) + b"D:\\narrow.xls\0" + b"Embedded Object"
    found = look(ole, _streams({("\x01Ole",): wide, ("\x03ObjInfo",): b"NATO SECRET", ("x~",): b"abc"}))

    assert found.text(Part.METADATA, "embedded object") == "D:\\narrow.xls\nC:\\linked.xls"
    assert found.reasons == []


def test_streams_that_overlap_are_problems(look: Any):
    names = [
        ("\x01Ole",),
        ("\x01Ole10Native",),
        ("x",),
        ("S", "Package"),
        ("S", "Workbook"),
        ("T", "z"),
        ("S", "\x05a"),
    ]
    streams = dict.fromkeys(names, b"q" * 5000) | {(f"s{number:05}",): b"z" * 5000 for number in range(1500)}
    data = bytearray(_streams(streams))
    start = _directory(data)
    for number in range(1, len(streams) + 3):
        if data[start + 128 * number + 66] == 2:
            struct.pack_into("<IQ", data, start + 128 * number + 116, 0, 0x7FFFFFFF)
    found = look(ole, bytes(data))

    assert Reason.CORRUPT in found.reasons
    assert "streams of the compound file overlap" in {problem.detail for problem in found.problems}


def test_the_names_and_captions_of_controls_are_read(look: Any):
    data = {("\x03OCXNAME",): "Button1".encode("utf-16-le"), ("\x03OCXDATA",): b"\0\2NATO SECRET\0"}
    found = look(ole, _streams(data))

    assert found.text(Part.METADATA, "embedded object").split("\n") == ["Button1", "NATO SECRET"]
    assert found.reasons == []

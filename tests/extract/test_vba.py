import struct

import pytest

from bench.hiding._vba_project import packed, project
from scanner.extract import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import open_compound
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.extract._ole.vba import macro_projects, read_macros
from scanner.extract._ole.vba_packed import unpack_container
from scanner.model.document import Reason
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Part, Place

_ROOT = PackedEntry((), bytes(16), None)


def _read(entries):
    data = pack([_ROOT, *entries])
    lines = Lines(Budget(DEFAULT_LIMITS, len(data)))
    problems = list(read_macros(open_compound(data), lines, Place("f")))
    return {(item.place.part, item.place.title): item.text for item in lines.rest()}, problems


def _changed(name, data, **options):
    return [
        PackedEntry(entry.path, entry.class_id, data if entry.path[-1] == name else entry.data)
        for entry in project({"A": "' SECRET", "B": "' other"}, **options)
    ]


def test_modules_are_read_under_their_names():
    found, problems = _read(project({"Ä": "' SECRET ü", "B": "Sub X()\r\nEnd Sub"}))

    assert found[Part.CODE, "Ä"] == 'Attribute VB_Name = "Ä"\n\' SECRET ü'
    assert found[Part.CODE, "B"].endswith("Sub X()\nEnd Sub")
    assert "VBAProject" in found[Part.METADATA, "macro project"]
    assert problems == []


def test_a_container_with_repetitions_is_unpacked():
    # The examples of [MS-OVBA] 3.2.
    some = bytes.fromhex(
        "012fb000236161616263646582660070616768696a013808616b6c00306d6e6f700671027004107273747576107778797a003c"
    )
    assert unpack_container(some)[0] == b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    most = bytes.fromhex("0103b002614500")
    assert unpack_container(most) == (b"a" * 73, True)


def test_a_chunk_that_is_not_packed_is_taken_as_it_is():
    data = b"\x01" + struct.pack("<H", 0x3FFF) + b"q" * 4096

    assert unpack_container(data) == (b"q" * 4096, True)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", b""),
        (b"\x02abc", b""),
        (b"\x01\x00\x00abc", b""),
        (packed(b"abcdefgh" * 20)[:-30], None),
        (b"\x01\x03\xb0\x02a\xff", b"a"),
        (b"\x01\x03\xb0\x01\xff\xff\x00", b""),
        (b"\x01" + struct.pack("<H", 0xBFFF) + b"\x00abcdefgh" * 400, None),
        (b"\x01" + struct.pack("<H", 0xBFFF) + (b"\x00abcdefgh" * 456)[:4096], None),
    ],
)
def test_a_damaged_container_gives_what_comes_before(data, found):
    text, whole = unpack_container(data)

    assert not whole or len(text) <= 4096
    assert found is None or text == found


def test_a_container_may_have_bytes_behind_it():
    assert unpack_container(packed(b"abc") + b"\0\0\0\0") == (b"abc", True)


def test_bytes_that_unpack_without_end_end():
    bomb = b"\x01" + b"".join(struct.pack("<H", 0xB000 | 4) + b"\x02a\xff\x0f\x00" for _ in range(40_000))

    assert len(unpack_container(bomb)[0]) <= (64 << 20) + 4200


@pytest.mark.parametrize("raw", [b"", b"garbage", packed(b"\x03\0\x01\0\0\0x")])
def test_modules_are_found_where_the_directory_is_broken(raw):
    found, problems = _read(_changed("dir", raw))

    assert "' SECRET" in found[Part.CODE, "A"]
    assert problems == []


def test_a_wrong_offset_does_not_hide_the_source():
    raw = packed(b"\x19\0\x01\0\0\0A\x31\0\x04\0\0\0\xff\xff\0\0\x19\0\x01\0\0\0B\x31\0\x04\0\0\0\x01\0\0\0")
    found, problems = _read(_changed("dir", raw))

    assert "' SECRET" in found[Part.CODE, "A"]
    assert "' other" in found[Part.CODE, "B"]
    assert problems == []


def test_source_that_is_gone_is_said_and_the_rest_searched():
    found, problems = _read(_changed("A", b"\x01\x16\x03" + "NATO SECRET".encode("utf-16-le")))

    assert "NATO SECRET" in found[Part.CODE, "A"]
    assert [problem.reason for problem in problems] == [Reason.PARTIAL]
    assert "its compiled form not read" in problems[0].detail


def test_source_that_breaks_off_is_said():
    entry = next(entry for entry in project({"A": "' SECRET" * 50}) if entry.path[-1] == "A")
    found, problems = _read(_changed("A", entry.data[:-40]))

    assert "' SECRET" in found[Part.CODE, "A"]
    assert problems[0].detail == "a macro's source is damaged"


def test_a_module_that_is_missing_is_a_problem():
    found, problems = _read([entry for entry in project({"A": "", "B": ""}) if entry.path[-1] != "B"])

    assert (Part.CODE, "A") in found
    assert [problem.reason for problem in problems] == [Reason.CORRUPT]


def test_references_and_forms_are_read():
    records = packed(
        b"\x0d\0\x14\0\0\0\x10\0\0\0*\\G{0}#C:\\lib.dll\0" + b"\x19\0\x01\0\0\0A\x31\0\x04\0\0\0\x03\0\0\0"
    )
    form = [
        PackedEntry(("F", "\x03VBFrame"), bytes(16), b'Caption = "SECRET"'),
        PackedEntry(("F", "i01", "o"), bytes(16), b"\0\0label text\0"),
        PackedEntry(("F", "f"), bytes(16), b""),
        PackedEntry(("F", "other"), bytes(16), b"\0\0"),
    ]
    found, _ = _read([*_changed("dir", records), *form])

    assert "lib.dll" in found[Part.METADATA, "macro project"] or "*\\G{0}" in found[Part.METADATA, "macro project"]
    assert found[Part.CODE, "F"] == 'Caption = "SECRET"\nlabel text'


def test_an_empty_project_is_no_problem():
    found, problems = _read([PackedEntry(("VBA",), bytes(16), None)])

    assert (found, problems) == ({}, [])


def test_only_so_many_projects_are_read():
    entries = [PackedEntry((f"p{number}", "VBA"), bytes(16), None) for number in range(70)]
    _, problems = _read(entries)

    assert [problem.reason for problem in problems] == [Reason.PARTIAL]
    assert len(macro_projects(open_compound(pack([_ROOT, *entries])))) == 70


def test_streams_that_overlap_are_problems():
    streams = [PackedEntry((f"s{number:05}",), bytes(16), b"z" * 5000) for number in range(1500)]
    data = bytearray(pack([_ROOT, *project({"A": "' x"}), *streams]))
    start = (struct.unpack_from("<I", data, 48)[0] + 1) * 512
    for number in range(1, 1500):
        if data[start + 128 * number + 66] == 2:
            struct.pack_into("<IQ", data, start + 128 * number + 116, 0, 0x7FFFFFFF)
    compound = open_compound(bytes(data))
    for path in compound.streams[:20]:
        try:
            compound.read(*path)
        except Exception:  # noqa: BLE001, S112 - spends what may be read
            continue
    problems = list(read_macros(compound, Lines(Budget(DEFAULT_LIMITS, len(data))), Place("f")))

    assert problems

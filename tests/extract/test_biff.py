"""The pieces of binary workbooks: formulas, links, shapes, and the records with words beside the cells."""

import struct
from collections import Counter

import pytest

from bench.hiding import sheet_binary
from bench.hiding._biff_file import atom, book, compound, container, literal, narrow, properties, record, wide, workbook
from scanner.extract import xls
from scanner.extract._biff.formula import BIFF5, BIFF8, BIFF12, literals
from scanner.extract._biff.records import RecordReader, pieces, records
from scanner.extract._ole.escher import drawing_texts
from scanner.extract._ole.hyperlink import hyperlink_texts
from scanner.model.place import Part

URL = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
FILE = bytes.fromhex("0303000000000000c000000000000046")


def test_no_hiding_place_of_a_workbook_makes_a_problem_and_none_is_missed(read):
    for probe in sheet_binary.probes():
        found = read(xls, probe.data)

        assert not found.problems, probe.place
        assert probe.word in found.all or any(probe.word.encode() in data for data in found.members.values()), (
            probe.place
        )


def said(text):
    return b"\x17" + bytes((len(text), 0)) + text.encode()


def test_literals_are_found_between_other_tokens():
    choose = b"\x19\x04\1\0" + bytes(4)
    tokens = said("one") + b"\x1e\5\0" + b"\x1f" + bytes(8) + b"\x44" + bytes(4) + b"\x42\2\1\0" + choose + said("two")

    assert literals(tokens, b"", BIFF8) == ["one", "two"]


def test_literals_of_old_formulas_have_no_flag():
    assert literals(b"\x44\0\0\0\x17\3one", b"", BIFF5) == ["one"]


def test_literals_of_new_formulas_are_wide():
    table = b"\x18\x19" + bytes(12)
    assert literals(table + b"\x17\2\0\x5f\x67\xc6\x5b", b"", BIFF12) == ["\u675f\u5bc6"]


def test_arrays_with_strings_stand_behind_a_formula():
    areas = b"\x26" + bytes(6)
    array = b"\x60" + bytes(7)
    extra = struct.pack("<H", 1) + bytes(8) + b"\1\0\0" + b"\1" + bytes(8) + b"\2" + wide("kept")

    assert literals(areas + array, extra, BIFF8) == ["kept"]


def test_arrays_of_new_formulas_state_how_many_values_they_have():
    extra = struct.pack("<II", 1, 3) + b"\2\1" + b"\4\7\0\0\0" + b"\1\2\0a\0b\0"

    assert literals(b"\x20" + bytes(14), extra, BIFF12) == ["ab"]


def test_behind_an_unknown_token_strings_are_still_looked_for():
    assert literals(b"\x7f" + said("found") + b"\x17\x40\0short", b"", BIFF8) == ["found"]


@pytest.mark.parametrize("size", range(12))
def test_a_formula_cut_anywhere_does_no_harm(size):
    assert set(literals((said("one") + b"\x20\0\0\0\0\0\0\0")[:size], b"\1\0\0\2\5", BIFF8)) <= {"one", "on", "o"}
    assert literals(b"\x19\4" + bytes(size % 3), b"", BIFF8) == []


def test_an_array_that_states_too_many_values_ends_with_its_bytes():
    assert literals(b"\x20" + bytes(14), struct.pack("<II", 1 << 31, 1 << 31), BIFF12) == []


def link(flags, *content):
    return struct.pack("<II", 2, flags) + b"".join(content)


def counted(text):
    return struct.pack("<I", len(text) + 1) + (text + "\0").encode("utf-16-le")


def test_a_link_has_a_label_a_frame_a_target_and_a_place_in_it():
    address = ("http://a.example\0").encode("utf-16-le")
    target = URL + struct.pack("<I", len(address)) + address
    data = link(0x99, counted("label"), counted("frame"), target, counted("Sheet1!A1"))

    assert hyperlink_texts(data) == ["label", "frame", "http://a.example", "Sheet1!A1"]
    assert hyperlink_texts(bytes(16) + data) == ["label", "frame", "http://a.example", "Sheet1!A1"]


def test_a_link_to_a_file_has_two_paths():
    wide_path = "C:\\\u5bc6.xls".encode("utf-16-le")
    path = struct.pack("<HI", 0, 9) + b"C:\\~1.xls" + bytes(24)
    path += struct.pack("<IIH", len(wide_path) + 6, len(wide_path), 3) + wide_path

    assert hyperlink_texts(link(0x9, FILE + path, counted("A1"))) == ["C:\\~1.xls", "C:\\\u5bc6.xls", "A1"]


def test_a_link_may_keep_its_target_as_a_string():
    assert hyperlink_texts(link(0x101, counted("mailto:a@example.org"))) == ["mailto:a@example.org"]


@pytest.mark.parametrize("data", [link(0x1, bytes(16) + b"words in it"), b"words in it, no link", link(0x10, b"\1")])
def test_what_follows_no_format_is_looked_through(data):
    found = hyperlink_texts(data)

    assert found == [] if b"words" not in data else "words in it" in found[0]


def test_shapes_in_groups_say_their_words():
    group = container(0xF003, container(0xF004, properties({0x381: "said", 0x105: "a.png"}), atom(0xF010, bytes(8))))
    texts = list(drawing_texts(container(0xF002, atom(0xF008, bytes(8)), group), Counter()))

    assert texts == [(Part.METADATA, "alt text", "said"), (Part.METADATA, "picture name", "a.png")]


def test_a_shape_is_linked_and_signed():
    data = link(0x10, counted("label"))
    table = struct.pack("<HIHIHI", 0x382 | 0x8000, len(data), 0x783 | 0x8000, 8, 0x4104, 1)
    content = table + data + "Ann\0".encode("utf-16-le")
    shape = struct.pack("<HHI", 3 << 4 | 3, 0xF00B, len(content)) + content

    assert [text for _, _, text in drawing_texts(shape, Counter())] == ["label", "Ann"]


def test_a_table_of_properties_may_lie_about_its_size():
    lying = struct.pack("<HHIHI", 0xFFF3, 0xF00B, 6, 0x8381, 0xFFFFFFFF)

    assert list(drawing_texts(lying, Counter())) == []


def test_records_end_where_the_bytes_do():
    assert list(records(b"\1\0\5\0ab\2\0")) == [(1, 4, 5)]
    assert list(records(b"\1\0\0")) == []


def test_a_record_is_continued_by_all_that_follow():
    data = record(1, b"a") + record(0x3C, b"b") + record(0x3C, b"c") + record(2, b"d")

    assert pieces(data, 4, 1) == [b"a", b"b", b"c"]


def test_a_reader_gives_nothing_behind_the_end():
    reader = RecordReader([b"\5", b"\0\1"], unicode=True)

    assert reader.number(4) == 0x010005
    assert reader.number(2) == 0
    assert reader.string() == ""
    reader.skip(10)
    assert reader.short
    assert reader.ended


def test_a_number_that_a_record_cuts_off_is_what_is_there():
    assert RecordReader([b"\7"], unicode=True).number(2) == 7


def test_the_path_of_another_workbook_is_legible(read):
    linked = record(0x01AE, struct.pack("<H", 2), wide("\1\1Cdir\3other.xls"), wide("One"), wide("Two"))
    own = record(0x01AE, struct.pack("<HH", 1, 0x0401))
    found = read(xls, workbook(before=[linked, own])).texts

    assert found['metadata "external link"'] == "/Cdir/other.xls\nOne\nTwo"


def test_a_count_of_linked_sheets_may_lie(read):
    assert not read(xls, workbook(before=[record(0x01AE, b"\xff\xff", wide("\1a"))])).problems


def test_values_of_another_workbook_are_a_row(read):
    values = record(0x005A, b"\2\0\0\0", b"\1" + bytes(8), b"\2" + wide("a"), b"\2" + wide("b"))

    assert read(xls, workbook(before=[values])).texts['metadata "external link"'] == "a\tb"


def test_built_in_names_and_styles_say_nothing(read):
    name = record(0x0018, struct.pack("<HBBHHHI", 0x20, 0, 1, 0, 0, 0, 0), b"\0\6")
    style = record(0x0293, b"\0\x80\0\xff")
    found = read(xls, workbook(before=[name, style])).texts

    assert not any("name" in place.split('"')[1:2] or "style" in place for place in found)


def test_a_name_has_a_menu_and_a_description_of_its_own(read):
    said_of = struct.pack("<HBBHHHBBBB", 0, 0, 1, 0, 0, 0, 4, 0, 0, 0)
    name = record(0x0018, said_of, b"\0n", b"\0menu")

    assert "menu" in read(xls, workbook(before=[name])).texts['metadata "defined name"']


def test_names_and_links_of_old_workbooks_are_read(read):
    name = record(0x0018, struct.pack("<HBBHHHI", 0, 0, 4, 0, 0, 0, 0), b"mine")
    linked = record(0x0017, narrow("\1other.xls", 1))
    user = record(0x005C, narrow("Ann", 1))
    found = read(xls, compound({"Book": book([], [name, linked, user], version=0x0500)})).texts

    assert found['metadata "defined name"'] == "mine"
    assert found['metadata "external link"'] == "/other.xls"
    assert found['metadata "user"'] == "Ann"


def test_input_helps_may_be_empty(read):
    empty = record(0x01BE, bytes(4), *[b"\1\0\0\0"] * 4, bytes(8))

    assert 'metadata "input help"' not in read(xls, workbook([empty])).texts


def test_conditions_shared_formulas_and_chart_links_keep_literals(read):
    size = struct.pack("<H", len(literal("aaa")))
    condition = record(0x01B1, b"\2\0", size, size, bytes(30), literal("aaa"), literal("bbb"))
    formula = record(0x04BC, bytes(8), size, literal("ccc"))
    chart = record(0x1051, bytes(6), size, literal("ddd"))

    assert read(xls, workbook([condition, formula, chart])).texts['code "Sheet1"'] == "aaa\nbbb\nccc\nddd"


def test_scenarios_have_values(read):
    scene = struct.pack("<HBBBBB", 1, 0, 0, 1, 0, 0) + b"\0s" + bytes(4) + wide("value")

    assert read(xls, workbook([record(0x00AF, scene)])).texts['metadata "scenario"'] == "s\nvalue"


def test_empty_page_headers_are_none(read):
    found = read(xls, workbook([record(0x0014), record(0x0015, wide("&P of &N"))])).texts

    assert not any(place.startswith("header") for place in found)


def test_a_user_without_a_length_is_read(read):
    assert (
        read(xls, workbook(before=[record(0x005C, b"Ann Example".ljust(112))])).texts['metadata "user"']
        == "Ann Example"
    )

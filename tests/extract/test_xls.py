"""Excel workbooks from before 2007: what is read, where it is said to be, and what is said when it is not."""

import random
import struct
from pathlib import Path

import pytest

from bench.hiding import word
from bench.hiding._biff_file import (
    END,
    atom,
    begin,
    book,
    compound,
    container,
    literal,
    narrow,
    record,
    shared,
    strings,
    wide,
    workbook,
)
from scanner.extract import xls
from scanner.extract._ole.compound import Compound
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason
from scanner.model.place import Part

GOLDEN = (Path(__file__).parents[1] / "data" / "legacy-xls" / "golden.xls").read_bytes()
NUMBER, PACKED, PACKED_ROW, LABEL = 0x0203, 0x027E, 0x00BD, 0x0204


def at(row, column=0):
    return struct.pack("<HHH", row, column, 15)


def label(text, row=0):
    return record(LABEL, at(row), wide(text))


def number(value, row=0):
    return record(NUMBER, at(row), struct.pack("<d", value))


def packed(value, row=0):
    return record(PACKED, at(row), struct.pack("<I", value))


def test_a_workbook_of_libreoffice_is_read_whole(read):
    found = read(xls, GOLDEN)

    assert not found.problems
    assert found.texts['sheet "First"'].splitlines()[0] == f"{word('xls', 'shared string cell')}\t12.5"
    assert found.texts['header "First"'] == word("xls", "page header")
    assert found.texts['hidden text "Buried"'] == word("xls", "very hidden sheet")
    assert found.texts["comment 1"] == word("xls", "cell comment")


def test_cells_of_a_row_are_one_line(read):
    cells = [label("a"), number(3.25), packed(7 << 2 | 2), label("b", 1), number(4, 2)]

    assert read(xls, workbook(cells)).texts['sheet "Sheet1"'] == "a\t3.25\t7\nb\n4"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (5 << 2 | 2, "5"),
        (0xFFFFFFFC | 2, "-1"),
        (1250 << 2 | 3, "12.5"),
        (0x3FF80000, "1.5"),
        (0x40590001, "1"),
    ],
)
def test_packed_numbers_are_whole_or_not_and_hundredths_or_not(read, raw, shown):
    assert read(xls, workbook([packed(raw)])).texts['sheet "Sheet1"'] == shown


def test_a_row_of_packed_numbers_is_read_number_by_number(read):
    numbers = b"".join(struct.pack("<HI", 15, value << 2 | 2) for value in (1, 22, 333))

    assert (
        read(xls, workbook([record(PACKED_ROW, b"\0\0\0\0", numbers, b"\2\0")])).texts['sheet "Sheet1"'] == "1\t22\t333"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(4111111111111111.0, "4111111111111111"), (1e300, "1e+300"), (float("nan"), "nan"), (float("inf"), "inf")],
)
def test_long_whole_numbers_have_no_exponent(read, value, shown):
    assert read(xls, workbook([number(value)])).texts['sheet "Sheet1"'] == shown


def test_a_formula_shows_its_result_and_keeps_its_literals_as_code(read):
    head = struct.pack("<d", 42) + bytes(6)
    formula = literal("hidden words") + b"\x1e\1\0\3"
    cell = record(0x0006, at(0), head, struct.pack("<H", len(formula)), formula)
    found = read(xls, workbook([cell])).texts

    assert found['sheet "Sheet1"'] == "42"
    assert found['code "Sheet1"'] == "hidden words"


def test_hidden_sheets_are_hidden_text(read):
    for state in (1, 2):
        found = read(xls, compound({"Workbook": book([label("w")], name="S", state=state)}))
        assert found.texts['hidden text "S"'] == "w"


def test_a_shared_string_may_change_its_width_where_the_record_ends(read):
    torn = (
        record(0x00FC, struct.pack("<II", 2, 2), b"\x06\0\0", b"abc"),
        record(0x003C, b"\1", "d\u00e9\u6a5f".encode("utf-16-le"), b"\x02\0\0x"),
        record(0x003C, b"\0y"),
    )

    assert read(xls, workbook([shared(0), shared(1, 1)], torn)).texts['sheet "Sheet1"'] == "abcd\u00e9\u6a5f\nxy"


def test_a_wide_character_is_not_torn_by_an_odd_byte(read):
    torn = record(0x00FC, struct.pack("<II", 1, 1), b"\2\0\1", b"a\0b"), record(0x003C, b"\1c\0")

    assert read(xls, workbook([shared(0)], torn)).texts['sheet "Sheet1"'] == "ac"


def test_rich_strings_are_read_without_their_runs(read):
    rich = b"\2\0\x08\2\0" + b"ab" + bytes(8) + b"\1\0\0c"

    found = read(xls, workbook([shared(0), shared(1)], [record(0x00FC, struct.pack("<II", 2, 2), rich)]))
    assert found.texts['sheet "Sheet1"'] == "ab\tc"


def test_a_number_may_stand_on_both_sides_of_where_a_record_ends(read):
    torn = record(0x00FC, struct.pack("<II", 1, 1), b"\2"), record(0x003C, b"\0\0ab")

    assert read(xls, workbook([shared(0)], torn)).texts['sheet "Sheet1"'] == "ab"


def test_cells_whose_string_is_missing_are_said_to_be(read):
    found = read(xls, workbook([shared(0), shared(7)], [strings("a")]))

    assert found.problems == [("corrupt", "cells whose text is not in the file: 1")]


def test_counts_that_lie_change_nothing(read):
    lying = record(0x00FC, struct.pack("<II", 0xFFFFFFFF, 1), wide("a"), wide("b"))

    assert read(xls, workbook([shared(1)], [lying])).texts['sheet "Sheet1"'] == "b"


def test_an_encrypted_workbook_is_undetermined_not_clean(read):
    data = compound({"Workbook": book(before=[record(0x002F, bytes(54)), record(0x1234, b"secretsecret")])})
    found = read(xls, data)

    assert found.reasons == ["encrypted"]
    assert "secret" not in found.all


def test_a_workbook_that_ends_early_says_so_and_keeps_what_came_before(read):
    whole = book([label("kept"), label("lost" * 10, 1)])
    found = read(xls, compound({"Workbook": whole[:-60]}))

    assert found.reasons == ["corrupt"]
    assert "kept" in found.all


def test_a_missing_workbook_is_a_problem(read):
    assert read(xls, compound({"Other": b"x"})).reasons == ["corrupt"]


def test_bytes_that_are_no_workbook_are_read_without_harm(read):
    assert not read(xls, b"no record").texts
    assert read(xls, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").reasons == ["corrupt"]


def test_a_sheet_behind_padding_or_junk_is_read(read):
    late = begin(0x0010) + label("late") + END
    found = read(xls, compound({"Workbook": book() + b"junkjunkjunk" + late}))

    assert "late" in found.texts['sheet "sheet 2"']
    assert "junkjunkjunk" in found.all


def test_charts_stand_within_sheets(read):
    chart = begin(0x0020) + record(0x100D, b"\0\0", wide("title", 1)) + END
    found = read(xls, workbook([label("before"), chart, label("after", 1)])).texts

    assert found['text box "chart"'] == "title"
    assert found['sheet "Sheet1"'] == "before\nafter"


def test_substreams_nested_without_end_are_walked_in_time(read):
    assert read(xls, compound({"Workbook": begin(0x0020) * 30_000})).reasons == ["corrupt"]


def test_a_control_and_a_button_say_what_is_on_them(look):
    button = record(0x005D, struct.pack("<HHHHH", 0x15, 18, 7, 1, 0) + bytes(16))
    text = record(0x01B6, bytes(10), struct.pack("<HHI", 3, 8, 0)), record(0x003C, b"\0Go!"), record(0x003C, bytes(8))
    empty = record(0x01B6, bytes(18))
    found = look(xls, workbook([button, *text, empty]))

    assert [item.text for item in found.segments if item.place.part is Part.TEXT_BOX] == ["Go!"]


def test_words_of_records_that_nobody_knows_are_kept(look):
    found = look(xls, workbook([record(0x7777, b"\3\4unheard-of\0")]))

    assert "unheard-of" in found.text(Part.METADATA, "other records")


def test_old_text_is_read_by_its_code_page(read):
    cyrillic = "\u0421\u0435\u043a\u0440\u0435\u0442\u043d\u043e"
    page = record(0x0042, struct.pack("<H", 1251))
    cell = record(LABEL, at(0), struct.pack("<H", 8), cyrillic.encode("cp1251"))
    data = compound({"Book": book([page, cell], version=0x0500)})

    assert read(xls, data).texts['sheet "Sheet1"'] == cyrillic


def test_old_sheets_have_cells_of_their_own(read):
    two = bytes(7)
    cells = (
        record(0x0002, two, struct.pack("<H", 77)),
        record(0x0003, two, struct.pack("<d", 1.5)),
        record(0x0004, two, narrow("text", 1)),
        record(0x0006, two, struct.pack("<dBB", 2.5, 0, 6), b"\x17\4said"),
        record(0x0007, narrow("result", 1)),
        record(0x001E, narrow("0 items", 1)),
    )
    found = read(xls, record(0x0009, b"\2\0\x10\0") + b"".join(cells) + END)

    assert found.texts['sheet "sheet 1"'] == "77\t1.5\ttext\t2.5\tresult"
    assert found.texts['code "sheet 1"'] == "said"
    assert not found.problems


def test_cells_cut_short_are_passed_over(read):
    short = [
        record(kind, b"\0\0\0\0")
        for kind in (0x0002, 0x0003, 0x0004, 0x0006, 0x0007, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x027E)
    ]
    assert read(xls, workbook([*short, label("last")])).texts['sheet "Sheet1"'].endswith("last")


def test_streams_that_cannot_be_read_are_said_to_be_missing(look, monkeypatch):
    def refuse(*_):
        raise UnreadableError(Reason.CORRUPT, "a stream is missing")

    monkeypatch.setattr(Compound, "read", refuse)
    streams = {"Workbook": book(), "Mine": b"abc", "MsoDataStore/A/Item": b"<a/>"}

    assert look(xls, compound(streams)).reasons == [Reason.CORRUPT] * 3


def test_damage_of_any_kind_is_survived(look):
    chance = random.Random(11)  # noqa: S311 - the same damage every time
    stream = book([label("a"), *[shared(index % 3, index) for index in range(20)]], [strings("x", "y", "z")])
    for _ in range(150):
        damaged = bytearray(stream)
        for _ in range(chance.choice((1, 4, 16))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        look(xls, compound({"Workbook": bytes(damaged[: chance.randrange(20, len(damaged))])}))
        flipped = bytearray(GOLDEN)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        look(xls, bytes(flipped))
    for size in range(0, len(GOLDEN), 997):
        look(xls, GOLDEN[:size])


def test_sheets_with_pictures_and_no_text_are_undetermined(read):
    photo = atom(0xF01D, bytes(60))
    drawing = record(
        0x00EB, container(0xF000, container(0xF001, atom(0xF007, bytes(36) + photo), atom(0xF007, bytes(36))))
    )

    assert read(xls, workbook(before=[drawing])).problems == [("image", "no text, but pictures: 1")]
    assert not read(xls, workbook([label("a")], [drawing])).problems
    assert read(xls, compound({"Book": book([record(0x007F, bytes(90))], version=0x0500)})).reasons == ["image"]


def test_a_metafile_that_breaks_off_is_a_problem(read):
    entry = atom(0xF007, bytes(36) + atom(0xF01A, bytes(9)))

    found = read(xls, workbook([label("a")], [record(0x00EB, entry)]))

    assert found.problems == [("corrupt", "pictures not read in full: 1")]
    assert not read(xls, workbook([label("a")], [record(0x00EB, entry[:8])])).problems


def test_hidden_rows_and_columns_are_hidden_text_beside_what_is_shown(read):
    unseen = record(0x0208, struct.pack("<HHHHHHI", 1, 0, 3, 0, 0, 0, 0x20))
    shown = record(0x0208, struct.pack("<HHHHHHI", 0, 0, 3, 0, 0, 0, 0x100))
    columns = record(0x007D, struct.pack("<HHHHH", 2, 3, 0, 0, 1)), record(0x007D, struct.pack("<HHHHH", 4, 9, 0, 0, 0))
    cells = [record(LABEL, at(row, column), wide(f"{row}{column}")) for row in (0, 1) for column in (0, 3, 5)]
    chart = begin(0x0020) + label("in a chart", 1) + END
    found = read(xls, workbook([*columns, shown, unseen, *cells, chart])).texts

    assert found['sheet "Sheet1"'] == "00\t05"
    assert found['hidden text "Sheet1"'] == "03\n10\t13\t15"
    assert found['text box "chart"'] == "in a chart"


def test_what_one_sheet_hides_another_may_show(read):
    hiding = book([record(0x0208, struct.pack("<HHHHHHI", 0, 0, 3, 0, 0, 0, 0x20)), label("unseen")])
    found = read(xls, compound({"Workbook": hiding + begin(0x0010) + label("shown") + END})).texts

    assert found['hidden text "Sheet1"'] == "unseen"
    assert found['sheet "sheet 2"'] == "shown"

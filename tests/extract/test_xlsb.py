"""Binary workbooks of Excel 2007 and later: what is read, where it is said to be, and what damage does."""

import random
import struct
import time

import pytest

from bench.hiding import sheet_binary12
from bench.hiding._biff12_file import cell, literal, record, row, sheet, wide, workbook
from scanner.extract import LimitReachedError, xlsb
from scanner.extract._biff.records12 import records, wide_string, wide_strings
from scanner.extract._office import string_table as _string_table
from scanner.extract._unreadable import UnreadableError
from scanner.model.limits import Limits

PACKED, ERROR, TRUTH, REAL, TEXT, SHARED = range(2, 8)


def test_no_hiding_place_of_a_binary_workbook_makes_a_problem_and_none_is_missed(read):
    for probe in sheet_binary12.probes():
        found = read(xlsb, probe.data)

        assert not found.problems, probe.place
        assert probe.word in found.all, probe.place


def test_cells_of_a_row_are_one_line_whatever_they_are(read):
    first = (
        cell(TEXT, wide("a")),
        cell(PACKED, struct.pack("<I", 9 << 2 | 2)),
        cell(REAL, struct.pack("<d", 0.5)),
        cell(TRUTH, b"\1"),
        cell(ERROR, b"\7"),
        cell(SHARED, struct.pack("<I", 0)),
    )
    results = (cell(9, struct.pack("<dHII", 4, 0, 0, 0)), cell(10, b"\1" + bytes(10)), cell(11, b"\7" + bytes(10)))
    short = record(13, bytes(4), struct.pack("<I", 8 << 2 | 2)), record(18, bytes(4), struct.pack("<I", 0))
    data = workbook(
        {"S": sheet(row(), *first, row(1), *results, row(2), *short)}, strings=[record(19, b"\0", wide("s"))]
    )

    assert read(xlsb, data).texts['sheet "S"'] == "a\t9\t0.5\ts\n4\n8\ts"


def test_rich_and_read_aloud_strings_are_read(read):
    runs = struct.pack("<I", 1) + bytes(4)
    items = [record(19, b"\3", wide("shown"), runs, wide("spoken")), record(19, b"\1", wide("bold"), runs)]
    found = read(xlsb, workbook({"S": sheet(row(), cell(SHARED, bytes(4)))}, strings=items)).texts

    assert found['sheet "S"'] == "shown"
    assert found['metadata "reading aid"'] == "spoken"
    assert found['metadata "strings in no cell"'] == "bold"


def test_cells_whose_string_is_missing_are_said_to_be(read):
    found = read(xlsb, workbook({"S": sheet(row(), cell(SHARED, b"\5\0\0\0"))}))

    assert found.problems == [("corrupt", "cells whose text is not in the file: 1")]


def test_a_part_that_breaks_off_is_said_to(read):
    found = read(xlsb, workbook({"S": sheet(row(), cell(TEXT, wide("kept")), cell(TEXT, wide("x" * 99)))[:-70]}))

    assert found.reasons == ["corrupt"]
    assert "kept" in found.all


def test_what_breaks_off_beside_the_sheets_is_said_to(read):
    for name in ("xl/styles.bin", "xl/sharedStrings.bin"):
        assert read(xlsb, workbook({"S": sheet()}, parts={name: b"\x13\x40\0\0"})).reasons == ["corrupt"]


def test_sheets_that_the_workbook_does_not_list_have_a_number(read):
    data = workbook({"S": sheet()}, parts={"xl/worksheets/sheet9.bin": sheet(row(), cell(TEXT, wide("w")))})

    assert read(xlsb, data).texts['sheet "worksheet 2"'] == "w"


def test_lists_of_where_things_stand_are_no_text(package, read):
    kind = "application/vnd.ms-excel."
    parts = {
        "xl/workbook.bin": (f"{kind}sheet.binary.macroEnabled.main", b"\x83\1\0"),
        "xl/calcChain.bin": (f"{kind}calcChain", b"\0words and words"),
        "xl/other.bin": ("application/x-other", b"more words"),
    }
    found = read(xlsb, package(parts)).all

    assert "words and" not in found
    assert "more words" in found


def test_built_in_styles_say_nothing(read):
    style = record(48, bytes(4), b"\1\0\0\0", wide("Normal"))

    assert "Normal" not in read(xlsb, workbook({"S": sheet()}, parts={"xl/styles.bin": style})).all


def test_formulas_of_a_sheet_keep_their_literals_as_code(read):
    formula = record(427, bytes(16), literal("said"))

    assert read(xlsb, workbook({"S": sheet(formula)})).texts['code "S"'] == "said"


def test_a_string_used_again_and_again_stops_at_the_limit(read):
    cells = [cell(SHARED, bytes(4))] * 3000
    data = workbook({"S": sheet(row(), *cells, row(1), *cells)}, strings=[record(19, b"\0", wide("x" * 20_000))])

    with pytest.raises(LimitReachedError):
        read(xlsb, data, limits=Limits(text=9_000_000))


def test_too_many_shared_strings_stop_the_reading(read):
    with pytest.raises(LimitReachedError):
        read(xlsb, workbook({"S": sheet()}, strings=[record(19, b"\0", wide("x" * 900))] * 9), limits=Limits(text=2000))


def test_long_rows_are_handed_on_as_they_come(look):
    rows = [part for index in range(80) for part in (row(index), cell(TEXT, wide("x" * 30_000)))]
    found = look(xlsb, workbook({"S": sheet(*rows)}))

    assert len(found.segments) > 2
    assert not found.problems


RECORDS = record(5, b"a") + record(300, b"b" * 200) + record(16000, b"c" * 20_000) + record(7)


@pytest.mark.parametrize("step", [1, 3, 7, 1000, 100_000])
def test_records_are_told_apart_however_they_come(step):
    pieces = [RECORDS[at : at + step] for at in range(0, len(RECORDS), step)]

    assert list(records(pieces)) == [(5, b"a"), (300, b"b" * 200), (16000, b"c" * 20_000), (7, b"")]


def test_a_record_as_long_as_the_part_takes_no_longer_than_that():
    pieces = [record(300, bytes(1 << 24))[:6], *[bytes(1 << 10)] * ((1 << 14) - 1)]
    begun = time.process_time()
    with pytest.raises(UnreadableError):
        list(records(pieces))

    assert time.process_time() - begun < 2


@pytest.mark.parametrize("data", [b"\1", b"\x81", b"\x81\x82", b"\1\xff", b"\1\xff\xff\xff\xff\xff", b"\1\5abc"])
def test_records_cut_short_are_damage(data):
    with pytest.raises(UnreadableError):
        list(records([data]))
    assert not list(records([b""]))


def test_a_string_that_is_not_there_is_empty():
    assert wide_string(b"\xff\xff\xff\xff", 0, 4) == ("", 4)
    assert wide_string(b"\5\0\0\0a\0", 0, 6) == ("a", 6)


def test_strings_are_found_in_records_that_nobody_knows():
    content = b"\1\2\3" + wide("\u673a\u5bc6") + bytes(5) + wide("two words") + b"\x20\0\0\0too short"

    assert wide_strings(content) == ["\u673a\u5bc6", "two words"]


def test_lengths_that_only_look_so_are_given_up_in_time():
    content = b"\xff\x0f\0\0A\0" * 20_000 + b"the words"

    assert "the words" in wide_strings(content)[-1]


def test_damage_of_any_kind_is_survived(look):
    chance = random.Random(5)  # noqa: S311 - the same damage every time
    whole = sheet(row(), *[cell(kind, wide("text") + bytes(20)) for kind in range(1, 19)], record(479, wide("&Cx") * 6))
    for _ in range(120):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 5, 20))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        look(xlsb, workbook({"S": bytes(damaged[: chance.randrange(1, len(damaged))])}))


def test_shared_strings_without_number_stop_the_reading(read, monkeypatch):
    monkeypatch.setattr(_string_table, "_MOST_STRINGS", 5)

    with pytest.raises(LimitReachedError, match="shared strings"):
        read(xlsb, workbook({"S": sheet()}, strings=[record(19, b"\0", wide("x"))] * 9))

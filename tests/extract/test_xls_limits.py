"""Old workbooks that are large, or seem so: limits are kept, and memory does not grow."""

import struct
import tracemalloc

import pytest

from bench.hiding._biff_file import record, shared, strings, wide, workbook
from scanner.extract import LimitReachedError, xls
from scanner.extract._office import string_table as _string_table
from scanner.model.limits import Limits


def test_a_string_used_again_and_again_stops_at_the_limit(read):
    data = workbook([shared(0)] * 4000, [strings("x" * 30_000)])

    with pytest.raises(LimitReachedError):
        read(xls, data, limits=Limits(text=20_000_000))


def test_too_many_shared_strings_stop_the_reading(read):
    with pytest.raises(LimitReachedError):
        read(xls, workbook(before=[strings(*["x" * 90] * 20)]), limits=Limits(text=1000))


def test_memory_does_not_grow_with_a_string_used_again_and_again(read):
    data = workbook([shared(0, row) for row in range(1000)], [strings("x" * 20_000)])
    tracemalloc.start()
    try:
        read(xls, data, limits=Limits(text=25_000_000))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 100 << 20


def test_a_long_row_is_divided(look):
    found = look(xls, workbook([shared(0)] * 80, [strings("x" * 30_000)]))

    assert len([line for item in found.segments for line in item.text.splitlines() if line[:1] == "x"]) > 1


def test_much_unknown_content_is_handed_on_bit_by_bit(look):
    found = look(xls, workbook([record(0x7777, b"unheard-of " * 700)] * 300))

    assert sum("unheard-of" in item.text for item in found.segments) > 1


def test_unknown_records_without_measure_are_said_not_to_be_read(read):
    assert read(xls, workbook([record(0x7777, bytes(8000))] * 1100)).reasons == ["partial"]


def test_shared_strings_without_number_stop_the_reading(read, monkeypatch):
    monkeypatch.setattr(_string_table, "_MOST_STRINGS", 5)

    with pytest.raises(LimitReachedError, match="shared strings"):
        read(xls, workbook(before=[strings(*"abcdefg")]))


def test_many_shared_strings_keep_their_numbers(read):
    texts = [f"number {index}" for index in range(2500)]
    parts = [b"".join(wide(text) for text in texts[at : at + 250]) for at in range(0, 2500, 250)]
    table = [record(0x00FC, struct.pack("<II", 2500, 2500), parts[0]), *(record(0x003C, part) for part in parts[1:])]
    asked = [0, 1023, 1024, 1025, 2047, 2048, 2499]
    found = read(xls, workbook([shared(index, index) for index in asked], table)).texts

    assert found['sheet "Sheet1"'].splitlines() == [texts[index] for index in asked]
    assert found['metadata "strings in no cell"'].splitlines() == [t for n, t in enumerate(texts) if n not in asked]

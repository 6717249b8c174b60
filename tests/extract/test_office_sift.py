"""Sheets and their strings say the same whether they are read as a stream, at once, or by a parser alone."""

import pytest

from scanner.extract import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import read_xml
from scanner.extract._office.shared_strings import StringsWalker
from scanner.extract._office.sheet import SheetWalker, Workbook
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Part, Place

SHEET = Place("b.xlsx", part=Part.SHEET, title="One")
STRINGS = ("zero", "one", "two")


def worksheet(rows: str, before: str = "", after: str = "") -> bytes:
    return f'<?xml version="1.0"?>\n<worksheet>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def walker_of(lines: Lines) -> SheetWalker:
    book = Workbook(lambda index: STRINGS[int(index)], frozenset({"7"}), since_1904=False)
    return SheetWalker(lines, SHEET, book)


def texts(segments: list[Segment]) -> list[tuple[str, str]]:
    return [(segment.place.part.value, segment.text) for segment in segments]


def at_once(data: bytes) -> list[tuple[str, str]] | None:
    lines = Lines(Budget(DEFAULT_LIMITS, len(data)))
    walk = walker_of(lines).whole(data)
    if walk is None:
        return None
    for _ in walk:
        pass
    return texts(list(lines.rest()))


def streamed(data: bytes, piece: int) -> list[tuple[str, str]]:
    lines = Lines(Budget(DEFAULT_LIMITS, len(data)))
    walker = walker_of(lines)
    pieces = (data[at : at + piece] for at in range(0, len(data), piece))
    return texts([item for item in read_xml(walker.rows(pieces), walker, lines, SHEET) if isinstance(item, Segment)])


def parsed(data: bytes) -> list[tuple[str, str]]:
    lines = Lines(Budget(DEFAULT_LIMITS, len(data)))
    return texts([item for item in read_xml((data,), walker_of(lines), lines, SHEET) if isinstance(item, Segment)])


ROWS = (
    '<row r="1"><c r="A1" s="3"/><c r="B1" t="s"><v>1</v></c><c r="C1"/></row>',
    '<row r="1"><c r="A1"><f>B1</f><v>5</v></c><c r="B1"><f>"said"&amp;C1</f></c><c r="C1"><f>B1</f><v/></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> in place</t></is></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><r><t>rich</t></r><r><t>er</t></r></is></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c></row> <row><c><v>2</v></c></row>',
    '<row r="1"><c r="A1" s="7"><v>40000</v></c><c r="B1"><v>4.2E12</v></c><c r="C1" t="b"><v>1</v></c></row>',
    '<row r="1" hidden="1"><c r="A1" t="str"><v>unseen_x0041_</v></c></row>',
    '<row r="1"/><row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c><note  said = "a > b">beside</note></row>',
    "",
)


@pytest.mark.parametrize("rows", ROWS)
def test_a_sheet_says_the_same_however_it_is_read(rows: str) -> None:
    data = worksheet(rows, '<cols><col min="2" max="2" hidden="1"/></cols>', "<oddHeader>&amp;Ctop</oddHeader>")
    expected = parsed(data)
    assert at_once(data) in (expected, None)
    assert streamed(data, 1 << 18) == expected
    assert streamed(data, 40) == expected


def test_a_row_that_only_a_parser_understands_is_parsed() -> None:
    good = '<row r="2"><c r="A2"><v>2</v></c></row>'
    data = worksheet(f'{good}<row r="1"><c r="A1"><v>1</v></c><note o\u00b7d="1">beside</note></row>{good}')
    assert at_once(data) == parsed(data)


def test_a_row_at_fault_takes_nothing_from_the_others() -> None:
    good = '<row r="2"><c r="A2"><v>2</v></c></row>'
    data = worksheet(f'{good}<row r="1"><c r="A1"><v>1</v></c><note odd=1>beside</note></row>{good}')
    lines = Lines(Budget(DEFAULT_LIMITS, len(data)))
    walk = walker_of(lines).whole(data)
    assert walk is not None
    with pytest.raises(UnreadableError):
        list(walk)
    assert texts(list(lines.rest())) == [("sheet", "2\n1\n2")]


def test_words_between_the_rows_are_found() -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    data = worksheet(f"{row}beside<row><c><note>x</note></c></row>{row}", after="<x>under</x>")
    found = at_once(data)
    assert found is not None
    assert found[-1] == ("metadata", "beside\nx\nunder")


@pytest.mark.parametrize(
    "around", [("<a b=1>", ""), ("", "<a b=1>"), ("<a>", ""), ("", "<a>"), ("", "</sheetData>stray<sheetData>")]
)
def test_a_sheet_with_something_unusual_around_its_rows_is_left_to_the_parser(around: tuple[str, str]) -> None:
    data = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>', *around)
    assert at_once(data) is None or at_once(data) == parsed(data)


def strings_of(data: bytes) -> tuple[list[str], list[str], bool]:
    lines = Lines(Budget(DEFAULT_LIMITS, len(data)))
    walker = StringsWalker(lines, SHEET, 0)
    walk = walker.whole(data)
    for _ in walk or ():
        pass
    found = [walker.use(str(index)) for index in range(4)]
    return found, [segment.text for segment in lines.rest()], walk is not None


@pytest.mark.parametrize(
    ("inside", "found", "readings"),
    [
        ('<si><t>a &amp; b</t></si>\n<si><t xml:space="preserve"> c</t></si>', ["a & b", " c", "", ""], []),
        ("<si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r></si>", ["a", "bc", "", ""], []),
        ("<si><t>a</t><rPh sb='0' eb='1'><t>reading</t></rPh></si><si><t/></si>", ["a", "", "", ""], ["reading"]),
        ("", ["", "", "", ""], []),
    ],
)
def test_shared_strings_are_found_at_once(inside: str, found: list[str], readings: list[str]) -> None:
    assert strings_of(f"<sst>{inside}</sst>".encode()) == (found, readings, True)


def test_shared_strings_that_are_torn_off_are_left_to_the_parser() -> None:
    assert not strings_of(b"<sst><si><t>a</t></si><si><t>b")[2]


def test_a_string_that_ends_by_another_name_is_not_joined_to_the_next() -> None:
    lines = Lines(Budget(DEFAULT_LIMITS, 100))
    walker = StringsWalker(lines, SHEET, 0)
    walk = walker.whole(b"<sst><si><t>a</t></sy><si><t>b</t></si><si><t>c</t></si></sst>")
    assert walk is not None
    with pytest.raises(UnreadableError):
        list(walk)
    assert list(walker.unused()) == ["a", "c"]

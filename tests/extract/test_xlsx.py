# ruff: noqa: E501 - a piece of XML stands in a line, however long

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment

from scanner.extract import LimitReachedError, xlsx
from scanner.extract._office.sheet import number, plain
from scanner.model.limits import Limits

SHEET = "spreadsheetml."
T = "SECRET//NOFORN"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"


def workbook(*, sheet="", strings=(), state="visible", extra=None):
    shared = "".join(f"<x:si>{one}</x:si>" for one in strings)
    parts = {
        "xl/workbook.xml": (
            f"{SHEET}sheet.main",
            (
                f'<x:workbook><x:sheets><x:sheet name="One" sheetId="1" state="{state}" r:id="rId1"/></x:sheets>'
                '<x:definedNames><x:definedName name="Grid">Words!$A$1</x:definedName></x:definedNames></x:workbook>'
            ),
        ),
        "xl/sharedStrings.xml": (f"{SHEET}sharedStrings", f"<x:sst>{shared}</x:sst>"),
        "xl/worksheets/sheet1.xml": (f"{SHEET}worksheet", f"<x:worksheet>{sheet}</x:worksheet>"),
    }
    return parts | (extra or {})


LINKS = {"xl/workbook.xml": [("rId1", "worksheet", "worksheets/sheet1.xml")]}


def rows(*cells):
    return f"<x:sheetData><x:row>{''.join(cells)}</x:row></x:sheetData>"


def test_a_row_is_a_line_and_cells_are_apart(package, read):
    cells = (
        '<x:c t="s"><x:v>0</x:v></x:c>',
        '<x:c t="inlineStr"><x:is><x:r><x:t>SECRET</x:t></x:r><x:r><x:t>//NOFORN</x:t></x:r></x:is></x:c>',
        "<x:c/>",
        '<x:c t="str"><x:f>"for" &amp; B1</x:f><x:v>a result</x:v></x:c>',
        "<x:c><x:v>4.1111111111111111E15</x:v></x:c>",
        '<x:c t="b"><x:v>1</x:v></x:c>',
    )
    strings = ["<x:t>shared</x:t><x:rPh><x:t>reading</x:t></x:rPh>"]
    found = read(xlsx, package(workbook(sheet=rows(*cells), strings=strings), LINKS)).texts

    assert found['sheet "One"'] == f"shared\t{T}\ta result\t4111111111111111\t1"
    assert found['code "One"'] == '"for" & B1'
    assert found['metadata "reading aid"'] == "reading"
    assert found['metadata "sheet name"'] == "One"
    assert found['metadata "defined name"'] == "Grid\nWords!$A$1"


def test_headers_and_footers_lose_their_codes(package, read):
    centre = "&amp;C&amp;KFF0000SECRET//NOFORN"
    odd = f'&amp;L&amp;"Arial,Bold"&amp;14Left{centre}&amp;RR&amp;&amp;D page &amp;P'
    sheet = (
        f"<x:headerFooter><x:oddHeader>{odd}</x:oddHeader><x:evenHeader>even</x:evenHeader>"
        "<x:firstFooter>&amp;Cfirst</x:firstFooter></x:headerFooter>"
    )
    found = read(xlsx, package(workbook(sheet=sheet), LINKS)).texts

    assert found['header "One"'] == f"Left\n{T}\nR&D page\neven"
    assert found['footer "One"'] == "first"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_hidden_text(state, package, read):
    sheet = rows('<x:c t="inlineStr"><x:is><x:t>words</x:t></x:is></x:c>')

    assert read(xlsx, package(workbook(sheet=sheet, state=state), LINKS)).texts['hidden text "One"'] == "words"


def test_a_string_in_no_cell_is_read(package, read):
    cells = ('<x:c t="s"><x:v>0</x:v></x:c>', '<x:c t="s"><x:v>7</x:v></x:c>', '<x:c t="s"><x:v>x</x:v></x:c>')
    found = read(xlsx, package(workbook(sheet=rows(*cells), strings=["<x:t>in</x:t>", "<x:t>out</x:t>"]), LINKS))

    assert found.texts['sheet "One"'] == "in"
    assert found.texts['metadata "strings in no cell"'] == "out"


def office(name, kind, xml):
    return {name: (kind, xml)}


PLACES = {
    "comment": (
        office(
            "xl/comments1.xml",
            f"{SHEET}comments",
            f"<x:comments><x:commentList><x:comment><x:text><x:r><x:t>{T}</x:t></x:r></x:text></x:comment></x:commentList>"
            "</x:comments>",
        ),
        "comment 1",
    ),
    "threaded comment": (
        office(
            "xl/threadedComments/threadedComment1.xml",
            "application/vnd.ms-excel.threadedcomments+xml",
            f"<ThreadedComments><threadedComment><text>{T}</text></threadedComment></ThreadedComments>",
        ),
        "comment 1",
    ),
    "chart title": (
        office(
            "xl/charts/chart1.xml",
            "drawingml.chart",
            f"<c:chartSpace><a:p><a:r><a:t>{T}</a:t></a:r></a:p></c:chartSpace>",
        ),
        'text box 1 "chart"',
    ),
    "text box": (
        office(
            "xl/drawings/drawing1.xml",
            "drawing",
            f"<xdr:wsDr><xdr:sp><xdr:txBody><a:p><a:r><a:t>{T}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>",
        ),
        "text box 1",
    ),
    "old drawing": (
        office(
            "xl/drawings/vmlDrawing1.vml",
            "application/vnd.openxmlformats-officedocument.vmlDrawing",
            f"<xml><v:textbox><div>one<br></div><div>{T}</div></v:textbox></xml>",
        ),
        "text box 1",
    ),
    "number format": (
        office(
            "xl/styles.xml",
            f"{SHEET}styles",
            f'<x:styleSheet><x:numFmts><x:numFmt formatCode="0 &quot;{T}&quot;"/></x:numFmts></x:styleSheet>',
        ),
        'metadata "number format"',
    ),
    "table name": (
        office("xl/tables/table1.xml", f"{SHEET}table", f'<x:table displayName="{T}"/>'),
        'metadata "table"',
    ),
    "external link": (
        office(
            "xl/externalLinks/externalLink1.xml",
            f"{SHEET}externalLink",
            f"<x:externalLink><x:cell><x:v>{T}</x:v></x:cell></x:externalLink>",
        ),
        'metadata "externallink1"',
    ),
    "pivot cache": (
        office(
            "xl/pivotCache/pivotCacheRecords1.xml",
            f"{SHEET}pivotCacheRecords",
            f'<x:pivotCacheRecords><x:r><x:s v="{T}"/></x:r></x:pivotCacheRecords>',
        ),
        'metadata "pivot cache"',
    ),
    "connection": (
        office(
            "xl/connections.xml",
            f"{SHEET}connections",
            f'<x:connections><x:connection><x:dbPr connection="{T}"/></x:connection></x:connections>',
        ),
        'metadata "connection"',
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_marking_beside_the_cells_is_found_at_its_place(name, package, read):
    extra, place = PLACES[name]
    found = read(xlsx, package(workbook(extra=extra), LINKS))

    assert T in found.texts.get(place, "")
    assert not found.problems


IN_SHEET = {
    "validation prompt": (f'<x:dataValidation prompt="{T}"/>', 'metadata "input help"'),
    "validation list": (f"<x:dataValidation><x:formula1>{T}</x:formula1></x:dataValidation>", 'metadata "One"'),
    "conditional format": (f"<x:cfRule><x:formula>{T}</x:formula></x:cfRule>", 'metadata "One"'),
    "link": (f'<x:hyperlink location="{T}"/>', 'metadata "link"'),
}


@pytest.mark.parametrize("name", IN_SHEET)
def test_a_marking_among_the_settings_of_a_sheet_is_found(name, package, read):
    xml, place = IN_SHEET[name]

    assert T in read(xlsx, package(workbook(sheet=xml), LINKS)).texts.get(place, "")


def test_a_row_without_end_is_handed_on_in_pieces(package, read):
    cell = f'<x:c t="inlineStr"><x:is><x:t>{"x" * 60_000}</x:t></x:is></x:c>'
    found = read(xlsx, package(workbook(sheet=rows(*[cell] * 40)), LINKS), limits=Limits(ratio=0))

    assert found.all.count("x") == 60_000 * 40


def test_a_small_file_that_repeats_a_long_string_stops_at_the_limit(package, read):
    cells = ['<x:c t="s"><x:v>0</x:v></x:c>'] * 2000
    data = package(workbook(sheet=rows(*cells), strings=[f"<x:t>{'x' * 30_000}</x:t>"]), LINKS)

    with pytest.raises(LimitReachedError, match="characters of text"):
        read(xlsx, data, limits=Limits(text=40_000_000))


def test_too_many_shared_strings_stop_the_reading(package, read):
    data = package(workbook(strings=[f"<x:t>{'x' * 200}</x:t>"] * 10), LINKS)

    with pytest.raises(LimitReachedError, match="characters of text"):
        read(xlsx, data, limits=Limits(text=1000))


def test_what_stands_before_a_fault_is_kept(package, read):
    parts = workbook(strings=[])
    parts["xl/sharedStrings.xml"] = (f"{SHEET}sharedStrings", b"<sst><si><t>half a str")
    parts["xl/worksheets/sheet1.xml"] = (f"{SHEET}worksheet", b'<worksheet><row><c t="str"><v>one</v></c><c><v>2')
    found = read(xlsx, package(parts, LINKS))

    assert found.texts['metadata "strings in no cell"'] == "half a str"
    assert found.texts['sheet "One"'] == "one"
    assert found.reasons == ["corrupt", "corrupt"]


def test_a_workbook_made_with_openpyxl_is_read_whole(read):
    made = openpyxl.Workbook()
    made.active.title = "Q3"
    made.active.append(["a", 1, T])
    made.active["A1"].comment = Comment("remark", "author")
    made.active.oddHeader.center.text = T
    buffer = io.BytesIO()
    made.save(buffer)
    found = read(xlsx, buffer.getvalue())

    assert found.texts['sheet "Q3"'] == f"a\t1\t{T}"
    assert found.texts['header "Q3"'] == T
    assert "remark" in found.texts["comment 1"]
    assert not found.problems


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("1.5", "1.5"), ("1.25E2", "125"), ("1E+400", "1E+400"), ("2.5E-3", "2.5E-3"), ("Eve", "Eve"), ("1E30", "1E30")],
)
def test_long_whole_numbers_have_no_exponent(kept, shown):
    assert number(kept) == shown


def test_escaped_characters_are_resolved():
    assert plain("a_x000D_b_xD800_c") == "a\rb_xD800_c"


@given(st.text())
def test_a_text_without_escapes_stays_as_it_is(text):
    assert plain(text.replace("_x", "")) == text.replace("_x", "")


STYLED = (
    '<x:styleSheet><x:numFmts><x:numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><x:numFmt numFmtId="165" formatCode="0 &quot;days&quot;"/>'
    '</x:numFmts><x:cellStyleXfs><x:xf numFmtId="14"/></x:cellStyleXfs><x:cellXfs><x:xf numFmtId="0"/><x:xf numFmtId="14"/>'
    '<x:xf numFmtId="164"/><x:xf numFmtId="165"/><x:xf numFmtId="22"/></x:cellXfs><x:cellStyles><x:cellStyle name="Own"/>'
    '<x:cellStyle name="Normal" builtinId="0"/></x:cellStyles></x:styleSheet>'
)  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_days_are_shown_as_days(prefix, package, read):
    cells = "".join(
        f'<{prefix}c r="A1" s="{style}"><{prefix}v>{value}</{prefix}v></{prefix}c>'
        for style, value in (
            (0, "47955"),
            (1, "47955"),
            (2, "47955"),
            (3, "47955"),
            (4, "47955.5"),
            (1, "-4"),
            (1, "1E2E"),
        )
    )
    sheet = f'<{prefix}sheetData><{prefix}row r="1">{cells}</{prefix}row></{prefix}sheetData>'
    extra = {"xl/styles.xml": (f"{SHEET}styles", STYLED)}
    found = read(xlsx, package(workbook(sheet=sheet, extra=extra), LINKS)).texts

    assert found['sheet "One"'] == "47955\t2031-04-17\t2031-04-17\t47955\t2031-04-17 12:00:00\t-4\t1E2E"
    assert found['metadata "style"'] == "Own"


def test_days_since_1904_are_shown_as_days(package, read):
    book = workbook(
        sheet=rows('<x:c s="1"><x:v>46493</x:v></x:c>'), extra={"xl/styles.xml": (f"{SHEET}styles", STYLED)}
    )
    kind, xml = book["xl/workbook.xml"]
    book["xl/workbook.xml"] = (kind, xml.replace("<x:sheets>", '<x:workbookPr date1904="1"/><x:sheets>'))

    assert read(xlsx, package(book, LINKS)).texts['sheet "One"'] == "2031-04-17"


def test_formats_among_text_are_read_as_well(package, read):
    styles = STYLED.replace("<x:numFmts>", "<x:numFmts>text")
    cells = rows('<x:c s="2"><x:v>47955</x:v></x:c>')
    found = read(xlsx, package(workbook(sheet=cells, extra={"xl/styles.xml": (f"{SHEET}styles", styles)}), LINKS)).texts

    assert found['sheet "One"'] == "2031-04-17"


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_hidden_rows_and_columns_are_hidden_text(prefix, package, read):
    def row(number, attributes, *values):
        cells = "".join(
            f'<{prefix}c r="{"AB"[at]}{number}" t="inlineStr"><{prefix}is><{prefix}t>{value}</{prefix}t></{prefix}is></{prefix}c>'
            for at, value in enumerate(values)
        )
        return f'<{prefix}row r="{number}"{attributes}>{cells}</{prefix}row>'

    columns = '<x:cols><x:col min="2" max="2" hidden="1"/><x:col min="x" max="3" hidden="1"/></x:cols>'
    sheet = f"{row(1, '', 'a', 'b')}\n{row(2, ' hidden=' + chr(34) + '1' + chr(34), 'c', 'd')}<{prefix}row r='3'/>"
    found = read(xlsx, package(workbook(sheet=f"{columns}<x:sheetData>{sheet}</x:sheetData>"), LINKS)).texts

    assert found['sheet "One"'] == "a"
    assert found['hidden text "One"'] == "b\nc\td"


ORDINARY = {
    "a shared string": '<c r="A1" s="1" t="s"><v>0</v></c>',
    "a number": '<c r="A1"><v>4.1111111111111111E15</v></c>',
    "a string in place": '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a &amp; b </t></is></c>',
    "a formula": '<c r="A1" t="str"><f>"for"&amp;B1</f><v>a _x0041_</v></c>',
    "a shared formula": '<c r="A1"><f t="shared" si="0"/><v>1</v></c>',
    "an empty cell": '<c r="A1" s="3"/>',
    "no value": "<c><v/></c>",
}


@pytest.mark.parametrize("name", ORDINARY)
def test_a_row_taken_out_says_what_a_parsed_row_says(name, package, read):
    def said(extra):
        row = f'<row r="1" spans="1:1">{ORDINARY[name]}</row>{extra}'
        return read(
            xlsx, package(workbook(sheet=f"<sheetData>{row}</sheetData>", strings=["<x:t>x</x:t>"]), LINKS)
        ).texts

    assert said("") == said("<!-- parsed -->")


UNLIKE = {
    "runs": '<row><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
    "a large row": f'<row><c t="inlineStr"><is><t>ab{" " * 20_000}</t></is></c></row>',
    "an older attribute": '<row><c t="inlineStr" r="A1"><is><t>ab</t></is></c></row>',
    "a longer name": '<rowBreaks count="1">ab</rowBreaks>',
    "no end": '<row><c t="inlineStr"><is><t>ab</t></is></c>',
}


@pytest.mark.parametrize("name", UNLIKE)
def test_what_is_unlike_the_ordinary_rows_is_parsed(name, package, read):
    end = "" if name != "no end" else "</row>"
    sheet = (
        f'<sheetData><row><c r="A1"><v>1</v></c></row>{UNLIKE[name]}{end}<row><c r="A3"><v>3</v></c></row></sheetData>'
    )
    found = read(xlsx, package(workbook(sheet=sheet), LINKS))

    assert "ab" in found.all
    assert [line.strip() for line in found.texts['sheet "One"'].split("\n") if line.strip() != "ab"] == ["1", "3"]
    assert not found.problems


@pytest.mark.parametrize("codec", ["utf-16", "latin-1"])
def test_a_sheet_in_another_encoding_is_parsed(codec, package, read):
    xml = f'<?xml version="1.0" encoding="{codec}"?><worksheet><sheetData><row><c t="str"><v>é</v></c></row></sheetData></worksheet>'
    book = workbook() | {"xl/worksheets/sheet1.xml": (f"{SHEET}worksheet", xml.encode(codec))}

    assert read(xlsx, package(book, LINKS)).texts['sheet "One"'] == "é"


def test_bytes_that_are_no_utf8_are_left_to_the_parser(package, read):
    xml = (
        b"<worksheet><sheetData><row><c><v>1</v></c></row><row><c t='str'><v>\xff</v></c></row></sheetData></worksheet>"
    )
    book = workbook() | {"xl/worksheets/sheet1.xml": (f"{SHEET}worksheet", xml)}
    found = read(xlsx, package(book, LINKS))

    assert found.texts['sheet "One"'] == "1"
    assert found.reasons == ["corrupt"]


def test_a_long_stretch_without_rows_is_parsed(package, read):
    sheet = f"<sheetData/><extLst><f>{'x' * 9_000_000}</f></extLst>"

    assert read(xlsx, package(workbook(sheet=sheet), LINKS), limits=Limits(ratio=0)).all.count("x") == 9_000_000


def test_many_rows_are_handed_on_in_pieces(package, read):
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
    sheet = "".join(row.format(f"{number} {'x' * 1000}") for number in range(9000))
    found = read(xlsx, package(workbook(sheet=f"<sheetData>{sheet}</sheetData>"), LINKS), limits=Limits(ratio=0))

    assert [line.split()[0] for line in found.texts['sheet "One"'].split("\n")] == [
        str(number) for number in range(9000)
    ]
    assert len(found.items) > 9


def test_a_reading_in_a_string_of_a_cell_stands_apart(package, read):
    cell = '<x:c t="inlineStr"><x:is><x:t>a</x:t><x:rPh><x:t>b</x:t></x:rPh></x:is></x:c>'
    found = read(xlsx, package(workbook(sheet=rows(cell)), LINKS)).texts

    assert found['sheet "One"'] == "a"
    assert found['metadata "reading aid"'] == "b"

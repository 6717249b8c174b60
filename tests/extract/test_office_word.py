"""Where the text of a Word document stands, by what other parts of the document say of it."""

# ruff: noqa: E501 - a piece of XML stands in a line, however long

import base64

import pytest

from scanner.extract import docx

WORD = "wordprocessingml."
MAIN = "word/document.xml"


def run(text, props=""):
    return f"<w:r>{f'<w:rPr>{props}</w:rPr>' if props else ''}<w:t>{text}</w:t></w:r>"


def paragraph(text, style="", props=""):
    return (
        f"<w:p>{f'<w:pPr><w:pStyle w:val={chr(34)}{style}{chr(34)}/></w:pPr>' if style else ''}{run(text, props)}</w:p>"
    )


def document(body, more=None):
    return {MAIN: (f"{WORD}document.main", f"<w:document><w:body>{body}</w:body></w:document>")} | (more or {})


def section(*references, first=False, change=""):
    named = "".join(f'<w:{kind}Reference w:type="{type_}" r:id="{link}"/>' for kind, type_, link in references)
    return f"<w:sectPr>{named}{'<w:titlePg/>' if first else ''}{change}</w:sectPr>"


def headers(count):
    return {
        f"word/header{number}.xml": (f"{WORD}header", f"<w:hdr>{paragraph(f'h{number}')}</w:hdr>")
        for number in range(1, count + 1)
    }


LINKS = {MAIN: [(f"r{number}", "header", f"header{number}.xml") for number in range(1, 6)]}


def test_a_header_is_said_to_stand_where_its_section_shows_it(package, read):
    body = (
        f"<w:p><w:pPr>{section(('header', 'default', 'r1'), ('header', 'first', 'r2'), ('header', 'even', 'r3'))}</w:pPr></w:p>"
        + section(
            ("header", "default", "r4"),
            first=True,
            change="<w:sectPrChange><w:sectPr><w:titlePg/></w:sectPr></w:sectPrChange>",
        )
    )
    found = read(docx, package(document(body, headers(5)), LINKS)).texts

    assert found["header 1"] == "h1"
    assert found['header 2 "first page"'] == "h2"
    assert found['header 3 "even pages, not shown"'] == "h3"
    assert found['header 4 "section 2"'] == "h4"
    assert found["header 5"] == "h5"


def test_a_header_of_even_pages_is_shown_where_they_differ(package, read):
    settings = {"word/settings.xml": (f"{WORD}settings", "<w:settings><w:evenAndOddHeaders/></w:settings>")}
    body = section(("header", "even", "r1"), ("header", "first", "r2"))
    found = read(docx, package(document(body, headers(2) | settings), LINKS)).texts

    assert found['header 1 "even pages"'] == "h1"
    assert found['header 2 "first page, not shown"'] == "h2"


STYLES = (
    '<w:styles><w:style w:type="paragraph" w:default="1" w:styleId="Base"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Gone" w:customStyle="1"><w:name w:val="Out of Sight"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Gone"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Back"><w:basedOn w:val="Gone"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Round"><w:basedOn w:val="Round"/></w:style></w:styles>'
)


@pytest.mark.parametrize("how", ["looked through", "parsed"])
def test_a_style_hides_the_text_written_in_it(how, package, read):
    body = (
        paragraph("plain") + paragraph("gone", "Gone") + paragraph("child", "Child") + paragraph("back", "Back")
        + paragraph("shown", "Gone", '<w:vanish w:val="0"/>') + paragraph("round", "Round")
        + f"<w:p>{run('run', '<w:rStyle w:val=' + chr(34) + 'Gone' + chr(34) + '/>')}</w:p>"
    )  # fmt: skip
    styles = STYLES if how == "looked through" else STYLES.replace("<w:styles>", "<w:styles><!-- -->text")
    found = read(docx, package(document(body, {"word/styles.xml": (f"{WORD}styles", styles)}))).texts

    assert found["hidden text"] == "gone\nchild\nrun"
    assert [line for line in found[""].split("\n") if line] == ["plain", "back", "shown", "round"]
    assert found['metadata "style"'] == "Out of Sight"


def test_a_default_style_hides_what_has_none(package, read):
    styles = STYLES.replace('w:val="Normal"/>', 'w:val="Normal"/><w:rPr><w:vanish/></w:rPr>')
    body = paragraph("one") + paragraph("two", "Round") + paragraph("three", "Back")
    found = read(docx, package(document(body, {"word/styles.xml": (f"{WORD}styles", styles)}))).texts

    assert found["hidden text"] == "one"


DELETED = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
JOINED = {
    "a deleted mark": f"<w:p>{DELETED}{run('SEC')}</w:p>{paragraph('RET')}",
    "a style separator": f"<w:p><w:pPr><w:rPr><w:vanish/><w:specVanish/></w:rPr></w:pPr>{run('SEC')}</w:p>{paragraph('RET')}",
}


@pytest.mark.parametrize("name", JOINED)
def test_a_paragraph_goes_on_in_the_next(name, package, read):
    assert read(docx, package(document(JOINED[name]))).texts[""] == "SECRET"


def test_what_was_deleted_with_its_mark_was_a_paragraph(package, read):
    gone = "<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>"
    body = f"<w:p>{DELETED}{gone.format('one')}</w:p><w:p>{DELETED}{gone.format('two')}</w:p>{paragraph('rest')}"
    found = read(docx, package(document(body))).texts

    assert found["deleted text"] == "one\ntwo"
    assert found[""] == "rest"


def test_a_word_that_ends_in_a_deletion_is_shown_as_it_was(package, read):
    body = f"<w:p>{run('an SEC')}<w:ins>{run('tion')}</w:ins><w:del><w:r><w:delText>RET</w:delText></w:r></w:del></w:p>"
    found = read(docx, package(document(body))).texts

    assert found["deleted text"] == "RET\nan SECRET"
    assert found[""] == "an SECtion"


def test_rows_and_cells_that_were_deleted_are_deleted_text(package, read):
    row = "<w:tr><w:trPr><w:del/></w:trPr><w:tc>{}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:cellDel/></w:tcPr>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    body = f"<w:tbl>{row.format(paragraph('row'), paragraph('cell'), paragraph('left'))}</w:tbl>{paragraph('after')}"
    found = read(docx, package(document(body))).texts

    assert found["deleted text"] == "row\ncell"
    assert [line for line in found[""].split("\n") if line] == ["left", "after"]


def test_packed_field_data_is_unpacked(package, read):
    coded = base64.b64encode(b"ADDIN of a library, with its notes").decode()
    body = f"<w:p><w:r><w:fldChar><w:fldData>{coded}</w:fldData></w:fldChar></w:r></w:p><w:p><w:fldData>=</w:fldData></w:p>"
    found = read(docx, package(document(body))).texts

    assert "ADDIN of a library" in found['metadata "other text"']


def test_comments_in_the_xml_are_read(package, read):
    found = read(docx, package(document(f"<!-- kept --><!-- -->{paragraph('x')}"))).texts

    assert found['metadata "other text"'] == "kept"


def test_one_author_of_many_changes_is_named_once(package, read):
    change = f'<w:p><w:ins w:author="Clerk">{run("x")}</w:ins></w:p>'

    assert read(docx, package(document(change * 3))).texts['metadata "author"'] == "Clerk"


def test_a_ruby_text_stands_apart(package, read):
    body = f"<w:p><w:r><w:ruby><w:rt>{run('reading')}</w:rt><w:rubyBase>{run('base')}</w:rubyBase></w:ruby></w:r></w:p>"

    assert read(docx, package(document(body))).texts == {"": "base", 'metadata "reading aid"': "reading"}


def test_a_page_that_the_package_takes_for_xml_is_a_member(package, read):
    parts = document(paragraph("x")) | {
        "word/chunk.xhtml": ("application/xhtml+xml", b"<html/>"),
        "word/book.xml": ("application/xml", b"PK\x03\x04 a workbook"),
    }

    assert set(read(docx, package(parts)).members) == {"word/chunk.xhtml", "word/book.xml"}


def test_what_a_printer_is_called_is_read(package, read):
    settings = "Printer of Wing B".encode("utf-16-le") + b"\0\0driver of it\0"
    parts = document(paragraph("x")) | {"word/printerSettings1.bin": (f"{WORD}printerSettings", b"")}
    parts["word/printerSettings1.bin"] = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.printerSettings",
        settings,
    )

    assert read(docx, package(parts)).texts['metadata "binary part"'] == "Printer of Wing B\ndriver of it"


def test_names_that_programs_give_say_nothing(package, read):
    drawing = '<w:p><w:r><w:drawing><wp:docPr id="1" name="{}"/></w:drawing></w:r></w:p>'
    body = "".join(drawing.format(name) for name in ("Text Box 3", "Plan of Depot 3", "x" * 80))

    assert read(docx, package(document(body))).texts['metadata "alt text"'] == f"Plan of Depot 3\n{'x' * 80}"


def test_a_large_part_is_parsed_piece_by_piece(package, read):
    body = "".join(paragraph(f"{number} {'x' * 900}") for number in range(5000))
    found = read(docx, package(document(body)))

    assert [line.split()[0] for line in found.texts[""].split("\n")] == [str(number) for number in range(5000)]
    assert not found.problems

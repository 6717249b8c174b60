"""What office documents keep beside their text: names, comments of the zip, attributes, hidden slides and rows."""

# ruff: noqa: E501 - a piece of XML stands in a line, however long

import base64
import io
import zipfile

import pytest

from scanner.extract import docx, odf, pptx, xlsx
from scanner.extract._office.odf_styles import kept_words

P = "presentationml."
TYPE = "application/vnd.oasis.opendocument."


def presentation(slide):
    return {
        "ppt/presentation.xml": (f"{P}presentation.main", '<p:presentation><p:sldIdLst><p:sldId id="1" r:id="r1"/></p:sldIdLst></p:presentation>'),
        "ppt/slides/slide1.xml": (f"{P}slide", slide),
    }  # fmt: skip


def test_a_slide_that_is_not_shown_is_hidden_text(package, read):
    slide = '<p:sld show="0"><p:sp><p:txBody><a:p><a:r><a:t>words</a:t></a:r></a:p></p:txBody></p:sp></p:sld>'
    found = read(pptx, package(presentation(slide), {"ppt/presentation.xml": [("r1", "slide", "slides/slide1.xml")]}))

    assert found.texts['hidden text 1 "slide"'] == "words"


def test_a_slide_may_say_that_it_is_shown(package, read):
    slide = '<p:sld show="1"><p:sp><p:txBody><a:p><a:r><a:t>words</a:t></a:r></a:p></p:txBody></p:sp></p:sld>'

    assert read(pptx, package(presentation(slide))).texts["slide 1"] == "words"


def test_the_name_and_the_comment_of_an_entry_are_read(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document xmlns:w='/wordprocessingml/'><w:p/></w:document>")
        info = zipfile.ZipInfo("word/media/plan of depot.png")
        info.comment = b"kept"
        archive.writestr(info, b"\x89PNG\r\n\x1a\n")
    found = read(docx, buffer.getvalue()).texts

    assert found['metadata "part name"'] == "word/media/plan of depot.png"
    assert found['metadata "zip comment"'] == "kept"


def test_a_part_of_an_unknown_kind_is_read_with_all_its_attributes(package, read):
    parts = {
        "word/document.xml": ("wordprocessingml.document.main", "<w:document/>"),
        "word/tasks.xml": (
            "application/vnd.ms-office.tasks+xml",
            "<t:Tasks><!-- aside --><!-- --><t:Task title='T'/></t:Tasks>",
        ),
    }

    assert read(docx, package(parts)).texts['metadata "tasks"'] == "aside\ntitle=T"


def sheet(body, styles=""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", TYPE + "spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("Pictures/plan of depot.png", b"\x89PNG\r\n\x1a\n")
        archive.comment = b"kept"
    return buffer.getvalue()


def row(*values, attributes=""):
    cells = "".join(f"<table:table-cell><text:p>{value}</text:p></table:table-cell>" for value in values)
    return f"<table:table-row{attributes}>{cells}</table:table-row>"


def test_hidden_rows_and_columns_of_a_sheet_are_hidden_text(read):
    columns = (
        '<table:table-column table:number-columns-repeated="1"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="x"/>'
    )
    body = columns + row("a", "b", "c") + row("d", attributes=' table:visibility="filter"')
    found = read(
        odf, sheet(f'<table:table table:name="One">{body}</table:table>'), media_type=TYPE + "spreadsheet"
    ).texts

    assert found['sheet "One"'] == "a\tc"
    assert found['hidden text "One"'] == "b\nd"
    assert found['metadata "part name"'] == "Pictures/plan of depot.png"
    assert found['metadata "zip comment"'] == "kept"


def test_a_row_that_breaks_off_is_kept(read):
    data = (
        f'<office:document office:mimetype="{TYPE}spreadsheet"><!-- aside --><!-- --><office:body><office:spreadsheet>'
        '<table:table table:name="One"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>'
    )
    found = read(odf, data.encode(), media_type=f"{TYPE}spreadsheet-flat-xml")

    assert found.texts['sheet "One"'] == "a"
    assert found.texts['metadata "other text"'] == "aside"
    assert found.reasons == ["corrupt"]


def test_a_slide_of_open_document_that_is_not_shown_is_hidden_text(read):
    data = (
        f'<office:document office:mimetype="{TYPE}presentation"><office:automatic-styles><style:style style:name="H" '
        'style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
        '</office:automatic-styles><office:body><office:presentation><draw:page draw:style-name="H"><draw:frame>'
        "<draw:text-box><text:p>words</text:p></draw:text-box></draw:frame></draw:page></office:presentation></office:body>"
        "</office:document>"
    )

    assert read(odf, data.encode(), media_type=f"{TYPE}presentation-flat-xml").texts['hidden text 1 "slide"'] == "words"


def test_words_in_attributes_are_known_by_the_attribute_or_the_element():
    said = [
        ("frame", {"draw:name": "Plan"}),
        ("frame", {"draw:name": "Frame3"}),
        ("style", {"style:name": "P1"}),
        ("a", {"xlink:href": "#inside"}),
        ("a", {"xlink:href": "https://a.example"}),
        ("text", {"form:value": "typed"}),
        ("table-cell", {"office:value": "1", "table:formula": 'of:="x"'}),
        ("content-validation", {"table:condition": 'of:is("x")'}),
        ("section", {"text:condition": "ooow:1"}),
        ("bookmark", {"text:name": "Mark"}),
        ("user-field-decl", {"office:string-value": ""}),
    ]

    assert [words for name, attributes in said for words in kept_words(name, attributes)] == [
        ("metadata", "name", "Plan"),
        ("metadata", "link", "https://a.example"),
        ("form field", "value", "typed"),
        ("metadata", "condition", 'of:is("x")'),
        ("metadata", "bookmark", "Mark"),
    ]


def test_where_a_template_stands_is_a_property(read):
    data = (
        f'<office:document office:mimetype="{TYPE}text"><office:meta><meta:template xlink:href="file:///C:/plan.ott"/></office:meta>'
        "</office:document>"
    )

    assert (
        read(odf, data.encode(), media_type=f"{TYPE}text-flat-xml").texts['property "template"']
        == "file:///C:/plan.ott"
    )


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_the_queries_of_a_workbook_are_a_member(codec, package, read):
    inside = b"PK\x03\x04 queries"
    coded = base64.b64encode(bytes(4) + len(inside).to_bytes(4, "little") + inside + b"rest").decode()
    parts = {
        "xl/workbook.xml": ("spreadsheetml.sheet.main", "<workbook/>"),
        "customXml/item1.xml": ("application/xml", f"<DataMashup>{coded}</DataMashup>".encode(codec)),
        "customXml/item2.xml": ("application/xml", b"<DataMashup>A</DataMashup>"),
        "customXml/item3.xml": ("application/xml", b"<DataMashup>AAAA</DataMashup>"),
    }

    assert read(xlsx, package(parts)).members == {"customXml/item1.xml": inside}

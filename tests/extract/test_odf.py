import base64
import io
import zipfile

import pytest

from scanner.extract import LimitReachedError, odf
from scanner.model.limits import Limits

T = "SECRET//NOFORN"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TYPE = "application/vnd.oasis.opendocument.text"
FLAT = f"{TYPE}-flat-xml"
MANIFEST = "META-INF/manifest.xml"


def content(body, *, styles="", kind="text"):
    return (
        f"<office:document-content><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    ).encode()


def packed(parts, *, comment=b""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", TYPE)
        archive.writestr("Configurations2/", "")
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.comment = comment
    return buffer.getvalue()


def text(body, **options):
    return packed({"content.xml": content(body, **options)})


HIDING = '<style:style style:name="H" style:family="{}"><style:text-properties text:display="none"/></style:style>'
PLACES = {
    "paragraph": (text(f"<text:p>{T}</text:p>"), ""),
    "heading": (text(f"<text:h>{T}</text:h>"), ""),
    "runs": (text("<text:p>SEC<text:span>RET//</text:span><text:span>NOFORN</text:span></text:p>"), ""),
    "table": (
        text(
            f"<table:table><table:table-row><table:table-cell><text:p>{T}</text:p></table:table-cell></table:table-row>"
            "</table:table>"
        ),
        "",
    ),
    "footnote": (
        text(f'<text:p>x<text:note text:note-class="footnote"><text:p>{T}</text:p></text:note></text:p>'),
        "footnote 1",
    ),
    "endnote": (
        text(f'<text:p>x<text:note text:note-class="endnote"><text:p>{T}</text:p></text:note></text:p>'),
        "endnote 1",
    ),
    "old footnote": (text(f"<text:p>x<text:footnote><text:p>{T}</text:p></text:footnote></text:p>"), "footnote 1"),
    "comment": (text(f"<text:p>x<office:annotation><text:p>{T}</text:p></office:annotation></text:p>"), "comment 1"),
    "comment author": (
        text(f"<text:p><office:annotation><dc:creator>{T}</dc:creator></office:annotation></text:p>"),
        'comment "author"',
    ),
    "deletion": (text(f"<text:deletion><text:p>{T}</text:p></text:deletion>"), "deleted text"),
    "text box": (text(f"<draw:frame><draw:text-box><text:p>{T}</text:p></draw:text-box></draw:frame>"), "text box 1"),
    "shape": (text(f"<draw:custom-shape><text:p>{T}</text:p></draw:custom-shape>"), "text box 1"),
    "watermark": (
        text(f'<draw:custom-shape draw:name="PowerPlusWaterMarkObject"><text:p>{T}</text:p></draw:custom-shape>'),
        "watermark",
    ),
    "framed watermark": (
        text(f'<draw:frame draw:name="Watermark"><draw:text-box><text:p>{T}</text:p></draw:text-box></draw:frame>'),
        "watermark",
    ),
    "hidden run": (
        text(f'<text:p><text:span text:style-name="H">{T}</text:span></text:p>', styles=HIDING.format("text")),
        "hidden text",
    ),
    "hidden paragraph": (
        text(f'<text:p text:style-name="H">{T}</text:p>', styles=HIDING.format("paragraph")),
        "hidden text",
    ),
    "hidden section": (text(f'<text:section text:display="none"><text:p>{T}</text:p></text:section>'), "hidden text"),
    "hidden field": (text(f"<text:p><text:hidden-text>{T}</text:hidden-text></text:p>"), "hidden text"),
    "alt text": (text(f"<text:p><draw:frame><svg:desc>{T}</svg:desc></draw:frame></text:p>"), 'metadata "alt text"'),
    "link": (text(f'<text:p><text:a xlink:href="https://a.example/{T}">x</text:a></text:p>'), 'metadata "link"'),
    "bookmark": (text(f'<text:p><text:bookmark text:name="{T}"/></text:p>'), 'metadata "bookmark"'),
    "form value": (text(f'<form:text form:current-value="{T}"/>'), 'form field "value"'),
    "stray text": (text(T), 'metadata "other text"'),
    "header": (
        packed(
            {
                "styles.xml": f"<style:m><style:header><text:p>{T}</text:p></style:header></style:m>",
                "content.xml": content(""),
            }
        ),
        "header 1",
    ),
    "box in a header": (
        packed(
            {
                "styles.xml": "<s><style:master-page><style:header><text:p><draw:frame><draw:text-box>"
                f"<text:p>{T}</text:p></draw:text-box></draw:frame></text:p></style:header></style:master-page></s>",
                "content.xml": content(""),
            }
        ),
        'header "text box"',
    ),
    "first page's footer": (
        packed(
            {
                "styles.xml": f"<s><style:master-page><style:footer-first><text:p>{T}</text:p></style:footer-first>"
                "</style:master-page></s>",
                "content.xml": content(""),
            }
        ),
        "footer 1",
    ),
    "property": (
        packed(
            {
                "meta.xml": f"<d><office:meta><meta:keyword>{T}</meta:keyword></office:meta></d>",
                "content.xml": content(""),
            }
        ),
        'property "keyword"',
    ),
    "label": (
        packed(
            {
                "meta.xml": f'<d><office:meta><meta:user-defined meta:name="MSIP_Label_1_Name">{T}</meta:user-defined>'
                "</office:meta></d>",
                "content.xml": content(""),
            }
        ),
        'property "MSIP_Label_1_Name"',
    ),
    "macro": (
        packed({"Basic/Standard/Module1.xml": f"<m>REM {T}</m>", "content.xml": content("")}),
        'code "Basic/Standard/Module1.xml"',
    ),
    "chart": (
        packed({"Object 1/content.xml": content(f"<text:p>{T}</text:p>", kind="chart"), "content.xml": content("")}),
        'text box "Object 1"',
    ),
    "slide": (
        text(
            f"<draw:page><draw:frame><draw:text-box><text:p>{T}</text:p></draw:text-box></draw:frame></draw:page>",
            kind="presentation",
        ),
        "slide 1",
    ),
    "speaker notes": (
        text(
            f"<draw:page/><draw:page><presentation:notes><text:p>{T}</text:p></presentation:notes></draw:page>",
            kind="presentation",
        ),
        "speaker notes 2",
    ),
    "footer of the slides": (
        text(f"<presentation:footer-decl>{T}</presentation:footer-decl>", kind="presentation"),
        "footer 1",
    ),
    "zip comment": (packed({"content.xml": content("")}, comment=T.encode()), 'metadata "zip comment"'),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_marking_is_found_at_its_place(name, read):
    data, place = PLACES[name]
    found = read(odf, data)

    assert T in found.texts.get(place, "")
    assert not found.problems


def sheet(body, *, styles="", name="One"):
    table = f'<table:table table:name="{name}" table:style-name="S">{body}</table:table>'
    return text(table, styles=styles, kind="spreadsheet")


def cell(inner, attributes=""):
    return f"<table:table-cell {attributes}>{inner}</table:table-cell>"


def test_a_row_is_a_line_and_cells_are_apart(read):
    first = cell("<text:p>a</text:p><text:p>b</text:p>") + cell("") + cell("<text:p>c</text:p>")
    second = cell("<text:p>4.1E15</text:p>", 'office:value="4100000000000001"') + cell("", 'office:string-value="s"')
    body = f"<table:table-row>{first}</table:table-row><table:table-row>{second}</table:table-row>"

    assert read(odf, sheet(body)).texts['sheet "One"'] == "a\nb\tc\n4100000000000001\n4.1E15\ts"


def test_a_formula_with_a_literal_is_code(read):
    body = f"<table:table-row>{cell('', 'table:formula=' + chr(39) + 'of:=&quot;x&quot;' + chr(39))}</table:table-row>"

    assert read(odf, sheet(body)).texts['code "One"'] == 'of:="x"'


def test_a_hidden_sheet_is_hidden_text(read):
    style = (
        '<style:style style:name="S" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    body = f"<table:table-row>{cell('<text:p>words</text:p>')}</table:table-row>"

    assert read(odf, sheet(body, styles=style)).texts['hidden text "One"'] == "words"


def test_a_shape_on_a_sheet_names_it(read):
    body = "<table:shapes><draw:custom-shape><text:p>boxed</text:p></draw:custom-shape></table:shapes>"

    assert read(odf, sheet(body)).texts['text box 1 "One"'] == "boxed"


def test_spaces_tabs_and_breaks_are_what_they_stand_for(read):
    body = '<text:p>a<text:s/>b<text:s text:c="3"/>c<text:s text:c="x"/>d<text:tab/>e<text:line-break/>f</text:p>'

    assert read(odf, text(body)).all == "a b   c d\te\nf"


def test_a_count_of_spaces_is_no_bomb(read):
    assert len(read(odf, text('<text:p>a<text:s text:c="999999999"/>b</text:p>')).all) < 2000


def test_pages_are_split_where_they_break(read):
    properties = '<style:paragraph-properties fo:break-before="page"/>'
    style = f'<style:style style:name="B" style:family="paragraph">{properties}</style:style>'
    body = (
        '<text:p>one</text:p><text:p text:style-name="B">two</text:p><text:p>tw<text:soft-page-break/>o</text:p>'
        "<text:soft-page-break/><text:p>three</text:p><text:section><text:p>still three</text:p></text:section>"
    )

    assert read(odf, text(body, styles=style)).texts == {
        "page 1": "one",
        "page 2": "two\ntwo",
        "page 3": "three\nstill three",
    }


def test_shapes_on_the_master_are_the_masters(read):
    master = (
        '<s><style:master-page style:name="M"><draw:rect><text:p>shown</text:p></draw:rect>'
        "<presentation:notes><text:p>noted</text:p></presentation:notes></style:master-page></s>"
    )
    found = read(odf, packed({"styles.xml": master, "content.xml": content("")}))

    assert found.texts == {'slide master "M"': "shown\nnoted"}


def test_an_encrypted_document_is_undetermined_and_what_is_open_is_read(read):
    manifest = (
        '<m><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
        '<manifest:file-entry manifest:full-path="meta.xml"/></m>'
    )
    meta = "<d><office:meta><dc:title>Open</dc:title></office:meta></d>"
    found = read(odf, packed({MANIFEST: manifest, "content.xml": b"\x17\x99", "meta.xml": meta}))

    assert found.problems == [("encrypted", "needs a password")]
    assert found.texts['property "title"'] == "Open"


def test_a_broken_manifest_is_a_problem(read):
    assert read(odf, packed({MANIFEST: "<m>", "content.xml": content("<text:p>x</text:p>")})).reasons == ["corrupt"]


def test_files_packed_in_are_members_and_pictures_are_not(read):
    parts = {
        "content.xml": content("<text:p>x</text:p>"),
        "Object 1": b"\xd0\xcf\x11\xe0 ole",
        "Pictures/a.png": b"\x89PNG\r\n\x1a\n",
        "Pictures/b.png": b"no picture",
    }
    found = read(odf, packed(parts))

    assert found.members == {"Object 1": b"\xd0\xcf\x11\xe0 ole", "Pictures/b.png": b"no picture"}


def test_pictures_without_any_text_are_undetermined(read):
    assert read(odf, packed({"content.xml": content(""), "Pictures/a.jpg": b"\xff\xd8\xff"})).reasons == ["image"]


def test_a_document_without_content_is_a_problem(read):
    assert read(odf, packed({"meta.xml": "<d/>"})).reasons == ["corrupt"]


def test_a_damaged_part_is_a_problem(read):
    data = packed({"content.xml": content("<text:p>x</text:p>"), "Object 1": b"abc" * 100})
    at = data.find(b"Object 1") + 12

    assert "corrupt" in read(odf, data[:at] + b"\xff" * 6 + data[at + 6 :]).reasons


@pytest.mark.parametrize("data", [b"", b"garbage", b"PK\x03\x04"])
def test_what_is_no_document_is_a_problem(data, read):
    assert read(odf, data).reasons == ["corrupt"]
    assert read(odf, data, media_type=FLAT).reasons == ["corrupt"]


def test_too_many_parts_are_a_problem(read):
    data = packed({"content.xml": content("")} | {f"p{number}.xml": "<a/>" for number in range(20)})

    assert "too_many_members" in read(odf, data, limits=Limits(members=10)).reasons


def test_a_bomb_stops_the_reading_and_keeps_what_came_before(read):
    data = text("<text:p>x</text:p>" + "<text:p>" + " " * 3_000_000 + "</text:p>")

    with pytest.raises(LimitReachedError):
        read(odf, data, limits=Limits(member_bytes=1_000_000))


def test_what_a_truncated_content_ends_in_is_kept(read):
    whole = content("").replace(b"</office:text>", b"")
    row = b"<table:table table:name='One'><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
    cut = whole[: whole.find(b"</office:body>")].replace(b"<office:text>", b"<office:spreadsheet>") + row
    found = read(odf, packed({"content.xml": cut}))

    assert found.texts['sheet "One"'] == "a"
    assert found.reasons == ["corrupt"]


def flat(inner):
    return f'<office:document xmlns:office="{OFFICE}">{inner}</office:document>'.encode()


def test_a_flat_document_is_read_with_its_properties_and_objects(read):
    packed_in = base64.b64encode(b"an object").decode()
    picture = base64.b64encode(b"GIF89a").decode()
    inner = (
        "<office:meta><dc:title>Plan</dc:title></office:meta><office:body><office:text><text:p>x"
        f"<draw:object><office:binary-data>\n{packed_in}\n</office:binary-data></draw:object>"
        f"<draw:image><office:binary-data>{picture}</office:binary-data></draw:image>"
        "<office:binary-data>A</office:binary-data></text:p></office:text></office:body>"
    )
    found = read(odf, flat(inner), media_type=FLAT)

    assert found.texts == {"": "x", 'property "title"': "Plan", 'metadata "binary data"': "A"}
    assert found.members == {"object 1": b"an object"}


def test_a_flat_document_cut_in_its_properties_keeps_them(read):
    data = flat("<office:meta><dc:title>Plan")
    found = read(odf, data[: data.find(b"</office:document>")], media_type=FLAT)

    assert found.texts == {'property "title"': "Plan"}
    assert found.reasons == ["corrupt"]

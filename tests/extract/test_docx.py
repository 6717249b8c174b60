import io
import zipfile

import docx as python_docx
import pytest

from scanner.extract import Budget, LimitReachedError, docx, xlsx
from scanner.model.document import Blob
from scanner.model.limits import Limits
from scanner.model.place import Place

MAIN = "word/document.xml"
WORD = "wordprocessingml."
T = "SECRET//NOFORN"
SPLIT = "<w:r><w:t>SEC</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>RET//NOF</w:t></w:r><w:r><w:t>ORN</w:t></w:r>"
RUN = f"<w:r><w:t>{T}</w:t></w:r>"
PARAGRAPH = f"<w:p>{RUN}</w:p>"
BOX = f"<w:txbxContent>{PARAGRAPH}</w:txbxContent>"


def document(body):
    return {MAIN: (f"{WORD}document.main", f"<w:document><w:body>{body}</w:body></w:document>")}


def part(name, content_type, xml):
    return document("<w:p><w:r><w:t>Body.</w:t></w:r></w:p>") | {f"word/{name}.xml": (content_type, xml)}


def header(xml):
    return part("header1", f"{WORD}header", f"<w:hdr>{xml}</w:hdr>")


def vml(inner):
    return f'<w:p><w:r><w:pict><v:shape id="s1">{inner}</v:shape></w:pict></w:r></w:p>'


def drawing(inner, *, name="Box 1", descr=""):
    doc_pr = f'<wp:docPr id="1" name="{name}" descr="{descr}"/>'
    shape = f'<wps:wsp><wps:cNvPr id="2" name="Shape 2"/>{inner}</wps:wsp>'
    return f"<w:p><w:r><w:drawing><wp:anchor>{doc_pr}<a:graphic>{shape}</a:graphic></wp:anchor></w:drawing></w:r></w:p>"


CUSTOM = (
    '<Properties xmlns:vt="urn:vt"><property fmtid="{{}}" pid="2" name="{name}">'
    "<vt:lpwstr>{value}</vt:lpwstr></property></Properties>"
)

# Every place in which a token was hidden for the study of extraction, and where it is found.
PLACES = {
    "body paragraph": (document(PARAGRAPH), ""),
    "nested table cell": (
        document(f"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{PARAGRAPH}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>"),
        "",
    ),
    "header": (header(PARAGRAPH), "header 1"),
    "footer": (part("footer1", f"{WORD}footer", f"<w:ftr>{PARAGRAPH}</w:ftr>"), "footer 1"),
    "footer table": (
        part("footer1", f"{WORD}footer", f"<w:ftr><w:tbl><w:tr><w:tc>{PARAGRAPH}</w:tc></w:tr></w:tbl></w:ftr>"),
        "footer 1",
    ),
    "text box DrawingML": (document(drawing(f"<wps:txbx>{BOX}</wps:txbx>")), "text box 1"),
    "text box VML": (document(vml(f"<v:textbox>{BOX}</v:textbox>")), "text box 1"),
    "watermark VML textpath": (header(vml(f'<v:textpath string="{T}"/>')), "watermark"),
    "watermark DrawingML": (
        header(drawing(f"<wps:txbx>{BOX}</wps:txbx>", name="PowerPlusWaterMarkObject1")),
        "watermark",
    ),
    "text box in header": (header(vml(f"<v:textbox>{BOX}</v:textbox>")), 'header 1 "text box"'),
    "footnote": (
        part(
            "footnotes",
            f"{WORD}footnotes",
            '<w:footnotes><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
            f'<w:footnote w:id="1">{PARAGRAPH}</w:footnote></w:footnotes>',
        ),
        "footnote 1",
    ),
    "endnote": (
        part("endnotes", f"{WORD}endnotes", f'<w:endnotes><w:endnote w:id="1">{PARAGRAPH}</w:endnote></w:endnotes>'),
        "endnote 1",
    ),
    "comment text": (
        part("comments", f"{WORD}comments", f'<w:comments><w:comment w:id="0">{PARAGRAPH}</w:comment></w:comments>'),
        "comment 1",
    ),
    "comment author": (
        part("comments", f"{WORD}comments", f'<w:comments><w:comment w:author="{T}"/></w:comments>'),
        'comment 1 "author"',
    ),
    "tracked deletion": (
        document(f"<w:p><w:del><w:r><w:delText>{T}</w:delText></w:r></w:del></w:p>"),
        "deleted text",
    ),
    "tracked insertion": (document(f"<w:p><w:ins>{RUN}</w:ins></w:p>"), ""),
    "tracked moveFrom": (document(f"<w:p><w:moveFrom>{RUN}</w:moveFrom></w:p>"), "deleted text"),
    "hidden text": (document(f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{T}</w:t></w:r></w:p>"), "hidden text"),
    "white text": (
        document(f'<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/><w:sz w:val="2"/></w:rPr><w:t>{T}</w:t></w:r></w:p>'),
        "",
    ),
    "token split over runs": (document(f"<w:p>{SPLIT}</w:p>"), ""),
    "content control block": (document(f"<w:sdt><w:sdtContent>{PARAGRAPH}</w:sdtContent></w:sdt>"), ""),
    "content control inline": (document(f"<w:p><w:sdt><w:sdtContent>{RUN}</w:sdtContent></w:sdt></w:p>"), ""),
    "drop-down item": (
        document(
            f'<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="{T}" w:value="1"/></w:dropDownList>'
            "</w:sdtPr></w:sdt>"
        ),
        'form field "list item"',
    ),
    "field instruction": (
        document(f"<w:p><w:r><w:instrText>DOCPROPERTY {T}</w:instrText></w:r></w:p>"),
        'metadata "field code"',
    ),
    "fldSimple result": (document(f'<w:p><w:fldSimple w:instr="TITLE">{RUN}</w:fldSimple></w:p>'), ""),
    "math run": (document(f"<w:p><m:oMath><m:r><m:t>{T}</m:t></m:r></m:oMath></w:p>"), ""),
    "ruby base": (
        document(
            "<w:p><w:r><w:ruby><w:rt><w:r><w:t>reading</w:t></w:r></w:rt>"
            f"<w:rubyBase>{RUN}</w:rubyBase></w:ruby></w:r></w:p>"
        ),
        "",
    ),
    "smart tag": (document(f"<w:p><w:smartTag><w:customXml>{RUN}</w:customXml></w:smartTag></w:p>"), ""),
    "bookmark name": (document(f'<w:p><w:bookmarkStart w:id="0" w:name="{T}"/></w:p>'), 'metadata "bookmark"'),
    "alt text": (document(drawing("", descr=T)), 'metadata "alt text"'),
    "hyperlink text": (document(f'<w:p><w:hyperlink r:id="rId1">{RUN}</w:hyperlink></w:p>'), ""),
    "glossary part": (
        part("glossary/document", f"{WORD}document.glossary", f"<w:glossaryDocument>{PARAGRAPH}</w:glossaryDocument>"),
        'metadata "glossary"',
    ),
    "SmartArt": (
        part(
            "diagrams/data1",
            "drawingml.diagramData",
            f"<dgm:dataModel><dgm:pt><dgm:t><a:p><a:r><a:t>{T}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>",
        ),
        'text box 1 "diagram"',
    ),
    "chart title": (
        part(
            "charts/chart1",
            "drawingml.chart",
            f"<c:chartSpace><c:title><c:rich><a:p><a:r><a:t>{T}</a:t></a:r></a:p></c:rich></c:title></c:chartSpace>",
        ),
        'text box 1 "chart"',
    ),
    "chart category": (
        part("charts/chart1", "drawingml.chart", f"<c:chartSpace><c:pt><c:v>{T}</c:v></c:pt></c:chartSpace>"),
        'text box 1 "chart"',
    ),
    "customXml item": (
        document("<w:p/>") | {"customXml/item1.xml": ("application/xml", f"<root><a>{T}</a></root>")},
        'metadata "item1"',
    ),
    "customXml attribute": (
        document("<w:p/>") | {"customXml/item1.xml": ("application/xml", f'<root mark="{T}"/>')},
        'metadata "item1"',
    ),
    "docVar": (
        part("settings", f"{WORD}settings", f'<w:settings><w:docVar w:name="Marking" w:val="{T}"/></w:settings>'),
        'property "Marking"',
    ),
    "core keywords": (
        document("<w:p/>")
        | {
            "docProps/core.xml": (
                "application/vnd.openxmlformats-package.core-properties+xml",
                f"<coreProperties><keywords>{T}</keywords><category>x</category></coreProperties>",
            )
        },
        'property "keywords"',
    ),
    "core category": (
        document("<w:p/>")
        | {
            "docProps/core.xml": (
                "application/vnd.openxmlformats-package.core-properties+xml",
                f"<coreProperties><category>{T}</category></coreProperties>",
            )
        },
        'property "category"',
    ),
    "app Company": (
        document("<w:p/>")
        | {"docProps/app.xml": ("extended-properties", f"<Properties><Company>{T}</Company></Properties>")},
        'property "Company"',
    ),
    "MSIP_Label value": (
        document("<w:p/>")
        | {"docProps/custom.xml": ("custom-properties", CUSTOM.format(name="MSIP_Label_1_Name", value=T))},
        'property "MSIP_Label_1_Name"',
    ),
    "MSIP_Label name": (
        document("<w:p/>") | {"docProps/custom.xml": ("custom-properties", CUSTOM.format(name=T, value="true"))},
        'metadata "property names"',
    ),
    "LabelInfo": (
        document("<w:p/>")
        | {
            "docMetadata/LabelInfo.xml": (
                "application/vnd.ms-office.classificationlabels+xml",
                f'<labelList><label id="{T}" enabled="1"/></labelList>',
            )
        },
        'property 1 "LabelInfo id"',
    ),
    "orphan part": (
        document("<w:p/>") | {"word/left.xml": ("", f"<w:document><w:body>{PARAGRAPH}</w:body></w:document>")},
        'metadata "left"',
    ),
    "numbering": (
        part(
            "numbering",
            f"{WORD}numbering",
            f'<w:numbering><w:abstractNum><w:lvl><w:lvlText w:val="{T} %1"/></w:lvl></w:abstractNum></w:numbering>',
        ),
        'metadata "numbering"',
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_marking_is_found_at_its_place(name, package, read):
    parts, place = PLACES[name]

    assert T in read(docx, package(parts)).texts.get(place, "")


def test_every_header_is_read_whether_or_not_it_is_switched_on(package, read):
    parts = header("<w:p/>") | {"word/header7.xml": (f"{WORD}header", f"<w:hdr>{PARAGRAPH}</w:hdr>")}

    assert read(docx, package(parts)).texts["header 2"] == T


def test_the_target_of_a_link_is_read_as_written_and_decoded(package, read):
    link = {MAIN: [("rId1", "hyperlink", "https://a.example/SECRET%2F%2FNOFORN")]}

    assert "a.example/SECRET//NOFORN" in read(docx, package(document("<w:p/>"), link)).texts['metadata "link"']


def test_files_packed_in_are_members(package, read):
    parts = document("<w:p/>") | {
        "word/afchunk1.html": ("text/html", b"<p>x</p>"),
        "word/afchunk2.docx": ("application/x-docx", b"PK\x03\x04 docx"),
        "word/embeddings/book.xlsx": ("application/x-xlsx", b"PK\x03\x04 xlsx"),
        "word/embeddings/oleObject1.bin": ("application/x-ole", b"\xd0\xcf\x11\xe0 text"),
        "word/vbaProject.bin": ("application/vnd.ms-office.vbaProject", b"\xd0\xcf\x11\xe0 vba"),
        "extra.txt": ("", b"an extra file"),
        "word/media/image1.png": ("image/png", b"not a picture at all"),
    }

    assert read(docx, package(parts)).members == {
        "word/afchunk1.html": b"<p>x</p>",
        "word/afchunk2.docx": b"PK\x03\x04 docx",
        "word/embeddings/book.xlsx": b"PK\x03\x04 xlsx",
        "word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0 text",
        "word/vbaProject.bin": b"\xd0\xcf\x11\xe0 vba",
        "extra.txt": b"an extra file",
        "word/media/image1.png": b"not a picture at all",
    }


def test_a_logo_does_not_make_a_document_undetermined(package, read):
    found = read(docx, package(document(PARAGRAPH) | {"word/media/logo.png": ("image/png", b"\x89PNG\r\n\x1a\n")}))

    assert not found.members
    assert not found.problems


def test_pictures_without_any_text_are_undetermined(package, read):
    parts = document("<w:p/>") | {"word/media/scan.emf": ("image/x-emf", b"\x01\0\0\0" + bytes(36) + b" EMF")}

    assert read(docx, package(parts)).reasons == ["image"]


def test_a_font_is_no_text(package, read):
    parts = document(PARAGRAPH) | {"word/fonts/font1.odttf": ("application/x-font", b"abcdefgh ijklmnop")}

    assert read(docx, package(parts)).all == T


def test_the_words_in_a_binary_part_are_read(package, read):
    parts = document(PARAGRAPH) | {
        "word/printer.bin": ("application/x-printer", "Printer of Wing B".encode("utf-16-le"))
    }

    assert "Printer of Wing B" in read(docx, package(parts)).texts['metadata "binary part"']


def test_the_comment_of_the_zip_is_read(package, read):
    assert read(docx, package(document("<w:p/>"), comment=T.encode())).texts['metadata "zip comment"'] == T


def test_utf16_is_read(package, read):
    xml = f'<?xml version="1.0" encoding="UTF-16"?><w:document xmlns:w="w"><w:body>{PARAGRAPH}</w:body></w:document>'
    parts = {MAIN: (f"{WORD}document.main", xml.encode("utf-16"))}

    assert read(docx, package(parts)).texts[""] == T


def test_strict_documents_are_read(package, read):
    xml = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{PARAGRAPH}</w:body></w:document>'
    relation = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    parts = {"word/main.xml": ("application/xml", xml.encode())}
    data = package(parts, {"": [("rId1", relation, "word/main.xml")]})

    assert read(docx, data).texts[""] == T


def test_paragraphs_cells_tabs_and_breaks_stay_apart(package, read):
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    body = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t>"
        "<w:cr/><w:t>four</w:t><w:noBreakHyphen/><w:t>five</w:t></w:r></w:p>"
        f"<w:tbl><w:tr>{cell.format('six')}{cell.format('seven')}</w:tr></w:tbl>"
    )

    assert read(docx, package(document(body))).texts[""] == "one\ttwo\nthree\nfour-five\nsix\nseven"


def test_space_between_elements_is_no_text(package, read):
    assert read(docx, package(document(f"\n  <w:p>\n  {RUN}\n </w:p>\n"))).all == T


def test_symbols_are_shown_as_what_they_look_like(package, read):
    body = (
        '<w:p><w:r><w:t>机密</w:t><w:sym w:font="Wingdings" w:char="F0AB"/><w:t>10年</w:t>'
        '<w:sym w:font="Arial" w:char="0041"/><w:sym w:font="Arial" w:char="zz"/><w:sym w:font="Odd" w:char="F0AB"/>'
        '<w:sym w:font="Odd" w:char="D800"/></w:r></w:p>'
    )

    assert read(docx, package(document(body))).all == "机密★10年A�"


def test_pages_are_split_where_they_break(package, read):
    body = (
        "<w:p><w:r><w:t>first</w:t></w:r></w:p>"
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>second</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>two-</w:t><w:lastRenderedPageBreak/><w:t>and-three</w:t></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>third</w:t></w:r></w:p>"
    )

    assert read(docx, package(document(body))).texts == {
        "page 1": "first",
        "page 2": "second\ntwo-and-three",
        "page 3": "third",
        "deleted text page 3": "gone",
    }


def test_a_page_break_in_an_empty_paragraph_turns_the_page_once(package, read):
    body = (
        "<w:p><w:r><w:t>first</w:t></w:r></w:p>"
        "<w:p><w:r><w:lastRenderedPageBreak/></w:r></w:p><w:p><w:r><w:drawing/></w:r></w:p>"
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>third</w:t></w:r></w:p>"
    )

    assert read(docx, package(document(body))).texts == {"page 1": "first", "page 3": "third"}


def test_vanish_that_is_switched_off_hides_nothing(package, read):
    body = '<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r></w:p>'

    assert read(docx, package(document(body))).texts == {"": "shown"}


def test_a_box_kept_for_old_and_new_programs_is_read_once(package, read):
    body = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )

    assert read(docx, package(document(body + body))).texts == {"text box 1": T, "text box 2": T}


def test_a_box_that_differs_for_old_programs_is_read_twice(package, read):
    body = f"<w:p><mc:AlternateContent><w:r>{BOX}</w:r>{BOX.replace('SECRET', 'OTHER')}</mc:AlternateContent></w:p>"

    assert read(docx, package(document(body))).texts == {"text box 1": T, "text box 2": "OTHER//NOFORN"}


def test_the_watermarks_a_template_offers_are_only_metadata(package, read):
    xml = f"<w:glossaryDocument>{vml('<v:textpath string=' + chr(34) + T + chr(34) + '/>')}{BOX}</w:glossaryDocument>"
    found = read(docx, package(part("glossary/document", f"{WORD}document.glossary", xml)))

    assert set(found.texts) == {"", 'metadata "glossary"'}


def test_text_outside_of_runs_is_not_lost(package, read):
    found = read(docx, package(document("<w:p><w:odd>stray words</w:odd></w:p>")))

    assert found.texts == {'metadata "other text"': "stray words"}


def test_a_long_body_comes_in_pieces_and_whole(package, read):
    body = "".join(f"<w:p><w:r><w:t>{number:07} {'x' * 992}</w:t></w:r></w:p>" for number in range(600))
    found = read(docx, package(document(body)))

    assert len(found.items) > 1
    assert [line[:7] for line in found.all.splitlines()] == [f"{number:07}" for number in range(600)]


def test_the_text_limit_keeps_what_came_before(package, read):
    body = "".join(f"<w:p><w:r><w:t>{'x' * 1000}</w:t></w:r></w:p>" for _ in range(600))

    with pytest.raises(LimitReachedError, match="characters of text"):
        read(docx, package(document(body)), limits=Limits(text=300_000))


def test_a_bomb_of_one_paragraph_gives_its_beginning_before_it_stops(package):
    data = package(document(f"{PARAGRAPH}<w:p><w:r><w:t>{'x' * 20_000_000}</w:t></w:r></w:p>"))
    items = docx.extract(Blob(Place("x"), "", data), Budget(Limits(), len(data)))

    assert next(items).text.startswith(T)
    with pytest.raises(LimitReachedError, match="times its size"):
        list(items)


def test_a_part_that_expands_too_far_stops_the_reading(package, read):
    data = package(document("<w:p><w:r><w:t>" + "x" * 3_000_000 + "</w:t></w:r></w:p>"))

    with pytest.raises(LimitReachedError, match="one part expands past"):
        read(docx, data, limits=Limits(member_bytes=1_000_000))


def test_too_many_parts_are_a_problem(package, read):
    parts = document(PARAGRAPH) | {f"word/p{number}.xml": ("", "<a/>") for number in range(30)}

    assert "too_many_members" in read(docx, package(parts), limits=Limits(members=10)).reasons


def test_xml_that_declares_entities_is_refused(package, read):
    xml = f'<!DOCTYPE w [<!ENTITY e "{T}">]><w:document><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:document>'
    found = read(docx, package({MAIN: (f"{WORD}document.main", xml.encode())}))

    assert found.problems == [("corrupt", "declares XML entities, which are not followed")]
    assert found.all == ""


def test_xml_nested_without_end_is_a_problem(package, read):
    xml = "<a>" * 5000

    assert read(docx, package({MAIN: (f"{WORD}document.main", xml.encode())})).reasons == ["too_deep"]


def test_what_stands_before_a_fault_in_the_xml_is_kept(package, read):
    xml = f'<w:document xmlns:w="w"><w:body>{PARAGRAPH}<w:p><w:r><w:t>half a para'
    found = read(docx, package({MAIN: (f"{WORD}document.main", xml.encode())}))

    assert found.texts == {"": f"{T}\nhalf a para"}
    assert found.reasons == ["corrupt"]


@pytest.mark.parametrize("encoding", ["no-such-thing", "base64"])
def test_xml_in_an_encoding_that_cannot_be_read_is_a_problem(encoding, package, read):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><a>x</a>'

    assert read(docx, package({MAIN: (f"{WORD}document.main", xml.encode())})).reasons == ["corrupt"]


def test_a_package_without_a_main_part_is_a_problem(package, read):
    assert read(docx, package({"word/styles.xml": (f"{WORD}styles", "<w:styles/>")})).problems == [
        ("corrupt", "the document's main part is missing")
    ]


def test_broken_relationships_are_a_problem_and_the_rest_is_read(package, read):
    found = read(docx, package(document(PARAGRAPH), bare=[("word/_rels/document.xml.rels", b"<Relationships>")]))

    assert found.texts[""] == T
    assert found.reasons == ["corrupt"]


def test_entries_that_overlap_are_refused(package, read):
    data = bytearray(package(document(PARAGRAPH)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        first, second = archive.infolist()[:2]
    at = data.rfind(b"PK\x01\x02" + data[data.find(b"PK\x01\x02") + 4 :][:2])
    position = data.find(second.header_offset.to_bytes(4, "little"), at)
    data[position : position + 4] = (first.header_offset + 1).to_bytes(4, "little")

    assert read(docx, bytes(data)).problems == [("corrupt", "entries of the zip overlap")]


def _flagged(data, offset, local_offset, value):
    """Write a 16-bit field into every header of a zip, local and central."""
    data = bytearray(data)
    for signature, field in ((b"PK\x03\x04", local_offset), (b"PK\x01\x02", offset)):
        at = data.find(signature)
        while at >= 0:
            data[at + field : at + field + 2] = value.to_bytes(2, "little")
            at = data.find(signature, at + 4)
    return bytes(data)


def test_an_encrypted_part_is_undetermined_not_clean(package, read):
    found = read(docx, _flagged(package(document(PARAGRAPH)), 8, 6, 1))

    assert "encrypted" in found.reasons


def test_a_part_packed_in_an_unknown_way_is_a_problem(package, read):
    found = read(docx, _flagged(package(document(PARAGRAPH) | {"a.bin": ("", b"x")}), 10, 8, 99))

    assert set(found.reasons) == {"unsupported"}


def test_a_damaged_part_is_a_problem(package, read):
    data = package(document(PARAGRAPH * 50))
    at = data.find(b"word/document.xml") + 40

    assert "corrupt" in read(docx, data[:at] + b"\xff" * 20 + data[at + 20 :]).reasons


@pytest.mark.parametrize("data", [b"", b"garbage", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
@pytest.mark.parametrize("reader", [docx, xlsx])
def test_what_is_no_package_is_a_problem(data, reader, read):
    assert read(reader, data).reasons == ["corrupt"]


def test_a_truncated_document_is_a_problem(package, read):
    data = package(document(PARAGRAPH))

    for size in range(0, len(data) - 1, 37):
        assert "corrupt" in read(docx, data[:size]).reasons


def test_parts_of_a_truncated_document_are_members(package, read):
    data = package(document(PARAGRAPH))
    found = read(docx, data[: data.find(b"PK\x01\x02")])

    assert T in found.members[MAIN].decode()


def test_a_part_that_the_directory_hides_is_a_member(package, read):
    data, more = package(document(PARAGRAPH)), package({"hidden.txt": ("", b"kept out of sight")})
    end = more.find(b"PK\x03\x04", 1)
    found = read(docx, more[:end] + data)

    assert found.members == {"hidden.txt": b"kept out of sight"}
    assert found.texts[""] == T


def test_a_document_made_with_python_docx_is_read_whole(read):
    made = python_docx.Document()
    made.add_heading("Report")
    made.add_table(1, 2).rows[0].cells[1].text = "cell"
    made.add_paragraph("A line.").add_run(" Bold.").bold = True
    made.sections[0].header.paragraphs[0].text = T
    made.core_properties.keywords = "depot"
    buffer = io.BytesIO()
    made.save(buffer)
    found = read(docx, buffer.getvalue())

    assert found.texts[""].split("\n") == ["Report", "", "cell", "A line. Bold."]
    assert found.texts["header 1"] == T
    assert found.texts['property "keywords"'] == "depot"
    assert not found.problems

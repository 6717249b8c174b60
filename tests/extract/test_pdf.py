import io
import logging
import zlib
from pathlib import Path

import pytest

from bench.hiding._pdf import stream as _stream
from bench.hiding._pdf import written
from scanner.extract import LimitReachedError, pdf
from scanner.extract._pdf import pages as _pdf_pages
from scanner.extract._pdf import scan as _pdf_scan
from scanner.extract._pdf import stream as _pdf_stream
from scanner.extract._pdf import text as _pdf_text
from scanner.extract._pdf.document import NotLoadedError
from scanner.model.limits import Limits

T = "SECRET//NOFORN"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def stream(data, attributes=""):
    return _stream(data if isinstance(data, bytes) else data.encode("latin-1"), attributes)


FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
IMAGE = stream(b"\x00" * 4, "/Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8")


def drawn(text):
    return f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"


def made(*contents, catalog="", page="", more=None, **options):
    """Make a PDF with a page for each content stream; objects from 100 on are the test's own."""
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(contents)))
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>",
        3: FONT,
        4: IMAGE,
    }
    for at, content in enumerate(contents):
        resources = "/Resources<</Font<</F1 3 0 R>>/XObject<</Im 4 0 R>>>>"
        objects[10 + 2 * at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]{resources}/Contents {11 + 2 * at} 0 R{page}>>"
        )
        objects[11 + 2 * at] = content if isinstance(content, bytes) else stream(content)
    return written(objects | (more or {}), **options)


def test_text_comes_page_by_page(read):
    found = read(pdf, made(drawn("one"), drawn(T), "", drawn("four")))

    assert found.texts == {"page 1": "one", "page 2": T, "page 4": "four"}
    assert not found.problems


def test_lines_end_in_a_line_feed(read):
    assert read(pdf, made(drawn("one") + " BT /F1 12 Tf 72 600 Td (two) Tj ET")).texts["page 1"] == "one\ntwo"


PICTURE = "q 600 0 0 800 0 0 cm /Im Do Q"


def test_pages_that_are_pictures_are_one_problem_that_names_them(read):
    found = read(pdf, made(drawn("one"), PICTURE, PICTURE))

    assert found.problems == [("scanned_page", "a picture, no text: pages 2, 3")]


def test_a_long_list_of_pages_is_cut_short(read):
    found = read(pdf, made(*[PICTURE] * 12))

    assert found.problems == [("scanned_page", "a picture, no text: pages 1, 2, 3, 4, 5, 6, 7, 8 and 4 more")]


def test_a_stamp_on_a_scanned_page_does_not_make_it_read(read):
    found = read(pdf, made(drawn("Received 3 March 2026") + " " + PICTURE))

    assert found.texts["page 1"] == "Received 3 March 2026"
    assert found.problems == [("scanned_page", "a picture, no text: page 1")]


def test_a_logo_beside_a_short_text_is_no_scan(read):
    assert not read(pdf, made(drawn("Short but typed.") + " q 60 0 0 60 0 0 cm /Im Do Q")).problems


ANNOTATION = "<</Type/Annot/Subtype/{}/Rect[10 10 200 40]{}>>"
FILE = "<</Type/Filespec/F(plan.txt)/UF(plan.txt)/EF<</F 101 0 R>>>>"
OUTSIDE = {
    "sticky note": ({"page": "/Annots[100 0 R]"}, ANNOTATION.format("Text", f"/Contents({T})"), "annotation page 1"),
    "note in UTF-16": (
        {"page": "/Annots[100 0 R]"},
        ANNOTATION.format("Text", f"/Contents<{('﻿' + T).encode('utf-16-be').hex()}>"),
        "annotation page 1",
    ),
    "note within the page": (
        {"page": f"/Annots[{ANNOTATION.format('Text', f'/Contents({T})')}]"},
        "null",
        "annotation page 1",
    ),
    "rich note": (
        {"page": "/Annots[100 0 R]"},
        ANNOTATION.format("FreeText", f"/RC(<body><p>{T}</p></body>)"),
        "annotation page 1",
    ),
    "subject": (
        {"page": "/Annots[100 0 R]"},
        ANNOTATION.format("Text", f"/Subj({T})"),
        'annotation "subject" page 1',
    ),
    "link": (
        {"page": "/Annots[100 0 R]"},
        ANNOTATION.format("Link", f"/A<</S/URI/URI(https://a.example/{T})>>"),
        'metadata "link" page 1',
    ),
    "form field": ({"catalog": "/AcroForm<</Fields[100 0 R]>>"}, f"<</FT/Tx/T(grade)/V({T})>>", 'form field "grade"'),
    "form choice": (
        {"catalog": "/AcroForm<</Fields[100 0 R]>>"},
        f"<</FT/Ch/T(grade)/Opt[[(a)({T})](b)]>>",
        'form field "grade"',
    ),
    "form help": ({"catalog": "/AcroForm<</Fields[100 0 R]>>"}, f"<</FT/Tx/T(g)/TU({T})>>", 'form field "help"'),
    "outline": ({"catalog": "/Outlines<</First 100 0 R>>"}, f"<</Title({T})/Dest[10 0 R]>>", 'metadata "title"'),
    "alt text": ({"catalog": "/StructTreeRoot 100 0 R"}, f"<</S/Figure/Alt({T})>>", 'metadata "alt text"'),
    "layer": ({"catalog": "/OCProperties<</OCGs[100 0 R]>>"}, f"<</Type/OCG/Name({T})>>", 'metadata "layer"'),
    "script": ({"catalog": "/OpenAction 100 0 R"}, f"<</S/JavaScript/JS({T})>>", 'code "script"'),
    "private data": ({}, f"<</PieceInfo<</App<</Private({T})>>>>>>", 'metadata "other text"'),
    "file name": ({}, FILE.replace("plan.txt", T), 'metadata "file name"'),
    "property": ({"trailer": "/Info 100 0 R"}, f"<</Keywords({T})>>", 'property "Keywords"'),
    "label": ({"trailer": "/Info 100 0 R"}, f"<</MSIP_Label_1_Name({T})>>", 'property "MSIP_Label_1_Name"'),
    "label in UTF-8": ({"trailer": "/Info 100 0 R"}, f"<</A<efbbbf{T.encode().hex()}>>>", 'property "A"'),
    "property as a name": ({"trailer": "/Info 100 0 R"}, "<</Trapped/Unknown>>", 'property "Trapped"'),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_marking_outside_of_the_pages_is_found_at_its_place(name, read):
    options, content, place = OUTSIDE[name]
    more = {100: content, 101: stream("packed", "/Type/EmbeddedFile")}
    found = read(pdf, made(drawn("one"), more=more, **options))

    assert ("Unknown" if name == "property as a name" else T) in found.texts.get(place, "")


def test_what_a_stamp_draws_is_read(read):
    form = stream(
        f"BT /F1 12 Tf 5 5 Td ({T}) Tj ET",
        "/Type/XObject/Subtype/Form/BBox[0 0 190 30]/Resources<</Font<</F1 3 0 R>>>>",
    )
    more = {100: ANNOTATION.format("Stamp", "/F 4/AP<</N 101 0 R>>"), 101: form}
    found = read(pdf, made(drawn("one"), page="/Annots[100 0 R]", more=more))

    assert found.texts["page 1"] == "one"
    assert found.texts["annotation page 1"] == T


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description rdf:about="" xmlns:pdfx="p" '
    f'pdfx:Mark="{T}"><pdfx:MSIP_Label_1_Name>General</pdfx:MSIP_Label_1_Name>'
    "<dc:rights xmlns:dc='d'><rdf:Alt><rdf:li xml:lang='x'>ours</rdf:li></rdf:Alt></dc:rights>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize("packed", [False, True])
def test_xmp_gives_properties(packed, read):
    data = zlib.compress(XMP.encode()) if packed else XMP.encode()
    attributes = "/Type/Metadata/Subtype/XML" + ("/Filter/FlateDecode" if packed else "")
    found = read(pdf, made(drawn("one"), catalog="/Metadata 100 0 R", more={100: stream(data, attributes)}))

    assert found.texts['property "Mark"'] == T
    assert found.texts['property "MSIP_Label_1_Name"'] == "General"
    assert found.texts['property "rights"'] == "ours"


def test_broken_xmp_is_no_reason_to_doubt_the_document(read):
    more = {100: stream(XMP[:-20], "/Type/Metadata/Subtype/XML")}
    found = read(pdf, made(drawn("one"), catalog="/Metadata 100 0 R", more=more))

    assert found.texts['property "Mark"'] == T
    assert not found.problems


def test_forms_in_xml_are_read(read):
    form = {100: stream(f"<xdp><field>{T}</field>"), 101: stream("</xdp>")}
    found = read(pdf, made(drawn("one"), catalog="/AcroForm<</XFA[(a)100 0 R(b)101 0 R]>>", more=form))

    assert found.texts['form field "XFA"'] == T


@pytest.mark.parametrize(
    "packing", ["", "/Filter/FlateDecode", "/Filter[/ASCIIHexDecode]", "/Filter[/FlateDecode/FlateDecode]"]
)
def test_attached_files_are_members(packing, read):
    data = b"an attached file"
    for _ in range(packing.count("Flate")):
        data = zlib.compress(data)
    if "Hex" in packing:
        data = data.hex().encode() + b">"
    names = "/Names<</EmbeddedFiles<</Names[(plan.txt)100 0 R]>>>>"
    more = {100: FILE, 101: stream(data, "/Type/EmbeddedFile" + packing)}

    assert read(pdf, made(drawn("one"), catalog=names, more=more)).members == {"plan.txt": b"an attached file"}


def test_an_attachment_that_is_not_called_one_is_a_member(read):
    more = {100: FILE.replace("<</F 101", "<</F 102"), 101: "null", 102: stream("packed")}

    assert read(pdf, made(drawn("one"), more=more)).members == {"plan.txt": b"packed"}


def test_an_attached_bomb_stops_the_reading_and_keeps_the_pages(read):
    bomb = stream(zlib.compress(b"\0" * 3_000_000), "/Type/EmbeddedFile/Filter/FlateDecode")

    with pytest.raises(LimitReachedError, match="too large"):
        read(pdf, made(drawn("one"), more={100: bomb}), limits=Limits(member_bytes=1_000_000))


def test_a_packed_stream_too_large_for_its_filter_stops_the_reading(monkeypatch, read):
    monkeypatch.setattr(_pdf_stream, "_UNBOUNDED", 10)
    more = {100: stream("41" * 20 + ">", "/Type/EmbeddedFile/Filter/ASCIIHexDecode")}

    with pytest.raises(LimitReachedError, match="too large for its filter"):
        read(pdf, made(drawn("one"), more=more))


def test_an_attachment_that_cannot_be_unpacked_is_a_problem(read):
    more = {100: FILE, 101: stream("x", "/Type/EmbeddedFile/Filter/NoSuchFilter")}

    assert read(pdf, made(drawn("one"), more=more)).reasons == ["unsupported"]


def test_a_script_in_a_stream_is_read(read):
    more = {100: "<</S/JavaScript/JS 101 0 R>>", 101: stream("app.alert(1)")}

    assert read(pdf, made(drawn("one"), more=more)).texts['code "script"'] == "app.alert(1)"


def test_objects_beyond_the_limit_are_a_problem(monkeypatch, read):
    monkeypatch.setattr(_pdf_scan, "MOST_OBJECTS", 3)

    assert read(pdf, made(drawn("one"))).reasons == ["partial"]


def test_objects_nested_without_end_do_no_harm(read):
    assert not read(pdf, made(drawn("one"), more={100: "[" * 200 + "(x)" + "]" * 200})).problems


def test_what_was_appended_is_read(package, read):
    archive = package({"a.txt": ("", b"x")})

    assert read(pdf, made(drawn("one")) + archive).members["appended.zip"] == archive
    assert read(pdf, made(drawn("one")) + b"\n\xd0\xcf\x11\xe0 ole").members["appended"] == b"\xd0\xcf\x11\xe0 ole"
    assert read(pdf, made(drawn("one")) + b"\nsome words").texts['metadata "appended"'] == "some words"


@pytest.mark.parametrize("rest", [40, 90, 120])
def test_an_appended_archive_whose_end_is_cut_off_goes_on_to_the_reader_of_archives(rest, package, read):
    archive = package({"a.txt": ("", b"some words")})[:rest]

    assert read(pdf, made(drawn("one")) + archive).members["appended"] == archive


@pytest.mark.parametrize("keep", [1, 3])
def test_the_pages_in_a_file_that_is_cut_short_are_read(keep, read):
    data = made(drawn("one"), drawn("two"), drawn("three"))
    objects = data.split(b"endobj\n")
    tree = b"endobj\n".join(objects[2:10]) if keep == 1 else b"endobj\n".join(objects[:10])
    found = read(pdf, b"%PDF-1.7\n" + tree[: tree.find(b"(three)")])

    assert {key: text for key, text in found.texts.items() if key.startswith("page")} == {
        "page 1": "one",
        "page 2": "two",
    }
    assert found.reasons == ["partial"]


def test_a_file_without_an_end_is_undetermined_not_clean(read):
    data = made(drawn("one"))
    found = read(pdf, data[: data.find(b"startxref")])

    assert found.texts["page 1"] == "one"
    assert "partial" in found.reasons


@pytest.mark.parametrize("data", [b"", b"garbage", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_a_problem(data, read):
    assert "corrupt" in read(pdf, data).reasons


def test_a_document_that_needs_a_password_is_undetermined_not_clean(read):
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>/ID[<00><00>]"

    assert read(pdf, made(drawn("one"), trailer=lock)).problems == [("encrypted", "needs a password")]


def test_a_document_that_pdfium_cannot_open_gets_a_second_opinion(monkeypatch, read):
    monkeypatch.setattr(pdf, "Document", fails)
    found = read(pdf, made(drawn(T), more={100: ANNOTATION.format("Text", "/Contents(note)")}))

    assert found.texts["page 1"] == T
    assert found.texts["annotation"] == "note"
    assert found.reasons == ["partial"]


def test_a_second_opinion_ends_after_many_pages(monkeypatch, read):
    monkeypatch.setattr(pdf, "Document", fails)
    monkeypatch.setattr(_pdf_text, "_MOST_PAGES", 1)
    found = read(pdf, made(drawn("one"), drawn("two")))

    assert found.texts == {"page 1": "one"}
    assert found.reasons == ["partial"]


def test_a_page_that_pdfium_cannot_load_gets_a_second_opinion(monkeypatch, read):
    monkeypatch.setattr(pdf, "page_of", fails)
    found = read(pdf, made(drawn("one") + " BT /F1 12 Tf 72 600 Td (two words) Tj 80 0 Td (apart) Tj ET", ""))

    assert found.texts == {"page 1": "one\ntwo words apart"}
    assert found.problems == [("corrupt", "cannot be read: page 2")]


def fails(*_):
    """Stand in for PDFium where it gives up."""
    raise NotLoadedError


def test_a_page_whose_text_pdfium_does_not_give_gets_a_second_opinion(monkeypatch, read):
    monkeypatch.setattr(_pdf_pages, "_tidy", lambda _: "")
    form = stream(drawn("in a form"), "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>")
    found = read(pdf, made(drawn("one") + " BT /F1 12 Tf 10 700 Td (back) Tj ET 0 0 m 9 9 l S /Im Do", more={4: form}))

    assert found.texts == {"page 1": "one\nback in a form"}
    assert not found.problems


def test_the_text_limit_stops_the_reading(read):
    with pytest.raises(LimitReachedError):
        read(pdf, made(drawn("x" * 60), drawn("x" * 60)), limits=Limits(text=100))


def test_pdfminer_is_silent(capfd, read, monkeypatch):
    monkeypatch.setattr(logging, "lastResort", logging.StreamHandler(io.StringIO()))
    logging.getLogger("pdfminer.pdfinterp").warning("about the document's own words: %s", T)
    read(pdf, made(drawn("one")).replace(b"endstream", b"endstrxxx"))

    assert capfd.readouterr() == ("", "")
    assert logging.lastResort.stream.getvalue() == ""


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not here")
def test_a_real_form_gives_its_values(read):
    path = next(CORPUS.glob("**/testAnnotations.pdf"))

    assert "Here is a comment" in read(pdf, path.read_bytes()).texts["annotation page 1"]

"""Books, and Office documents in one XML file."""

# ruff: noqa: E501 - a piece of XML stands in a line, however long

import base64
import io
import zipfile

import pytest

from scanner.extract import epub, flatopc, sheetml, wordml
from scanner.identify import identify

LOCK = (
    '<encryption xmlns:enc="e"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/><enc:CipherData>'
    '<enc:CipherReference URI="{}"/></enc:CipherData></enc:EncryptedData></encryption>'
)


def book(*, about="", more=()):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("OPS/a.opf", f"<package><metadata><title>Tale</title>{about}</metadata><manifest/></package>")
        archive.writestr("OPS/a.xhtml", "<html/>")
        archive.writestr("OPS/a.ttf", "font")
        for name, content in more:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_book_says_what_it_is_and_its_pages_are_members(read):
    about = '<meta property="p">new</meta><meta name="n" content="old"/><creator file-as="Doe, J">J Doe</creator><date> </date>'
    found = read(epub, book(about=about))

    assert found.texts == {
        'property "title"': "Tale",
        'property "p"': "new",
        'property "n"': "old",
        'property "creator"': "Doe, J\nJ Doe",
    }
    assert set(found.members) == {"OPS/a.opf", "OPS/a.xhtml"}
    assert not found.problems


def test_what_the_publisher_locked_is_undetermined_not_clean(read):
    lock = LOCK.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "OPS/a.xhtml")
    found = read(epub, book(more=[("META-INF/encryption.xml", lock)]))

    assert found.problems == [("encrypted", "locked by the publisher")]
    assert "OPS/a.xhtml" not in found.members


def test_many_locked_files_are_counted(read):
    lock = "".join(
        LOCK.format("a", f"OPS/{number}.xhtml").partition('e">')[2].removesuffix("</encryption>")
        for number in range(30)
    )
    pages = [(f"OPS/{number}.xhtml", "x") for number in range(30)]
    found = read(
        epub, book(more=[("META-INF/encryption.xml", f'<encryption xmlns:enc="e">{lock}</encryption>'), *pages])
    )

    assert len(found.problems) == 21
    assert found.problems[-1] == ("encrypted", "30 files are locked by the publisher")


def test_fonts_that_were_made_unusable_are_no_lock(read):
    lock = LOCK.format("http://www.idpf.org/2008/embedding", "OPS/a.ttf")

    assert not read(epub, book(more=[("META-INF/encryption.xml", lock)])).problems


def test_a_damaged_package_document_is_the_members_affair(read):
    data = book(more=[("OPS/b.opf", "<package><metadata><title>Half")])

    assert not read(epub, data).problems


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", book()[:200]])
def test_a_truncated_book_is_a_problem(data, read):
    assert "corrupt" in read(epub, data).reasons


WORD = (
    '<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:o="o" '
    'xmlns:aml="a">{}</w:wordDocument>'
)
P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def test_word_2003_is_read_by_what_its_parts_are(read):
    annotation = (
        '<w:p><aml:annotation w:type="Word.{}" aml:author="Clerk"><aml:content>{}</aml:content></aml:annotation></w:p>'
    )
    data = WORD.format(
        "<o:DocumentProperties><o:Title>Report</o:Title></o:DocumentProperties><w:body>"
        + P.format("body")
        + annotation.format("Comment", P.format("remark"))
        + annotation.format("Deletion", "<w:r><w:delText>gone</w:delText></w:r>")
        + annotation.format("Insertion", "<w:r><w:t>new</w:t></w:r>")
        + f"<w:p><w:r><w:footnote>{P.format('note')}</w:footnote></w:r></w:p><!-- aside -->"
        + f"<w:sectPr><w:hdr>{P.format('top')}</w:hdr><w:ftr>{P.format('end')}</w:ftr></w:sectPr></w:body>"
    ).encode()
    found = read(wordml, data)

    assert identify(data) in wordml.MEDIA_TYPES
    assert [line for line in found.texts[""].split("\n") if line] == ["body", "new"]
    assert {place: text for place, text in found.texts.items() if place} == {
        'property "Title"': "Report",
        "comment 1": "remark",
        'metadata "author"': "Clerk",
        'comment 1 "author"': "Clerk",
        "deleted text": "gone",
        "footnote 1": "note",
        "header 1": "top",
        "footer 1": "end",
        'metadata "other text"': "aside",
    } | {key: found.texts[key] for key in found.texts if "author" in key}
    assert not found.problems


def test_files_in_a_word_2003_document_are_members(read):
    coded = base64.b64encode(b"a file").decode()
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    data = WORD.format(
        f'<w:binData w:name="wordml://a.txt">{coded}</w:binData><w:binData>{picture}</w:binData><w:binData>A</w:binData>'
    )

    assert read(wordml, data.encode()).members == {"a.txt": b"a file", "object 3": b"A"}


def test_a_word_2003_document_that_breaks_off_keeps_what_came_before(read):
    data = WORD.format("<o:DocumentProperties><o:Title>Rep").encode().removesuffix(b"</w:wordDocument>")
    found = read(wordml, data)

    assert found.texts == {'property "Title"': "Rep"}
    assert found.reasons == ["corrupt"]


SHEET = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="s" xmlns:x="x" xmlns:o="o">'
    "{}</Workbook>"
)


def test_excel_2003_is_read_by_what_its_parts_are(read):
    data = SHEET.format(
        "<o:DocumentProperties><o:Title>Stock</o:Title></o:DocumentProperties>"
        '<Names><NamedRange ss:Name="Area" ss:RefersTo="=One!R1"/></Names>'
        '<Styles><Style><NumberFormat ss:Format="0 &quot;pieces&quot;"/></Style></Styles>'
        '<Worksheet ss:Name="One"><Table><Row><Cell ss:HRef="https://a.example"><Data ss:Type="String">a</Data>'
        '<Comment ss:Author="Clerk"><ss:Data>twice<B>!</B></ss:Data></Comment></Cell>'
        '<Cell ss:Formula="=&quot;b&quot;"><Data ss:Type="Number">4.1111111111111111E15</Data></Cell><Cell/></Row>'
        '<Row ss:Hidden="1"><Cell><Data ss:Type="String">unseen</Data></Cell></Row></Table>'
        '<x:WorksheetOptions><x:Header x:Data="&amp;Ltop"/><x:Footer x:Data="&amp;Cend"/></x:WorksheetOptions></Worksheet>'
        '<Worksheet ss:Name="Two"><Table><Row><Cell><Data ss:Type="String">back</Data></Cell></Row></Table>'
        "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>"
    ).encode()
    found = read(sheetml, data)

    assert identify(data) in sheetml.MEDIA_TYPES
    assert found.texts == {
        'property "Title"': "Stock",
        'metadata "defined name"': "Area\n=One!R1",
        'metadata "number format"': '0 "pieces"',
        'metadata "sheet name"': "One\nTwo",
        'sheet "One"': "a\t4111111111111111",
        'hidden text "One"': "unseen",
        'metadata "link"': "https://a.example",
        'comment 1 "author"': "Clerk",
        "comment 1": "twice!",
        'code "One"': '="b"',
        'header "One"': "top",
        'footer "One"': "end",
        'hidden text "Two"': "back",
    }
    assert not found.problems


def test_a_row_of_excel_2003_without_end_is_handed_on_in_pieces(read):
    cell = f'<Cell><Data ss:Type="String">{"x" * 60_000}</Data></Cell>'
    found = read(sheetml, SHEET.format(f'<Worksheet ss:Name="One"><Row>{cell * 40}</Row></Worksheet>').encode())

    assert found.all.count("x") == 60_000 * 40


def test_an_excel_2003_workbook_that_breaks_off_keeps_what_came_before(read):
    start = SHEET.partition("{}")[0]
    found = read(
        sheetml,
        f'{start}<Worksheet ss:Name="One"><Row><Cell><Data ss:Type="String">a</Data></Cell><Cell><Data>b'.encode(),
    )

    assert found.texts['sheet "One"'] == "a"
    assert found.reasons == ["corrupt"]
    assert read(sheetml, f"{start}<o:DocumentProperties><o:Title>Rep".encode()).texts == {'property "Title"': "Rep"}


FLAT = (
    '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    '<pkg:part pkg:name="/word/document.xml" pkg:contentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"><pkg:xmlData><w:document><w:p/></w:document></pkg:xmlData></pkg:part>'
    '<pkg:part pkg:name="/a.bin"><pkg:binaryData>{}</pkg:binaryData></pkg:part></pkg:package>'
)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_flat_package_is_a_package(codec, read):
    data = FLAT.format(base64.b64encode(b"a file").decode()).encode(codec)
    found = read(flatopc, data)

    assert identify(data) in flatopc.MEDIA_TYPES
    assert identify(found.members["package"]).endswith("wordprocessingml.document")
    with zipfile.ZipFile(io.BytesIO(found.members["package"])) as archive:
        assert archive.read("word/document.xml") == b"<w:document><w:p/></w:document>"
        assert archive.read("a.bin") == b"a file"
    assert not found.problems


def test_what_is_not_packed_as_it_says_is_kept_as_it_is(read):
    with zipfile.ZipFile(io.BytesIO(read(flatopc, FLAT.format("A").encode()).members["package"])) as archive:
        assert archive.read("a.bin") == b"A"


def test_a_flat_package_that_breaks_off_keeps_what_came_before(read):
    data = FLAT.format("").encode()
    for size in range(200, len(data) - 1, 31):
        assert read(flatopc, data[:size]).reasons == ["corrupt"]
    cut = read(flatopc, data[: data.index(b"</w:document>")])
    with zipfile.ZipFile(io.BytesIO(cut.members["package"])) as archive:
        assert archive.read("word/document.xml") == b"<w:document><w:p/>"

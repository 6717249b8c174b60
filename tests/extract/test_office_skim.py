"""What is looked through without a parser says the same as what is parsed, or is left to the parser."""

# ruff: noqa: E501 - a piece of XML stands in a line, however long

import io
import zipfile

import pytest

from scanner.extract import Budget, docx
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import read_xml
from scanner.extract._office.flow import FlowWalker
from scanner.extract._office.package import read_package
from scanner.extract._office.properties import PropertyWalker
from scanner.extract._office.references import has_odd_references, resolved
from scanner.extract._office.skim import openings, skim, skim_all, skim_tags
from scanner.extract._office.whole import Packed
from scanner.extract._office.word_outline import telling_styles
from scanner.model.limits import Limits
from scanner.model.place import Part, Place

PLACE = Place("x")
W = 'xmlns:w="w" xmlns:a="a" xmlns:mc="mc" xmlns:wp="wp" xmlns:v="v" xmlns:p="p"'


def lines_of(source, *, parsed, **options):
    lines = Lines(Budget(Limits(), len(source)))
    walker = FlowWalker(lines, PLACE, **options)
    if parsed:
        return [(str(item.place), getattr(item, "text", item)) for item in read_xml((source,), walker, lines, PLACE)]
    walk = skim(source, walker)
    if walk is None:
        return None
    for _ in walk:
        pass
    return [(str(item.place), item.text) for item in lines.rest()]


SAME = {
    "paragraphs": "<w:p><w:r><w:t>one</w:t></w:r></w:p><w:p/><w:p w:x='1'><w:r><w:t xml:space=\"preserve\"> two </w:t></w:r></w:p>",
    "references": "<w:p><w:r><w:t>a &lt; b &amp;&#65;&#x42;</w:t></w:r></w:p>",
    "breaks": "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/></w:r></w:p>",
    "tab stops": "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>",
    "pages": "<w:p><w:r><w:t>a</w:t><w:br w:type='page'/><w:t>b</w:t></w:r></w:p>",
    "codes": "<w:p><w:r><w:instrText>REF x</w:instrText></w:r><w:r><w:delInstrText>REF y</w:delInstrText></w:r></w:p>",
    "changes": "<w:p><w:del w:author='A'><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins w:author='B'><w:r><w:t>new</w:t></w:r></w:ins></w:p>",
    "boxes": "<w:p><w:r><w:pict><v:shape alt='words' id='s'><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></v:shape></w:pict></w:r></w:p>",
    "alternatives": "<mc:AlternateContent><w:txbxContent><w:p><w:r><w:t>x</w:t></w:r></w:p></w:txbxContent><w:txbxContent><w:p><w:r><w:t>x</w:t></w:r></w:p></w:txbxContent></mc:AlternateContent>",
    "attributes": "<w:p><wp:docPr id='1' name='Report' descr='one &#10;two\nthree'/><w:bookmarkStart w:name=\"a'b\"/></w:p>",
    "figures": "<w:p><w:r><w:drawing><wp:posOffset>120</wp:posOffset></w:drawing><w:t>a</w:t></w:r></w:p>",
    "lines of Windows": "<w:p>\r\n<w:r><w:t>a\r\nb</w:t></w:r>\r\n</w:p>",
    "slides": "<p:sp><p:cNvPr id='1' name='Watermark 1'/><p:ph type='ftr'/><a:p><a:r><a:t>x</a:t></a:r></a:p></p:sp>",
}


@pytest.mark.parametrize("name", SAME)
def test_looking_through_says_what_parsing_says(name):
    source = f"<?xml version='1.0' encoding='UTF-8'?>\n<w:document {W}>{SAME[name]}</w:document>".encode()
    skimmed = lines_of(source, parsed=False, paged=True)

    assert skimmed is not None
    assert skimmed == lines_of(source, parsed=True, paged=True)


ENTANGLED = {
    "text outside of runs": "<w:p>stray</w:p>",
    "text after a run": "<w:p><w:r><w:t>a</w:t>stray</w:r></w:p>",
    "a space as text": "<w:p>stray<w:r><w:t>a</w:t></w:r><w:r><w:t> </w:t></w:r><w:r><w:t>b</w:t></w:r></w:p>",
    "hidden text": "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r></w:p>",
    "a deleted mark": "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p><w:p/>",
    "a tab stop without figures": "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>",
    "packed data": "<w:p><w:fldData>QUJDREVGR0hJSktMTU5PUA==</w:fldData></w:p>",
    "a note": "<w:p>stray<w:note w:id='1'><w:p><w:r><w:t>a</w:t></w:r></w:p></w:note></w:p>",
}


@pytest.mark.parametrize("name", ENTANGLED)
def test_what_depends_on_what_is_around_it_is_walked_tag_by_tag(name):
    source = f"<w:document {W}>{ENTANGLED[name]}</w:document>".encode()
    skimmed = lines_of(source, parsed=False, counted={"note": Part.FOOTNOTE})

    assert skimmed is not None
    assert skimmed == lines_of(source, parsed=True, counted={"note": Part.FOOTNOTE})


UNUSUAL = {
    "a comment": "<!-- x --><w:p/>",
    "a character section": "<w:p><w:r><w:t><![CDATA[x]]></w:t></w:r></w:p>",
    "an entity": "<w:p><w:r><w:t>&other;</w:t></w:r></w:p>",
    "no character": "<w:p><w:r><w:t>&#xD800;</w:t></w:r></w:p>",
    "a sign on its own": "<w:p><w:r><w:t>a < b</w:t></w:r></w:p>",
    "an angle in an attribute": "<w:p w:a='x>y'><w:r><w:t>a</w:t></w:r></w:p>",
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_unusual_is_left_to_the_parser(name):
    assert lines_of(f"<w:document {W}>{UNUSUAL[name]}</w:document>".encode(), parsed=False) is None


@pytest.mark.parametrize(
    "source",
    [
        b"<w:document><w:p/>",
        b"",
        b"<w:a/><w:b/>",
        "<w:p/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='latin-1'?><w:p/>",
        b"<w:p>\xff</w:p>",
    ],
)
def test_what_is_not_whole_or_not_in_utf8_is_left_to_the_parser(source):
    assert lines_of(source, parsed=False) is None


def test_a_part_that_may_hide_by_its_styles_is_walked_tag_by_tag():
    source = b"<w:p><w:pPr><w:pStyle w:val='Unseen'/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"

    assert lines_of(source, parsed=False, vanishing=frozenset({"Unseen"})) == [("x#hidden text", "a")]


def test_a_part_without_elements_is_looked_through():
    assert lines_of(b"<w:hdr/>", parsed=False, counted={"note": Part.COMMENT}) == []


def test_tags_are_shown_unless_there_is_text():
    seen = []

    assert skim_tags(b"<r><a x='1'/><b/><a/></r>", openings(("a",)), lambda name, said: seen.append((name, dict(said))))
    assert seen == [("a", {"x": "1"}), ("a", {})]
    assert not skim_tags(b"<r><a x='1'/>text</r>", openings(("a",)), lambda *_: None)


def test_references_are_resolved_and_odd_ones_known():
    assert resolved("a &lt;&#66;&#x43; &other; &#0;") == "a <BC &other; &#0;"
    assert not has_odd_references("plain &amp; &#66;")
    assert has_odd_references("&other;")
    assert has_odd_references("&#0;")


def zipped(content, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        archive.writestr("a.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_small_part_is_unpacked_at_once(how):
    data = zipped(b"<a/>" * 100, compression=how)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        packed = Packed(archive, data, Budget(Limits(), len(data)))

        assert packed.small(archive.infolist()[0]) == b"<a/>" * 100


@pytest.mark.parametrize("change", ["size", "checksum", "place", "start", "method", "damage", "encrypted", "large"])
def test_a_part_with_anything_wrong_is_read_piece_by_piece(change):
    data = zipped(b"<a/>" * 100, compression=zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.infolist()[0]
        if change == "size":
            info.file_size += 1
        elif change == "checksum":
            info.CRC ^= 1
        elif change == "place":
            info.header_offset = len(data)
        elif change == "start":
            info.header_offset += 1
        elif change == "method":
            info.compress_type = zipfile.ZIP_BZIP2
        elif change == "encrypted":
            info.flag_bits |= 1
        elif change == "damage":
            data = data.replace(data[36:40], b"\xff\xff\xff\xff")
        limits = Limits(member_bytes=100) if change == "large" else Limits()

        assert Packed(archive, data, Budget(limits, len(data))).small(info) is None


def test_a_part_in_an_old_encoding_is_read(package, read):
    xml = "<?xml version='1.0' encoding='gb18030'?><w:document><w:p><w:r><w:t>机密</w:t></w:r></w:p></w:document>"
    main = {"word/document.xml": ("wordprocessingml.document.main", xml.encode("gb18030"))}

    assert read(docx, package(main)).texts[""] == "机密"


def test_a_part_in_utf32_is_read(package, read):
    xml = "<w:document><w:p><w:r><w:t>words</w:t></w:r></w:p></w:document>"
    main = {"word/document.xml": ("wordprocessingml.document.main", xml.encode("utf-32"))}

    assert read(docx, package(main)).texts[""] == "words"


def test_bytes_that_the_declared_encoding_does_not_know_are_a_problem(package, read):
    xml = b"<?xml version='1.0' encoding='shift_jis'?><w:document><w:p>\xfd\xfd</w:p></w:document>"

    assert read(docx, package({"word/document.xml": ("wordprocessingml.document.main", xml)})).reasons == ["corrupt"]


@pytest.mark.parametrize("extra", ["</b>", "</w:p></w:p>x", "<w:tr/></b></b></b>x<c/>"])
def test_a_part_with_more_ends_than_beginnings_is_left_to_the_parser(extra):
    assert lines_of(f"<w:p>x</w:p></w:p></w:p></w:p>{extra}<w:vanish/></w:p>".encode(), parsed=False) is None


PROPERTIES = {
    "plain": "<Application>Some Program</Application>\r\n <Manager/><Company></Company><Notes> a &amp; b&#32;</Notes>",
    "lists": '<TitlesOfParts><vt:vector size="2" baseType="lpstr"><vt:lpstr>one</vt:lpstr>\n<vt:lpstr> two </vt:lpstr></vt:vector></TitlesOfParts>',
    "dates": '<dcterms:created xsi:type="dcterms:W3CDTF">2020-01-01T00:00:00Z</dcterms:created><dc:title>words</dc:title>',
    "mixed": "<a>one<vt:b>two</vt:b>three</a>",
    "named": '<property name="Level"><vt:lpwstr>secret</vt:lpwstr></property><a>b</a>',
    "linked": '<a href="there">b</a>',
    "deeper": "<a><b><c>d</c></b></a>",
    "loose": "<a>b</a>between<c>d</c>",
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_properties_taken_at_once_are_those_that_are_walked(name):
    root = '<Properties xmlns="p" xmlns:vt="v" xmlns:dc="d" xmlns:dcterms="t" xmlns:xsi="i">'
    source = f'<?xml version="1.0"?>\n{root}{PROPERTIES[name]}</Properties>'.encode()
    lines = Lines(Budget(Limits(), len(source)))
    assert skim_all(source, PropertyWalker(lines, PLACE))
    skimmed = [(str(item.place), item.text) for item in lines.rest()]
    parsed = read_xml((source,), PropertyWalker(lines, PLACE), lines, PLACE)
    walked = [(str(item.place), item.text) for item in parsed]

    assert skimmed
    assert skimmed == walked


@pytest.mark.parametrize(
    "types",
    [
        '<Override PartName="/word/a.xml" ContentType="x/y"/><Default Extension="XML" ContentType="x/z"/>',
        '<Override ContentType="x/y" PartName="/word/a.xml" />\n<Default ContentType = "x/z" Extension="XML"/>',
        "<Override PartName='/word/a.xml' ContentType='x/y'/><Default Extension='XML' ContentType='x/z'/>",
        '<t:Override PartName="/word/a.xml" ContentType="x/y"/><t:Default Extension="XML" ContentType="x/z"/>',
        '<Override PartName="/word/&#97;.xml" ContentType="x/y"/><Default Extension="XML" ContentType="x/z"/>',
    ],
)
def test_content_types_are_read_however_they_are_written(types):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns:t="t">{types}</Types>')
        archive.writestr("word/a.xml", "<a/>")
        archive.writestr("word/b.xml", "<a/>")
    data = packed.getvalue()
    with zipfile.ZipFile(packed) as archive:
        package = read_package(Packed(archive, data, Budget(Limits(), len(data))))

    assert [(part.name, part.content_type) for part in package.parts] == [("word/a.xml", "x/y"), ("word/b.xml", "x/z")]


@pytest.mark.parametrize("word", ["note", "n" * 300])
def test_a_kind_is_the_last_word_of_a_content_type_however_long_it_is(word):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        said = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{word}+xml"
        archive.writestr("[Content_Types].xml", f'<Types><Default Extension="xml" ContentType="{said}"/></Types>')
        archive.writestr("a.xml", "<a/>")
    data = packed.getvalue()
    with zipfile.ZipFile(packed) as archive:
        package = read_package(Packed(archive, data, Budget(Limits(), len(data))))

    assert [part.kind for part in package.parts] == [word]


def test_names_beyond_ascii_hide_no_attribute():
    seen = []
    part = "<r><b é='2' x='1'/></r>".encode()

    assert skim_tags(part, openings(("b",)), lambda name, said: seen.append((name, dict(said))))
    assert seen == [("b", {"é": "2", "x": "1"})]


def test_styles_are_looked_at_where_one_hides_or_is_of_a_person():
    usual = b'<w:style w:styleId="a"><w:name w:val="usual"/></w:style>'
    own = b'<w:style w:customStyle="1"><w:name w:val="own"/></w:style>'
    hiding = b"<w:style><w:rPr><w:vanish/></w:rPr></w:style>"

    assert telling_styles(b"<w:styles>" + usual + own + usual + b"</w:styles>") == own
    assert telling_styles(usual + hiding) == usual + hiding
    assert not telling_styles(b"<w:styles>" + usual + b"</w:styles>")

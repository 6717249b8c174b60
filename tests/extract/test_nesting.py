"""XML that is nested too deep is a problem in every reader, and what stands before it is read."""

import pytest

from bench.hostile import MARKING
from bench.hostile import _packing as packing
from bench.hostile._packages import book, document, odf, parts_of_document, slides
from scanner.extract import docx, pptx, xlsx, xml
from scanner.extract import odf as opendocument
from scanner.extract._office.nesting import is_deeper
from scanner.model.limits import Limits

_SAID = f"<w:p><w:r><w:t>{MARKING}</w:t></w:r></w:p>"


def _deep(depth, begin="<w:x>", end="</w:x>"):
    return begin * depth + end * depth


@pytest.mark.parametrize("depth", [2, 255, 256, 257, 5000])
@pytest.mark.parametrize(
    ("begin", "end"),
    [("<a>", "</a>"), ("<a b='c'>\n", "x</a>"), ("<a><b/>", "</a>"), ("<a>" + "<b></b>" * 400, "</a>")],
)
def test_the_depth_of_elements_is_told_without_parsing_them(depth, begin, end):
    inside = begin.count("<b")
    deepest = depth + bool(inside)
    data = (begin * depth + end * depth).encode()
    assert is_deeper(data, 256) == (deepest > 256)
    assert not is_deeper(data, 0)
    assert is_deeper(data, deepest - 1)
    assert not is_deeper(data, deepest)


@pytest.mark.parametrize("hidden", ["<a b='/>'>", "<!-- > --><a>", "<![CDATA[/>]]><a>"])
def test_a_part_whose_depth_cannot_be_told_by_its_tags_is_left_to_the_parser(hidden):
    assert is_deeper((hidden * 300 + "</a>" * 300).encode(), 256)


_PARTS = [
    "word/styles.xml",
    "word/settings.xml",
    "word/header1.xml",
    "word/theme/theme1.xml",
    "word/webSettings.xml",
    "word/numbering.xml",
    "word/fontTable.xml",
    "customXml/item1.xml",
    "docProps/app.xml",
]


@pytest.mark.parametrize("name", _PARTS)
def test_a_part_that_is_too_deep_is_a_problem_and_the_others_are_read(read, name):
    content = f"<w:root xmlns:w='urn:w'>{_deep(300)}</w:root>".encode()
    found = read(docx, document(_SAID, {name: content}))
    assert "too_deep" in found.reasons
    assert MARKING in found.all


@pytest.mark.parametrize("name", ["[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"])
def test_a_package_whose_description_is_too_deep_is_not_read_in_full(read, name):
    parts = parts_of_document(_SAID)
    root, _, rest = parts[name].partition(b">")
    parts[name] = root + b">" + _deep(300, "<x>", "</x>").encode() + rest
    assert "too_deep" in read(docx, packing.zipped(parts)).reasons


@pytest.mark.parametrize(
    "body",
    ["<w:zzz>", "<w:tbl><w:tr><w:tc>", "<w:sdt><w:sdtContent>", "<w:p><w:r><w:pict><w:txbxContent>", "<q:z a='/'>"],
)
def test_text_before_elements_that_are_too_deep_is_read(read, body):
    closing = "".join(f"</{tag.partition(' ')[0]}>" for tag in reversed(body.strip("<>").split("><")))
    found = read(docx, document(_SAID + body * 300 + closing * 300))
    assert (found.reasons, MARKING in found.all) == (["too_deep"], True)


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (xlsx, book("<row>" + _deep(300, "<c><is>", "</is></c>") + "</row>")),
        (xlsx, book("<row/>" + _deep(300, "<x>", "</x>"))),
        (xlsx, book("<row/>", f"<si>{_deep(300, '<r>', '</r>')}<t>x</t></si>")),
        (pptx, slides([_deep(300, "<p:grpSp>", "</p:grpSp>")])),
        (opendocument, odf("text", f"<text:p>{_deep(300, '<text:span>', '</text:span>')}</text:p>")),
        (xml, f"<a>{_deep(300, '<b>', '</b>')}</a>".encode()),
    ],
)
def test_every_reader_of_xml_keeps_to_the_depth(read, reader, data):
    assert read(reader, data).reasons == ["too_deep"]
    assert read(reader, data, limits=Limits(xml_depth=1000)).reasons == []
    assert read(reader, data, limits=Limits(xml_depth=0)).reasons == []


def test_an_entity_of_much_text_is_not_written_out_again_and_again(read):
    found = read(xml, f"<!DOCTYPE x [<!ENTITY a '{'a ' * 50_000}'>]><x>{MARKING}\n{'&a;' * 5000}</x>".encode())
    assert (found.reasons, MARKING in found.all) == (["too_large"], True)
    assert len(found.all) < 10_000_000


def test_entities_that_expand_are_a_problem_and_the_text_is_read(read):
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    found = read(xml, f"<!DOCTYPE x [<!ENTITY l0 'ha'>{entities}]><x>{MARKING} &l9;</x>".encode())
    assert (found.reasons, MARKING in found.all) == (["too_large"], True)

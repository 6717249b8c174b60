"""What a broken or twisted document still holds is read, once, and what it lost is told."""

import base64
import struct
import time

import pytest

from bench.hiding import segments
from bench.hostile import MARKING, documents
from bench.hostile import _packing as packing
from bench.hostile._packages import document, odf
from bench.hostile._pdf import usual, written
from scanner.extract import docx, flatopc, html, image, pdf, plain, readers, rtf, xml
from scanner.extract import odf as opendocument
from scanner.model.document import Member
from scanner.model.limits import DEFAULT_LIMITS
from scanner.pipeline import Pipeline

_NO_PAGES = written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})
_PLAIN = f"A line.\n{MARKING}\nAnother line.\n".encode()


def test_the_text_of_a_file_that_only_begins_like_a_pdf_is_read(read):
    found = read(pdf, b"%PDF-1.7\n" + _PLAIN)
    assert ("corrupt" in found.reasons, MARKING in found.all) == (True, True)


@pytest.mark.parametrize("behind", [_PLAIN, packing.zipped({"a.txt": _PLAIN})])
def test_what_hangs_behind_a_pdf_that_cannot_be_opened_is_read(read, behind):
    found = read(pdf, _NO_PAGES + behind)
    texts = found.all + "".join(data.decode("latin-1") for data in found.members.values())
    assert "corrupt" in found.reasons
    assert MARKING in texts or packing.zipped({"a.txt": _PLAIN}) in found.members.values()


def test_a_pdf_that_can_be_opened_is_not_read_as_strings(read):
    assert not [item for item in read(pdf, written(usual())).items if "bytes" in str(item.place)]


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (xml, '<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/svg+xml;base64,{}"/></svg>'),
        (html, '<html><img src="data:image/svg+xml;base64,{}"></html>'),
    ],
)
def test_a_file_in_a_data_uri_comes_once(read, reader, data):
    inner = f"<svg xmlns='http://www.w3.org/2000/svg'><text>{MARKING}</text></svg>".encode()
    found = read(reader, data.format(base64.b64encode(inner).decode()).encode())
    assert [item.data for item in found.items if isinstance(item, Member)] == [inner]


@pytest.mark.parametrize(
    "name", ["data-in-data.svg", "frames-in-frames.html", "files-in-files-8.pdf", "mails-9-deep.eml"]
)
def test_files_in_files_do_not_multiply(name):
    data = b"".join(next(one for one in documents() if one.name == name).pieces())
    said = [segment for segment in segments(name, data) if MARKING in segment.text]
    assert 1 <= len(said) <= 4


class _Counter:
    """A detector that counts what it is shown."""

    def __init__(self):
        self.blobs = 0

    def detect(self, blob, segments):
        del blob, segments
        self.blobs += 1
        return iter(())


def test_an_archive_that_holds_itself_is_opened_as_often_as_the_limit_of_depth_says():
    counter = _Counter()
    data = b"".join(next(one for one in documents() if one.name == "itself.gz").pieces())
    problems = list(Pipeline(readers(), (counter,), DEFAULT_LIMITS).examine("itself.gz", data))
    assert [problem.reason.value for problem in problems[1:]] == ["too_deep"]
    assert counter.blobs <= DEFAULT_LIMITS.depth + 1


@pytest.mark.parametrize("size", [3, 20, 57, 58, 114, 130, 171])
def test_coded_lines_of_any_length_are_read_to_the_last(read, size):
    text = (f"{MARKING}\n" + "and some more words " * 20)[:size].encode()
    said = f"data follows\n{base64.encodebytes(text).decode()}and words behind it\n".encode()
    found = read(plain, said)
    decoded = [item.data for item in found.items if isinstance(item, Member)]
    assert size < 9 or text.decode() in found.all or text in decoded


@pytest.mark.parametrize("name", ["chunks-300000.png", "comments-300000.gif", "segments-60000.jpg"])
def test_a_picture_of_more_pieces_than_are_looked_at_is_not_only_a_picture(read, name):
    data = b"".join(next(one for one in documents("pictures") if one.name == name).pieces())
    assert "partial" in read(image, data).reasons


def test_what_stands_where_a_picture_should_begin_is_read(read):
    found = read(image, b"\xff\xd8\xff\xe0\0\x10JFIF\0" + _PLAIN + _PLAIN)
    assert MARKING in found.all


def test_a_limit_that_metadata_of_a_picture_reaches_is_told(read):
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<a>" * 400 + b"</a>" * 400 + b"</x:xmpmeta>"
    chunk = struct.pack(">I", len(packet) + 22) + b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + packet + bytes(4)
    assert "too_deep" in read(image, b"\x89PNG\r\n\x1a\n" + chunk).reasons


@pytest.mark.parametrize(
    "begun", ["", "\\*\\objdata ", "\\pict ", "\\fonttbl ", "\\info{\\title ", "\\*\\datastore ", "\\*\\x "]
)
@pytest.mark.parametrize("sign", ["01", "a", "\\'4", "\\u65 "])
def test_a_group_that_is_never_closed_is_passed_in_a_moment(read, begun, sign):
    began = time.process_time()
    read(rtf, f"{{\\rtf1{{{begun}{sign * 60_000}".encode())
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("sign", [" ", "\t", "\n", "\r", "\r\n", "a", "<a ", "&#", "<!--x", "<![CDATA["])
@pytest.mark.parametrize("begun", ["<html><p>x</p>", "<html><p a='", "<?xml version='1.0'?><a>", "<svg><text>a\n"])
def test_a_page_of_one_sign_is_read_in_a_moment(read, begun, sign):
    began = time.process_time()
    read(html if begun.startswith("<html") else xml, (begun + sign * 100_000).encode())
    assert time.process_time() - began < 2.5


@pytest.mark.parametrize("coded", ["QQ=Q", "Q", "grüße", "\U0001f4a3"])
def test_data_that_is_not_base64_stops_no_reader(read, coded):
    said = f"<text:p>{MARKING}</text:p>"
    flat = odf("text", f"<office:binary-data>{coded}</office:binary-data>{said}", flat=True)
    word = document(f"<w:p><w:r><w:pict><w:binData>{coded}</w:binData></w:pict><w:t>{MARKING}</w:t></w:r></w:p>")
    part = f'<pkg:part pkg:name="/a"><pkg:binaryData>{coded}</pkg:binaryData></pkg:part>'
    package = f'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{part}</pkg:package>'
    assert MARKING in read(opendocument, flat, media_type="application/vnd.oasis.opendocument.text-flat-xml").all
    assert MARKING in read(docx, word).all
    assert read(flatopc, package.encode()).members

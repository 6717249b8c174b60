import io
import struct
import zipfile
import zlib
from typing import Any

import pytest

from bench.hiding import pictures
from scanner.extract import docx, image, iwork, odf
from scanner.extract._image.exif import directories
from scanner.extract._image.iptc import records, resources
from scanner.extract._image.metafile import drawing, is_metafile
from scanner.extract._image.picture import metadata
from scanner.model.document import Reason
from scanner.model.place import Part

_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d:title xmlns:d="d">NATO SECRET</d:title></x:xmpmeta>'


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + bytes(4)


def _png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_picture_is_undetermined_not_clean(look: Any):
    assert look(image, _png()).reasons == [Reason.IMAGE]
    assert look(image, b"").reasons == [Reason.IMAGE]


def test_text_chunks_of_a_png_are_read(look: Any):
    found = look(
        image,
        _png(
            _chunk(b"tEXt", b"Title\0SECRET one"),
            _chunk(b"IDAT", b"NOT TO BE READ"),
            _chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"SECRET two")),
            _chunk(b"iTXt", b"Title\0\1\0de\0Titel\0" + zlib.compress("SECRET für drei".encode())),
            _chunk(b"zTXt", b"Title\0\0broken"),
        ),
    )

    assert found.text(Part.METADATA, "Title") == "SECRET one\nSECRET two\nSECRET für drei"
    assert found.text(Part.METADATA, "keyword") == "Titel"
    assert not any("NOT TO BE READ" in segment.text for segment in found.segments)


def test_a_text_of_a_png_with_no_keyword_hides_nothing_in_its_title(look: Any):
    found = look(image, _png(_chunk(b"iTXt", b"x" * 80 + b" SECRET words\0\0\0\0\0more of it")))

    assert "SECRET words" in found.text(Part.METADATA)
    assert "more of it" in found.text(Part.METADATA)


def test_segments_of_a_jpeg_are_read_up_to_the_picture(look: Any):
    def segment(marker: int, content: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content

    found = look(
        image,
        b"\xff\xd8"
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP)
        + segment(0xE2, b"COLOUR PROFILE")
        + segment(0xFE, "机密文件".encode("utf-16-le"))
        + segment(0xDA, b"")
        + b"PIXELS PIXELS",
    )
    text = found.text(Part.METADATA)

    assert "NATO SECRET" in text
    assert "机密文件" in found.text(Part.METADATA, "comment")
    assert "COLOUR" not in text
    assert "PIXELS" not in text


def test_other_pictures_are_searched_at_both_ends(look: Any):
    found = look(image, b"II*\0Copyright SECRET" + bytes(400_000) + _XMP + bytes(100_000) + b"the very end")
    text = found.text(Part.METADATA)

    assert "Copyright SECRET" in text
    assert "NATO SECRET" in text
    assert "the very end" in text


def test_an_archive_behind_the_picture_is_a_member(look: Any):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", b"SECRET")
    found = look(image, _png() + stream.getvalue())

    assert found.members == {"appended.zip": stream.getvalue()}


def test_what_only_looks_like_an_archive_is_none(look: Any):
    assert look(image, _png() + b"PK\x05\x06" + bytes(10)).members == {}


_PROBES = {probe.place: probe for probe in pictures.probes()}


@pytest.mark.parametrize("place", sorted(_PROBES))
def test_a_word_beside_or_in_a_picture_is_read_and_stays_so_when_the_file_is_damaged_elsewhere(look: Any, place: str):
    probe = _PROBES[place]
    found = look(image, probe.data)

    assert any(probe.word in segment.text and segment.place.part is probe.part for segment in found.segments)
    for share in range(3):
        look(image, probe.data[: len(probe.data) * share // 3])


def _entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


def _tiff(*entries: bytes, after: int = 0, rest: bytes = b"") -> bytes:
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + struct.pack("<I", after) + rest


def test_directories_that_point_at_each_other_end():
    assert directories(_tiff(_entry(0x8769, 4, 1, 8), _entry(0x014A, 4, 1 << 20, 8), after=8))


def test_more_entries_than_there_are_bytes_are_cut():
    data = b"II*\0" + struct.pack("<IH", 8, 65535) + _entry(0x010E, 2, 1 << 30, 8) * 100

    assert directories(data).texts
    assert (
        directories(b"II*\0")
        == directories(b"")
        == directories(b"xx*\0\0\0\0\0")
        == directories(b"MM\0*\xff\xff\xff\xff")
    )


def test_values_that_overlap_are_read_no_longer_than_the_file():
    entries = [_entry(0xF000 + number, 2, 90_000, 2000) for number in range(100)]
    found = directories(_tiff(*entries, rest=b"x" * 100_000))

    assert sum(len(text) for _, text in found.texts) <= 4 * 100_000


def test_the_maker_s_own_notes_are_searched():
    data = _tiff(_entry(0x927C, 7, 40, 26), rest=b"\1\2SECRET NOTE OF THE MAKER\0\3" + bytes(20))

    assert "SECRET NOTE" in directories(data).texts[0][1]


def test_records_that_break_off_end():
    assert list(records(b"\x1c\x02\x78\x00\x05SECRET\x1c")) == [("Caption", "SECRE")]
    assert list(records(b"\x1c\x02\x78\x80\x02\x00\x03abc")) == [("Caption", "abc")]
    assert list(records(b"\x1c\x03\x09\x00\x01a\x1c")) == [("record 3:9", "a")]
    assert list(records(b"")) == []
    assert list(resources(b"8BIM\4\4\4name\0\0\0")) == []
    assert list(resources(b"8BIM\4\1\4name\0\0\0\0\2ab8BIM")) == [(0x0401, "name", b"ab")]


def test_names_of_resources_are_read_and_small_pictures_are_not():
    found = metadata(b"8BPS\0\1" + bytes(20) + bytes(4) + struct.pack(">I", 20) + b"8BIM\4\x0c\4name\0\0\0\0\2ab")

    assert found.texts == [("resource name", "name")]
    assert found.rest == []


def test_blocks_of_a_gif_are_followed_past_pictures_and_tables(look: Any):
    head = b"GIF89a\1\0\1\0\x80\0\0" + bytes(6)
    frame = b",\0\0\0\0\1\0\1\0\x80" + bytes(6) + b"\2\2\x44\1\0"
    found = look(image, head + b"!\xf9\4\0\0\0\0\0" + frame + b"!\xfe\6SECRET\0;")

    assert found.text(Part.METADATA, "comment") == "SECRET"
    assert look(image, b"GIF89a\1").reasons == [Reason.IMAGE]


@pytest.mark.parametrize(
    "profile", [b"Exif\0\0" + _tiff(_entry(0x010E, 2, 7, 26), rest=b"SECRET\0"), b"<x:xmpmeta>SECRET</x:xmpmeta>"]
)
def test_profiles_in_digits_are_read(look: Any, profile: bytes):
    found = look(image, _png(_chunk(b"tEXt", b"Raw profile type x\0\nx\n 9\n" + profile.hex().encode() + b"\n")))

    assert "SECRET" in "".join(segment.text for segment in found.segments)


def test_a_metafile_is_read_in_full_when_all_it_shows_is_text(look: Any):
    whole = _PROBES["emf text"].data
    broken = look(image, whole[:-20])

    assert look(image, whole).reasons == []
    assert broken.reasons == [Reason.CORRUPT]
    assert _PROBES["emf text"].word in broken.text()
    assert look(image, _PROBES["emf comment"].data).reasons == [Reason.IMAGE]


def test_texts_of_a_metafile_on_one_line_are_put_together_by_their_places():
    found = drawing(
        pictures._emf(
            pictures._drawn("NATO", 0, 10),
            pictures._drawn("SECRET", 60, 10),
            pictures._drawn("next", 0, 20),
            pictures._drawn("same", 0, 20),
        )
    )

    assert found.text() == "NATO SECRET\nnextsame"
    assert not found.dots


def test_records_of_a_metafile_that_carry_dots_say_so():
    assert drawing(pictures._emf(struct.pack("<IIII", 81, 16, 0, 0))).dots
    assert drawing(pictures._wmf(0x0F43, b"xxxx")).dots
    plus = b"EMF+" + struct.pack("<HHII", 0x4008, 0x0500, 12, 0)
    assert drawing(pictures._emf(struct.pack("<III", 70, len(plus) + 12, len(plus)) + plus)).dots


@pytest.mark.parametrize("kind", [83, 84, 96, 97, 108, 70, 1])
def test_records_of_a_metafile_that_are_too_short_are_passed(kind: int):
    assert drawing(pictures._emf(struct.pack("<III", kind, 12, 0))).text() == ""


def test_short_and_many_texts_of_a_metafile_are_read():
    short = struct.pack("<IIiiIIIff", 108, 52, 0, 1, 6, 0x300, 1, 1, 1) + b"SECRET\0\0" + bytes(8)
    text = struct.pack("<iiIIIiiiiI", 5, 9, 4, 80, 0, 0, 0, 0, 0, 0)
    many = struct.pack("<II", 97, 88) + bytes(28) + struct.pack("<I", 1) + text + "MANY".encode("utf-16-le")
    glyphs = pictures._drawn("GLYPHS", 0, 3)
    glyphs = glyphs[:52] + struct.pack("<I", 0x10) + glyphs[56:]
    found = drawing(pictures._emf(short, many, glyphs)).text()

    assert found == "SECRET\nMANY"


def test_places_of_emf_plus_text_may_be_anything():
    body = struct.pack("<IIII", 0, 1, 0, 4) + "CHAR".encode("utf-16-le")
    record = b"EMF+" + struct.pack("<HHII", 0x4036, 0, 12 + len(body), len(body)) + body
    data = pictures._emf(struct.pack("<III", 70, len(record) + 12, len(record)) + record)

    assert drawing(data).text() == "CHAR"


def test_a_font_says_the_encoding_of_a_windows_metafile():
    text = "СЕКРЕТ".encode("cp1251")
    data = pictures._wmf(0x0A32, struct.pack("<hhHHhhhh", 1, 1, 6, 2, 0, 0, 0, 0) + text + struct.pack("<6h", *[9] * 6))

    assert drawing(data).text() == "СЕКРЕТ"
    assert is_metafile(data[:64])
    assert not is_metafile(b"BM")
    assert drawing(b"BM").text() == ""
    assert not drawing(data[:60]).whole
    assert not drawing(data[:40] + bytes((1, 0, 0, 0, 5, 5))).whole


def test_pictures_in_an_office_document_say_their_words(look: Any, package: Any):
    large = pictures._emf(pictures._drawn("DRAWN LARGE", 0, 10), *[struct.pack("<II", 37, 8)] * 50_000)
    data = package(
        {
            "word/document.xml": (
                "wordprocessingml.document.main",
                "<w:document><w:p><w:t>body</w:t></w:p></w:document>",
            ),
            "word/media/a.emf": ("image/x-emf", _PROBES["emf text"].data),
            "word/media/b.emf": ("image/x-emf", large),
            "word/media/c.jpeg": ("image/jpeg", _PROBES["jpeg exif description"].data),
            "word/media/d.jpeg": ("image/jpeg", _PROBES["jpeg xmp"].data),
            "word/media/e.emf": ("image/x-emf", pictures._emf()),
        },
        {"": [("r1", "officeDocument", "word/document.xml")]},
    )
    found = look(docx, data)

    assert found.text(Part.TEXT_BOX, "word/media/a.emf") == _PROBES["emf text"].word
    assert found.text(Part.TEXT_BOX, "word/media/b.emf") == "DRAWN LARGE"
    assert _PROBES["jpeg exif description"].word in found.text(Part.METADATA, "word/media/c.jpeg")
    assert _PROBES["jpeg xmp"].word in found.text(Part.METADATA, "word/media/d.jpeg")
    assert found.reasons == []


@pytest.mark.parametrize(
    ("reader", "name", "content"),
    [(odf, "content.xml", b"<office:document-content xmlns:office='a'/>"), (iwork, "index.xml", b"<a>body</a>")],
)
def test_pictures_in_other_packages_say_their_words(look: Any, reader: Any, name: str, content: bytes):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
        archive.writestr("Pictures/a.emf", _PROBES["emf text"].data)
        archive.writestr("Pictures/b.jpg", _PROBES["jpeg comment"].data)
    found = look(reader, stream.getvalue(), "application/vnd.oasis.opendocument.text")

    assert found.text(Part.TEXT_BOX, "Pictures/a.emf") == _PROBES["emf text"].word
    assert found.text(Part.METADATA, "Pictures/b.jpg") == _PROBES["jpeg comment"].word

import io
import struct
import zipfile
import zlib
from typing import Any

from scanner.extract import image
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

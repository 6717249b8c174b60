import gzip
import io
import random
import zipfile
from typing import Any

import pytest

from scanner.extract import iwork
from scanner.extract._office.iwa import BrokenError, fields, messages, unframed
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.place import Part


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes((value & 0x7F | 0x80,))
        value >>= 7
    return out + bytes((value,))


def _field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _literal(data: bytes) -> bytes:
    if len(data) <= 60:
        return bytes((len(data) - 1 << 2,)) + data
    return bytes((61 << 2,)) + (len(data) - 1).to_bytes(2, "little") + data


def _frame(block: bytes) -> bytes:
    return b"\0" + len(block).to_bytes(3, "little") + block


def _iwa(*objects: tuple[int, bytes]) -> bytes:
    plain = b""
    for kind, body in objects:
        head = _field(1, 7) + _field(2, _field(1, kind) + _field(3, len(body)))
        plain += _varint(len(head)) + head + body
    return _frame(_varint(len(plain)) + _literal(plain))


def _document(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


_TEXT = (2001, _field(3, "NATO SECRET\u2028next ★".encode()))


def test_texts_cells_comments_and_the_rest_are_told_apart(look: Any):
    data = _document(
        {
            "Index/Document.iwa": _iwa(
                (10000, _field(1, _field(2, b"Template name"))),
                _TEXT,
                (6005, _field(3, _field(1, 5) + _field(3, b"cell SECRET"))),
                (3056, _field(1, b"comment SECRET") + _varint(2 << 3 | 1) + bytes(8) + _varint(3 << 3 | 5) + bytes(4)),
            ),
            "Data/a.png": b"\x89PNG\r\n\x1a\n",
            "Data/a.txt": b"attached",
            "empty": b"",
        }
    )
    found = look(iwork, data)

    assert identify(data) == "application/vnd.apple.pages"
    assert found.text() == "NATO SECRET\nnext ★"
    assert found.text(Part.SHEET) == "cell SECRET"
    assert found.text(Part.COMMENT) == "comment SECRET"
    assert "Template name" in found.text(Part.METADATA)
    assert found.members == {"Data/a.txt": b"attached"}
    assert found.reasons == []


def test_all_kinds_of_copies_are_unpacked():
    block = _varint(31) + _literal(b"abcd") + bytes((0b000_000_01, 4)) + bytes((5 << 2 | 2, 1, 0)) + _literal(b"x")
    block += bytes((15 << 2 | 3, 8, 0, 0, 0))

    (plain,) = unframed(_frame(block))

    assert plain == b"abcdabcddddddd" + b"x" + b"dddddddx" * 2


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"\xff" * 12,
        _varint(1 << 30) + b"a",
        _varint(4) + bytes((1, 9)),
        _varint(4) + bytes((1,)),
        _varint(4) + _literal(b"a") + bytes((1, 0)),
        _varint(2) + _literal(b"abcdef") + bytes((2 << 2 | 2, 1, 0)),
        _varint(9) + _literal(b"ab"),
    ],
)
def test_a_damaged_block_is_refused(block: bytes):
    with pytest.raises(BrokenError):
        list(unframed(_frame(block)))


@pytest.mark.parametrize("data", [b"\0\xff\xff\xff", b"\1\0\0\0"])
def test_a_damaged_frame_is_refused(data: bytes):
    with pytest.raises(BrokenError):
        list(unframed(data))


@pytest.mark.parametrize("data", [b"\x03", b"\x0a\x05a", b"\x09abc", b"\x00", b"\x0a"])
def test_what_is_no_message_is_refused(data: bytes):
    with pytest.raises(BrokenError):
        list(fields(data))


def test_an_object_longer_than_its_archive_is_refused():
    head = _field(2, _field(1, 1) + _field(3, 100))
    with pytest.raises(BrokenError):
        list(messages(_varint(len(head)) + head + b"short"))


def test_a_damaged_archive_is_reported_and_its_strings_are_found(look: Any):
    found = look(iwork, _document({"Index/Document.iwa": _iwa(_TEXT)[:-9], "Index/Other.iwa": _iwa(_TEXT)}))

    assert found.reasons == [Reason.CORRUPT]
    assert "NATO SECRET" in found.text(Part.RAW)
    assert "NATO SECRET" in found.text()


@pytest.mark.parametrize(("name", "pack"), [("index.xml", bytes), ("index.apxl.gz", gzip.compress)])
def test_the_xml_of_older_ones_is_read(look: Any, name: str, pack: Any):
    source = b"<sl:document xmlns:sl='a' xmlns:sf='b'><sf:p>SEC<sf:span>RET</sf:span></sf:p></sl:document>"
    found = look(iwork, _document({name: pack(source)}))

    assert "SECRET" in found.text()
    assert found.reasons == []


def test_a_damaged_part_of_an_older_one_is_reported(look: Any):
    assert look(iwork, _document({"index.xml.gz": gzip.compress(b"<a/>" * 99)[:-20]})).reasons == [Reason.CORRUPT]


def test_a_document_with_a_password_is_undetermined_not_clean(look: Any):
    assert look(iwork, _document({".iwpv2": b"x", "Index/Document.iwa": _iwa(_TEXT)})).reasons == [Reason.ENCRYPTED]


def test_a_document_cut_short_is_reported_and_salvaged(look: Any):
    whole = _document({"Index/Document.iwa": _iwa(_TEXT)})
    found = look(iwork, whole[:-30])

    assert Reason.CORRUPT in found.reasons


def test_flipped_bits_do_no_harm(look: Any):
    chance = random.Random(3)  # noqa: S311 - the same every time
    whole = _document({"Index/Document.iwa": _iwa(_TEXT, (6005, _field(3, b"x" * 90)))})
    for _ in range(200):
        flipped = bytearray(whole)
        for _ in range(4):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        look(iwork, bytes(flipped))

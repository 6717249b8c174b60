import gzip
import random
import struct
from typing import Any

import pytest

from bench.hiding import word
from bench.hiding._golden import golden
from scanner.extract import Budget, ar, cpio, rpm, warc
from scanner.model.document import Blob, Reason
from scanner.model.limits import Limits
from scanner.model.place import Part, Place


def _ar(*files: tuple[bytes, bytes]) -> bytes:
    out = b"!<arch>\n"
    for name, content in files:
        out += name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"100644".ljust(8)
        out += str(len(content)).encode().ljust(10) + b"`\n" + content + b"\n" * (len(content) % 2)
    return out


def newc(*files: tuple[bytes, bytes, int], magic: bytes = b"070701") -> bytes:
    out = b""
    for name, content, mode in (*files, (b"TRAILER!!!", b"", 0)):
        fields = (1, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
        out += magic + b"".join(b"%08x" % field for field in fields) + name + b"\0"
        out += bytes(-len(out) % 4) + content
        out += bytes(-len(out) % 4)
    return out


def _odc(*files: tuple[bytes, bytes, int]) -> bytes:
    out = b""
    for name, content, mode in (*files, (b"TRAILER!!!", b"", 0)):
        out += b"070707" + b"%06o" * 7 % (0, 0, mode, 0, 0, 1, 0) + b"%011o%06o%011o" % (0, len(name) + 1, len(content))
        out += name + b"\0" + content
    return out


def _binary(order: str, *files: tuple[bytes, bytes, int]) -> bytes:
    out = b""
    for name, content, mode in (*files, (b"TRAILER!!!", b"", 0)):
        size = len(content)
        fields = (0o070707, 0, 0, mode, 0, 0, 1, 0, 0, 0, len(name) + 1, size >> 16, size & 0xFFFF)
        out += struct.pack(order + "13H", *fields) + name + b"\0"
        out += bytes(len(out) % 2) + content
        out += bytes(len(out) % 2)
    return out


_TREE = ((b"a.txt", b"SECRET", 0o100644), (b"folder", b"", 0o040755), (b"link", b"target", 0o120777))


@pytest.mark.parametrize(
    "data",
    [newc(*_TREE), newc(*_TREE, magic=b"070702"), _odc(*_TREE), _binary("<", *_TREE), _binary(">", *_TREE)],
    ids=["new", "with sums", "portable", "binary", "swapped"],
)
def test_every_form_of_cpio_is_read(look: Any, data: bytes):
    for padding in (b"", bytes(512)):
        found = look(cpio, data + padding)
        assert found.members == {"a.txt": b"SECRET"}
        assert found.text(Part.METADATA, "names") == "folder\nlink\ntarget"
        assert found.reasons == []


def test_cpio_archives_one_behind_the_other_are_read(look: Any):
    found = look(cpio, newc(_TREE[0]) + bytes(512) + newc((b"b.txt", b"more", 0o100644)))

    assert found.members == {"a.txt": b"SECRET", "b.txt": b"more"}
    assert found.reasons == []


def test_what_stands_behind_a_cpio_is_a_member_and_said(look: Any):
    found = look(cpio, newc(_TREE[0]) + b"trash behind")

    assert found.members == {"a.txt": b"SECRET", "behind": b"trash behind"}
    assert found.reasons == [Reason.CORRUPT]


def test_a_torn_off_cpio_gives_what_is_left(look: Any):
    data = newc((b"a.txt", b"SECRET" * 100, 0o100644))

    assert look(cpio, data[:300]).members == {"a.txt": (b"SECRET" * 100)[:184]}
    assert Reason.CORRUPT in look(cpio, data[:300]).reasons
    assert look(cpio, data[:112]).reasons == [Reason.CORRUPT]


def test_names_of_every_kind_of_ar_are_read(look: Any):
    long = b"a-name-of-more-than-sixteen.txt"
    gnu = look(ar, _ar((b"//", long + b"/\n"), (b"/0", b"SECRET"), (b"b.txt/", b"more!")))
    bsd = look(ar, _ar((b"#1/%d" % len(long), long + b"SECRET")))

    assert gnu.members[long.decode()] == b"SECRET"
    assert gnu.members["b.txt"] == b"more!"
    assert bsd.members == {long.decode(): b"SECRET"}
    assert gnu.reasons == bsd.reasons == []


def test_a_damaged_ar_gives_what_is_left(look: Any):
    found = look(ar, _ar((b"a.txt", b"SECRET")) + b"trash that is no header")

    assert found.members == {"a.txt": b"SECRET", "behind": b"trash that is no header"}
    assert found.reasons == [Reason.CORRUPT]
    assert look(ar, _ar((b"a.txt", b"SECRET"))[:-2]).members == {"a.txt": b"SECR"}


def test_what_a_package_says_of_itself_is_text(look: Any):
    found = look(rpm, golden()["package.rpm"])

    assert found.text(Part.PROPERTY, "summary") == word("arc", "package.rpm summary")
    assert word("arc", "package.rpm folder") in found.text(Part.METADATA, "names")
    assert word("arc", "package.rpm content").encode() in gzip.decompress(found.members["payload"])
    assert found.reasons == []


def test_a_damaged_package_is_reported(look: Any):
    data = golden()["package.rpm"]

    assert look(rpm, data[:100]).reasons == [Reason.CORRUPT]
    assert look(rpm, data[:3000]).reasons == [Reason.CORRUPT]


def _record(kind: bytes, content_type: bytes, block: bytes, target: bytes = b"") -> bytes:
    uri = b"WARC-Target-URI: " + target + b"\r\n" if target else b""
    head = b"WARC/1.0\r\nWARC-Type: " + kind + b"\r\n" + uri + b"Content-Type: " + content_type
    return head + b"\r\nContent-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"


def test_pages_and_headers_of_a_web_archive_are_read(look: Any):
    page = b"HTTP/1.1 200 OK\r\nX-Note: remark\r\n\r\n<p>SECRET</p>"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nSEC\r\n3\r\nRET\r\n0\r\n\r\n"
    data = _record(b"warcinfo", b"application/warc-fields", b"software: x\r\n")
    data += _record(b"response", b"application/http; msgtype=response", page, b"http://a.example/")
    data += _record(b"response", b"application/http", chunked, b"<http://b.example/>")
    found = look(warc, data)

    assert found.members == {
        "record 1": b"software: x\r\n",
        "http://a.example/": b"<p>SECRET</p>",
        "http://b.example/": b"SECRET",
    }
    assert "X-Note: remark" in found.text(Part.METADATA, "headers")
    assert found.reasons == []


def test_a_damaged_web_archive_gives_what_is_left(look: Any):
    data = _record(b"resource", b"text/plain", b"SECRET", b"a")
    found = look(warc, data + b"trash")

    assert found.members == {"a": b"SECRET", "behind": b"trash"}
    assert found.reasons == [Reason.CORRUPT]
    assert look(warc, data[:-6]).members == {"a": b"SECR"}
    assert look(warc, b"").reasons == [Reason.CORRUPT]


@pytest.mark.parametrize("reader", [ar, cpio, warc])
def test_more_entries_than_anybody_packs_are_not_read(look: Any, monkeypatch: pytest.MonkeyPatch, reader: Any):
    monkeypatch.setattr(reader, "_MOST_RECORDS" if reader is warc else "_MOST_ENTRIES", 1)
    data = {
        ar: _ar((b"a", b"x"), (b"b", b"y")),
        cpio: newc(*_TREE),
        warc: _record(b"resource", b"text/plain", b"x") * 2,
    }[reader]

    assert look(reader, data).reasons == [Reason.TOO_MANY_MEMBERS]


def test_a_member_too_large_is_cut(look: Any):
    found = look(cpio, newc(_TREE[0]), limits=Limits(member_bytes=3))

    assert found.members == {"a.txt": b"SEC"}
    assert found.reasons == [Reason.TOO_LARGE]


_WHOLE = {
    ar: _ar((b"//", b"a-long-name-for-it.txt/\n"), (b"/0", b"SECRET")),
    cpio: newc(*_TREE) + _odc(*_TREE) + _binary("<", *_TREE),
    rpm: golden()["package.rpm"],
    warc: golden()["records.warc"],
}


@pytest.mark.parametrize("reader", sorted(_WHOLE, key=lambda reader: reader.__name__))
def test_faults_end_in_problems(reader: Any):
    chance = random.Random(3)  # noqa: S311 - the same faults every time
    for turn in range(300):
        data = bytearray(_WHOLE[reader][: chance.randrange(1, len(_WHOLE[reader])) if turn % 2 else None])
        data[chance.randrange(min(len(data), 600))] ^= 1 << chance.randrange(8)
        for item in reader.extract(Blob(Place("f"), "", bytes(data)), Budget(Limits(), len(data))):
            assert Place.parse(str(item.place)) == item.place

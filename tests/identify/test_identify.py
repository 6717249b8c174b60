import bz2
import gzip
import io
import lzma
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.identify import identify

_DATA = Path(__file__).parents[1] / "data" / "office"
_CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIL = b"From: a@b.example\nTo: c@d.example\nSubject: x\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\nbody\n"


def _zip(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def _package(content_type: str) -> bytes:
    types = f'<Types><Override PartName="/x.xml" ContentType="application/vnd.{content_type}"/></Types>'
    return _zip(("other.bin", b"x"), ("[Content_Types].xml", types.encode()))


def _compound(*names: str, inside: str = "") -> bytes:
    """Make a compound file with a directory in its second sector: a root, its children, one grandchild."""
    entries = ["Root Entry", *names, *([inside] if inside else [])]
    directory = b""
    for number, name in enumerate(entries):
        raw = name.encode("utf-16-le")
        child = 1 if number == 0 else len(entries) - 1 if inside and number == 1 else 0xFFFFFFFF
        right = number + 1 if 0 < number < len(names) else 0xFFFFFFFF
        directory += (raw + b"\0\0").ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(raw) + 2, 1, 1, 0xFFFFFFFF, right, child
        )
        directory = directory.ljust((number + 1) * 128, b"\0")
    sectors = -(-len(directory) // 512)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    header = header.ljust(48, b"\0") + struct.pack("<I", 1)
    header = header.ljust(76, b"\0") + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return header + fat + directory.ljust(sectors * 512, b"\0")


def _saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined] # each of the three libraries has it
    return stream.getvalue()


def _tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"abc"))
    return stream.getvalue()


def _old_tar() -> bytes:
    """Make a tape archive as Unix V7 wrote it, without the word `ustar`."""
    header = b"a.txt".ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"00000000003\0" + b"00000000000\0"
    total = sum(header) + 8 * 32
    return (header + f"{total:06o}\0 ".encode()).ljust(512, b"\0") + b"abc".ljust(512, b"\0") + bytes(1024)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "application/x-empty"),
        (b"hello\n", "text/plain"),
        ("機密".encode("cp950"), "text/plain"),
        ("机密文件，不得外传。".encode("utf-16-le"), "text/plain"),
        ("SECRET plan".encode("utf-16"), "text/plain"),
        ("SECRET plan".encode("utf-32-be"), "text/plain"),
        ("Größe".encode("utf-8-sig"), "text/plain"),
        (b"%PDF-1.7\n1 0 obj\n", "application/pdf"),
        (b"junk\n" * 100 + b"%PDF-1.4\n1 0 obj<<>>endobj", "application/pdf"),
        (b'the header is "%PDF-1.4", as everyone knows', "text/plain"),
        (b"{\\rtf1 x}", "application/rtf"),
        (b"\xef\xbb\xbf\r\n{\\rtf1 x}", "application/rtf"),
        (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86\0\0", "application/x-microsoft-rpmsg-message"),
        (_MAIL, "message/rfc822"),
        (b"From a@b Mon Jun 01 10:00:00 2009\n" + _MAIL, "message/rfc822"),
        (
            b"From a@b Mon Jun 01 10:00:00 2009\n" + _MAIL + b"\nFrom a@b Mon Jun 01 10:00:00 2009\n" + _MAIL,
            "application/mbox",
        ),
        (b"Content-Type: multipart/mixed; boundary=1\n\n--1\n\n\x00\x01\x02", "message/rfc822"),
        (b"Subject: only a word with a colon\n\nbody", "text/plain"),
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"\n <!-- c -->\n<HTML><body>x", "text/html"),
        ("<html><body>机密</body></html>".encode("utf-16-le"), "text/html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "application/xhtml+xml"),
        (b'<?xml version="1.0"?><a/>', "application/xml"),
        (b'<?xml version="1.0"?>', "application/xml"),
        (b"<config>x</config>\n", "application/xml"),
        (b"<config> is what the file begins with", "text/plain"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg>', "image/svg+xml"),
        (
            b'<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.text">',
            "application/vnd.oasis.opendocument.text-flat-xml",
        ),
        (gzip.compress(b"x"), "application/gzip"),
        (bz2.compress(b"x"), "application/x-bzip2"),
        (lzma.compress(b"x"), "application/x-xz"),
        (_tar(), "application/x-tar"),
        (_old_tar(), "application/x-tar"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "application/x-7z-compressed"),
        (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
        (b"\x28\xb5\x2f\xfd\x00", "application/zstd"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"GIF89a\1\0\1\0\0\0\0", "image/gif"),
        (b"\x7fELF\2\1\1" + bytes(9) + b"\2\0\x3e\0" + bytes(100), "application/x-executable"),
        (b"\xfe\x01\xdd\x99\x02\x00" * 40, "application/octet-stream"),
        (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80", "application/pkcs7-mime"),
        (
            bytes.fromhex("3080 0609 2a864886f70d010702 a080 3100 300b 0609 2a864886f70d010701"),
            "application/pkcs7-signature",
        ),
        (b"\x8c\x0d\x04\x09\x03\x02" + bytes(30), "application/pgp-encrypted"),
        (b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(60), "image/emf"),
    ],
)
def test_bytes_have_the_type_of_their_structure(data: bytes, expected: str):
    assert identify(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_zip(("a.txt", b"x")), "application/zip"),
        (_saved(docx.Document()), _OOXML + "wordprocessingml.document"),
        (_saved(openpyxl.Workbook()), _OOXML + "spreadsheetml.sheet"),
        (_saved(pptx.Presentation()), _OOXML + "presentationml.presentation"),
        (_package("ms-word.document.macroEnabled.main+xml"), "application/vnd.ms-word.document.macroEnabled.12"),
        (
            _package("openxmlformats-officedocument.wordprocessingml.template.main+xml"),
            _OOXML + "wordprocessingml.template",
        ),
        (_package("ms-excel.sheet.binary.macroEnabled.main"), "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
        (_zip(("word/document.xml", b"x")), _OOXML + "wordprocessingml.document"),
        (_zip(("mimetype", b"application/epub+zip"), ("a", b"")), "application/epub+zip"),
        (_zip(("mimetype", b"image/png"), ("a.docx", b"x")), "application/zip"),
        (
            _zip(("content.xml", b"x"), ("META-INF/manifest.xml", b'"application/vnd.oasis.opendocument.text"')),
            "application/vnd.oasis.opendocument.text",
        ),
        (_zip(("META-INF/MANIFEST.MF", b"x")), "application/java-archive"),
        (_zip(("Index/Document.iwa", b"x"), ("Index/Slide-1.iwa", b"x")), "application/vnd.apple.keynote"),
        (_zip(("Index/Document.iwa", b"x"), ("Index/Tables/T.iwa", b"x")), "application/vnd.apple.numbers"),
        (_zip(("index.xml", b"<sl:document>")), "application/vnd.apple.pages"),
        (b"MZ" + bytes(300) + _zip(("a.txt", b"x")), "application/zip"),
        (b"#!/bin/sh\nexit\n" + _zip(("a.txt", b"x")), "application/zip"),
        (_zip(("a.txt", b"x" * 500), ("b.txt", b"y"))[:90], "application/zip"),
        (_zip(("word/document.xml", b"x" * 500), ("b.txt", b"y"))[:90], _OOXML + "wordprocessingml.document"),
        (b"PK\x03\x04", "application/zip"),
        (b"%PDF-1.4\n" + _zip(("a.txt", b"x")), "application/pdf"),
    ],
)
def test_a_zip_has_the_type_of_what_is_in_it(data: bytes, expected: str):
    assert identify(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_compound("WordDocument"), "application/msword"),
        (_compound("x", "y", "z", "Workbook"), "application/vnd.ms-excel"),
        (_compound("\x05SummaryInformation", "PowerPoint Document"), "application/vnd.ms-powerpoint"),
        (_compound("__properties_version1.0"), "application/vnd.ms-outlook"),
        (_compound("EncryptionInfo", "EncryptedPackage"), "application/x-ole-encrypted"),
        (_compound("WORDDOCUMENT"), "application/msword"),
        (_compound("Workbook", inside="WordDocument"), "application/vnd.ms-excel"),
        (_compound("Something"), "application/x-ole-storage"),
        (_compound("Workbook")[:600], "application/x-ole-storage"),
        (_compound("Workbook")[:512] + "WordDocument".encode("utf-16-le"), "application/msword"),
        (_compound("WordDocument") + _zip(("word/document.xml", b"x")), "application/msword"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "application/x-ole-storage"),
    ],
)
def test_a_compound_file_has_the_type_of_its_streams(data: bytes, expected: str):
    assert identify(data) == expected


def test_a_directory_that_loops_is_followed_once():
    data = bytearray(_compound("a", "b", "c", "WordDocument"))
    struct.pack_into("<I", data, 512 + 4, 1)

    assert identify(bytes(data)) == "application/x-ole-storage"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("letter.doc", "application/msword"),
        ("table.xls", "application/vnd.ms-excel"),
        ("letter.rtf", "application/rtf"),
    ],
)
def test_what_an_office_program_wrote_is_known(name: str, expected: str):
    assert identify((_DATA / name).read_bytes()) == expected


@given(
    st.binary(max_size=2000), st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"<", b"From: "])
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_it_fail(tail: bytes, start: bytes):
    found = identify(start + tail)

    assert found.count("/") == 1


def test_libmagic_comes_from_the_wheel_and_leaves_the_environment_alone():
    program = """
import ctypes.util, os
ctypes.util.find_library = lambda name: None
before = dict(os.environ)
from scanner.identify import identify
print(identify(b"GIF89a\\1\\0\\1\\0\\0\\0\\0"), dict(os.environ) == before)
print(any("pylibmagic" in line and "libmagic" in line for line in open("/proc/self/maps")))
"""
    if not Path("/proc/self/maps").exists():
        pytest.skip("needs /proc")
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)

    assert done.stdout.split() == ["image/gif", "True", "True"]


@pytest.mark.skipif(not _CORPUS.is_dir(), reason="the shared corpus is not there")
def test_nearly_every_office_document_of_others_is_known():
    expected = {".docx": "wordprocessingml", ".pptx": "presentationml", ".xlsx": "spreadsheetml", ".pdf": "pdf"}
    wrong = [
        path.name
        for folder in ("pydocx", "pypptx", "pypdf_samples")
        for path in (_CORPUS / folder).rglob("*")
        if path.suffix in expected and path.is_file() and expected[path.suffix] not in identify(path.read_bytes())
    ]

    assert wrong == []

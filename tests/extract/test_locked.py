"""Documents that need a key are undetermined and nothing milder, alone, in an archive and in a mail."""

import io
import os
import shutil
import struct
import subprocess
import zipfile
import zlib
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from bench.hiding._pdf import stream, written
from scanner.extract import odf, pdf, readers
from scanner.extract import zip as archives
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.extract._pdf.crypt import is_locked, only_files
from scanner.model.document import Facts, Problem, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.pipeline import Pipeline

_DATA = Path(__file__).parents[1] / "data/sealed"
_OPEN = b"SECRET//NOFORN\nplan of the thing\n" * 20
_NOTHING = bytes(16)
_EMPTY_BOOK = bytes.fromhex("0908040000060500 0a000000")


_PAGE = {
    1: "<</Type/Catalog/Pages 2 0 R>>",
    2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    4: stream(b"BT /F 12 Tf 72 700 Td (SECRET//NOFORN) Tj ET"),
    5: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
}


class _Words:
    """Keeps every text that is shown to a detector."""

    def __init__(self):
        self.text = ""

    def detect(self, blob, segments):
        del blob
        self.text += "\n".join(segment.text for segment in segments)
        return iter(())


def _seen(data, name="a"):
    """Return the kind of a document, the reasons why it was not read, and what was."""
    words = _Words()
    items = list(Pipeline(readers(), [words], DEFAULT_LIMITS).examine(name, data))
    kind = next(item.media_type for item in items if isinstance(item, Facts))
    return kind, [item.reason for item in items if isinstance(item, Problem)], words.text


def _zipped(data):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", data)
    return made.getvalue()


def _mailed(data):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "papers"
    mail.set_content("See the attachment.")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename="inner")
    return mail.as_bytes()


def _run(*words, data=b"", **more):
    subprocess.run(words, input=data, capture_output=True, check=True, timeout=60, **more)


def _pdf(level, *, metadata=True, handler=b"/Standard"):
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(written(_PAGE))) as document:
        with document.open_metadata() as about:
            about["dc:title"] = "METADATAWORD"
        aes = level >= 4
        lock = pikepdf.Encryption(owner="boss", user="test", R=level, aes=aes, metadata=aes and metadata)
        document.save(made, encryption=lock)
    return made.getvalue().replace(b"/Filter /Standard", b"/Filter " + handler)


def _compound(*streams):
    return pack([PackedEntry((), _NOTHING, None), *(PackedEntry((name,), _NOTHING, data) for name, data in streams)])


def _rar4(main, flags):
    """Make an archive of RAR 4 with a stored file; the flags of its two headers say what is locked."""

    def block(kind, own, body):
        head = struct.pack("<BHH", kind, own, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    file = struct.pack("<IIBIIBBHI", 16, 16, 3, 0, 0, 29, 0x30, 5, 0o100644) + b"a.txt"
    return b"Rar!\x1a\x07\x00" + block(0x73, main, bytes(6)) + block(0x74, 0x8000 | flags, file) + bytes(range(16))


def _rar5(*blocks):
    """Make an archive of RAR 5 of headers, each behind its checksum and size; what is long is packed data."""
    made = b"Rar!\x1a\x07\x01\x00"
    for block in blocks:
        head = bytes((len(block),)) + block
        made += block if not any(block) else struct.pack("<I", zlib.crc32(head)) + head
    return made


def _golden(name):
    return (_DATA / name).read_bytes


_MADE = {
    "pdf-40": lambda: _pdf(2),
    "pdf-128": lambda: _pdf(3),
    "pdf-aes128": lambda: _pdf(4),
    "pdf-aes256": lambda: _pdf(6),
    "pdf-certificate": lambda: _pdf(4, handler=b"/Adobe.PubSec"),
    "pdf-rights": lambda: _pdf(4, handler=b"/MicrosoftIRMServices"),
    "ooxml-agile": _golden("password.xlsx"),
    "odf": _golden("locked.odt"),
    "doc": _golden("locked.doc"),
    "xls": _golden("locked.xls"),
    "ooxml-rights": lambda: _compound(("EncryptedPackage", bytes(600)), ("\x06DataSpaces", b"")),
    "xls-rights": lambda: _compound(("Workbook", _EMPTY_BOOK), ("\tDRMContent", bytes(60))),
    "rpmsg": lambda: b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + bytes(range(128, 256)),
    "rar4": lambda: _rar4(0, 0x04),
    "rar4-headers": lambda: _rar4(0x80, 0),
    "rar5": lambda: _rar5(b"\x01\x00\x00", b"\x02\x03\x03\x10\x00\x10\x00\x00\x00\x05a.txt\x02\x01\x00", bytes(16)),
    "rar5-headers": lambda: _rar5(b"\x04\x00\x00\x00\x0f"),
}  # fmt: skip


@cache
def _made(name):
    return _MADE[name]()


@pytest.mark.parametrize("name", _MADE)
@pytest.mark.parametrize("around", [bytes, _zipped, _mailed], ids=["alone", "zipped", "mailed"])
def test_what_needs_a_key_is_encrypted_and_nothing_milder(name, around):
    _, reasons, text = _seen(around(_made(name)))

    assert set(reasons) == {"encrypted"}
    assert "NOFORN" not in text


def _tool(name):
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


@_tool("7z")
@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("zip", ["-mem=ZipCrypto"]),
        ("zip", ["-mem=AES128"]),
        ("zip", ["-mem=AES256"]),
        ("7z", []),
        ("7z", ["-mhe=on"]),
        ("7z", ["-mx=0"]),
    ],
)
def test_archives_of_7_zip_are_encrypted_and_names_that_stand_open_are_read(tmp_path, ending, options):
    (tmp_path / "TITLEWORD.txt").write_bytes(_OPEN)
    _run("7z", "a", "-ptest", *options, tmp_path / f"a.{ending}", tmp_path / "TITLEWORD.txt")
    data = (tmp_path / f"a.{ending}").read_bytes()

    for around in (bytes, _zipped, _mailed):
        _, reasons, text = _seen(around(data))
        assert set(reasons) == {"encrypted"}
        assert "NOFORN" not in text
        assert ("TITLEWORD" in text) is (options != ["-mhe=on"])


@_tool("openssl")
@pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
@pytest.mark.parametrize(
    "options", [["-encrypt"], ["-encrypt", "-stream"], ["-encrypt", "-aes-128-gcm"], ["-EncryptedData_encrypt"]]
)
def test_messages_of_openssl_are_encrypted(tmp_path, form, options):
    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _run("openssl", "req", "-x509", *curve, "-keyout", key, "-out", certificate, "-subj", "/CN=x")
    to = [certificate] if "-encrypt" in options else ["-secretkey", "00112233445566778899aabbccddeeff", "-aes128"]
    _run("openssl", "cms", *options, "-outform", form, "-out", tmp_path / "a", *to, data=_OPEN)
    data = (tmp_path / "a").read_bytes()

    for around in (bytes, _zipped, _mailed):
        _, reasons, text = _seen(around(data))
        assert set(reasons) == {"encrypted"}
        assert "NOFORN" not in text


@_tool("openssl")
@pytest.mark.parametrize("letters", [[], ["-a"]])
def test_files_of_openssl_are_encrypted(tmp_path, letters):
    _run("openssl", "enc", "-aes-256-cbc", "-pbkdf2", *letters, "-pass", "pass:x", "-out", tmp_path / "a", data=_OPEN)

    for around in (bytes, _zipped, _mailed):
        assert set(_seen(around((tmp_path / "a").read_bytes()))[1]) == {"encrypted"}


@_tool("gpg")
@pytest.mark.parametrize("options", [["--rfc2440", "--cipher-algo", "CAST5"], ["--armor"]])
def test_messages_of_gnupg_with_a_passphrase_are_encrypted(tmp_path, options):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    words = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "test", "--s2k-count", "1024"]
    own = {**os.environ, "GNUPGHOME": str(home)}
    try:
        _run(*words, *options, "-o", tmp_path / "a", "-c", data=_OPEN, env=own)
    finally:
        _run("gpgconf", "--kill", "all", env=own)

    for around in (bytes, _zipped, _mailed):
        assert set(_seen(around((tmp_path / "a").read_bytes()))[1]) == {"encrypted"}


def test_what_a_message_of_managed_rights_unpacks_to_is_encrypted():
    assert "encrypted" in _seen(_compound(("\tDRMContent", bytes(60)), ("OutlookBodyStreamInfo", b"x")))[1]


def test_metadata_that_stands_open_in_a_locked_pdf_is_read():
    assert "METADATAWORD" in _seen(_pdf(6, metadata=False))[2]
    assert "METADATAWORD" not in _seen(_pdf(6))[2]


def test_properties_that_stand_open_in_old_documents_are_read():
    for name in ("doc", "xls"):
        assert "TITLEWORD" in _seen(_made(name))[2]


@pytest.mark.parametrize("kept", [0.75, 0.9])
def test_a_locked_pdf_that_was_cut_is_encrypted_too(kept):
    data = _pdf(4)

    assert "encrypted" in _seen(data[: int(len(data) * kept)])[1]


def test_a_pdf_that_speaks_of_locks_is_not_locked():
    assert not is_locked(b"/Filter /Standard is what stands there")
    assert not is_locked(b"/Filter/Standard(1)/O <00>"[:16])
    assert is_locked(b"/Filter/Standard/R 3/O <00>")


def test_pages_are_read_where_only_the_attached_files_are_locked(look):
    lock = "/Encrypt<</Filter/Standard/V 4/R 4/P -4/EFF/StdCF/CF<</StdCF<</CFM/AESV2/AuthEvent/EFOpen>>>>"
    lock += f"/O<{'11' * 32}>/U<{'22' * 32}>>>/ID[<00><00>]"
    data = written(_PAGE | {10: stream(b"cipher text", "/Type/EmbeddedFile")}, trailer=lock)
    found = look(pdf, data)

    assert only_files(data)
    assert [(one.reason, one.detail) for one in found.problems] == [("encrypted", "the attached files need a password")]
    assert found.members == {}
    assert any(isinstance(item, Segment) and item.place.page == 1 for item in found.items)


def test_an_archive_whose_directory_is_locked_is_encrypted(look):
    # APPNOTE 6.3.10, section 7.3.4: local headers are masked, and of the directory only its place is known.
    name = b"1"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 62, 0x2041, 8, 0, 0, 0, 30, 0, len(name), 0)
    local += name + bytes(range(200, 230))
    directory = bytes(range(100, 200))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(local), 0)

    assert "encrypted" in look(archives, local + directory + end).reasons


def test_a_document_of_pages_before_2013_is_encrypted(look):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(_locked_entry(), b"cipher text")
    data = made.getvalue()

    assert "encrypted" in look(archives, data).reasons


def _locked_entry():
    info = zipfile.ZipInfo("index.xml")
    info.extra = b"mc\x08\x00mcl\x00iwpv"
    return info


def test_an_archive_whose_manifest_names_locked_parts_is_encrypted(look):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr("META-INF/manifest.xml", "<m><odf:encryption-data/></m>")
        archive.writestr("Contents/section0.xml", bytes(range(200)))
    plain = made.getvalue().replace(b"encryption-data", b"something-other")

    assert look(archives, made.getvalue()).reasons == ["encrypted"]
    assert "encrypted" not in look(archives, plain).reasons


def test_a_package_that_is_encrypted_as_a_whole_says_so(look):
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry'
        ' m:full-path="encrypted-package"><m:encryption-data/></m:file-entry></m:manifest>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("encrypted-package", bytes(range(200)))

    assert look(odf, made.getvalue(), "application/vnd.oasis.opendocument.text").reasons == ["encrypted"]

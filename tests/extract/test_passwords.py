"""Known passwords open PDF, Office documents and ZIP at every depth, for bounded work, and are told nowhere."""

import hashlib
import hmac
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from bench.hiding._golden import golden
from bench.hiding._pdf import stream, written
from scanner.extract import Budget, pdf, sealed
from scanner.extract import zip as archives
from scanner.extract._archive.zip_crypt import _Traditional
from scanner.extract._passwords import MOST_PASSWORDS, MOST_WORK, Passwords
from scanner.extract._pdf.crypt import decipher
from scanner.identify import identify
from scanner.model.document import Blob, Facts, Member, Problem, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place
from scanner.pipeline import Pipeline, readers

_SEALED = Path(__file__).parents[1] / "data/sealed"
_PAGE = {
    1: "<</Type/Catalog/Pages 2 0 R>>",
    2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R]>>",
    4: stream(b"BT /F 12 Tf 72 700 Td (SECRET//NOFORN) Tj ET"),
    5: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    6: "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(NOTEWORD)>>",
    7: stream(b"attached words", "/Type/EmbeddedFile"),
}


def _read(reader, data, *passwords):
    budget = Budget(DEFAULT_LIMITS, len(data), passwords)
    return list(reader.extract(Blob(Place("f"), "x/x", data), budget)), budget


def _reasons(items):
    return [item.reason for item in items if isinstance(item, Problem)]


def _members(items):
    return {item.place.members[-1]: item.data for item in items if isinstance(item, Member)}


def _pdf(level, user="test"):
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(written(_PAGE))) as document:
        document.Root.Kept = document.make_indirect(document.get_object(7, 0))
        lock = pikepdf.Encryption(owner="boss", user=user, R=level, aes=level >= 4, metadata=level >= 4)
        document.save(made, encryption=lock)
    return made.getvalue()


@pytest.mark.parametrize("level", [2, 3, 4, 6])
@pytest.mark.parametrize("password", ["test", "boss"])
def test_a_pdf_is_opened_with_the_password_of_its_user_or_owner(level, password):
    items, _ = _read(pdf, _pdf(level), "wrong", password)
    text = "\n".join(item.text for item in items if isinstance(item, Segment))

    assert _reasons(items) == []
    assert "SECRET//NOFORN" in text
    assert "NOTEWORD" in text
    assert b"attached words" in _members(items).values()


@pytest.mark.parametrize("level", [3, 6])
def test_a_pdf_that_no_password_opens_is_encrypted(level):
    items, _ = _read(pdf, _pdf(level), "wrong", "Тест")

    assert _reasons(items) == ["encrypted"]


def test_a_password_in_letters_of_any_script_opens_what_it_locked():
    assert _reasons(_read(pdf, _pdf(6, "пароль"), "x", "пароль")[0]) == []
    assert _reasons(_read(pdf, _pdf(4, "Schlüssel"), "x", "Schlüssel")[0]) == []


def test_a_pdf_without_its_cross_references_is_opened_with_a_password_all_the_same():
    data = _pdf(4)
    items, _ = _read(pdf, data.replace(b"startxref\n", b"startxrex\n").replace(b"xref\n0", b"xrex\n0"), "test")

    assert any("SECRET//NOFORN" in item.text for item in items if isinstance(item, Segment))


def test_an_office_package_is_opened_with_a_known_password():
    data = (_SEALED / "password.xlsx").read_bytes()
    items, _ = _read(sealed, data, "wrong", "test")

    assert _members(items) == {"package": (_SEALED.parent / "office-sheet/document.xlsx").read_bytes()}
    assert _reasons(items) == []
    assert _reasons(_read(sealed, data, "wrong")[0]) == ["encrypted"]


def _traditional(name, content, password=b"test", *, method=8, checksum=None):
    """Make a ZIP with one file locked as PKWARE did first: what a zero decrypts to is the next byte of the key."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = content if method == 0 else machine.compress(content) + machine.flush()
    checksum = zlib.crc32(content) if checksum is None else checksum
    plain = bytes(11) + bytes((checksum >> 24,)) + packed
    cipher = _Traditional(password)
    locked = bytearray()
    for byte in plain:
        before = cipher._keys
        locked.append(byte ^ cipher(b"\0")[0])
        cipher._keys = before
        cipher(locked[-1:])
    size = (len(locked), len(content), len(name), 0)
    head = struct.pack("<HHHHHIIIHH", 20, 1, method, 0, 0x21, checksum, *size)
    local = b"PK\x03\x04" + head + name + bytes(locked)
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + entry + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)


def test_the_traditional_cipher_is_that_of_the_standard_library():
    data = _traditional(b"a.txt", b"plain words " * 20)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("a.txt", pwd=b"test") == b"plain words " * 20


@pytest.mark.parametrize("method", [0, 8])
def test_a_file_locked_the_traditional_way_is_opened(method):
    data = _traditional(b"a.txt", b"plain words " * 20, method=method)
    items, _ = _read(archives, data, "wrong", "test")

    assert _members(items) == {"a.txt": b"plain words " * 20}
    assert _reasons(items) == []
    assert _reasons(_read(archives, data, "wrong")[0]) == ["encrypted"]


def test_a_wrong_password_that_happens_to_pass_the_first_check_gives_nothing():
    content = b"plain words " * 20
    data = _traditional(b"a.txt", content)
    packed = data[30 + 5 :]
    check = zlib.crc32(content) >> 24
    tried = map(str, range(4000))
    passing = [password for password in tried if _Traditional(password.encode())(packed[:12])[-1] == check]

    assert passing
    assert _reasons(_read(archives, data, *passing[:31])[0]) == ["encrypted"]
    assert _members(_read(archives, data, *passing[:31], "test")[0]) == {"a.txt": content}


def test_a_locked_file_of_too_few_bytes_is_encrypted():
    data = _traditional(b"a", b"", method=0)
    short = data.replace(struct.pack("<II", 12, 0), struct.pack("<II", 3, 0))

    assert _reasons(_read(archives, short, "test")[0])[0] == "encrypted"


def test_archives_of_other_programs_are_opened():
    for name, password in (("locked.zip", "correct"), ("aes.zip", "correct")):
        items, _ = _read(archives, golden()[name], "wrong", password)
        assert _reasons(items) == [], name
        assert _members(items)


def _sealed(content, *, strength=3, version=2, maker=b"AE", field=7):
    """Make a ZIP with one stored file locked with AES as WinZip does it."""
    size = 4 + 4 * strength
    salt = bytes(range(size))
    made = hashlib.pbkdf2_hmac("sha1", b"test", salt, 1000, 4 * size + 2)
    machine = Cipher(AES(made[: 2 * size]), ECB()).encryptor()  # noqa: S305 - it makes the key stream
    stream_ = b"".join(machine.update((at + 1).to_bytes(16, "little")) for at in range(-(-len(content) // 16)))
    cipher = bytes(a ^ b for a, b in zip(content, stream_, strict=False))
    packed = salt + made[-2:] + cipher + hmac.digest(made[2 * size : 4 * size], cipher, "sha1")[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, version, maker, strength, 0)[: 4 + field]
    extra = extra[:2] + struct.pack("<H", field) + extra[4:]
    checksum = zlib.crc32(content) if version == 1 else 0
    head = struct.pack("<HHHHHIIIHH", 51, 1, 99, 0, 0x21, checksum, len(packed), len(content), 1, len(extra))
    local = b"PK\x03\x04" + head + b"a" + extra + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 51) + head + bytes(14) + b"a" + extra
    return local + entry + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)


@pytest.mark.parametrize("strength", [1, 2, 3])
@pytest.mark.parametrize("version", [1, 2])
def test_a_file_locked_with_aes_of_any_strength_is_opened(strength, version):
    content = b"plain words " * 6_000
    data = _sealed(content, strength=strength, version=version)

    assert _members(_read(archives, data, "wrong", "Тест", "test")[0]) == {"a": content}
    assert _reasons(_read(archives, data, "wrong")[0]) == ["encrypted"]


@pytest.mark.parametrize(
    "data",
    [
        _sealed(b"plain words", maker=b"XX"),
        _sealed(b"plain words").replace(b"AE\3", b"AE\4"),
        _sealed(b"plain words", field=5),
        _sealed(b"plain words").replace(struct.pack("<II", 39, 11), struct.pack("<II", 20, 11)),
        _sealed(b"plain words").replace(_sealed(b"plain words")[60:64], b"XXXX"),
        _traditional(b"a", b"plain words").replace(b"\x14\0\1\0", b"\x14\0\x41\0"),
    ],
)
def test_a_locked_file_that_does_not_fit_its_own_words_is_encrypted(data):
    assert "encrypted" in _reasons(_read(archives, data, "test")[0])


def test_aes_over_what_may_be_spent_is_encrypted():
    data = _sealed(b"plain words " * 10_000)
    budget = Budget(DEFAULT_LIMITS, len(data), ("test",))
    budget.passwords.spend(MOST_WORK - 1_600)

    assert _reasons(list(archives.extract(Blob(Place("f"), "x/x", data), budget))) == ["encrypted"]


@pytest.mark.parametrize("raw", ["Schlüssel".encode("cp437"), "Schlüssel".encode("cp1252"), "Schlüssel".encode()])
def test_a_password_is_tried_in_the_encodings_that_programs_use(raw):
    items, _ = _read(archives, _traditional(b"a.txt", b"plain words", raw), "Schlüssel")

    assert _members(items) == {"a.txt": b"plain words"}


def test_a_document_opened_so_is_read_like_any_other_at_every_depth():
    outer = _traditional(b"inner.zip", _traditional(b"a.pdf", _pdf(6, "second"), b"third"), b"first")
    seen = []

    class Words:
        def detect(self, blob, segments):
            del blob
            seen.extend(segment.text for segment in segments)
            return iter(())

    pipeline = Pipeline(readers(), [Words()], DEFAULT_LIMITS, passwords=("first", "second", "third"))
    items = list(pipeline.examine("a.zip", outer))

    assert [item for item in items if not isinstance(item, Facts)] == []
    assert any("SECRET//NOFORN" in text for text in seen)


def test_the_parts_of_an_office_package_that_are_locked_one_by_one_are_opened():
    part = _traditional(b"word/document.xml", b"<w:document><w:t>SECRET//NOFORN</w:t></w:document>")

    assert identify(part) == "application/zip"
    assert _reasons(_read(archives, part)[0]) == ["encrypted"]
    assert "word/document.xml" in _members(_read(archives, part, "test")[0])


def test_no_more_passwords_than_the_limit_are_tried():
    known = [str(number) for number in range(MOST_PASSWORDS)]

    assert list(Passwords([*known, "late"]).tries(1)) == known
    assert _reasons(_read(archives, _traditional(b"a", b"x" * 9), *known, "test")[0]) == ["encrypted"]


def test_the_work_of_all_tries_together_is_bounded():
    passwords = Passwords(["a", "b", "c"])

    assert list(passwords.tries(MOST_WORK // 2)) == ["a", "b"]
    assert list(passwords.tries(1)) == []
    assert list(Passwords(["a"]).tries(1, ("first",))) == ["first", "a"]


def test_a_package_that_would_take_too_much_work_is_encrypted():
    data = (_SEALED / "password.xlsx").read_bytes()
    budget = Budget(DEFAULT_LIMITS, len(data), ("test",))
    budget.passwords.spend(MOST_WORK - 150_000)

    assert _reasons(list(sealed.extract(Blob(Place("f"), "x/x", data), budget))) == ["encrypted"]


def test_a_large_file_that_would_take_too_much_work_is_encrypted():
    data = _traditional(b"a", b"x" * 900, method=0)
    budget = Budget(DEFAULT_LIMITS, len(data), ("test",))
    budget.passwords.spend(MOST_WORK - 800)

    assert _reasons(list(archives.extract(Blob(Place("f"), "x/x", data), budget))) == ["encrypted"]


def test_what_fitted_is_tried_first_from_then_on():
    passwords = Passwords(["a", "b", "c"])
    passwords.fits("b")

    assert list(passwords.tries(1, ("first",))) == ["b", "first", "a", "c"]


def test_the_time_of_all_tries_together_is_bounded(monkeypatch):
    clock = iter(range(0, 1000, 15))
    monkeypatch.setattr(time, "process_time", lambda: float(next(clock)))
    passwords = Passwords(["a", "b", "c"])

    assert list(passwords.tries(1)) == ["a", "b"]
    assert list(passwords.tries(1)) == []


def test_nothing_shows_a_password():
    budget = Budget(DEFAULT_LIMITS, 1, ("hunter2",))

    assert repr(budget.passwords) == "Passwords(1 known)"
    assert "hunter2" not in f"{budget} {vars(budget)}"
    assert not Passwords()


def _only_files_locked(filters=""):
    """Make a PDF of which only the attached file is encrypted, with the dictionary of one that is as a whole."""
    with pikepdf.open(io.BytesIO(_pdf(4)), password="test") as document:
        lock = document.trailer.Encrypt
        owner, user = (bytes(lock[key]).hex() for key in ("/O", "/U"))
        identity = bytes(document.trailer.ID[0]).hex()
        settings = f"/Encrypt<</Filter/Standard/V 4/R 4/Length 128/P {int(lock.P)}/O<{owner}>/U<{user}>"
    settings += "/StmF/Identity/StrF/Identity/EFF/StdCF/CF<</StdCF<</CFM/AESV2/AuthEvent/EFOpen/Length 16>>>>>>"
    settings += f"/ID[<{identity}><{identity}>]"
    opened = decipher(written(_PAGE, trailer=settings), "test")
    assert isinstance(opened, Callable)
    key = opened.decrypt.__self__.key
    own = hashlib.md5(key + (7).to_bytes(3, "little") + bytes(2) + b"sAlT").digest()  # noqa: S324 - what the format says
    machine = Cipher(AES(own[:16]), CBC(bytes(16))).encryptor()
    locked = bytes(16) + machine.update(b"attached words".ljust(16, b"\2"))
    return written(_PAGE | {7: stream(locked, f"/Type/EmbeddedFile{filters}")}, trailer=settings)


def test_attached_files_that_alone_are_locked_are_opened_with_the_password():
    items, _ = _read(pdf, _only_files_locked(), "test")
    without, _ = _read(pdf, _only_files_locked(), "wrong")

    assert (_reasons(items), _members(items)) == ([], {"attachment 7": b"attached words"})
    assert (_reasons(without), _members(without)) == (["encrypted"], {})
    assert any("SECRET//NOFORN" in item.text for item in without if isinstance(item, Segment))


@pytest.mark.parametrize("filters", ["/Filter/Crypt", "/Filter[/Crypt]/DecodeParms[<</Name/Identity>>]"])
def test_a_stream_that_names_no_filter_of_its_own_is_taken_as_it_is(filters):
    items, _ = _read(pdf, _only_files_locked(filters), "test")

    assert _members(items)["attachment 7"].startswith(bytes(16))

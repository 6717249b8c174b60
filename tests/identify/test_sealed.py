"""What is encrypted as a whole is told from what is not, and from what only begins alike."""

import base64
import hashlib

import pytest

from scanner.extract import readers
from scanner.identify import identify
from scanner.model.limits import DEFAULT_LIMITS
from scanner.pipeline import Pipeline

_SALTED = b"Salted__" + bytes(range(60, 100))
_ECRYPTFS = b"\x12\x34\x56\x78" + (0x12345678 ^ 0x3C81B7F5).to_bytes(4, "big")
_SEALED = (
    (_SALTED, "application/x-openssl-encrypted"),
    (base64.encodebytes(_SALTED), "application/x-openssl-encrypted"),
    (base64.b64encode(b"Salted__" + b"\xff" * 24), "application/x-openssl-encrypted"),
    (b"LUKS\xba\xbe\x00\x02" + bytes(600), "application/x-luks-volume"),
    (b"\xeb\x58\x90-FVE-FS-" + bytes(499) + b"\x55\xaa", "application/x-bitlocker-volume"),
    (b"encrcdsa\x00\x00\x00\x02" + bytes(90), "application/x-apple-encrypted-image"),
    (bytes(900) + b"\x00\x00\x00\x01cdsaencr", "application/x-apple-encrypted-image"),
    (b"age-encryption.org/v1\n-> X25519 abc\n", "application/x-age-encrypted"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", "application/x-age-encrypted"),
    (b"$ANSIBLE_VAULT;1.1;AES256\n3133\n", "application/x-ansible-vault"),
    (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\x00\x04\x00", "application/x-keepass"),
    (b"VimCrypt~03!" + bytes(range(128, 160)), "application/x-vim-encrypted"),
    (b"AES\x02\x00\x00\x1bCREATED_BY\x00" + bytes(60), "application/x-aescrypt"),
    (b"scrypt\x00\x11" + bytes(range(100)), "application/x-scrypt-encrypted"),
    (b"\x00GITCRYPT\x00" + bytes(range(30)), "application/x-git-crypt"),
    (b"ANDROID BACKUP\n5\n1\nAES-256\n" + bytes(range(30)), "application/x-android-backup-encrypted"),
    (bytes(8) + _ECRYPTFS + bytes(90), "application/x-ecryptfs"),
    (b".pfile\x03\x00" + bytes(40), "application/x-microsoft-pfile"),
)  # fmt: skip


@pytest.mark.parametrize(("data", "media_type"), _SEALED, ids=[media_type for _, media_type in _SEALED])
def test_what_is_encrypted_as_a_whole_is_told_and_undetermined(data, media_type):
    items = list(Pipeline(readers(), [], DEFAULT_LIMITS).examine("a", data))

    assert items[0].media_type == media_type
    assert [item.reason for item in items[1:]] == ["encrypted"]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"Salted_ almonds", "text/plain"),
        (b"U2FsdGVkX1 is how it begins, says the manual.", "text/plain"),
        (b"LUKS is a format for volumes.", "text/plain"),
        (b"VimCrypt~01 was weak.", "text/plain"),
        (b"scrypt is a function.", "text/plain"),
        (b"AES is a cipher, and nothing else.", "text/plain"),
    ],
)
def test_what_only_speaks_of_it_is_text(data, media_type):
    assert identify(data) == media_type


_PGP = "application/pgp-encrypted"
_CIPHER = hashlib.sha512(b"cipher text").digest()[:40]


def _packet(tag: int, body: bytes) -> bytes:
    return bytes((0xC0 | tag, len(body))) + body


@pytest.mark.parametrize(
    "data",
    [
        b"\x85\x01\x0c\x03" + bytes(8) + b"\x01" + _CIPHER,
        b"\x84\x5e\x03" + bytes(range(8)) + b"\x12" + _CIPHER,
        _packet(1, b"\x03" + bytes(8) + b"\x19" + _CIPHER),
        _packet(1, b"\x06\x15\x04" + _CIPHER),
        b"\x8c\x0d\x04\x09\x03\x08" + _CIPHER,
        b"\x8c\x1d\x05\x09\x02\x03\x08" + _CIPHER,
        _packet(3, b"\x04\x07\x00\x02") + _packet(18, b"\x01" + _CIPHER),
        _packet(3, b"\x06\x1a\x09\x02\x14\x04" + _CIPHER),
        b"\xa8\x03PGP\x8c\x0d\x04\x09\x03\x08" + _CIPHER,
        _packet(10, b"PGP") + _packet(18, b"\x01" + _CIPHER),
        _packet(18, b"\x01" + _CIPHER),
        _packet(18, b"\x02\x09\x02\x06" + _CIPHER),
        _packet(20, b"\x01\x09\x02\x10" + _CIPHER),
        b"\xd2\xe5" + b"\x01" * 32 + bytes((len(_CIPHER),)) + _CIPHER,
        b"\xd2\xff\x00\x00\x00\x29\x01" + _CIPHER,
        b"\xc9\xff\x00\x00\x02\x58" + _CIPHER * 15,
        b"\xd2\xc0\x08\x01" + bytes(199),
        b"\xa6\x00\x00\x00\x28" + _CIPHER,
        b"\xa5\x00\x28" + _CIPHER,
    ],
)
def test_every_message_of_pgp_that_needs_a_key_is_told(data):
    assert identify(data) == _PGP


@pytest.mark.parametrize(
    "data",
    [
        _packet(18, b"\x01" + _CIPHER)[:-1],
        _packet(18, b"\x01" + _CIPHER) + b"more",
        _packet(18, b"\x07" + _CIPHER),
        b"\xd2",
        b"\xd2\xe5\x01",
        b"\xd2\xff\x00",
        b"\xd2\xff\xff\xff\xff\xff",
        b"\xd2\xc0",
        b"\xd2\x00",
        b"\xd4\x09\x01",
        b"\xa6\x00\x00\x00\x29" + _CIPHER,
        b"\xa4\x28" + _CIPHER,
        b"\xb0\x00\x28" + _CIPHER,
        b"\xa8\x03PGP",
        _packet(9, _CIPHER),
    ],
)
def test_what_only_looks_like_locked_data_of_pgp_is_none(data):
    assert identify(data) != _PGP

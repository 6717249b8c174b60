"""Knows files and volumes that are encrypted as a whole, by what their programs write before the cipher text."""

import re
from typing import Final

_SIGNATURES: Final = (
    # enc(1) of OpenSSL: the salt of the key follows.
    (b"Salted__", "application/x-openssl-encrypted"),
    (b"LUKS\xba\xbe", "application/x-luks-volume"),
    (b"SKUL\xba\xbe", "application/x-luks-volume"),
    (b"age-encryption.org/v1\n", "application/x-age-encrypted"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "application/x-age-encrypted"),
    (b"$ANSIBLE_VAULT;1.", "application/x-ansible-vault"),
    (b"encrcdsa\x00\x00\x00", "application/x-apple-encrypted-image"),
    (b"\xc0\xb9\x07\x2e\x4f\x93\xf1\x46\xa0\x15\x79\x2c\xa1\xd9\xe8\x21", "application/x-axcrypt"),
    (b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5", "application/x-keepass"),
    (b"\x03\xd9\xa2\x9a\x66\xfb\x4b\xb5", "application/x-keepass"),
    (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "application/x-keepass"),
    (b"\x00GITCRYPT\x00", "application/x-git-crypt"),
    # What Azure Information Protection makes of files that have no protection of their own.
    (b".pfile\x02\x00", "application/x-microsoft-pfile"),
    (b".pfile\x03\x00", "application/x-microsoft-pfile"),
)
_PATTERNS: Final = (
    # The same in letters and digits: the last byte before the salt leaves four of them for the eleventh.
    (re.compile(rb"U2FsdGVkX1[89+/][A-Za-z0-9+/]{21}"), "application/x-openssl-encrypted"),
    (re.compile(rb"VimCrypt~0[1-5]!"), "application/x-vim-encrypted"),
    (re.compile(rb"AES[\x00-\x03]\x00.{20}", re.DOTALL), "application/x-aescrypt"),
    (re.compile(rb"[\xeb\xe9].{2}-FVE-FS-", re.DOTALL), "application/x-bitlocker-volume"),
    (re.compile(rb"ANDROID BACKUP\n[1-9]\n[01]\nAES-256\n"), "application/x-android-backup-encrypted"),
)
_IMAGE_END: Final = b"cdsaencr"
_SCRYPT: Final = b"scrypt\x00"
_SCRYPT_HEADER: Final = 96
# eCryptfs writes a random number, and the same with these bits turned (fs/ecryptfs/crypto.c).
_ECRYPTFS: Final = 0x3C81B7F5


def sealed(data: bytes) -> str | None:
    """Return the media type of a file or volume that only a key opens, None for anything else.

    A volume of VeraCrypt or TrueCrypt is made to look like random bytes, so nothing tells it.
    """
    for start, media_type in _SIGNATURES:
        if data.startswith(start):
            return media_type
    for pattern, media_type in _PATTERNS:
        if pattern.match(data):
            return media_type
    if data[-len(_IMAGE_END) :] == _IMAGE_END:
        return "application/x-apple-encrypted-image"
    if data.startswith(_SCRYPT) and len(data) > _SCRYPT_HEADER and 0 < data[7] < 64:  # noqa: PLR2004 - a power of two
        return "application/x-scrypt-encrypted"
    marks = int.from_bytes(data[8:12], "big"), int.from_bytes(data[12:16], "big")
    return "application/x-ecryptfs" if marks[0] ^ marks[1] == _ECRYPTFS else None

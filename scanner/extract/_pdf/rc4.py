"""Deciphers RC4, with which PDFs were locked before 2004, in C: pdfminer.six does it byte by byte in Python."""

import struct
from hashlib import md5
from typing import ClassVar, Final

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from pdfminer.arcfour import Arcfour
from pdfminer.pdfdocument import PDFDocument, PDFStandardSecurityHandler, PDFStandardSecurityHandlerV4

_LONGEST_KEY: Final = 16
_FIRST_REVISION: Final = 2
_ROUNDS: Final = 20
_SHORTEST_KEY: Final = 5
_HASHED: Final = 50


def rc4(key: bytes, data: bytes) -> bytes:
    """Return the bytes deciphered; the keys that the library does not know are left to the slow way."""
    if 8 * len(key) not in ARC4.key_sizes:
        return Arcfour(key).decrypt(data)
    return Cipher(ARC4(key), None).decryptor().update(data)


class _Rc4(PDFStandardSecurityHandler):
    """Derives keys and deciphers as ISO 32000-1, 7.6.2 and 7.6.3, says."""

    def compute_u(self, key: bytes) -> bytes:
        """Return what the dictionary has under U, if this is the key (algorithms 4 and 5)."""
        if self.r == _FIRST_REVISION:
            return rc4(key, self.PASSWORD_PADDING)
        result = md5(self.PASSWORD_PADDING + self.docid[0], usedforsecurity=False).digest()
        for step in range(_ROUNDS):
            result = rc4(bytes(byte ^ step for byte in key), result)
        return result * 2

    def authenticate_owner_password(self, password: bytes) -> bytes | None:
        """Return the key if this is the owner's password (algorithm 7)."""
        key = md5((password + self.PASSWORD_PADDING)[: len(self.PASSWORD_PADDING)], usedforsecurity=False).digest()
        steps, length = range(1), _SHORTEST_KEY
        if self.r > _FIRST_REVISION:
            for _ in range(_HASHED):
                key = md5(key, usedforsecurity=False).digest()
            steps, length = range(_ROUNDS), self.length // 8
        user = self.o
        for step in reversed(steps):
            user = rc4(bytes(byte ^ step for byte in key[:length]), user)
        return self.authenticate_user_password(user)

    def decrypt_rc4(self, objid: int, genno: int, data: bytes) -> bytes:
        """Return a string or stream of an object deciphered (algorithm 1)."""
        key = (self.key or b"") + struct.pack("<L", objid)[:3] + struct.pack("<L", genno)[:2]
        return rc4(md5(key, usedforsecurity=False).digest()[: min(len(key), _LONGEST_KEY)], data)


class _Rc4V4(_Rc4, PDFStandardSecurityHandlerV4):
    """The same, for files that may use AES instead."""


class Document(PDFDocument):
    """A document of pdfminer.six whose RC4 is this one."""

    security_handler_registry: ClassVar[dict[int, type[PDFStandardSecurityHandler]]] = {
        **PDFDocument.security_handler_registry,
        1: _Rc4,
        2: _Rc4,
        4: _Rc4V4,
    }

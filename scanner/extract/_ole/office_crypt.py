"""Opens encrypted Office packages with the passwords that are known, first the one that programs try themselves."""

import base64
import binascii
import hashlib
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from scanner.extract._markup.xml import walk
from scanner.extract._passwords import Passwords
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

# The password of workbooks that are only to be protected against changes ([MS-OFFCRYPTO] 2.4.2.3).
_EVERYBODYS: Final = "VelvetSweatshop"
_AGILE: Final = (4, 4)
_STANDARD: Final = 2
_STANDARD_SPINS: Final = 50_000
_MOST_SPINS: Final = 1_000_000
_SEGMENT: Final = 4096
_BLOCK: Final = 16
_HASHES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "SHA1": lambda raw: hashlib.sha1(raw).digest(),  # noqa: S324 - what the format says
    "SHA256": lambda raw: hashlib.sha256(raw).digest(),
    "SHA384": lambda raw: hashlib.sha384(raw).digest(),
    "SHA512": lambda raw: hashlib.sha512(raw).digest(),
}
# Which key is meant ([MS-OFFCRYPTO] 2.3.4.13).
_VERIFIER_INPUT: Final = bytes.fromhex("fea7d2763b4b9e79")
_VERIFIER_VALUE: Final = bytes.fromhex("d7aa0f6d3061344e")
_KEY_VALUE: Final = bytes.fromhex("146e0be7abacd0d6")


class _Lock(Protocol):
    """One of the two ways of encryption; `spins` is how often a password is hashed."""

    spins: int

    def key(self, password: bytes) -> bytes | None:
        """Return the key of the package, None for another password."""

    def opened(self, key: bytes, package: bytes) -> bytes:
        """Return the package decrypted."""


def decrypted(information: bytes, package: bytes, passwords: Passwords) -> bytes:
    """Return the package of an encrypted document, from its two streams.

    Raises:
        UnreadableError: it needs another password, or is encrypted in a way that is not known.
    """
    if len(information) < 8 or len(package) < 8:  # noqa: PLR2004 - version, flags; size
        raise _locked()
    (size,) = struct.unpack_from("<Q", package)
    try:
        lock = _lock(information)
        if 0 <= lock.spins <= _MOST_SPINS:
            for password in passwords.tries(lock.spins, (_EVERYBODYS,)):
                key = lock.key(password.encode("utf-16-le"))
                if key is not None:
                    passwords.fits(password)
                    return lock.opened(key, package[8:])[:size]
    except (ValueError, KeyError, struct.error, binascii.Error):
        pass  # what the header says does not fit together
    raise _locked()


def _lock(information: bytes) -> _Lock:
    major, minor = struct.unpack_from("<HH", information)
    if (major, minor) == _AGILE:
        return _Agile(information[8:])
    if minor == _STANDARD:
        return _Standard(information)
    raise _locked()


def _locked() -> UnreadableError:
    return UnreadableError(Reason.ENCRYPTED, "needs a password")


@dataclass(slots=True)
class _Description:
    """The attributes of the elements that say how an agile package is encrypted."""

    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.found.setdefault(name, dict(attributes))

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...

    def close(self) -> None: ...


class _Agile:
    """[MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15."""

    def __init__(self, xml: bytes) -> None:
        description = _Description()
        for _ in walk([xml], description):
            pass
        self._about, self._key = description.found["keyData"], description.found["encryptedKey"]
        self._hashed = _HASHES[self._key["hashAlgorithm"]]
        self._salt = base64.b64decode(self._key["saltValue"])
        self.spins = int(self._key["spinCount"])

    def key(self, password: bytes) -> bytes | None:
        spun = _spun(self._hashed, self._salt, password, self.spins)
        proof = self._hashed(self._value(spun, _VERIFIER_INPUT, "encryptedVerifierHashInput")[: len(self._salt)])
        if self._value(spun, _VERIFIER_VALUE, "encryptedVerifierHashValue")[: len(proof)] != proof:
            return None
        return self._value(spun, _KEY_VALUE, "encryptedKeyValue")[: int(self._about["keyBits"]) // 8]

    def opened(self, key: bytes, package: bytes) -> bytes:
        hashed, salt = _HASHES[self._about["hashAlgorithm"]], base64.b64decode(self._about["saltValue"])
        return b"".join(
            _cbc(key, _sized(hashed(salt + struct.pack("<I", at // _SEGMENT)), _BLOCK), package[at : at + _SEGMENT])
            for at in range(0, len(package), _SEGMENT)
        )

    def _value(self, spun: bytes, purpose: bytes, name: str) -> bytes:
        key = _sized(self._hashed(spun + purpose), int(self._key["keyBits"]) // 8)
        return _cbc(key, _sized(self._salt, _BLOCK), base64.b64decode(self._key[name]))


class _Standard:
    """[MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9."""

    spins = _STANDARD_SPINS

    def __init__(self, information: bytes) -> None:
        (size,) = struct.unpack_from("<I", information, 8)
        (self._bits,) = struct.unpack_from("<I", information, 12 + 16)
        self._salt, self._verifier, self._proof = struct.unpack_from("<4x16s16s4x32s", information, 12 + size)

    def key(self, password: bytes) -> bytes | None:
        hashed = _HASHES["SHA1"]
        final = hashed(_spun(hashed, self._salt, password, _STANDARD_SPINS) + bytes(4))
        wide = b"".join(hashed(bytes(a ^ pad for a in final.ljust(64, b"\0"))) for pad in (0x36, 0x5C))
        key = wide[: self._bits // 8]
        return key if _ecb(key, self._proof)[:20] == hashed(_ecb(key, self._verifier)) else None

    def opened(self, key: bytes, package: bytes) -> bytes:
        return _ecb(key, package)


def _spun(hashed: Callable[[bytes], bytes], salt: bytes, password: bytes, count: int) -> bytes:
    found = hashed(salt + password)
    for number in range(count):
        found = hashed(number.to_bytes(4, "little") + found)
    return found


def _sized(raw: bytes, size: int) -> bytes:
    return raw[:size].ljust(size, b"\x36")


def _cbc(key: bytes, start: bytes, raw: bytes) -> bytes:
    machine = Cipher(AES(key), CBC(start)).decryptor()
    return machine.update(raw[: len(raw) & -_BLOCK]) + machine.finalize()


def _ecb(key: bytes, raw: bytes) -> bytes:
    machine = Cipher(AES(key), ECB()).decryptor()  # noqa: S305 - what the format says
    return machine.update(raw[: len(raw) & -_BLOCK]) + machine.finalize()

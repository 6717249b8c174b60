"""Opens encrypted Office packages that need no password: programs try one of their own first ([MS-OFFCRYPTO] 2.3)."""

import base64
import binascii
import hashlib
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from scanner.extract._markup.xml import walk
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

# The password of workbooks that are only to be protected against changes.
_PASSWORD: Final = "VelvetSweatshop".encode("utf-16-le")
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


def decrypted(information: bytes, package: bytes) -> bytes:
    """Return the package of an encrypted document, from its two streams.

    Raises:
        UnreadableError: it needs a password, or is encrypted in a way that is not known.
    """
    if len(information) < 8 or len(package) < 8:  # noqa: PLR2004 - version, flags; size
        raise _locked()
    major, minor = struct.unpack_from("<HH", information)
    (size,) = struct.unpack_from("<Q", package)
    try:
        if (major, minor) == _AGILE:
            opened = _agile(information[8:], package[8:])
        elif minor == _STANDARD:
            opened = _standard(information, package[8:])
        else:
            raise _locked()
    except (ValueError, KeyError, struct.error, binascii.Error):
        # What the header says does not fit together.
        raise _locked() from None
    return opened[:size]


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


def _agile(xml: bytes, package: bytes) -> bytes:
    """[MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15."""
    description = _Description()
    for _ in walk([xml], description):
        pass
    about, key = description.found["keyData"], description.found["encryptedKey"]
    hashed = _HASHES[key["hashAlgorithm"]]
    salt = base64.b64decode(key["saltValue"])
    spun = _spun(hashed, salt, int(key["spinCount"]))
    length = int(key["keyBits"]) // 8

    def value(purpose: bytes, name: str) -> bytes:
        return _cbc(_sized(hashed(spun + purpose), length), _sized(salt, _BLOCK), base64.b64decode(key[name]))

    proof = hashed(value(_VERIFIER_INPUT, "encryptedVerifierHashInput")[: len(salt)])
    if value(_VERIFIER_VALUE, "encryptedVerifierHashValue")[: len(proof)] != proof:
        raise _locked()
    secret = value(_KEY_VALUE, "encryptedKeyValue")[: int(about["keyBits"]) // 8]
    hashed, salt = _HASHES[about["hashAlgorithm"]], base64.b64decode(about["saltValue"])
    return b"".join(
        _cbc(secret, _sized(hashed(salt + struct.pack("<I", at // _SEGMENT)), _BLOCK), package[at : at + _SEGMENT])
        for at in range(0, len(package), _SEGMENT)
    )


def _standard(information: bytes, package: bytes) -> bytes:
    """[MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9."""
    (size,) = struct.unpack_from("<I", information, 8)
    (bits,) = struct.unpack_from("<I", information, 12 + 16)
    at = 12 + size
    salt, verifier, proof = struct.unpack_from("<4x16s16s4x32s", information, at)
    hashed = _HASHES["SHA1"]
    final = hashed(_spun(hashed, salt, _STANDARD_SPINS) + bytes(4))
    wide = b"".join(hashed(bytes(a ^ pad for a in final.ljust(64, b"\0"))) for pad in (0x36, 0x5C))
    key = wide[: bits // 8]
    if _ecb(key, proof)[:20] != hashed(_ecb(key, verifier)):
        raise _locked()
    return _ecb(key, package)


def _spun(hashed: Callable[[bytes], bytes], salt: bytes, count: int) -> bytes:
    if count > _MOST_SPINS:
        raise _locked()
    found = hashed(salt + _PASSWORD)
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

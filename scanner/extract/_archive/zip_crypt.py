"""Unlocks files in a ZIP with the passwords that are known: the traditional way, and AES as WinZip does it."""

import hashlib
import hmac
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from scanner.extract._archive.zip_directory import Entry
from scanner.extract._passwords import Passwords

_AES: Final = 99
# APPNOTE 6.3.10, sections 4.4.4 and 7: bit 6 says that it is none of the two.
_STRONG: Final = 0x40
_TIME: Final = 10  # where the time stands in a local header: section 4.3.7
_HEADER: Final = 12  # bytes before the file: section 6.1.3
_KEYS: Final = (0x12345678, 0x23456789, 0x34567890)
_FULL: Final = 0xFFFFFFFF
_CODES: Final = ("utf-8", "cp437", "cp1252")
# AES Encryption Information, Zip file specification of WinZip, version 1.04, sections III and IV.
_FIELD: Final = struct.Struct("<H2sBH")
_SALTS: Final = {1: 8, 2: 12, 3: 16}
_ROUNDS: Final = 1000
_PROOF: Final = 2
_SEAL: Final = 10
_WITHOUT_CHECKSUM: Final = 2
_PIECE: Final = 1 << 16
_BLOCK: Final = 16
# What a try costs in the measure of `Passwords`: as measured, and the bytes of a file at such a cost.
_COST_TRADITIONAL: Final = 20
_COST_AES: Final = 1500
_AES_BYTES: Final = 50


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A file as it is packed, unlocked, and its checksum; None where another proof was right already."""

    method: int
    packed: bytes = field(repr=False)
    checksum: int | None
    password: str = field(repr=False)


def unlocked(data: bytes, entry: Entry, start: int, passwords: Passwords) -> Iterator[Unlocked]:
    """Yield what a locked file may be, packed as it is: one of several passwords can seem to fit, see its checksum."""
    if not passwords or entry.flags & _STRONG:
        return
    packed = data[start : start + entry.packed]
    if entry.method == _AES:
        yield from _sealed(packed, entry, passwords)
        return
    checks = {entry.checksum >> 24, data[entry.offset + _TIME + 1]}
    for password, raw in _coded(passwords, _COST_TRADITIONAL):
        decrypt = _Traditional(raw)
        if len(packed) >= _HEADER and decrypt(packed[:_HEADER])[-1] in checks:
            if not passwords.spend(len(packed)):
                return
            yield Unlocked(entry.method, decrypt(packed[_HEADER:]), entry.checksum, password)


def _coded(passwords: Passwords, cost: int) -> Iterator[tuple[str, bytes]]:
    """Yield each password in the bytes that programs make of it: nothing in a ZIP says which."""
    for password in passwords.tries(cost):
        known: set[bytes] = set()
        for code in _CODES:
            try:
                raw = password.encode(code)
            except UnicodeEncodeError:
                continue
            if raw not in known and (not known or passwords.spend(cost)):
                known.add(raw)
                yield password, raw


class _Traditional:
    """The three keys of PKWARE's first cipher, which change with every byte (section 6.1)."""

    __slots__ = ("_keys",)

    def __init__(self, password: bytes) -> None:
        self._keys = _KEYS
        first, second, third = _KEYS
        for byte in password:
            first = first >> 8 ^ _TABLE[(first ^ byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & _FULL
            third = third >> 8 ^ _TABLE[(third ^ second >> 24) & 0xFF]
        self._keys = first, second, third

    def __call__(self, data: bytes) -> bytes:
        """Return the bytes that follow, decrypted."""
        table = _TABLE
        first, second, third = self._keys
        found = bytearray(data)
        for at, byte in enumerate(data):
            key = third & 0xFFFF | 2
            plain = byte ^ (key * (key ^ 1) >> 8) & 0xFF
            found[at] = plain
            first = first >> 8 ^ table[(first ^ plain) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            third = third >> 8 ^ table[(third ^ second >> 24) & 0xFF]
        self._keys = first, second, third
        return bytes(found)


def _entry_of_table(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xEDB88320 if byte & 1 else 0)
    return byte


_TABLE: Final = tuple(map(_entry_of_table, range(256)))


def _sealed(packed: bytes, entry: Entry, passwords: Passwords) -> Iterator[Unlocked]:
    if len(entry.lock) < _FIELD.size:
        return
    version, maker, strength, method = _FIELD.unpack_from(entry.lock)
    size = _SALTS.get(strength, 0)
    begin, end = size + _PROOF, len(packed) - _SEAL
    if maker != b"AE" or not size or end < begin:
        return
    for password, raw in _coded(passwords, _COST_AES):
        made = hashlib.pbkdf2_hmac("sha1", raw, packed[:size], _ROUNDS, 4 * size + _PROOF)
        if made[-_PROOF:] != packed[size:begin]:
            continue
        if not passwords.spend(len(packed) // _AES_BYTES):
            return
        seal = hmac.new(made[2 * size : 4 * size], digestmod="sha1")
        seal.update(memoryview(packed)[begin:end])
        if hmac.compare_digest(seal.digest()[:_SEAL], packed[end:]):
            machine = Cipher(AES(made[: 2 * size]), ECB()).encryptor()  # noqa: S305 - it makes the key stream of a counter
            plain = b"".join(_counted(machine.update, packed, begin, end))
            yield Unlocked(method, plain, None if version == _WITHOUT_CHECKSUM else entry.checksum, password)


def _counted(encrypt: Callable[[bytes], bytes], packed: bytes, begin: int, end: int) -> Iterator[bytes]:
    """Yield the bytes decrypted; the counter begins with 1, its lowest byte first, which no library counts like."""
    number = partial(int.to_bytes, length=_BLOCK, byteorder="little")
    for at in range(begin, end, _PIECE):
        piece = packed[at : min(at + _PIECE, end)]
        first = (at - begin) // _BLOCK + 1
        stream = encrypt(b"".join(map(number, range(first, first + -(-len(piece) // _BLOCK)))))
        mixed = int.from_bytes(piece, "little") ^ int.from_bytes(stream[: len(piece)], "little")
        yield mixed.to_bytes(len(piece), "little")

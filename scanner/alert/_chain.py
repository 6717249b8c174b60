"""Seals rows with a key, so that one written by somebody without it stands out."""

import hashlib
import struct

# What a column of SQLite holds, as it comes back from there.
Value = str | bytes | int | float | None

_SIZE = 16  # bytes; nobody without the key can try more than the one row
_DOUBLE = struct.Struct(">d")
_LENGTH = struct.Struct(">Q")


def sealing_key(secret: bytes) -> bytes:
    """Return the key of seals that comes of a secret, so that no seal tells of anything else made with that."""
    return hashlib.blake2b(secret, digest_size=32, person=b"alert seals").digest()


def name_of(key: bytes) -> str:
    """Return what a key can be told from another one by."""
    return hashlib.blake2b(b"", key=key, digest_size=8, person=b"name of a key").hexdigest()


def seal(key: bytes, what: bytes, *values: Value) -> bytes:
    """Return the seal of a row; `what` tells rows of one table from those of another."""
    parts: list[bytes] = []
    for data in map(_bytes, values):
        parts += (_LENGTH.pack(len(data)), data)
    return hashlib.blake2b(b"".join(parts), key=key, digest_size=_SIZE, person=what).digest()


def text(value: str) -> str | bytes:
    """Return any text as something that SQLite keeps: it takes no lone surrogate, which names of files may hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
    return value


def untext(value: str | bytes) -> str:
    """Return the text that `text` was given."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _bytes(value: Value) -> bytes:
    """Return a value as bytes with its kind before it, so that no two values are the same."""
    if value is None:
        return b"-"
    if isinstance(value, str):
        return b"t" + value.encode()
    if isinstance(value, bytes):
        return b"b" + value
    if isinstance(value, float):
        return b"f" + _DOUBLE.pack(value)
    return b"i%d" % value

"""Reads the text of Microsoft Works and Publisher documents, which both keep it in a stream of chunks."""

import struct
from collections.abc import Iterator
from typing import Final

_MARK: Final = b"CHNK"
_FIRST: Final = 0x20
_ENTRY: Final = 24
_ENTRY_SIGN: Final = b"\x18\x00"
_MOST: Final = 1 << 12
_TEXT: Final = b"TEXT"
_TITLE: Final = b"TITL"
_OLD_START: Final = 0x100
_OLD_TABLE: Final = 0x60


def is_chunked(raw: bytes) -> bool:
    """Tell whether a stream consists of chunks."""
    return raw.startswith(_MARK)


def chunk_texts(raw: bytes) -> Iterator[str]:
    """Yield the texts in a stream of chunks; each chunk has an entry in a table, tables stand in a chain."""
    # Tables after the first are rare: their chunks are found by nothing else, and no text.
    at, left = _FIRST, 2 * len(raw)
    for _ in range(_MOST):
        entry = raw[at : at + _ENTRY]
        if len(entry) < _ENTRY or not entry.startswith(_ENTRY_SIGN):
            return
        start, size = struct.unpack_from("<II", entry, 16)
        left -= size
        if left < 0:
            return
        if entry[12:16] in {_TEXT, _TITLE}:
            yield raw[start : start + size].decode("utf-16-le", "replace").replace("\r", "\n").replace("\0", "")
        at += _ENTRY


def old_text(raw: bytes) -> bytes:
    """Return the text of Works 3 and 4: the longest range of its table that begins where text does."""
    ends = [0]
    for at in range(0, min(_OLD_TABLE, len(raw) - 8), 2):
        start, end = struct.unpack_from("<II", raw, at)
        if start == _OLD_START and start < end <= len(raw):
            ends.append(end)
    return raw[_OLD_START : max(ends)]

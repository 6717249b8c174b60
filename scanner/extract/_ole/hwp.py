"""Reads the text of Hangul word processor files, version 5: sections of records in a compound file."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from scanner.extract._ole.compound import Compound, Path
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

# From the format's publication by Hancom, "HWP 5.0", sections 3.2.1 and 4.
_SIGNATURE: Final = b"HWP Document File"
_FLAGS_AT: Final = 36
_PACKED: Final = 1
_LOCKED: Final = 2
_DISTRIBUTED: Final = 4
_SECTIONS: Final = "bodytext"
_PARAGRAPH_TEXT: Final = 67
_LONG: Final = 0xFFF
_MOST: Final = 64 << 20
# Of the signs below a space these stand for one character, all others for eight.
_SINGLE: Final = frozenset({0, 10, 13, *range(24, 32)})
_MEANING: Final = {9: "\t", 10: "\n", 13: "\n", 24: "-", 30: " ", 31: " "}


def hangul_sections(compound: Compound) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1, and the text of each section.

    Raises:
        UnreadableError: the document is locked, or damaged; what came before has been yielded.
    """
    head = compound.read("FileHeader") if compound.has("FileHeader") else b""
    if not head.startswith(_SIGNATURE) or len(head) < _FLAGS_AT + 4:
        raise UnreadableError(Reason.UNSUPPORTED, "no reader yet for this version of the Hangul word processor")
    (flags,) = struct.unpack_from("<I", head, _FLAGS_AT)
    if flags & (_LOCKED | _DISTRIBUTED):
        raise UnreadableError(Reason.ENCRYPTED, "needs a password or is sealed against copying")
    for number, path in enumerate(sorted(compound.inside(_SECTIONS), key=_order), 1):
        raw = compound.read(*path)
        broken = False
        if flags & _PACKED:
            raw, broken = inflated(raw)
        yield number, "".join(_texts(raw))
        if broken:
            raise UnreadableError(Reason.CORRUPT, f"section {number} is damaged")


def inflated(raw: bytes) -> tuple[bytes, bool]:
    """Return what a packed stream holds, and whether it breaks off."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    found: list[bytes] = []
    try:
        found.append(machine.decompress(raw, _MOST))
    except zlib.error:
        # In small steps, so that what comes before the fault is not lost with it.
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        with suppress(zlib.error):
            found.extend(machine.decompress(raw[at : at + 64], _MOST) for at in range(0, len(raw), 64))
        return b"".join(found), True
    return b"".join(found), not machine.eof


def _order(path: Path) -> tuple[int, str]:
    return len(path[-1]), path[-1]


def _texts(raw: bytes) -> Iterator[str]:
    at = 0
    while at + 4 <= len(raw):
        (head,) = struct.unpack_from("<I", raw, at)
        at += 4
        size = head >> 20
        if size == _LONG and at + 4 <= len(raw):
            (size,) = struct.unpack_from("<I", raw, at)
            at += 4
        if head & 0x3FF == _PARAGRAPH_TEXT:
            yield _paragraph(raw[at : at + size])
        at += size


def _paragraph(raw: bytes) -> str:
    """Return the characters of a paragraph without the signs for tables, pictures and fields."""
    units = struct.unpack_from(f"<{len(raw) // 2}H", raw)
    kept: list[bytes] = []
    at = start = 0
    while at < len(units):
        unit = units[at]
        if unit >= 32:  # noqa: PLR2004 - a space
            at += 1
            continue
        kept.append(raw[2 * start : 2 * at])
        kept.append(_MEANING.get(unit, "").encode("utf-16-le"))
        at += 1 if unit in _SINGLE else 8
        start = at
    kept.append(raw[2 * start : 2 * at])
    text = b"".join(kept).decode("utf-16-le", "replace")
    return text if text.endswith("\n") else text + "\n"

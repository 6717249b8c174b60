"""Unpacks the compressed containers that Visual Basic keeps its source in ([MS-OVBA] 2.4.1)."""

import struct
from typing import Final

_SIGNATURE: Final = 1
_CHUNK: Final = 4096
_HEADER_SIGN: Final = 3
_MOST: Final = 64 << 20


def unpack_container(data: bytes) -> tuple[bytes, bool]:
    """Return the bytes in a container, and whether it was read to its end without a fault."""
    if not data or data[0] != _SIGNATURE:
        return b"", False
    found: list[bytes] = []
    at = 1
    size = 0
    while at + 2 <= len(data):
        (header,) = struct.unpack_from("<H", data, at)
        if header >> 12 & 7 != _HEADER_SIGN:
            # Some writers leave bytes behind the last chunk.
            return b"".join(found), bool(found)
        length = (header & 0xFFF) + 1
        chunk = data[at + 2 : at + 2 + length]
        whole = len(chunk) == length
        piece, sound = _chunk(chunk) if header & 0x8000 else (chunk, True)
        found.append(piece)
        size += len(piece)
        if not whole or not sound or size > _MOST:
            return b"".join(found), False
        at += 2 + length
    return b"".join(found), True


def _chunk(packed: bytes) -> tuple[bytes, bool]:
    """Return the bytes of one packed chunk: literal bytes, and copies of what came before (2.4.1.3.5)."""
    out = bytearray()
    at = 0
    end = len(packed)
    while at < end:
        flags = packed[at]
        at += 1
        if not flags:
            out += packed[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                out.append(packed[at])
                at += 1
                continue
            if at + 2 > end:
                return bytes(out), False
            token = packed[at] | packed[at + 1] << 8
            at += 2
            # As many bits tell the distance as the bytes so far need, but at least four (2.4.1.3.19.1).
            bits = max(4, (len(out) - 1).bit_length())
            back = (token >> (16 - bits)) + 1
            length = (token & (0xFFFF >> bits)) + 3
            if back > len(out):
                return bytes(out), False
            start = len(out) - back
            if back >= length:
                out += out[start : start + length]
            else:
                out += (bytes(out[start:]) * (length // back + 1))[:length]
        if len(out) > _CHUNK:
            return bytes(out), False
    return bytes(out), True

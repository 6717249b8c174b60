"""Unpacks the rich text that mail programs keep in one property ([MS-OXRTFCP])."""

import struct
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_PACKED: Final = 0x75465A4C
_PLAIN: Final = 0x414C454D
_HEADER: Final = struct.Struct("<4I")
_WINDOW: Final = 4096
# [MS-OXRTFCP] 2.1.3.1.2: what the dictionary holds before the first byte.
_BEGINNING: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpack_rtf(data: bytes, most: int) -> tuple[bytes, bool]:
    """Return the rich text as far as it can be had, up to `most` bytes; False beside it when that is not all.

    Raises:
        UnreadableError: it is packed in no way that is known.
    """
    if len(data) < _HEADER.size:
        raise UnreadableError(Reason.CORRUPT, "the rich text of the message has no header")
    packed, size, kind, _ = _HEADER.unpack_from(data)
    if kind == _PLAIN:
        # The size before the text counts this header in some programs.
        return data[_HEADER.size : _HEADER.size + most], len(data) - 4 >= packed and len(data) - _HEADER.size <= most
    if kind != _PACKED:
        raise UnreadableError(Reason.CORRUPT, "the rich text of the message is packed in an unknown way")
    found, ended = _unpack(data, most)
    return found, ended or size <= len(found) < most


def _unpack(data: bytes, most: int) -> tuple[bytes, bool]:
    """Undo the packing: a byte of flags, then eight bytes as they are or references into the last 4096.

    Return True beside it when the text ends as it should.
    """
    out = bytearray(_BEGINNING)
    start = len(out)
    wanted = start + most
    at, end = _HEADER.size, len(data)
    while at < end and len(out) < wanted:
        steps = _STEPS[data[at]]
        at += 1
        for plain in steps:
            if plain:
                out += data[at : at + plain]
                at += plain
                continue
            if at >= end:
                break
            if at + 1 >= end:
                return bytes(out[start:]), False
            reference = data[at] << 8 | data[at + 1]
            at += 2
            size = len(out)
            back = (size - (reference >> 4)) % _WINDOW
            if not back:
                # A reference to where the next byte goes ends the text.
                return bytes(out[start:wanted]), size <= wanted
            length = (reference & 15) + 2
            source = size - back
            if source >= 0 and back >= length:
                out += out[source : source + length]
            else:
                _copy(out, source, length)
    return bytes(out[start:wanted]), False


def _copy(out: bytearray, source: int, length: int) -> None:
    """Repeat what stands further up; it may reach into what is being written."""
    if source < 0:
        # Before the beginning the window holds nothing.
        out += b"\x00" * length
        return
    piece = bytes(out[source : source + length])
    out += (piece * -(-length // len(piece)))[:length]


def _steps(flags: int) -> tuple[int, ...]:
    """Return what eight flags ask for, from the lowest: how many bytes as they are, and 0 for each reference."""
    found: list[int] = []
    for bit in range(8):
        if flags >> bit & 1:
            found.append(0)
        elif found and found[-1]:
            found[-1] += 1
        else:
            found.append(1)
    return tuple(found)


_STEPS: Final = tuple(map(_steps, range(256)))

"""Decodes what mail and news carry as text: Base64, and the files that stand in a text uuencoded or in yEnc."""

import binascii
import re
from collections.abc import Iterator
from typing import Final

from scanner.extract._text.encoding import decodings

_UU_BEGIN: Final = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END: Final = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
_SPACE: Final = b"\r\n\t "
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN: Final = bytes(set(range(256)) - set(_ALPHABET))
_Y_BEGIN: Final = re.compile(rb"^=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,255})\r?\n", re.MULTILINE)
_Y_PART: Final = re.compile(rb"=ypart [^\r\n]{0,200}\r?\n")
_Y_ESCAPE: Final = re.compile(rb"=(.)", re.DOTALL)
_Y_SHIFT: Final = bytes((code - 42) % 256 for code in range(256))


def files_within(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files that stand in a text uuencoded or in yEnc."""
    if b"begin " in data or b"begin-base64 " in data:
        yield from uuencoded(data)
    if b"=ybegin " in data:
        yield from yencoded(data)


def foreign_lines(data: bytes) -> bytes:
    """Return the lines of a part in Base64 that are in no Base64: mailing lists add them, liars write nothing else."""
    if not data.translate(None, _ALPHABET + _SPACE):
        return b""
    return b"\n".join(line for line in data.splitlines() if line.translate(None, _ALPHABET + _SPACE))


def uuencoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files that stand uuencoded in a text (POSIX, uuencode)."""
    at = 0
    while (begin := _UU_BEGIN.search(data, at)) is not None:
        end = _UU_END.search(data, begin.end())
        at = end.end() if end else len(data)
        block = data[begin.end() : end.start() if end else len(data)]
        if begin[0].startswith(b"begin-base64"):
            found = from_base64(block)[0]
        else:
            found = b"".join(_uu_line(line) for line in block.splitlines() if line.strip())
        if found:
            yield decodings(begin[1].strip())[0], found


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad a line with more than they say: its first sign tells how much of it counts.
        try:
            return binascii.a2b_uu(line[: ((line[0] - 32 & 63) * 4 + 5) // 3])
        except binascii.Error:
            return b""


def yencoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files, or the parts of files, that stand in a text in yEnc (yenc-draft 1.3)."""
    at = 0
    while (begin := _Y_BEGIN.search(data, at)) is not None:
        part = _Y_PART.match(data, begin.end())
        start = part.end() if part else begin.end()
        end = data.find(b"\n=yend", start - 1)
        at = len(data) if end < 0 else end
        block = data[start:at].replace(b"\r", b"").replace(b"\n", b"")
        block = _Y_ESCAPE.sub(lambda match: bytes(((match[1][0] - 64) % 256,)), block)
        if block:
            yield decodings(begin[1].strip())[0], block.translate(_Y_SHIFT)


def from_base64(data: bytes) -> tuple[bytes, bool]:
    """Decode Base64; False beside it where something was broken.

    Foreign characters are left out; text after padding counts, too, as mail programs show it.
    """
    clean = data.translate(None, _SPACE)
    if len(clean) % 4 == 0 and b"=" not in clean[:-2] and not clean.translate(None, _ALPHABET):
        return binascii.a2b_base64(clean), True
    clean = clean.translate(None, _FOREIGN)
    out: list[bytes] = []
    sound = True
    for run in re.split(rb"=+", clean):
        if len(run) % 4 == 1:
            sound, run = False, run[:-1]  # noqa: PLW2901 - six bits of a byte are none
        out.append(binascii.a2b_base64(run + b"=" * (-len(run) % 4)))
    return b"".join(out), sound

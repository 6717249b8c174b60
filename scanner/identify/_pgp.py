"""Tells messages of PGP (RFC 9580): those that are signed or compressed, and those that need a key."""

import re
import zlib
from typing import Final

# A signature in one pass (section 5.4); the file follows it.
_SIGNED: Final = rb"[\x90\xc4]\x0d\x03[\x00-\x02][\x01-\x0e][\x01-\x20].{8}[\x00\x01]"
_LENGTH: Final = rb"(?:[\x00-\xbf]|[\xc0-\xdf].|[\xe0-\xfe]|\xff.{4})"
_OPEN: Final = re.compile(_SIGNED, re.DOTALL)
_INSIDE: Final = re.compile(_SIGNED + rb"|(?:\xcb" + _LENGTH + rb"|\xac.|\xad..|\xae.{4}|\xaf)[btu1l]", re.DOTALL)
_PACKED: Final = re.compile(rb"(?:\xa3|\xc8" + _LENGTH + rb")([\x01-\x03])", re.DOTALL)
# A session key locked with somebody's key or with a passphrase (sections 5.1 and 5.3), in all their versions.
_KEY: Final = re.compile(
    rb"(?:\x84.|\x85..|\x86.{4}|\xc1" + _LENGTH + rb")(?:[\x02\x03].{8}[\x01\x02\x10\x12\x19\x1a]|\x06[\x00\x15\x21])"
    rb"|(?:\x8c.|\x8d..|\xc3"
    + _LENGTH
    + rb")(?:\x04[\x01-\x0d][\x00-\x04]|\x05[\x01-\x0d][\x01-\x03]|\x06.[\x01-\x0d])",
    re.DOTALL,
)
_MARKERS: Final = (b"\xa8\x03PGP", b"\xca\x03PGP")
# Data locked without a key before it, in all four ways (sections 5.7, 5.13, and 5.16 of the draft of 2018).
_DATA: Final = frozenset({9, 18, 20})
_VERSION: Final = {18: b"\x01\x02", 20: b"\x01"}
_MOST_PIECES: Final = 100_000
_TELLING: Final = 512
_SHOWN: Final = 64


def openpgp(data: bytes) -> str | None:
    """Return the media type of a message of PGP, None for anything else."""
    for marker in _MARKERS:
        data = data.removeprefix(marker)
    if _KEY.match(data) or _is_locked(data):
        return _SEALED
    packed = _PACKED.match(data)
    if packed is None:
        return _TYPE if _OPEN.match(data) else None
    body = data[packed.end() : packed.end() + _TELLING]
    if packed[1] == b"\x03":
        return _TYPE if body.startswith(b"BZh") else None
    bits = -zlib.MAX_WBITS if packed[1] == b"\x01" else zlib.MAX_WBITS
    try:
        inside = zlib.decompressobj(bits).decompress(body, _SHOWN)
    except zlib.error:
        return None
    return _TYPE if _INSIDE.match(inside) else None


def _is_locked(data: bytes) -> bool:
    """Tell a single packet of locked data: its length leads to the very end, and it begins with its version."""
    first = data[0] if data else 0
    if first & 0xC0 == 0x80:  # noqa: PLR2004 - the two highest bits: the old format
        size = 1 << (first & 3)
        whole = size in {2, 4} and 1 + size + int.from_bytes(data[1 : 1 + size], "big") == len(data)
        return whole and first >> 2 & 0xF in _DATA
    tag = first & 0x3F
    if first & 0xC0 != 0xC0 or tag not in _DATA:  # noqa: PLR2004 - the new format
        return False
    start, end = _new_length(data)
    if not start < end == len(data):
        return False
    # So few bytes are soon like that by chance, without a version.
    return data[start] in _VERSION[tag] if tag in _VERSION else end > _TELLING


def _new_length(data: bytes) -> tuple[int, int]:
    """Return where the content of a packet begins and its last piece ends (section 4.2.1); 0 where it is cut."""
    at, begin = 1, 0
    for _ in range(_MOST_PIECES):
        if at >= len(data):
            break
        byte = data[at]
        if 224 <= byte < 255:  # noqa: PLR2004 - more pieces follow
            begin = begin or at + 1
            at += 1 + (1 << (byte & 0x1F))
            continue
        if byte == 255:  # noqa: PLR2004 - four more bytes say it
            start, size = at + 5, int.from_bytes(data[at + 1 : at + 5], "big")
        elif byte >= 192:  # noqa: PLR2004 - one more byte says it
            start, size = at + 2, (byte - 192 << 8) + int.from_bytes(data[at + 1 : at + 2], "big") + 192
        else:
            start, size = at + 1, byte
        return begin or start, start + size
    return 0, 0


_TYPE: Final = "application/x-pgp-message"
_SEALED: Final = "application/pgp-encrypted"

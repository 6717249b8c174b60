"""Tells messages of PGP that are signed or compressed, but not encrypted (RFC 9580)."""

import re
import zlib
from typing import Final

# A signature in one pass (section 5.4); the file follows it.
_SIGNED: Final = rb"[\x90\xc4]\x0d\x03[\x00-\x02][\x01-\x0e][\x01-\x20].{8}[\x00\x01]"
_LENGTH: Final = rb"(?:[\x00-\xbf]|[\xc0-\xdf].|[\xe0-\xfe]|\xff.{4})"
_OPEN: Final = re.compile(_SIGNED, re.DOTALL)
_INSIDE: Final = re.compile(_SIGNED + rb"|(?:\xcb" + _LENGTH + rb"|\xac.|\xad..|\xae.{4}|\xaf)[btu1l]", re.DOTALL)
_PACKED: Final = re.compile(rb"(?:\xa3|\xc8" + _LENGTH + rb")([\x01-\x03])", re.DOTALL)
_TELLING: Final = 512
_SHOWN: Final = 64


def openpgp(data: bytes) -> str | None:
    """Return the media type of a message of PGP that can be read without a key, None for anything else."""
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


_TYPE: Final = "application/x-pgp-message"

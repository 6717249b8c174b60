"""Tells what is worth reading among the parts of an office document that are no XML."""

import base64
import binascii
import re
from typing import Final

_PICTURES: Final = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"II\xbc",  # JPEG XR
    b"\xd7\xcd\xc6\x9a",  # placeable WMF
    b"\x01\x00\x09\x00",  # WMF
    b"\x02\x00\x09\x00",
    b"\x00\x00\x01\x00",  # icon
    b"VCLMTF",  # OpenOffice's own metafile
    b"\x00\x00\x00\x0cjP  ",
)
_EMF_AT: Final = 40
_CONTAINERS: Final = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"%PDF-")
# Written out, because what a pattern begins with is looked for fastest.
_WIDE: Final = re.compile(rb"[ -~]\x00[ -~]\x00[ -~]\x00[ -~]\x00(?:[ -~]\x00)*")
_WIDE_INSIDE: Final = re.compile(rb"\x00[ -~]\x00[ -~]\x00[ -~]\x00")
_SHOWN: Final = bytes(byte if 0x20 <= byte < 0x7F else 0x0A for byte in range(256))  # noqa: PLR2004 - ASCII
_SHORTEST: Final = 6
_MASHUP: Final = re.compile(rb"<(?:\w+:)?DataMashup\b[^<>]*>([A-Za-z0-9+/=\s]+)<")
HEAD: Final = 64


def is_picture(head: bytes) -> bool:
    """Tell from a part's first `HEAD` bytes whether it is a picture without text that could be read."""
    if head.startswith(_PICTURES):
        return True
    return head[_EMF_AT : _EMF_AT + 4] == b" EMF" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def printer_words(data: bytes) -> str:
    """Return what can be read in the settings of a printer: its name, mostly, and files' names."""
    found = [wide.decode("utf-16-le") for wide in _WIDE.findall(data)] if _WIDE_INSIDE.search(data) else []
    found += [narrow.decode("ascii") for narrow in data.translate(_SHOWN).split(b"\n") if len(narrow) >= _SHORTEST]
    return "\n".join(found)


def mashup(data: bytes) -> bytes:
    """Return the package of queries that a workbook keeps in a custom XML part, nothing where there is none.

    Source: [MS-QDEFF] 2.2: a version, the length of the package, the package, a zip.
    """
    found = _MASHUP.search(data.replace(b"\x00", b""))
    if found is None:
        return b""
    try:
        packed = base64.b64decode(found[1])
    except binascii.Error:
        return b""
    size = int.from_bytes(packed[4:8], "little")
    return packed[8 : 8 + size] if packed.startswith(b"PK\x03\x04", 8) else b""


def is_container(head: bytes) -> bool:
    """Tell whether a binary part has a format of its own, for which there may be a reader."""
    return head.startswith(_CONTAINERS)

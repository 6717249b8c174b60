"""Reads the hyperlinks that Office programs keep in binary form."""

import struct
from collections.abc import Iterator
from typing import Final

from scanner.extract._text.strings import document_strings

_MONIKER: Final = 0x001
_LOCATION: Final = 0x008
_DISPLAY: Final = 0x010
_FRAME: Final = 0x080
_AS_STRING: Final = 0x100
_VERSION: Final = 2
_URL: Final = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
_FILE: Final = bytes.fromhex("0303000000000000c000000000000046")
_TRAILER: Final = 24


def hyperlink_texts(data: bytes) -> list[str]:
    """Return what is shown of a hyperlink, its target, and the place in that ([MS-OSHARED], Hyperlink Object).

    `data` may begin with the class identifier that stands before the object in most files. What does not follow
    the format is looked through for readable characters.
    """
    found: list[str] = []
    try:
        at = 0 if _is_object(data, 0) else 16
        if not _is_object(data, at):
            return document_strings(data).splitlines()
        found += _parts(data, at)
    except struct.error:
        found += document_strings(data).splitlines()
    return list(dict.fromkeys(text for text in found if text.strip()))


def _is_object(data: bytes, at: int) -> bool:
    version, flags = struct.unpack_from("<II", data, at)
    return bool(version == _VERSION and flags < 1 << 16)


def _parts(data: bytes, at: int) -> Iterator[str]:
    (flags,) = struct.unpack_from("<I", data, at + 4)
    at += 8
    for flag in (_DISPLAY, _FRAME, _MONIKER, _LOCATION):
        if not flags & flag:
            continue
        if flag == _MONIKER and not flags & _AS_STRING:
            kind = data[at : at + 16]
            at += 16
            if kind == _URL:
                (size,) = struct.unpack_from("<I", data, at)
                yield _wide(data, at + 4, size)
                at += 4 + size
            elif kind == _FILE:
                texts, at = _file(data, at)
                yield from texts
            else:
                yield document_strings(data[at:])
                return
        else:
            (length,) = struct.unpack_from("<I", data, at)
            yield _wide(data, at + 4, 2 * length)
            at += 4 + 2 * length


def _file(data: bytes, at: int) -> tuple[list[str], int]:
    """Return the paths of a file moniker ([MS-OSHARED], FileMoniker), and where it ends."""
    _, length = struct.unpack_from("<HI", data, at)
    at += 6
    found = [data[at : at + length].split(b"\0")[0].decode("cp1252", "replace")]
    at += length + _TRAILER
    (size,) = struct.unpack_from("<I", data, at)
    at += 4
    if size:
        (length,) = struct.unpack_from("<I", data, at)
        found.append(data[at + 6 : at + 6 + length].decode("utf-16-le", "replace"))
        at += size
    return found, at


def _wide(data: bytes, at: int, size: int) -> str:
    return data[at : at + size].decode("utf-16-le", "replace").partition("\0")[0]

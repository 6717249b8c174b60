"""Reads the newer form in which Office keeps shapes and slide layouts beside the old one: a small package of XML."""

import html
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from scanner.model.document import Problem, Reason
from scanner.model.place import Place

# The header of a file in a ZIP (APPNOTE.TXT 4.3.7); Office writes sizes into it and not behind the file.
_ENTRY: Final = struct.Struct("<8xH8xI4xHH")
_SIGN: Final = b"PK\x03\x04"
_DEFLATED: Final = 8
_MOST_ENTRIES: Final = 64
_RATIO: Final = 100
_FLOOR: Final = 1 << 16
_TEXT_ENDS: Final = b"</a:t>"
_PARAGRAPH_ENDS: Final = b"</a:p>"
_KEPT: Final = re.compile(rb' (?:descr|title|string)="([^"]+)"')


def source_texts(data: bytes, unread: Counter[Reason]) -> list[str]:
    """Return the paragraphs in a package, and what describes its shapes; why one was cut short is counted in `unread`.

    A shape keeps it in a property ([MS-ODRAW], metroBlob), a layout in a record of its own ([MS-PPT],
    RoundTripContentMasterInfo12Atom).
    """
    found: list[str] = []
    at = data.find(_SIGN)
    left = _RATIO * len(data) + _FLOOR
    for _ in range(_MOST_ENTRIES):
        if at < 0 or at + 30 > len(data) or left <= 0:
            break
        method, packed, name, extra = _ENTRY.unpack_from(data, at)
        start = at + 30 + name + extra
        # Relationships and content types say nothing.
        if data[at + 30 : at + 30 + name].endswith((b".xml", b".vml")) and not data.startswith(b"[", at + 30):
            content = _content(data[start : start + packed], method, left, unread)
            left -= len(content)
            found += _texts(content)
        at = data.find(_SIGN, start + packed)
    else:
        if at >= 0:
            unread[Reason.TOO_LARGE] += 1
    return list(dict.fromkeys(text for text in found if text.strip()))


def source_problems(unread: Counter[Reason], place: Place) -> Iterator[Problem]:
    """Yield a problem for each reason why packages of shapes and layouts were not read in full."""
    for reason, count in unread.items():
        detail = f"shapes or layouts not read in full: {count}"
        if reason is Reason.TOO_LARGE:
            detail += f"; past {_RATIO} times the size or {_MOST_ENTRIES} files of one"
        yield Problem(place, reason, detail)


def _content(packed: bytes, method: int, most: int, unread: Counter[Reason]) -> bytes:
    if method != _DEFLATED:
        return packed
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflate.decompress(packed, most)
    except zlib.error:
        unread[Reason.CORRUPT] += 1
        return b""
    if len(content) >= most and not inflate.eof:
        unread[Reason.TOO_LARGE] += 1
    return content


def _texts(content: bytes) -> list[str]:
    # Each text ends with this tag, and begins with the end of another; to split is many times faster than to parse.
    if b"</m:t>" in content:
        content = content.replace(b"</m:t>", _TEXT_ENDS)
    pieces = content.split(_TEXT_ENDS)
    found: list[bytes] = []
    paragraph: list[bytes] = []
    for piece in pieces[:-1]:
        if paragraph and _PARAGRAPH_ENDS in piece:
            found.append(b"".join(paragraph))
            paragraph.clear()
        paragraph.append(piece.rpartition(b">")[2])
    found.append(b"".join(paragraph))
    if b"descr=" in content or b"title=" in content or b"string=" in content:
        found += _KEPT.findall(content)
    return [html.unescape(text.decode("utf-8", "replace")) for text in found]

"""Finds the files that are written into a text as `data:` URIs (RFC 2397)."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

_URI: Final = re.compile(
    r"data:(?P<type>[\w.+/-]{0,80})(?P<more>(?:;[\w.=+-]{0,80}){0,5}),"
    r"(?:(?<=base64,)(?P<packed>[A-Za-z0-9+/=_%\s-]*+)|(?P<plain>[^\s\"'<>)\\]*+))",
    re.IGNORECASE,
)
_START: Final = re.compile(r"data:[\w.+/-]{0,80}(?:;[\w.=+-]{0,80}){0,5},", re.IGNORECASE)
_MOST: Final = 1_000
_SHORT: Final = 150
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def data_uris(text: str) -> Iterator[bytes]:
    """Yield the content of every data URI that stands in a text, such as a style sheet or a program."""
    if "data:" not in text and "DATA:" not in text:
        return
    for number, match in enumerate(_URI.finditer(text)):
        if number >= _MOST:
            return
        packed = match["packed"]
        content = unquote_to_bytes(match["plain"]) if packed is None else from_base64(unquote_to_bytes(packed))
        if _tells(content):
            yield content


def whole_uri(value: str) -> bytes | None:
    """Return the content of a text that is one data URI from end to end; None for another text."""
    match = _START.match(value)
    if match is None:
        return None
    content = unquote_to_bytes(value[match.end() :])
    content = from_base64(content) if match[0].lower().endswith("base64,") else content
    return content if _tells(content) else b""


def _tells(content: bytes) -> bool:
    """Tell whether a content may say something: a picture of one dot, as pages have many, does not."""
    return len(content) >= _SHORT or (bool(content.strip()) and _CONTROL.search(content) is None)


def from_base64(data: bytes) -> bytes:
    """Return what base64 stands for, in either alphabet (RFC 4648, sections 4 and 5); signs outside it are left out."""
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data.replace(b"-", b"+").replace(b"_", b"/"))
    try:
        return base64.b64decode(clean[: len(clean) - (len(clean) % 4 == 1)] + b"=" * (-len(clean) % 4))
    except binascii.Error:  # pragma: no cover - cleaned and filled up it is always whole
        return b""

"""Reads the data stream of a Word document: form fields, hyperlinks, and what is said about pictures."""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Final

from scanner.extract._ole.escher import drawing_texts
from scanner.extract._ole.hyperlink import hyperlink_texts
from scanner.model.document import Reason
from scanner.model.place import Part

# [MS-DOC] 2.9.190 to 2.9.192, 2.9.159
SHAPE: Final = 0x64
LINKED_SHAPE: Final = 0x66
"""The kinds of records that hold a drawn shape; the second has the name of a file before it."""

_HEAD: Final = 0x44
_HEAD_BYTES: Final = b"\x44\x00"
_FORM: Final = b"\xff\xff\xff\xff"
_FORM_HEAD: Final = 10
_LINK_CLASS: Final = bytes.fromhex("d0c9ea79f9bace118c8200aa004ba90b")
_TEXT: Final = 0
_LIST: Final = 2
_TITLES: Final = ("format", "help", "help", "macro", "macro")

Texts = Iterator[tuple[Part, str | None, str]]


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the content of each record of the stream: a picture's, a form field's, a link's."""
    at = 0
    while at >= 0 and at + _HEAD <= len(data):
        size, head, kind = struct.unpack_from("<IHH", data, at)
        if head != _HEAD or size < _HEAD:
            at = data.find(_HEAD_BYTES, at + 5) - 4
            continue
        yield kind, data[at + _HEAD : at + size]
        at += size


def data_texts(data: bytes, unread: Counter[Reason]) -> Texts:
    """Yield the texts in the stream, each with its part and the title of its place.

    Why shapes were not read in full is counted in `unread`.
    """
    for kind, content in records(data):
        body = content
        if kind == LINKED_SHAPE and body:
            yield Part.METADATA, "picture name", body[1 : 1 + body[0]].decode("cp1252", "replace")
            body = body[1 + body[0] :]
        if kind in {SHAPE, LINKED_SHAPE}:
            yield from drawing_texts(body, unread)
        elif body.startswith(_FORM):
            yield from _form(body)
        elif body[1:17] == _LINK_CLASS:
            for text in hyperlink_texts(body[1:]):
                yield Part.METADATA, "link", text


def _form(body: bytes) -> Texts:
    """Yield the texts of a form field: name, value, help, macros and the entries of a list (2.9.78)."""
    if len(body) < _FORM_HEAD:
        return
    kind = struct.unpack_from("<H", body, 4)[0] & 3
    name, at = _string(body, _FORM_HEAD)
    yield Part.FORM_FIELD, "name", name
    if kind == _TEXT:
        value, at = _string(body, at)
        yield Part.FORM_FIELD, "value", value
    else:
        at += 2
    for title in _TITLES:
        text, at = _string(body, at)
        yield Part.FORM_FIELD, title, text
    if kind == _LIST and at + 6 <= len(body):
        # A table of strings that begins with a mark, their number and the size of what is between them (2.2.4).
        count, between = struct.unpack_from("<HH", body, at + 2)
        at += 6
        for _ in range(min(count, len(body))):
            text, behind = _string(body, at)
            if behind > len(body) + 2:
                return
            yield Part.FORM_FIELD, "list item", text
            at = behind - 2 + between


def _string(body: bytes, at: int) -> tuple[str, int]:
    """Return a string that stands behind its length and ends in a zero, and where the next begins (2.2.3)."""
    if at + 2 > len(body):
        return "", len(body) + 3
    size = 2 * struct.unpack_from("<H", body, at)[0]
    return body[at + 2 : at + 2 + size].decode("utf-16-le", "replace"), at + 4 + size

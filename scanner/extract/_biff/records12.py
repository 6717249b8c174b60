"""Walks the records of a binary part of an Excel workbook ([MS-XLSB]), and finds the strings in them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_MORE: Final = 0x80
_LOW: Final = 0x7F
_LONGEST_HEAD: Final = 6
_NULL: Final = 0xFFFFFFFF
_MOST: Final = 0x7FFF
# How many characters: four bytes, of which the upper two are empty; a string is no longer than a cell may be.
_COUNT: Final = re.compile(rb"(?=[\s\S][\x00-\x7f]\x00\x00[^\x00\xff])[\x01-\xff]|\x00(?=[\x01-\x7f]\x00\x00)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\ufffd]")


def records(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each record of a part as its number and its content ([MS-XLSB], Record).

    Raises:
        UnreadableError: the last record breaks off; what there is of it has been yielded.
    """
    source = iter(pieces)
    data, at, whole = b"", 0, False
    while True:
        if len(data) - at < _LONGEST_HEAD and not whole:
            data, whole = _filled(source, data[at:], _LONGEST_HEAD)
            at = 0
        if at >= len(data):
            return
        kind, start, size = _head(data, at)
        if start + size > len(data) and not whole:
            start -= at
            data, whole = _filled(source, data[at:], start + size)
            at = 0
        at = start + size
        yield kind, data[start:at]
        if at > len(data):
            raise UnreadableError(Reason.CORRUPT, "its records break off")


def _filled(source: Iterator[bytes], held: bytes, needed: int) -> tuple[bytes, bool]:
    """Return at least so many bytes, and whether the source has ended."""
    found = [held]
    size = len(held)
    for piece in source:
        found.append(piece)
        size += len(piece)
        if size >= needed:
            return b"".join(found), False
    return b"".join(found), True


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return a record's number, where its content begins, and its size; behind the end everything is 0."""
    last = len(data)
    kind = data[at]
    at += 1
    if kind & _MORE:
        kind = kind & _LOW | ((data[at] & _LOW) << 7 if at < last else 0)
        at += 1
    size = shift = 0
    while at < last:
        byte = data[at]
        at += 1
        size |= (byte & _LOW) << shift
        shift += 7
        if not byte & _MORE or shift == 28:  # noqa: PLR2004 - four bytes at most
            return kind, at, size
    return kind, last + 1, 0


def wide_string(data: bytes, at: int, end: int) -> tuple[str, int]:
    """Return a string with its length before it, and where it ends ([MS-XLSB], XLWideString, XLNullableWideString)."""
    count = int.from_bytes(data[at : min(at + 4, end)], "little")
    at += 4
    if count == _NULL:
        return "", min(at, end)
    stop = min(at + 2 * count, end)
    return data[at:stop].decode("utf-16-le", "replace"), stop


def wide_strings(content: bytes) -> list[str]:
    """Return what looks like a string with its length before it, anywhere in a record that is not known.

    Where too much looks so at first, any run of readable characters is returned instead.
    """
    found: list[str] = []
    tried, at = 0, 0
    while match := _COUNT.search(content, at):
        start = match.start()
        count = int.from_bytes(content[start : start + 4], "little")
        end = start + 4 + 2 * count
        at = start + 1
        if count > _MOST or end > len(content):
            continue
        text = content[start + 4 : end].decode("utf-16-le", "replace")
        if text.strip() and not _CONTROL.search(text):
            found.append(text)
            at = end
            continue
        tried += count
        if tried > 4 * len(content) + 1024:
            return document_strings(content).splitlines()
    return found

"""Walks the records of a binary part of an Excel workbook ([MS-XLSB]), and finds the strings in them."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.extract._strings import document_strings

_MORE: Final = 0x80
_LOW: Final = 0x7F
_NULL: Final = 0xFFFFFFFF
_MOST: Final = 0x7FFF
# How many characters: four bytes, of which the upper two are empty; a string is no longer than a cell may be.
_COUNT: Final = re.compile(rb"(?=[\s\S][\x00-\x7f]\x00\x00[^\x00\xff])[\x01-\xff]|\x00(?=[\x01-\x7f]\x00\x00)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\ufffd]")


def records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each record as its number, where its content begins, and where it ends ([MS-XLSB] 2.1.4).

    The end of the last one may be beyond that of the data.
    """
    at, last = 0, len(data)
    while at + 1 < last:
        kind = data[at]
        at += 1
        if kind & _MORE:
            kind = kind & _LOW | (data[at] & _LOW) << 7
            at += 1
        size = shift = 0
        while at < last:
            byte = data[at]
            at += 1
            size |= (byte & _LOW) << shift
            shift += 7
            if not byte & _MORE or shift == 28:  # noqa: PLR2004 - four bytes at most
                break
        yield kind, at, at + size
        at += size


def wide_string(data: bytes, at: int, end: int) -> tuple[str, int]:
    """Return a string with its length before it, and where it ends ([MS-XLSB] 2.5.166, 2.5.168)."""
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

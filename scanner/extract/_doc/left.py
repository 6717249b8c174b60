"""Finds text in a Word document's main stream that the document no longer names: earlier versions, and what was cut."""

import re
import struct
from collections.abc import Iterator
from typing import Final

from scanner.extract._doc.fib import CHARACTER_PAGES, PARAGRAPH_PAGES, SECTIONS, Fib
from scanner.extract._doc.pictures import floating_pictures
from scanner.extract._doc.pieces import Pieces
from scanner.extract._doc.runs import Range, pages
from scanner.extract._text.strings import document_strings, strings

# The head's fixed part, and what follows its table of offsets (2.5.1).
_HEAD: Final = 0x9A + 0x10
_PAGE: Final = 512
_SECTION: Final = 12
_PICTURE: Final = re.compile(rb"\x89PNG|\xff\xd8\xff|\x01\x00\x09\x00|\x20EMF|GIF8|BM")
_PICTURE_REACH: Final = 512
# Pictures are full of short runs of characters.
_LONG: Final = 10
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
# A break between paragraphs and cells, inside what else is one run of characters.
_BREAKS: Final = bytes.maketrans(b"\r\x07\x0b", b"\n\n\n")
# Letters beyond ASCII in a row, in one byte each or in two of the same script: not among numbers.
_FOREIGN: Final = re.compile(rb"[\x80-\xff]{4}|(?:[\x21-\xff][\x03-\x06]){4}|(?:[\x00-\xff][\x4e-\x9f\xac-\xd7]){4}")
_MOST: Final = 4 << 20


def left_over(fib: Fib, pieces: Pieces) -> tuple[str, bool]:
    """Return the readable lines between the structures of the main stream, and whether all of it was looked through.

    They come in the order in which they stand.
    """
    found: list[str] = []
    size = 0
    for start, end in _gaps(fib, pieces):
        raw = fib.stream[start:end]
        # Most of what is between consists of zeros.
        if not raw.strip(b"\0"):
            continue
        raw = raw[: max(0, _MOST - size)]
        size += end - start
        pictured = _PICTURE.search(raw, 0, _PICTURE_REACH)
        plain = pictured or end <= fib.text_start or not _FOREIGN.search(raw)
        text = strings(raw) if plain else document_strings(raw.translate(_BREAKS))
        least = _LONG if pictured else 0
        found += (line for line in text.split("\n") if len(line) >= least and _WORD.search(line))
    return "\n".join(found), size <= _MOST


def _gaps(fib: Fib, pieces: Pieces) -> Iterator[Range]:
    # In old documents all tables stand in this stream, behind the text.
    at, last = (fib.text_start, fib.text_end) if fib.is_old else (_HEAD + 4 * len(fib.numbers), len(fib.stream))
    for start, end in sorted(_named(fib, pieces)):
        if min(start, last) > at:
            yield at, min(start, last)
        at = max(at, end)
    if at < last:
        yield at, last


def _named(fib: Fib, pieces: Pieces) -> Iterator[Range]:
    """Yield the ranges of bytes that the document uses for text, formatting and pictures."""
    for piece in pieces.pieces:
        yield piece.start, piece.behind
    for table in (CHARACTER_PAGES, PARAGRAPH_PAGES):
        for number in pages(fib.at(table)):
            yield number * _PAGE, (number + 1) * _PAGE
    for _, start, size in floating_pictures(fib):
        yield start, start + size
    raw = fib.at(SECTIONS)
    count = (len(raw) - 4) // (4 + _SECTION)
    for number in range(count):
        (start,) = struct.unpack_from("<I", raw, 4 * (count + 1) + _SECTION * number + 2)
        if start + 2 <= len(fib.stream):
            yield start, start + 2 + struct.unpack_from("<H", fib.stream, start)[0]

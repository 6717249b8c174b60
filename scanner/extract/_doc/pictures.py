"""Finds the pictures of a Word document, and the texts that the metafiles among them draw."""

import struct
from collections.abc import Iterator
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._doc.data import LINKED_SHAPE, SHAPE, records
from scanner.extract._doc.fib import DRAWINGS, Fib
from scanner.extract._image.metafile import drawing, is_metafile
from scanner.extract._ole.escher_pictures import ShownPicture, shown_pictures

_HEADER: Final = struct.Struct("<HHI")
_CONTAINER: Final = 0xF
# An entry of the list of pictures: which kind, how large, and where in the main stream ([MS-ODRAW] 2.2.32).
_ENTRY: Final = 0xF007
_ENTRY_SIZE: Final = 36
_METAFILES: Final = frozenset({2, 3})
_BLIPS: Final = range(0xF018, 0xF118)
_MOST: Final = 10_000


def doc_pictures(fib: Fib, data: bytes, budget: Budget) -> Iterator[ShownPicture]:
    """Yield the pictures in the data stream, and those of floating shapes in the main stream.

    Raises:
        LimitReachedError: a budget is spent.
    """
    for kind, body in records(data):
        if kind in {SHAPE, LINKED_SHAPE}:
            # The name of a linked picture stands before its shape.
            yield from shown_pictures(body[1 + body[0] :] if kind == LINKED_SHAPE and body else body, budget)
        elif is_metafile(body[:64]):
            found = drawing(body)
            text = found.text().strip()
            yield ShownPicture(text, more=found.dots or not text)
    for kind, start, size in dict.fromkeys(floating_pictures(fib)):
        if kind in _METAFILES:
            yield from shown_pictures(fib.stream[start : start + size], budget)


def floating_pictures(fib: Fib) -> Iterator[tuple[int, int, int]]:
    """Yield the kind of each picture of a floating shape, where in the main stream it stands, and how long it is."""
    raw = fib.at(DRAWINGS)
    at, count = 0, 0
    while at + 8 <= len(raw) and count < _MOST:
        version, kind, size = _HEADER.unpack_from(raw, at)
        at += 8
        if version & _CONTAINER == _CONTAINER:
            continue
        if kind == _ENTRY and at + _ENTRY_SIZE <= len(raw):
            length, _, start = struct.unpack_from("<III", raw, at + 20)
            count += 1
            if int.from_bytes(fib.stream[start + 2 : start + 4], "little") in _BLIPS:
                yield raw[at], start, length
        at += size

"""Finds the deleted and the hidden characters of a Word document, by their formatting ([MS-DOC] 2.4.6)."""

import struct
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scanner.extract._doc.fib import CHARACTER_PAGES, Fib
from scanner.extract._doc.pieces import Pieces

_PAGE: Final = 512
_DELETED: Final = 0x0800
_HIDDEN: Final = 0x083C
_DELETED_BYTES: Final = b"\x00\x08"
_HIDDEN_BYTES: Final = b"\x3c\x08"
# The short form of a piece's formatting has numbers of its own (2.9.215).
_SHORT: Final = {0x41: _DELETED, 0x5C: _HIDDEN}
_SIZES: Final = (1, 1, 2, 4, 2, 2, 0, 3)
_ON: Final = frozenset({0x01, 0x81})

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unshown:
    """Ranges of character numbers, each in ascending order and apart."""

    deleted: tuple[Range, ...] = ()
    hidden: tuple[Range, ...] = ()


def unshown(fib: Fib, pieces: Pieces) -> Unshown:
    """Return what is marked as deleted by tracked changes, and what is hidden."""
    bytes_: dict[int, list[Range]] = {_DELETED: [], _HIDDEN: []}
    for start, end, kind in _runs(fib):
        bytes_[kind].append((start, end))
    found = {kind: list(_numbers(pieces, _joined(ranges))) for kind, ranges in bytes_.items()}
    known: dict[int, set[int]] = {}
    for piece in pieces.pieces:
        if not piece.format:
            continue
        if piece.format not in known:
            known[piece.format] = _piece_kinds(piece.format, pieces.formats)
        for kind in known[piece.format]:
            found[kind].append((piece.first, piece.end))
    return Unshown(_joined(found[_DELETED]), _joined(found[_HIDDEN]))


def pages(raw: bytes) -> Sequence[int]:
    """Return the numbers of the 512-byte pages that a table of formatted ranges names (2.8.5, 2.8.6)."""
    count = (len(raw) - 4) // 8
    if count <= 0:
        return ()
    return tuple(number & 0x3FFFFF for number in struct.unpack_from(f"<{count}I", raw, 4 * count + 4))


def overlapping(ranges: Sequence[Range], first: int, end: int) -> Iterator[Range]:
    """Yield the parts of ascending ranges that lie between two numbers."""
    index = max(0, bisect_left(ranges, (first, 0)) - 1)
    while index < len(ranges) and ranges[index][0] < end:
        a, b = max(first, ranges[index][0]), min(end, ranges[index][1])
        if a < b:
            yield a, b
        index += 1


def _runs(fib: Fib) -> Iterator[tuple[int, int, int]]:
    """Yield ranges of bytes of the main stream with what they are marked as."""
    for number in dict.fromkeys(pages(fib.at(CHARACTER_PAGES))):
        page = fib.stream[number * _PAGE : (number + 1) * _PAGE]
        if len(page) < _PAGE or (_DELETED_BYTES not in page and _HIDDEN_BYTES not in page):
            continue
        count = page[-1]
        if not count or 4 * (count + 1) + count > _PAGE:
            continue
        bounds = struct.unpack_from(f"<{count + 1}I", page)
        for index in range(count):
            at = 2 * page[4 * (count + 1) + index]
            if at:
                for kind in _kinds(page[at + 1 : at + 1 + page[at]]):
                    yield bounds[index], bounds[index + 1], kind


def _kinds(formats: bytes) -> set[int]:
    """Return which of both marks are switched on in a list of formats (2.6.1)."""
    found: set[int] = set()
    if _DELETED_BYTES not in formats and _HIDDEN_BYTES not in formats:
        return found
    at = 0
    while at + 3 <= len(formats):
        code = formats[at] | formats[at + 1] << 8
        size = _SIZES[code >> 13]
        if code in {_DELETED, _HIDDEN}:
            (found.add if formats[at + 2] in _ON else found.discard)(code)
        at += 2 + (size or 1 + formats[at + 2])
    return found


def _piece_kinds(form: int, formats: Sequence[bytes]) -> set[int]:
    if form & 1:
        return _kinds(formats[form >> 1]) if form >> 1 < len(formats) else set()
    kind = _SHORT.get(form >> 1 & 0x7F)
    return {kind} if kind is not None and form >> 8 in _ON else set()


def _numbers(pieces: Pieces, ranges: Sequence[Range]) -> Iterator[Range]:
    """Yield the numbers of the characters that stand in ranges of bytes."""
    if not ranges:
        return
    ordered = sorted(pieces.pieces, key=lambda piece: piece.start)
    starts = [piece.start for piece in ordered]
    for start, end in ranges:
        index = max(0, bisect_left(starts, start + 1) - 1)
        while index < len(ordered) and (piece := ordered[index]).start < end:
            a, b = max(start, piece.start), min(end, piece.behind)
            if a < b:
                yield piece.first + (a - piece.start) // piece.width, piece.first + (b - piece.start) // piece.width
            index += 1


def _joined(ranges: list[Range]) -> tuple[Range, ...]:
    found: list[Range] = []
    for first, end in sorted(ranges):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((first, end))
    return tuple(found)

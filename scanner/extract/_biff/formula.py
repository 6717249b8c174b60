"""Finds the strings that a compiled Excel formula holds."""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_STRING: Final = 0x17
_EXTENDED: Final = 0x18
_ATTRIBUTE: Final = 0x19
_CHOOSE: Final = 0x04
_FIRST_CLASSED: Final = 0x20
_ARRAY: Final = 0x20
_AREAS: Final = 0x26
_TABLE_COLUMNS: Final = 0x19
# Only a string, or an array with strings in it, makes a formula worth walking.
_WORTH: Final = re.compile(rb"[\x17\x20\x40\x60]")
_NO_OPERANDS: Final = dict.fromkeys(range(0x03, 0x17), 0)
_VALUE: Final = 8
_MOST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one file format writes formulas: operand sizes by token, and the sizes of what stands in strings."""

    sizes: Mapping[int, int]
    count: int
    unicode: bool
    flagged: bool
    array_head: struct.Struct
    array_string: int
    array_count: int
    array_values: Mapping[int, int]
    areas: tuple[int, int]


def _sizes(changed: Mapping[int, int]) -> Mapping[int, int]:
    common = {0x01: 4, 0x02: 4, 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8, 0x21: 2, 0x22: 3, 0x29: 2, 0x2E: 2, 0x2F: 2}
    return _NO_OPERANDS | common | dict(changed)


_BIFF8: Final = {0x20: 7, 0x23: 4, 0x24: 4, 0x25: 8, 0x26: 6, 0x27: 6, 0x28: 6, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8}
_BIFF8_3D: Final = {0x39: 6, 0x3A: 6, 0x3B: 10, 0x3C: 6, 0x3D: 10}
_BIFF5: Final = {0x20: 7, 0x23: 14, 0x24: 3, 0x25: 6, 0x26: 6, 0x27: 6, 0x28: 6, 0x2A: 3, 0x2B: 6, 0x2C: 3, 0x2D: 6}
_BIFF5_3D: Final = {0x39: 24, 0x3A: 17, 0x3B: 20, 0x3C: 17, 0x3D: 20}
_BIFF12: Final = {0x20: 14, 0x23: 4, 0x24: 6, 0x25: 12, 0x26: 6, 0x27: 6, 0x28: 6, 0x2A: 6, 0x2B: 12, 0x2C: 6, 0x2D: 12}
_BIFF12_3D: Final = {0x39: 6, 0x3A: 8, 0x3B: 14, 0x3C: 8, 0x3D: 14}
_NARROW_ARRAY: Final = struct.Struct("<BH")
_WIDE_ARRAY: Final = struct.Struct("<II")

BIFF8: Final = Dialect(
    _sizes(_BIFF8 | _BIFF8_3D),
    count=1,
    unicode=True,
    flagged=True,
    array_head=_NARROW_ARRAY,
    array_string=2,
    array_count=2,
    array_values={},
    areas=(2, 8),
)
"""[MS-XLS], Rgce."""

BIFF5: Final = Dialect(
    _sizes(_BIFF5 | _BIFF5_3D),
    count=1,
    unicode=False,
    flagged=False,
    array_head=_NARROW_ARRAY,
    array_string=2,
    array_count=1,
    array_values={},
    areas=(2, 6),
)
"""The version before, with one byte a character."""

BIFF12: Final = Dialect(
    _sizes(_BIFF12 | _BIFF12_3D),
    count=2,
    unicode=True,
    flagged=False,
    array_head=_WIDE_ARRAY,
    array_string=1,
    array_count=2,
    array_values={2: 1, 4: 4},
    areas=(4, 16),
)
"""[MS-XLSB], Rgce."""


def literals(formula: bytes, extra: bytes, dialect: Dialect, codec: str = "cp1252") -> list[str]:
    """Return the strings in a formula, and in the arrays that stand behind it."""
    if not _WORTH.search(formula):
        return []
    found: list[str] = []
    behind: list[int] = []
    try:
        found += _walk(formula, dialect, codec, behind)
        found += _arrays(extra, dialect, codec, behind)
    except (struct.error, IndexError):
        pass  # a formula cut short; what came before counts
    return [text for text in found if text.strip()]


def _walk(formula: bytes, dialect: Dialect, codec: str, behind: list[int]) -> Iterator[str]:
    at = 0
    while at < len(formula):
        token = formula[at]
        at += 1
        if token == _STRING:
            text, at = _string(formula, at, dialect.count, dialect, codec)
            yield text
        elif token == _ATTRIBUTE:
            kind, offset = struct.unpack_from("<BH", formula, at)
            at += 3 + (2 * (offset + 1) if kind & _CHOOSE else 0)
        elif token == _EXTENDED:
            at += 13 if formula[at] == _TABLE_COLUMNS else 5
        else:
            kind = token if token < _FIRST_CLASSED else _FIRST_CLASSED | token & 0x1F
            size = dialect.sizes.get(kind)
            if size is None:
                yield from _loose(formula[at:], dialect, codec)
                return
            if kind in {_ARRAY, _AREAS}:
                behind.append(kind)
            at += size


def _string(data: bytes, at: int, count_size: int, dialect: Dialect, codec: str) -> tuple[str, int]:
    count = int.from_bytes(data[at : at + count_size], "little")
    at += count_size
    wide = dialect.unicode
    if dialect.flagged:
        wide = bool(data[at] & 1)
        at += 1
    end = at + (count << wide)
    narrow = "latin-1" if dialect.unicode else codec
    return data[at:end].decode("utf-16-le" if wide else narrow, "replace"), end


def _loose(rest: bytes, dialect: Dialect, codec: str) -> Iterator[str]:
    """Yield what looks like strings behind a token that is not known."""
    at = rest.find(_STRING)
    while at >= 0:
        end = at + 1
        if end + dialect.count < len(rest):
            text, after = _string(rest, end, dialect.count, dialect, codec)
            if text and after <= len(rest) and text.isprintable():
                yield text
                end = after
        at = rest.find(_STRING, end)


def _arrays(extra: bytes, dialect: Dialect, codec: str, behind: list[int]) -> Iterator[str]:
    at = 0
    for kind in behind:
        if kind == _AREAS:
            counted, each = dialect.areas
            at += counted + each * int.from_bytes(extra[at : at + counted], "little")
            continue
        first, second = dialect.array_head.unpack_from(extra, at)
        at += dialect.array_head.size
        # The narrow form states the number of the last column and row, the wide one how many there are.
        values = first * second if dialect.array_head is _WIDE_ARRAY else (first + 1) * (second + 1)
        for _ in range(min(values, _MOST)):
            tag = extra[at]
            at += 1
            if tag == dialect.array_string:
                text, at = _string(extra, at, dialect.array_count, dialect, codec)
                yield text
            else:
                at += dialect.array_values.get(tag, _VALUE)

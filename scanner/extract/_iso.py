"""Reads what the volume descriptors of an ISO 9660 image say in words."""

from collections.abc import Iterator
from typing import Final

_FIRST: Final = 0x8000
_SECTOR: Final = 2048
_MOST: Final = 64
_NAMED: Final = frozenset({0, 1, 2})
_WIDE_MARKS: Final = (b"%/@", b"%/C", b"%/E")
# ECMA-119, sections 8.4 and 8.5: system, volume, set, publisher, preparer, application, three files, free use.
_FIELDS: Final = ((8, 40), (40, 72), (190, 318), (318, 446), (446, 574), (574, 702), (702, 813), (883, 1395))


def volume_words(data: bytes) -> Iterator[str]:
    """Yield the fields of all descriptors, those of Joliet in its wide characters."""
    for at in range(_FIRST, _FIRST + _MOST * _SECTOR, _SECTOR):
        if data[at + 1 : at + 6] != b"CD001":
            return
        if data[at] not in _NAMED:
            continue
        wide = data[at + 88 : at + 91] in _WIDE_MARKS
        for start, end in _FIELDS:
            raw = data[at + start : at + end]
            text = raw.decode("utf-16-be", "replace") if wide else raw.decode("latin-1")
            if words := text.replace("\x00", " ").strip():
                yield words

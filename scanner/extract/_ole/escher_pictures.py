"""Finds the pictures in binary Office files, and the texts that the metafiles among them draw."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._image.metafile import drawing
from scanner.model.document import Reason

_HEADER: Final = struct.Struct("<HHI")
_CONTAINER: Final = 0xF
_ENTRY: Final = 0xF007
_ENTRY_SIZE: Final = 36
_NAME_SIZE_AT: Final = 33
_EMF, _WMF, _PICT = 0xF01A, 0xF01B, 0xF01C
_BLIPS: Final = range(0xF018, 0xF118)
_IDENTIFIER: Final = 16
_METAFILE_HEADER: Final = 34
_PACKING_AT: Final = 32
_PLAIN: Final = 0xFE


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """What is known of one picture: the text it draws, and whether there may be more to see than that.

    `problem` is why it could not be read to its end.
    """

    text: str
    more: bool
    problem: Reason | None = None


def shown_pictures(data: bytes, budget: Budget) -> Iterator[ShownPicture]:
    """Yield the pictures of a drawing or of a stream of pictures ([MS-ODRAW], OfficeArtBStoreContainer, OfficeArtBlip).

    Raises:
        LimitReachedError: a budget is spent.
    """
    at, last = 0, len(data) - 8
    while at <= last:
        version, kind, size = _HEADER.unpack_from(data, at)
        at += 8
        if version & _CONTAINER == _CONTAINER:
            continue
        if kind == _ENTRY:
            # The picture stands in the entry, behind its name, or in a stream of pictures.
            at += min(size, _ENTRY_SIZE + data[at + _NAME_SIZE_AT] if at + _NAME_SIZE_AT < len(data) else size)
            continue
        if kind in {_EMF, _WMF}:
            yield _metafile(version >> 4, data[at : at + size], budget)
        elif kind in _BLIPS:
            yield ShownPicture("", more=True)
        at += size


def _metafile(instance: int, content: bytes, budget: Budget) -> ShownPicture:
    """[MS-ODRAW], OfficeArtBlipEMF: one identifier or two, a header, and the metafile, mostly compressed."""
    start = _IDENTIFIER * (1 + instance % 2)
    header = content[start : start + _METAFILE_HEADER]
    if len(header) < _METAFILE_HEADER:
        return ShownPicture("", more=True, problem=Reason.CORRUPT)
    packed = content[start + _METAFILE_HEADER :]
    if header[_PACKING_AT] != _PLAIN:
        most = budget.limits.member_bytes
        inflate = zlib.decompressobj()
        try:
            data = inflate.decompress(packed, most)
        except zlib.error:
            return ShownPicture("", more=True, problem=Reason.CORRUPT)
        if inflate.unconsumed_tail:
            return ShownPicture("", more=True, problem=Reason.TOO_LARGE)
    else:
        data = packed
    budget.expand(len(data))
    found = drawing(data)
    text = found.text().strip()
    return ShownPicture(text, more=found.dots or not text)

"""Unpacks files of the old Unix program `compress` (`.Z`)."""

from collections.abc import Iterator
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_HEADER: Final = 3
_MOST_BITS: Final = 0x1F
_BLOCKS: Final = 0x80
_CLEAR: Final = 256
_FEWEST: Final = 9
_MOST: Final = 16
_PIECE: Final = 1 << 18


def unlzw(data: bytes) -> Iterator[bytes]:
    """Yield what a file of `compress` unpacks to.

    Every string in the table is a stretch of what was written before, so only where it begins and how long it is
    are kept.

    Raises:
        UnreadableError: the file is damaged.
    """
    if len(data) <= _HEADER or not _FEWEST <= data[2] & _MOST_BITS <= _MOST:
        raise UnreadableError(Reason.CORRUPT, "the stream is damaged")
    blocks = bool(data[2] & _BLOCKS)
    written = bytearray()
    given = 0
    starts: list[int] = []
    lengths: list[int] = []
    first = _CLEAR + 1 if blocks else _CLEAR
    full = (1 << (data[2] & _MOST_BITS)) - first
    last = -1  # where the string before this one begins, none after a clear
    last_length = 0
    for code in _codes(data):
        begin = len(written)
        if code == _CLEAR and blocks:
            starts.clear()
            lengths.clear()
            last = -1
            continue
        if last >= 0 and len(starts) < full:
            starts.append(last)
            lengths.append(last_length + 1)
        if code < _CLEAR:
            written.append(code)
        elif code - first < len(starts):
            start, length = starts[code - first], lengths[code - first]
            if start + length > begin:  # the string that is only now being made: its last is its first again
                written += written[start:begin] + written[start : start + 1]
            else:
                written += written[start : start + length]
        else:
            raise UnreadableError(Reason.CORRUPT, "the stream is damaged")
        last, last_length = begin, len(written) - begin
        if len(written) - given >= _PIECE:
            yield bytes(written[given:])
            given = len(written)
    yield bytes(written[given:])


def _codes(data: bytes) -> Iterator[int]:
    """Yield the codes: eight of one width make a group, and what is left of a group is skipped when the width grows."""
    most, blocks = data[2] & _MOST_BITS, bool(data[2] & _BLOCKS)
    width = _FEWEST
    count = _CLEAR + 1 if blocks else _CLEAR
    at = _HEADER
    fresh = True
    while at < len(data):
        group = int.from_bytes(data[at : at + width], "little")
        bits = min(width, len(data) - at) * 8
        at += width
        mask = (1 << width) - 1
        for shift in range(0, bits - width + 1, width):
            code = (group >> shift) & mask
            yield code
            if code == _CLEAR and blocks:
                width, count, fresh = _FEWEST, _CLEAR + 1, True
                break
            if not fresh:
                count += 1
            fresh = False
            if count >= 1 << width and width < most:
                width += 1
                break

"""Unpacks Deflate64, the form of deflate with a window of 64 KiB that Windows uses for large ZIP archives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_WINDOW: Final = 1 << 16
_PIECE: Final = 1 << 18
_END: Final = 256
# RFC 1951, section 3.2.5, with the last length and two more distances as Deflate64 has them.
_LENGTHS: Final = (
    *((length, 0) for length in range(3, 11)),
    *((11 + 2 * step, 1) for step in range(4)),
    *((19 + 4 * step, 2) for step in range(4)),
    *((35 + 8 * step, 3) for step in range(4)),
    *((67 + 16 * step, 4) for step in range(4)),
    *((131 + 32 * step, 5) for step in range(4)),
    (3, 16),
)
_DISTANCES: Final = (
    *((distance, 0) for distance in range(1, 5)),
    *(((2 + half) * (1 << extra) + 1, extra) for extra in range(1, 15) for half in range(2)),
)
_ORDER: Final = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_LONGEST: Final = 15
_STORED: Final = 0
_FIXED: Final = 1
_DYNAMIC: Final = 2


@dataclass(frozen=True, slots=True)
class _Code:
    """A Huffman code: for the next `width` bits, a symbol and its length as `symbol * 16 + length`, 0 for none."""

    table: list[int]
    width: int


class _Bits:
    """Bits, the lowest of each byte first."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.held = 0
        self.count = 0

    def fill(self) -> None:
        """Hold at least 48 bits, zeros behind the end."""
        if self.count < 48:  # noqa: PLR2004 - enough for a length, a distance and all their bits
            self.held |= int.from_bytes(self.data[self.at : self.at + 32], "little") << self.count
            self.at += 32
            self.count += 256

    def take(self, count: int) -> int:
        """Return so many bits, 16 at most."""
        self.fill()
        value = self.held & ((1 << count) - 1)
        self.drop(count)
        return value

    def drop(self, count: int) -> None:
        """Leave bits behind.

        Raises:
            UnreadableError: there are not so many.
        """
        self.held >>= count
        self.count -= count
        if self.at * 8 - self.count > len(self.data) * 8:
            raise UnreadableError(Reason.CORRUPT, "the stream breaks off")

    def symbol(self, code: _Code) -> int:
        """Return the next symbol of a code."""
        self.fill()
        found = code.table[self.held & ((1 << code.width) - 1)]
        if not found:
            raise UnreadableError(Reason.CORRUPT, "the stream is damaged")
        self.drop(found & 15)
        return found >> 4

    def rest(self, size: int) -> bytes:
        """Return whole bytes from the next byte on."""
        start = (self.at * 8 - self.count + 7) // 8
        self.at, self.held, self.count = start + size, 0, 0
        return self.data[start : start + size]


class _Window:
    """What was unpacked: as much as is looked back to, and what has not been given away yet."""

    def __init__(self) -> None:
        self.held = bytearray()
        self._given = 0

    def ready(self) -> bytes:
        """Give away what there is, and keep only what may be looked back to."""
        piece = bytes(self.held[self._given :])
        del self.held[:-_WINDOW]
        self._given = len(self.held)
        return piece


def inflate64(data: bytes) -> Iterator[bytes]:
    """Yield what a Deflate64 stream unpacks to.

    Raises:
        UnreadableError: it is damaged, behind everything that was yielded.
    """
    bits, window = _Bits(data), _Window()
    last = 0
    try:
        while not last:
            last, kind = bits.take(1), bits.take(2)
            if kind == _STORED:
                _copy(bits, window)
            elif kind in {_FIXED, _DYNAMIC}:
                yield from _block(bits, window, *(_FIXED_CODES if kind == _FIXED else _codes(bits)))
            else:
                raise _damaged()
            yield window.ready()
    except UnreadableError:
        yield window.ready()
        raise


def _damaged() -> UnreadableError:
    return UnreadableError(Reason.CORRUPT, "the stream is damaged")


def _copy(bits: _Bits, window: _Window) -> None:
    """Take a block that is stored as it is, behind its size and the complement of that."""
    size = int.from_bytes(bits.rest(4)[:2], "little")
    piece = bits.rest(size)
    window.held += piece
    if len(piece) < size:
        raise UnreadableError(Reason.CORRUPT, "the stream breaks off")


def _block(bits: _Bits, window: _Window, literals: _Code, distances: _Code) -> Iterator[bytes]:
    """Unpack a block of literals and of copies; what is done a million times stands here in full."""
    held, table, mask = window.held, literals.table, (1 << literals.width) - 1
    limit = _WINDOW + _PIECE
    while True:
        if len(held) > limit:
            yield window.ready()
        if bits.count < _LONGEST:
            bits.fill()
            bits.drop(0)
        buffer, count = bits.held, bits.count
        while (found := table[buffer & mask]) < _END << 4 and found and count >= _LONGEST:
            held.append(found >> 4)
            buffer >>= found & 15
            count -= found & 15
        bits.held, bits.count = buffer, count
        if count < _LONGEST:
            continue
        symbol = bits.symbol(literals)
        if symbol == _END:
            return
        if symbol - _END > len(_LENGTHS):
            raise _damaged()
        length, extra = _LENGTHS[symbol - _END - 1]
        length += bits.take(extra) if extra else 0
        distance, extra = _DISTANCES[bits.symbol(distances)]
        distance += bits.take(extra) if extra else 0
        start = len(held) - distance
        if start < 0:
            raise _damaged()
        if distance >= length:
            held += held[start : start + length]
        else:
            held += (held[start:] * (length // distance + 1))[:length]


def _codes(bits: _Bits) -> tuple[_Code, _Code]:
    """Read the two codes of a block, whose lengths stand in a third one (RFC 1951, section 3.2.7)."""
    literals, distances, count = bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4
    lengths = [0] * len(_ORDER)
    for place in _ORDER[:count]:
        lengths[place] = bits.take(3)
    code = _code(lengths)
    lengths = []
    while len(lengths) < literals + distances:
        symbol = bits.symbol(code)
        if symbol < 16:  # noqa: PLR2004 - a length; above it stand repetitions
            lengths.append(symbol)
        elif symbol == 16:  # noqa: PLR2004 - the length before, again
            if not lengths:
                raise _damaged()
            lengths += [lengths[-1]] * (3 + bits.take(2))
        else:
            lengths += [0] * ((3 + bits.take(3)) if symbol == 17 else (11 + bits.take(7)))  # noqa: PLR2004 - or 18
    return _code(lengths[:literals]), _code(lengths[literals : literals + distances])


def _code(lengths: list[int]) -> _Code:
    """Return the canonical code of some lengths (RFC 1951, section 3.2.2); one that is no code finds nothing."""
    width = max(1, *lengths)
    table = [0] * (1 << width)
    code = 0
    for length in range(1, width + 1):
        for symbol, own in enumerate(lengths):
            if own != length:
                continue
            if code >= 1 << length:
                raise _damaged()
            first = int(f"{code:0{length}b}"[::-1], 2)
            table[first :: 1 << length] = [symbol << 4 | length] * (1 << (width - length))
            code += 1
        code <<= 1
    return _Code(table, width)


_FIXED_CODES: Final = (_code([8] * 144 + [9] * 112 + [7] * 24 + [8] * 8), _code([5] * 32))

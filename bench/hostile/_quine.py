"""Makes a gzip that unpacks to itself, as Russ Cox describes it in "Zip Files All The Way Down" (2010)."""

import struct
import zlib

_UNIT = 5  # bytes of every instruction
_WIDTH = 32  # bits of the checksum


def gzip_of_itself() -> bytes:
    """Return a gzip whose content is the same gzip.

    Raises:
        RuntimeError: no time stamp allows a checksum that is right within what it is the checksum of.
    """
    for stamp in range(64):
        checksum = _fixed_point(stamp)
        if checksum is not None:
            return _written(stamp, checksum)
    message = "there is no such gzip"
    raise RuntimeError(message)


def _written(stamp: int, checksum: int) -> bytes:
    """Return the instructions; each output is what stands in the file at that place."""
    prefix = b"\x1f\x8b\x08\x08" + struct.pack("<I", stamp) + b"\0\xffself\0"  # with its name, of three units
    size = 34 * _UNIT + 4 * (3 * _UNIT - _UNIT)
    # An end of a unit without content, the last block, then the checksum and the size: three units as well.
    suffix = _literal(0) + b"\3\0" + struct.pack("<II", checksum, size)
    four, one, none, again = _literal(4), _literal(1), _literal(0), _repeat_four()
    return b"".join(
        (
            *(prefix, four, prefix, four, again),
            *(one, again, one, one, four, again, one, one, four, again),
            *(four, again, four, again, four, again),
            *(four, again, none, none, four, again, none, none, four),
            *(again, suffix, again, suffix),
        )
    )


def _literal(units: int) -> bytes:
    """Return the instruction to copy so many units that follow: a stored block (RFC 1951, section 3.2.4)."""
    return struct.pack("<BHH", 0, units * _UNIT, units * _UNIT ^ 0xFFFF)


def _repeat_four() -> bytes:
    """Return the instruction to repeat the last four units, in 40 bits: twice ten bytes from twenty bytes back.

    They are in fixed codes (RFC 1951, sections 3.2.5 and 3.2.6): length 10 is 264, distance 20 is 8 and 3 in 3 bits.
    """
    copy = "0001000" + "01000" + "110"
    bits = "0" + "10" + copy + copy + "0000000"
    return sum(int(bit) << at for at, bit in enumerate(bits)).to_bytes(_UNIT, "little")


def _fixed_point(stamp: int) -> int | None:
    """Return the checksum that is right where it stands in the file itself; it is affine in its own bits."""
    base = zlib.crc32(_written(stamp, 0))
    rows: list[tuple[int, int]] = []
    columns = [zlib.crc32(_written(stamp, 1 << bit)) ^ base ^ (1 << bit) for bit in range(_WIDTH)]
    for bit in range(_WIDTH):
        row = sum((column >> bit & 1) << at for at, column in enumerate(columns))
        rows.append((row, base >> bit & 1))
    solution = 0
    for bit in range(_WIDTH):
        pivot = next((at for at in range(bit, _WIDTH) if rows[at][0] >> bit & 1), None)
        if pivot is None:
            return None
        rows[bit], rows[pivot] = rows[pivot], rows[bit]
        for at in range(_WIDTH):
            if at != bit and rows[at][0] >> bit & 1:
                rows[at] = (rows[at][0] ^ rows[bit][0], rows[at][1] ^ rows[bit][1])
    for bit in range(_WIDTH):
        solution |= rows[bit][1] << bit
    return solution

import random
import zlib

import pytest

from scanner.extract._archive.inflate64 import inflate64
from scanner.extract._unreadable import UnreadableError

_CHANCE = random.Random(2)  # noqa: S311 - the same text every time
_WORDS = [bytes(_CHANCE.choices(b"abcdefghij", k=_CHANCE.randrange(2, 9))) for _ in range(300)]
# No word comes again so soon that a match is as long as 258: that length is written in another way.
_TEXT = b" ".join(b"%d " % number + _CHANCE.choice(_WORDS) for number in range(30_000))


def _deflated(level: int, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    machine = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return machine.compress(_TEXT) + machine.flush()


@pytest.mark.parametrize(
    "data", [_deflated(0), _deflated(9), _deflated(9, zlib.Z_FIXED), _deflated(6, zlib.Z_HUFFMAN_ONLY)]
)
def test_every_kind_of_block_is_unpacked_in_pieces(data: bytes):
    pieces = list(inflate64(data))

    assert b"".join(pieces) == _TEXT
    assert all(len(piece) < 1 << 20 for piece in pieces)


@pytest.mark.parametrize("data", [_deflated(0), _deflated(9), _deflated(9, zlib.Z_FIXED)])
def test_a_torn_off_stream_gives_what_came_before(data: bytes):
    pieces: list[bytes] = []
    with pytest.raises(UnreadableError):
        pieces.extend(inflate64(data[: len(data) // 2]))
    found = b"".join(pieces)

    assert len(found) > len(_TEXT) // 4
    assert found[: len(_TEXT) // 4] == _TEXT[: len(_TEXT) // 4]


def _bits(*values: tuple[int, int]) -> bytes:
    whole, at = 0, 0
    for value, width in values:
        whole |= value << at
        at += width
    return whole.to_bytes(at // 8 + 8, "little")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        _bits((1, 1), (3, 2)),
        # A copy from before the beginning, and lengths that are no code or repeat one that is not there.
        _bits((1, 1), (1, 2), (0b0100000, 7), (0, 5)),
        _bits((1, 1), (2, 2), (0, 5), (0, 5), (15, 4), *(((1, 3),) * 19)),
        _bits((1, 1), (2, 2), (0, 5), (0, 5), (0, 4), (1, 3), (0, 3), (0, 3), (0, 3), (0, 1)),
        # The two symbols that the fixed code has and nobody may use.
        _bits((1, 1), (1, 2), (0b01100011, 8)),
        _bits((1, 1), (1, 2), (0b11100011, 8)),
    ],
)
def test_nonsense_is_damage(data: bytes):
    with pytest.raises(UnreadableError):
        list(inflate64(data))


def test_faults_are_damage_and_nothing_worse():
    whole = _deflated(9)[:4000]
    for _ in range(150):
        data = bytearray(whole)
        data[_CHANCE.randrange(len(data))] ^= 1 << _CHANCE.randrange(8)
        with pytest.raises(UnreadableError):
            list(inflate64(bytes(data)))

"""Reads messages of PGP that are signed or compressed, but not encrypted (RFC 9580): the file inside is a member."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Final, cast

from scanner.extract._archive.member import Pieces
from scanner.extract._archive.streams import Unpacked
from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason

MEDIA_TYPES: Final = frozenset({"application/x-pgp-message"})
_COMPRESSED: Final = 8
_LITERAL: Final = 11
# Session keys, and data encrypted in one of three ways (section 5).
_SEALED: Final = frozenset({1, 3, 9, 18, 20})
_DEFLATE, _ZLIB, _BZIP2 = 1, 2, 3
# Section 4.2.1: lengths of one byte, of two, of a piece, and of five.
_ONE_END, _TWO_END, _FIVE = 0xC0, 0xE0, 0xFF
_DEEPEST: Final = 8
_MOST: Final = 10_000
_PIECE: Final = 1 << 18


def extract(blob: Blob, budget: Budget) -> Iterator[Member | Problem]:
    """Yield the files inside, and a problem for what needs a key."""
    waiting = [blob.data]
    for _ in range(_DEEPEST):
        if not waiting:
            return
        for packet in _packets(waiting.pop()):
            if packet.tag in _SEALED:
                yield Problem(blob.place, Reason.ENCRYPTED, "needs a key")
                return
            if packet.tag == _COMPRESSED and packet.body:
                found, whole = _inflated(packet.body, budget)
                waiting.append(found)
                packet.whole = packet.whole and whole
            elif packet.tag == _LITERAL:
                yield _literal(blob, packet.body)
            if not packet.whole:
                yield Problem(blob.place, Reason.CORRUPT, "the message breaks off")
                break
    if waiting:
        yield Problem(blob.place, Reason.TOO_DEEP, f"packed more than {_DEEPEST} times")


@dataclass(slots=True)
class _Packet:
    """What one packet is, and what it holds; `whole` is False where it breaks off."""

    tag: int
    body: bytes = field(repr=False)
    whole: bool = True


def _packets(data: bytes) -> Iterator[_Packet]:
    """Yield the packets of a message (section 4.2)."""
    at = 0
    for _ in range(_MOST):
        if at >= len(data):
            return
        first = data[at]
        if not first & 0x80:
            yield _Packet(0, b"", whole=False)
            return
        tag, pieces, at, whole = (
            (first & 0x3F, *_new(data, at + 1)) if first & 0x40 else (first >> 2 & 0xF, *_old(data, at + 1, first & 3))
        )
        yield _Packet(tag, pieces, whole)
        if not whole:
            return


def _old(data: bytes, at: int, kind: int) -> tuple[bytes, int, bool]:
    """Return the body of a packet of the old format, where it ends, and whether that is all of it."""
    if kind == 3:  # noqa: PLR2004 - two bits: the length is not stated
        return data[at:], len(data), True
    size = 1 << kind
    end = at + size + int.from_bytes(data[at : at + size], "big")
    return data[at + size : end], end, end <= len(data)


def _new(data: bytes, at: int) -> tuple[bytes, int, bool]:
    """Return the body of a packet of the new format, which may come in pieces, where it ends, and if that is all."""
    pieces: list[bytes] = []
    while at < len(data):
        first = data[at]
        last = not _TWO_END <= first < _FIVE
        if first < _ONE_END:
            start, size = at + 1, first
        elif first < _TWO_END:
            start, size = at + 2, (first - _ONE_END << 8) + int.from_bytes(data[at + 1 : at + 2], "big") + _ONE_END
        elif last:
            start, size = at + 5, int.from_bytes(data[at + 1 : at + 5], "big")
        else:
            start, size = at + 1, 1 << (first & 0x1F)
        pieces.append(data[start : start + size])
        at = start + size
        if last:
            return b"".join(pieces), at, at <= len(data)
    return b"".join(pieces), at, False


def _literal(blob: Blob, body: bytes) -> Member:
    """Return the file in a literal packet: its kind, its name, a date, the file (section 5.9)."""
    size = body[1] if len(body) > 1 else 0
    name = decodings(body[2 : 2 + size])[0] if size else ""
    place = replace(blob.place, members=(*blob.place.members, name or "content"))
    return Member(place, body[2 + size + 4 :])


def _inflated(body: bytes, budget: Budget) -> tuple[bytes, bool]:
    """Return what a compressed packet holds, and whether that is all of it."""
    kept: list[bytes] = []
    pieces = _pieces(body)

    def keeping() -> Iterator[bytes]:
        for piece in pieces:
            kept.append(piece)
            yield piece

    try:
        return budget.read(cast("IO[bytes]", Pieces(keeping()))), True
    except (zlib.error, UnreadableError):
        return b"".join(kept), False


def _pieces(body: bytes) -> Iterator[bytes]:
    if body[0] == _BZIP2:
        yield from Unpacked(body, "application/x-bzip2", 1)
    elif body[0] in {_DEFLATE, _ZLIB}:
        machine = zlib.decompressobj(-zlib.MAX_WBITS if body[0] == _DEFLATE else zlib.MAX_WBITS)
        rest = body[1:]
        while rest and not machine.eof:
            yield machine.decompress(rest, _PIECE)
            rest = machine.unconsumed_tail
        if not machine.eof:
            raise UnreadableError(Reason.CORRUPT, "it breaks off")
    else:
        yield body[1:]

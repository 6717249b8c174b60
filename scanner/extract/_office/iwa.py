"""Reads the archives that iWork documents are made of since 2013: protocol buffers, packed with Snappy in frames."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_MOST_BLOCK: Final = 1 << 24
_MOST_OBJECTS: Final = 500_000
_DEEPEST: Final = 12
_VARINT: Final = 10
_CONTROLS: Final = frozenset(map(chr, (*range(9), *range(14, 32), 127)))


@dataclass(frozen=True, slots=True)
class Message:
    """One object of an archive: the number of its type, and its fields as they are packed."""

    kind: int
    data: bytes = field(repr=False)


class BrokenError(Exception):
    """The bytes are no archive from here on."""


def unframed(data: bytes) -> Iterator[bytes]:
    """Yield the blocks of an archive, unpacked; each has its length in three bytes before it.

    Raises:
        BrokenError: a frame or a block is damaged.
    """
    at = 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "little")
        if data[at] != 0 or at + 4 + size > len(data):
            raise BrokenError
        yield _snappy(data[at + 4 : at + 4 + size])
        at += 4 + size


def _snappy(data: bytes) -> bytes:
    """Unpack a raw Snappy block (format_description.txt of Snappy, 2011)."""
    size, at = _varint(data, 0)
    if size > _MOST_BLOCK:
        raise BrokenError
    out = bytearray()
    end = len(data)
    while at < end:
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:  # noqa: PLR2004 - from here on the length stands in bytes of its own
                more = length - 59
                length = int.from_bytes(data[at : at + more], "little")
                at += more
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if tag & 3 == 1:
            length, offset, used = 4 + (tag >> 2 & 7), tag >> 5 << 8 | _byte(data, at), 1
        else:
            used = 2 if tag & 3 == 2 else 4  # noqa: PLR2004 - the third of four kinds
            length, offset = 1 + (tag >> 2), int.from_bytes(data[at : at + used], "little")
        at += used
        _copy(out, offset, length)
        if len(out) > size:
            raise BrokenError
    if len(out) != size:
        raise BrokenError
    return bytes(out)


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise BrokenError
    return data[at]


def _copy(out: bytearray, offset: int, length: int) -> None:
    start = len(out) - offset
    if offset == 0 or start < 0:
        raise BrokenError
    if offset >= length:
        out += out[start : start + length]
    else:
        out += (out[start:] * (length // offset + 1))[:length]


def messages(data: bytes) -> Iterator[Message]:
    """Yield the objects of an unpacked archive: before each stand its length and what it is.

    Raises:
        BrokenError: it breaks off.
    """
    at = 0
    for _ in range(_MOST_OBJECTS):
        if at >= len(data):
            return
        size, at = _varint(data, at)
        head = data[at : at + size]
        at += size
        for number, value in fields(head):
            if number == 2 and isinstance(value, bytes):  # noqa: PLR2004 - what the objects are
                said = dict(fields(value))
                kind, length = said.get(1), said.get(3)
                if not isinstance(kind, int) or not isinstance(length, int) or at + length > len(data):
                    raise BrokenError
                yield Message(kind, data[at : at + length])
                at += length


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of the fields of a message (protobuf.dev, Encoding).

    Raises:
        BrokenError: it is no message.
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise BrokenError
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:  # noqa: PLR2004 - a length and that many bytes
            size, at = _varint(data, at)
        elif wire in {1, 5}:
            size = 8 if wire == 1 else 4
        else:
            raise BrokenError
        if at + size > len(data):
            raise BrokenError
        if wire == 2:  # noqa: PLR2004 - as above
            yield number, data[at : at + size]
        at += size


def strings(data: bytes, depth: int = 0) -> Iterator[str]:
    """Yield the texts in a message and the messages in it, whatever their fields mean."""
    try:
        for _, value in fields(data):
            if isinstance(value, int) or not value:
                continue
            text = _text(value)
            if text is not None:
                yield text
            elif depth < _DEEPEST:
                yield from strings(value, depth + 1)
    except BrokenError:
        return


def _text(value: bytes) -> str | None:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if _CONTROLS.isdisjoint(text) else None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for number in range(_VARINT):
        byte = _byte(data, at + number)
        value |= (byte & 0x7F) << 7 * number
        if byte < 0x80:  # noqa: PLR2004 - the last byte
            return value, at + number + 1
    raise BrokenError

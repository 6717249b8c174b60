"""Takes a TNEF stream apart: its attributes, and the lists of properties within them ([MS-OXTNEF] 2.1)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._outlook.mapi import BINARY, MANY, OBJECT, TEXT, WIDE_TEXT, MapiName, MapiValue
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_HEADER: Final = 6
_ATTRIBUTE: Final = struct.Struct("<BII")
_MOST_VALUES: Final = 100_000
_NAMED: Final = 0x8000
_BY_WORD: Final = 1
_LONG: Final = frozenset({TEXT, WIDE_TEXT, BINARY, OBJECT})
# [MS-OXCDATA] 2.11.1; all are filled up to four bytes.
_SIZES: Final = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its number, without the type, and its data; `whole` is False for one that the file ends in."""

    tag: int
    data: bytes = field(repr=False)
    whole: bool


def attributes(data: bytes) -> Iterator[Attribute]:
    """Yield the attributes in their order; what is left of the one that the file ends in is yielded, too."""
    at = _HEADER
    while at + _ATTRIBUTE.size <= len(data):
        _, tag, size = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        content = data[at : at + size]
        yield Attribute(tag & 0xFFFF, content, len(content) == size)
        # A checksum of two bytes follows.
        at += size + 2
    if at < len(data) and data[at:].strip(b"\x00\r\n"):
        yield Attribute(0, data[at:], whole=False)


class PropertyList:
    """Reads lists of properties out of an attribute ([MS-OXTNEF] 2.1.3.4)."""

    def __init__(self, data: bytes) -> None:
        """Begin at the start of the attribute."""
        self._data = data
        self._at = 0
        self.fault = ""

    def row(self) -> tuple[MapiValue, ...]:
        """Return the properties of one list; where `fault` is set then, it breaks off, and no other follows."""
        found: list[MapiValue] = []
        try:
            for value in self._values():
                found.append(value)
                if len(found) >= _MOST_VALUES:
                    self.fault = f"there are more than {_MOST_VALUES} properties"
                    break
        except UnreadableError as error:
            self.fault = error.detail
        return tuple(found)

    def rows(self) -> Iterator[tuple[MapiValue, ...]]:
        """Yield the rows of a table, each a list of properties."""
        try:
            count = self._number()
        except UnreadableError as error:
            self.fault = error.detail
            return
        for _ in range(count):
            yield self.row()
            if self.fault:
                return

    def _values(self) -> Iterator[MapiValue]:
        for _ in range(self._number()):
            kind, tag = self._number(2), self._number(2)
            name = self._name() if tag >= _NAMED else None
            single = kind & ~MANY
            count = self._number() if kind & MANY or single in _LONG else 1
            for _ in range(count):
                if single in _LONG:
                    size = self._number()
                elif single in _SIZES:
                    size = _SIZES[single]
                else:
                    raise UnreadableError(Reason.CORRUPT, "a property has an unknown type")
                yield MapiValue(tag, single, self._take(size), name)

    def _name(self) -> MapiName:
        set_ = self._take(16)
        if self._number() != _BY_WORD:
            return MapiName(set_, number=self._number())
        word = self._take(self._number())
        return MapiName(set_, word=word[: len(word) & ~1].decode("utf-16-le", "replace").rstrip("\x00"))

    def _number(self, size: int = 4) -> int:
        raw = self._data[self._at : self._at + size]
        if len(raw) < size:
            raise UnreadableError(Reason.CORRUPT, "a list of properties breaks off")
        self._at += size
        return int.from_bytes(raw, "little")

    def _take(self, size: int) -> bytes:
        """Take bytes, which are filled up to a multiple of four."""
        raw = self._data[self._at : self._at + size]
        if len(raw) < size:
            raise UnreadableError(Reason.CORRUPT, "a list of properties breaks off")
        self._at += (size + 3) & ~3
        return raw

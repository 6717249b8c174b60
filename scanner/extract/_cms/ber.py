"""Steps through ASN.1 in its basic encoding (ITU-T X.690), lengths that are only known at the end included.

Of a message a few elements near its beginning are of interest, and then one that may be as large as the file: what is
read is never read twice, and nothing is built of what is passed over.
"""

from dataclasses import dataclass
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

SEQUENCE: Final = 0x30
SET: Final = 0x31
OCTETS: Final = 0x04
IDENTIFIER: Final = 0x06
CONSTRUCTED: Final = 0x20
_DEEPEST: Final = 100
_MOST_STEPS: Final = 1_000_000
_LONG_TAG: Final = 0x1F
_INDEFINITE: Final = 0x80
_LONGEST_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Element:
    """The first byte of an element's tag, where its content starts and ends; None where that is not known yet."""

    tag: int
    start: int
    end: int | None


class Ber:
    """Reads elements one after another. An element that reaches beyond the data ends with it."""

    def __init__(self, data: bytes) -> None:
        """Take the whole of the data; every place is counted from its beginning."""
        self.data = data
        self.cut = False
        self._steps = 0

    def element(self, at: int) -> Element:
        """Return the element at a place.

        Raises:
            UnreadableError: there is none.
        """
        data = self.data
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise UnreadableError(Reason.TOO_MANY_MEMBERS, f"more than {_MOST_STEPS} elements")
        start = at
        if at + 2 > len(data):
            raise _broken()
        tag = data[at]
        at += 1
        if tag & _LONG_TAG == _LONG_TAG:
            while at < len(data) and data[at] & 0x80:
                at += 1
            at += 1
        if at >= len(data) or at - start > _LONGEST_LENGTH:
            raise _broken()
        length = data[at]
        at += 1
        if length == _INDEFINITE:
            return Element(tag, at, None)
        if length > _INDEFINITE:
            size = length & 0x7F
            if size > _LONGEST_LENGTH or at + size > len(data):
                raise _broken()
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            self.cut = True
        return Element(tag, at, min(at + length, len(data)))

    def is_end(self, within: Element, at: int) -> bool:
        """Tell whether nothing more is within an element at a place."""
        if within.end is not None:
            return at >= within.end
        return self.data[at : at + 2] == b"\x00\x00" or at >= len(self.data)

    def skip(self, element: Element) -> int:
        """Return the place behind an element.

        Raises:
            UnreadableError: it breaks off, or is nested too deep.
        """
        if element.end is not None:
            return element.end
        open_ = 1
        at = element.start
        while open_:
            if self.data[at : at + 2] == b"\x00\x00":
                open_ -= 1
                at += 2
                continue
            inner = self.element(at)
            if inner.end is None:
                open_ += 1
                at = inner.start
                if open_ > _DEEPEST:
                    raise UnreadableError(Reason.TOO_DEEP, f"elements are nested more than {_DEEPEST} deep")
            else:
                at = inner.end
        return at

    def octets(self, element: Element) -> bytes:
        """Return the bytes of a string, which may come in pieces (8.7.3), as far as they can be had."""
        if not element.tag & CONSTRUCTED:
            return self.data[element.start : element.end]
        pieces: list[bytes] = []
        ends: list[int | None] = [element.end]
        at = element.start
        while ends:
            if self.is_end(Element(0, 0, ends[-1]), at):
                self.cut = self.cut or (ends[-1] is None and at >= len(self.data))
                at += 2 if ends.pop() is None else 0
                continue
            try:
                inner = self.element(at)
            except UnreadableError:
                self.cut = True
                break
            if inner.tag & CONSTRUCTED and len(ends) < _DEEPEST:
                ends.append(inner.end)
                at = inner.start
            elif inner.end is None:
                self.cut = True
                break
            else:
                pieces.append(self.data[inner.start : inner.end])
                at = inner.end
        return b"".join(pieces)


def _broken() -> UnreadableError:
    return UnreadableError(Reason.CORRUPT, "its structure breaks off")

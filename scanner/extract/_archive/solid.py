"""Divides what several packed files unpack to together into these files, one after the other."""

import zlib
from collections.abc import Iterator
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_PIECE: Final = 1 << 18


class Flow:
    """Bytes as they are unpacked; `at` is how many were taken. A fault is met by whoever takes from there on."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Take the pieces."""
        self.at = 0
        self._pieces = pieces
        self._held = b""
        self._fault: UnreadableError | None = None

    def take(self, size: int) -> bytes:
        """Return at most so many bytes, nothing at the end.

        Raises:
            UnreadableError: they cannot be unpacked.
        """
        if not self._held and self._fault is None:
            try:
                self._held = next(filter(None, self._pieces), b"")
            except UnreadableError as fault:
                self._fault = fault
        if self._fault is not None and not self._held:
            raise self._fault
        piece, self._held = self._held[:size], self._held[size:]
        self.at += len(piece)
        return piece


class Part:
    """One file in a flow: so many bytes from where the flow stands, and the checksum they have, if one is kept."""

    def __init__(self, flow: Flow, size: int, checksum: int | None = None) -> None:
        """Take the flow, which has to stand at the file when it is read."""
        self._flow = flow
        self._checksum = checksum
        self._sum = 0
        self._left = size

    def read(self, size: int, /) -> bytes:
        """Return the next piece, nothing at the end.

        Raises:
            UnreadableError: the flow cannot be unpacked so far, or the checksum is wrong.
        """
        if not self._left:
            if self._checksum not in {None, self._sum}:
                raise UnreadableError(Reason.CORRUPT, "its checksum is wrong")
            return b""
        piece = self._flow.take(min(size, self._left))
        if not piece:
            self._left = 0
            raise UnreadableError(Reason.CORRUPT, "breaks off")
        self._left -= len(piece)
        self._sum = zlib.crc32(piece, self._sum)
        return piece

    def skipped(self) -> Iterator[int]:
        """Go on to the end of the file as far as that can be had; yield how many bytes each step took."""
        while self._left:
            try:
                size = len(self._flow.take(min(self._left, _PIECE)))
            except UnreadableError:
                return
            if not size:
                return
            self._left -= size
            yield size

"""Reads one packed file out of an archive: all that can be had of it, and why the rest cannot."""

import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

from scanner.extract._budget import Budget
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Member, Problem, Reason
from scanner.model.place import Place

_PIECE: Final = 1 << 18
# All that the standard library raises over what a broken archive makes it read.
BROKEN: Final = (
    OSError,
    EOFError,
    ValueError,
    IndexError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)


class Source(Protocol):
    """What bytes are read from, piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many of the bytes that follow; none at the end."""
        ...


class Pieces:
    """Pieces as something to read from; how large they are is theirs to say."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Take the pieces."""
        self._pieces = pieces

    def read(self, _: int, /) -> bytes:
        """Return the next piece that is not empty, nothing at the end."""
        return next(filter(None, self._pieces), b"")


def unpack(place: Place, stream: Source, budget: Budget) -> Iterator[Member | Problem]:
    """Yield what a decompressing stream gives, and a problem where it breaks off or is too large for one member.

    Lets `LimitReachedError` pass where the budget of the whole file is spent.
    """
    source = _Tolerant(stream, budget.limits.member_bytes)
    # Grows in place and hands its bytes on as they are: a list of pieces would be there twice when it is joined.
    whole = io.BytesIO()
    while piece := source.read(_PIECE):
        budget.expand(len(piece))
        whole.write(piece)
    data = whole.getvalue()
    if data or source.problem is None:
        yield Member(place, data)
    if source.problem is not None:
        yield Problem(place, *source.problem)


def cut(place: Place, data: bytes, start: int, end: int, budget: Budget) -> Iterator[Member | Problem]:
    """Yield what stands unpacked between two offsets, and a problem where the data ends before, or it is too large."""
    most = budget.limits.member_bytes
    size = max(0, min(end, len(data)) - start)
    if most and size > most:
        yield Member(place, data[start : start + most])
        yield Problem(place, Reason.TOO_LARGE, f"only the first {most} bytes were read")
        return
    budget.expand(size)
    if size or start == end:
        yield Member(place, data[start : start + size])
    if end > len(data):
        yield Problem(place, Reason.CORRUPT, f"breaks off after {size} bytes")


class _Tolerant:
    """A stream that ends where the one below it breaks, and remembers why."""

    def __init__(self, stream: Source, most: int) -> None:
        self._stream = stream
        self._most = most
        self._size = 0
        self.problem: tuple[Reason, str] | None = None

    def read(self, size: int) -> bytes:
        """Return the next piece, nothing at the end, at the first fault and where one member is too large."""
        if self.problem is not None:
            return b""
        try:
            # In small steps, so that what comes before a fault is not lost with it.
            piece = getattr(self._stream, "read1", self._stream.read)(size)
        except (NotImplementedError, RuntimeError):
            self.problem = (Reason.UNSUPPORTED, "packed by a method that cannot be unpacked here")
            return b""
        except UnreadableError as error:
            self.problem = (error.reason, error.detail)
            return b""
        except BROKEN as error:
            self.problem = (Reason.CORRUPT, f"breaks off after {self._size} bytes: {type(error).__name__}")
            return b""
        self._size += len(piece)
        if self._most and self._size > self._most:
            self.problem = (Reason.TOO_LARGE, f"only the first {self._most} bytes were read")
            return piece[: self._most - self._size] if self._size - len(piece) < self._most else b""
        return piece

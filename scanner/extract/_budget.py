"""Counts what one top-level file has cost so far, and says stop."""

from collections.abc import Sequence
from typing import IO, Final

from scanner.extract._passwords import Passwords
from scanner.model.document import Reason
from scanner.model.limits import Limits

_CHUNK: Final = 1 << 18
_RATIO_FLOOR: Final = 10 << 20


class LimitReachedError(Exception):
    """A budget is spent; what was read before it counts, the rest is a problem."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Take the reason the problem will carry and a sentence that names the limit."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Budget:
    """The running account of one top-level file and all its members."""

    def __init__(self, limits: Limits, packed: int, passwords: Sequence[str] = ()) -> None:
        """Start an account for a file of `packed` bytes; `passwords` are tried on what is locked in it."""
        self.limits = limits
        self.passwords = Passwords(passwords)
        self._packed = packed
        self._expanded = 0
        self._members = 0
        self._text = 0

    def read(self, stream: IO[bytes], most: int | None = None) -> bytes:
        """Read a decompressing stream to its end, in pieces, within every budget.

        Raises:
            LimitReachedError: the member, the whole file or the ratio passes its limit.
        """
        pieces: list[bytes] = []
        size = 0
        limit = self.limits.member_bytes if most is None else most
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if limit and size > limit:
                raise LimitReachedError(Reason.TOO_LARGE, f"one member expands past {limit} bytes")
            self.expand(len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def expand(self, size: int) -> None:
        """Account for bytes that came out of a decompressor.

        Raises:
            LimitReachedError: the whole file or the ratio passes its limit.
        """
        self._expanded += size
        limits = self.limits
        if limits.expanded_bytes and self._expanded > limits.expanded_bytes:
            raise LimitReachedError(Reason.TOO_LARGE, f"expands past {limits.expanded_bytes} bytes")
        if self._expanded > _RATIO_FLOOR and limits.ratio and self._expanded > limits.ratio * self._packed:
            raise LimitReachedError(Reason.TOO_LARGE, f"expands to over {limits.ratio} times its size")

    def member(self) -> None:
        """Account for one member.

        Raises:
            LimitReachedError: there are more members than the limit.
        """
        self._members += 1
        if self.limits.members and self._members > self.limits.members:
            raise LimitReachedError(Reason.TOO_MANY_MEMBERS, f"more than {self.limits.members} members")

    def text(self, size: int) -> None:
        """Account for extracted text, in characters.

        Raises:
            LimitReachedError: there is more text than the limit.
        """
        self._text += size
        if self.limits.text and self._text > self.limits.text:
            raise LimitReachedError(Reason.TOO_LARGE, f"more than {self.limits.text} characters of text")

"""A file that lines are appended to, whole: a new one is begun where it is full or was moved away."""

import contextlib
import errno
import os
from dataclasses import dataclass
from pathlib import Path

from scanner.alert._options import Options
from scanner.trust import folder_faults, open_private

_KEEP = 5
_SMALLEST = 1 << 16  # bytes; one line may be as long
_MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Terms:
    """Where to, and from how many bytes on a new file is begun (0: never); `keep` old ones stay."""

    path: str
    rotate: int
    keep: int


class Lines:
    """An open file of lines. A line that was torn by a crash or a full disk is ended before the next begins."""

    def __init__(self, terms: Terms) -> None:
        """Open the file; one that is not there is made for this user only.

        Raises:
            ValueError: somebody else could write it or put another in its place; the message names the option.
            OSError: it cannot be opened.
        """
        self._terms = terms
        self._path = Path(terms.path)
        self._open()

    def _open(self) -> None:
        for fault in folder_faults(self._path.parent):
            message = f"path: {fault}"
            raise ValueError(message)
        try:
            self._fd = open_private(self._path, os.O_RDWR | os.O_APPEND)
        except ValueError as error:
            message = f"path: {error}"
            raise ValueError(message) from error
        size = os.fstat(self._fd).st_size
        self._torn = size > 0 and os.pread(self._fd, 1, size - 1) != b"\n"

    def _open_again(self) -> None:
        """Open what stands there now; the old file stays open where that cannot be done."""
        old = self._fd
        try:
            self._open()
        except ValueError as error:
            raise PermissionError(errno.EPERM, str(error)) from error
        os.close(old)

    def tail(self, most: int) -> list[bytes]:
        """Return the whole lines among the last so many bytes, without their ends."""
        size = os.fstat(self._fd).st_size
        start = max(0, size - most)
        *lines, _ = os.pread(self._fd, size - start, start).split(b"\n")
        return lines[1:] if start else lines

    def send(self, data: bytes) -> None:
        """Append one line, given without its end, and put it on the disk."""
        if self._was_moved():
            self._open_again()
        line = data + b"\n"
        if self._is_full(len(line)):
            self._rotate()
        rest = b"\n" + line if self._torn else line
        self._torn = True
        while rest:
            rest = rest[os.write(self._fd, rest) :]
        self._torn = False
        os.fsync(self._fd)

    def _is_full(self, more: int) -> bool:
        size = os.fstat(self._fd).st_size
        return bool(self._terms.rotate and size and size + more > self._terms.rotate)

    def _rotate(self) -> None:
        """Move the file to `.1`, that to `.2` and so on; the last one goes. Each name is whole at any moment."""
        names = [self._path, *(self._older(number) for number in range(1, self._terms.keep + 1))]
        for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
            with contextlib.suppress(FileNotFoundError):
                newer.replace(older)
        self._open_again()

    def _older(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _was_moved(self) -> bool:
        try:
            return not os.path.samestat(os.lstat(self._path), os.fstat(self._fd))
        except FileNotFoundError:
            return True

    def close(self) -> None:
        """Put what was written on the disk and let go."""
        try:
            os.fsync(self._fd)
        finally:
            os.close(self._fd)


def read_terms(options: Options, example: str) -> Terms:
    """Read where to and when a new file is begun."""
    rotate = options.size("rotate", 0)
    if 0 < rotate < _SMALLEST:
        options.wrong("rotate", f"must be 0 for never, or at least {_SMALLEST} bytes")
    return Terms(options.path("path", example=example), rotate, options.count("keep", _KEEP, 1, _MOST_KEPT))

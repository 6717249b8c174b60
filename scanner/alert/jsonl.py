"""Appends notices to a file, one JSON line each, for log collectors and other programs."""

import contextlib
import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.alert._options import Options
from scanner.model.notice import Notice
from scanner.model.record import notice_record
from scanner.model.route import Pace
from scanner.trust import folder_faults, open_private

NAME = "jsonl"
PACE = Pace()

_EXAMPLE = "/var/log/docwarden/alerts.jsonl"
_KEEP = 5
_SMALLEST = 1 << 16  # bytes; one line may be as long
_MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class _Terms:
    """Where to, and from how many bytes on a new file is begun (0: never); `keep` old ones stay."""

    path: str
    rotate: int
    keep: int


class _File:
    """An open file of lines. A line that was torn by a crash or a full disk is ended before the next begins."""

    def __init__(self, terms: _Terms) -> None:
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

    def send(self, notice: Notice) -> None:
        """Append one line and put it on the disk; to a new file where the old one is full, or was moved away."""
        if self._was_moved():
            self._open_again()
        line = json.dumps(notice_record(notice), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        if self._is_full(len(line)):
            self._rotate()
        rest = b"\n" + line if self._torn else line
        self._torn = True
        while rest:
            rest = rest[os.write(self._fd, rest) :]
        self._torn = False
        os.fdatasync(self._fd)

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


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options."""
    return _read(options)[1].faults()


def start(options: Mapping[str, str]) -> _File:
    """Open the file named by `path`; it is made with access for this user only."""
    terms, read = _read(options)
    read.settle()
    return _File(terms)


def _read(options: Mapping[str, str]) -> tuple[_Terms, Options]:
    read = Options(NAME, options)
    rotate = read.size("rotate", 0)
    if 0 < rotate < _SMALLEST:
        read.wrong("rotate", f"must be 0 for never, or at least {_SMALLEST} bytes")
    return _Terms(read.path("path", example=_EXAMPLE), rotate, read.count("keep", _KEEP, 1, _MOST_KEPT)), read

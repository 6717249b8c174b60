"""Appends alerts to a file, one JSON line each, for log collectors and other programs."""

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path

from scanner.model.notice import Notice
from scanner.model.record import notice_record
from scanner.trust import folder_faults, open_private

NAME = "jsonl"


class _File:
    """An open file of lines. A line that was torn by a crash or a full disk is ended before the next begins."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        path = Path(self._path)
        for fault in folder_faults(path.parent):
            message = f"path: {fault}"
            raise ValueError(message)
        try:
            self._fd = open_private(path, os.O_RDWR | os.O_APPEND)
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
        """Append one line, to a new file where the old one was moved away by a log rotation."""
        if self._was_moved():
            self._open_again()
        line = json.dumps(notice_record(notice), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        rest = b"\n" + line if self._torn else line
        self._torn = True
        while rest:
            rest = rest[os.write(self._fd, rest) :]
        self._torn = False

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


def start(options: Mapping[str, str]) -> _File:
    """Open the file named by `path`; it is made with access for this user only."""
    unknown = sorted(options.keys() - {"path"})
    if unknown:
        message = f"{unknown[0]}: no such option of the jsonl sink; it knows path"
        raise ValueError(message)
    path = options.get("path", "")
    if not path.startswith("/"):
        message = 'path: the jsonl sink needs an absolute path, such as path = "/var/log/docwarden/alerts.jsonl"'
        raise ValueError(message)
    return _File(path)

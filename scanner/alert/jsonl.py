"""Appends alerts to a file, one JSON line each, for log collectors and other programs."""

import json
import os
import stat
from collections.abc import Mapping

from scanner.model.alert import Alert
from scanner.model.record import alert_record

NAME = "jsonl"

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


class _File:
    """An open file of lines. A line that was torn by a crash or a full disk is ended before the next begins."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        path = self._path
        self._fd = os.open(path, _FLAGS, 0o600)
        status = os.fstat(self._fd)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._fd)
            message = f"path: {path!r} is not a regular file"
            raise ValueError(message)
        self._torn = status.st_size > 0 and os.pread(self._fd, 1, status.st_size - 1) != b"\n"

    def send(self, alert: Alert) -> None:
        """Append one line, to a new file where the old one was moved away by a log rotation."""
        if self._was_moved():
            os.close(self._fd)
            self._open()
        line = json.dumps(alert_record(alert), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
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

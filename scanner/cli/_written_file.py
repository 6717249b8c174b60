"""Writes a file for its owner alone, in the place of an earlier one of its kind and of no other file."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TextIO

from scanner.errors import UsageError
from scanner.model.visible import visible

_HEAD = 4096  # bytes
_BUFFER = 1 << 20


@contextlib.contextmanager
def private_file(target: Path, marks: Collection[bytes], what: str, *, force: bool = False) -> Iterator[TextIO]:
    """Give a stream to a file of mode 600; it is in its place when it is whole.

    `marks` are what a file of this kind has near its begin: one that has none of them, and is not empty, is written
    over with `force` only. `what` says what is written, as `the report`.

    Raises:
        UsageError: there is another file, or it cannot be written.
    """
    try:
        _check_ours(target, marks, what, force=force)
        fd, scratch = tempfile.mkstemp(dir=target.parent, prefix=".docwarden-")
        try:
            with os.fdopen(fd, "w", encoding="utf-8", newline="", buffering=_BUFFER) as stream:
                yield stream
            os.replace(scratch, target)  # noqa: PTH105 - both are names in one folder
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(scratch)  # noqa: PTH108 - as above
            raise
    except OSError as error:
        message = f"{visible(str(target))}: {what} cannot be written: {os.strerror(error.errno or 0)}"
        raise UsageError(message) from error


def _check_ours(target: Path, marks: Collection[bytes], what: str, *, force: bool) -> None:
    """Refuse to write over what is not of this kind.

    Raises:
        UsageError: the file is something else.
        OSError: it cannot be read.
    """
    try:
        status = target.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISREG(status.st_mode):
        if force:
            return
        with target.open("rb") as stream:
            head = stream.read(_HEAD)
        if not head or any(mark in head for mark in marks):
            return
    kind = what.removeprefix("the ")
    message = f"{visible(str(target))} is there already and no {kind} of DocWarden's; -o names another file"
    raise UsageError(message)

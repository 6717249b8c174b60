"""Writes the report of a scan: to standard output, or to a file for its owner alone that is there when it is whole."""

import contextlib
import glob
import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from scanner.errors import UsageError
from scanner.model.visible import visible

STANDARD_OUTPUT = "-"
_BUFFER = 1 << 20  # bytes


@contextlib.contextmanager
def report_stream(output: str, *, quiet: bool, shows_values: bool) -> Iterator[TextIO]:
    """Give the stream a report goes to; standard output is quiet where nothing is to be said.

    Raises:
        UsageError: the file cannot be written.
    """
    if output == STANDARD_OUTPUT:
        yield io.StringIO() if quiet else sys.stdout
        return
    try:
        target = Path(os.path.realpath(output))
        if _is_regular(target):
            with _whole(target, keep_mode=not shows_values) as stream:
                yield stream
        else:  # a terminal, a FIFO, /dev/null
            with target.open("w", encoding="utf-8", newline="") as stream:
                yield stream
    except OSError as error:
        message = f"{visible(output)}: the report cannot be written: {os.strerror(error.errno or 0)}"
        raise UsageError(message) from error


def earlier_report(output: str) -> tuple[str, ...]:
    """Return the glob of what a report will take the place of, for it is no document to scan."""
    return () if output == STANDARD_OUTPUT else (glob.escape(os.path.realpath(output)),)


def _is_regular(target: Path) -> bool:
    """Tell whether a file can be put in this place; so can one where nothing is yet."""
    try:
        return stat.S_ISREG(target.stat().st_mode)
    except FileNotFoundError:
        return True


@contextlib.contextmanager
def _whole(target: Path, *, keep_mode: bool) -> Iterator[TextIO]:
    """Write a file that takes its place when it is whole; one that breaks off leaves what was there.

    Meanwhile it has no name, so that a scan of its folder does not meet it.
    """
    with tempfile.TemporaryFile("w+", buffering=_BUFFER, encoding="utf-8", newline="", dir=target.parent) as kept:
        yield kept
        kept.flush()
        kept.seek(0)
        fd, scratch = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")  # of mode 0600
        try:
            with os.fdopen(fd, "w", buffering=_BUFFER, encoding="utf-8", newline="") as named:
                shutil.copyfileobj(kept, named, _BUFFER)
                if keep_mode and target.exists():
                    os.fchmod(fd, stat.S_IMODE(target.stat().st_mode))
                named.flush()
                os.fsync(fd)
            Path(scratch).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(scratch).unlink()
            raise

"""Asks libmagic about everything that has no structure of its own to look at."""

import importlib
import os
from functools import cache
from typing import Any, Final

_HEAD: Final = 1 << 16
# What most pictures in mails are, which spares the search through a long table.
_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_ANIMATED: Final = b"acTL"


def ask(data: bytes) -> str:
    """Return libmagic's media type for the beginning of a file."""
    if data.startswith(_PNG) and _ANIMATED not in data[:_HEAD]:
        return "image/png"
    magic, failure = _library()
    try:
        return str(magic.from_buffer(data[:_HEAD]))
    except failure:
        return "application/octet-stream"


def library_version() -> int:
    """Return the version of the libmagic that is asked, as 545 for 5.45.

    Raises:
        ImportError: there is no libmagic at all.
        NotImplementedError: it is too old to tell.
    """
    _library()
    magic: Any = importlib.import_module("magic")
    return int(magic.version())


@cache
def _library() -> tuple[Any, type[Exception]]:
    """Load libmagic with its table: that of the wheel `pylibmagic` where it loads, else the system's.

    The wheel comes first because the answers then are the same on every machine. It changes the environment
    for good to be found; that is undone, so that no program started later loads what lies in its folder.

    Raises:
        ImportError: there is no libmagic at all.
    """
    kept = dict(os.environ)
    table = None
    try:
        import pylibmagic

        table = str(pylibmagic.data / "magic.mgc")
    except (ImportError, OSError):
        pass  # no wheel for this platform
    try:
        import magic

        return magic.Magic(mime=True, magic_file=table), magic.MagicException
    finally:
        os.environ.clear()
        os.environ.update(kept)

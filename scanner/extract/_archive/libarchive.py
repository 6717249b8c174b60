"""Reads the entries of an archive with the system's libarchive, from memory, format by format as it is told."""

import contextlib
import ctypes
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scanner.extract._text.encoding import decodings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

# Its warnings quote names out of the archive.
logging.getLogger("libarchive").addHandler(logging.NullHandler())
logging.getLogger("libarchive").propagate = False

_FORMATS: Final = ("7zip", "rar", "rar5", "cab", "iso9660", "lha", "xar", "zip_streamable")


def _loaded() -> Any:
    """Return the binding with all its functions resolved, None where the system has no libarchive."""
    try:
        from libarchive import ffi

        for name in _FORMATS:
            ffi.get_read_format_function(name)
        ffi.ffi("entry_is_encrypted", [ffi.c_archive_entry_p], ctypes.c_int)
    except (ImportError, OSError, AttributeError, ValueError):
        return None
    return ffi


_ffi: Final = _loaded()
MISSING: Final = "needs libarchive (Debian: libarchive13)"
_END: Final = 1
_PIECE: Final = 1 << 18
_KIND: Final = 0o170000
_FOLDER: Final = 0o040000
_FILE: Final = 0o100000
_MOST_TRIES: Final = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an archive: its name in every plausible encoding, where it leads, and its bytes while it is current.

    `size` is what the archive says, 0 where it says nothing. `stream` gives bytes until the next entry is asked for.
    """

    names: tuple[str, ...]
    links: tuple[str, ...]
    size: int
    is_file: bool
    is_folder: bool
    is_locked: bool
    stream: "Stream"


def available() -> bool:
    """Tell whether libarchive is on this system."""
    return _ffi is not None


def entries(data: bytes, formats: tuple[str, ...]) -> Iterator[Entry]:
    """Yield the entries of an archive in the order in which they stand there.

    Raises:
        UnreadableError: the archive is damaged or locked from here on.
    """
    archive = _ffi.read_new()
    try:
        _ffi.get_read_filter_function("none")(archive)
        for name in formats:
            _ffi.get_read_format_function(name)(archive)
        with _translated():
            _ffi.read_open_memory(archive, ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p), len(data))
        entry = _ffi.entry_new()
        try:
            while _next(archive, entry):
                yield _described(archive, entry)
        finally:
            _ffi.entry_free(entry)
    finally:
        with contextlib.suppress(_ffi.ArchiveError):
            _ffi.read_free(archive)


def _next(archive: Any, entry: Any) -> bool:
    """Go on to the next entry; tell whether there is one.

    Raises:
        UnreadableError: the archive is damaged or locked from here on.
    """
    for _ in range(_MOST_TRIES):
        with contextlib.suppress(_RetryError):
            with _translated():
                code: int = _ffi.read_next_header2(archive, entry)
            return code != _END
    raise UnreadableError(Reason.CORRUPT, "the archive breaks off")


def _described(archive: Any, entry: Any) -> Entry:
    kind = _ffi.entry_filetype(entry) & _KIND
    return Entry(
        names=_text(entry, "entry_pathname"),
        links=(*_text(entry, "entry_symlink"), *_text(entry, "entry_hardlink")),
        size=max(0, _ffi.entry_size(entry)) if _ffi.entry_size_is_set(entry) else 0,
        # What says nothing about its kind (old LHA) is a file.
        is_file=kind in {_FILE, 0},
        is_folder=kind == _FOLDER,
        is_locked=bool(_ffi.entry_is_encrypted(entry)),
        stream=Stream(archive),
    )


def _text(entry: Any, function: str) -> tuple[str, ...]:
    raw = getattr(_ffi, function)(entry)
    if raw and raw.isascii():
        return (raw.decode("ascii"),)
    try:
        wide = getattr(_ffi, function + "_w")(entry)
    except ValueError:  # a character beyond Unicode
        wide = None
    if wide and not (raw and "\ufffd" in wide):
        return (wide,)
    return decodings(raw) if raw else ()


class Stream:
    """The bytes of the current entry."""

    def __init__(self, archive: Any) -> None:
        """Take the archive that stands at the entry."""
        self._archive = archive
        self._buffer = ctypes.create_string_buffer(_PIECE)

    def read(self, size: int) -> bytes:
        """Return the next piece, nothing at the end.

        Raises:
            UnreadableError: it is locked, damaged or packed in an unknown way.
        """
        with _translated():
            count = _ffi.read_data(self._archive, self._buffer, min(size, _PIECE))
        if count < 0:
            raise UnreadableError(Reason.CORRUPT, "its checksum is wrong")
        return ctypes.string_at(self._buffer, count)


class _RetryError(Exception):
    """The same call may succeed the next time."""


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _ffi.ArchiveError as error:
        said = str(error).lower()
        if error.retcode == _ffi.ARCHIVE_RETRY:
            raise _RetryError from None
        if "encrypt" in said or "passphrase" in said or "password" in said:
            raise UnreadableError(Reason.ENCRYPTED, "needs a password") from None
        if "support" in said or "unknown" in said:
            raise UnreadableError(Reason.UNSUPPORTED, "packed by a method that cannot be unpacked here") from None
        raise UnreadableError(Reason.CORRUPT, "damaged, or torn off before its end") from None

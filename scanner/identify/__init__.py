"""Tells what a file is from its bytes, never from its name, and what its name says instead."""

from typing import Final

from scanner.identify._claim import claimed_type
from scanner.identify._library import ask, library_version
from scanner.identify._ole import compound
from scanner.identify._packed import packed
from scanner.identify._pgp import openpgp
from scanner.identify._sealed import sealed
from scanner.identify._signature import portable, signature
from scanner.identify._text import mail, markup, padded, readable
from scanner.identify._zip import has_zip_at_end, zipped

__all__ = ["UNKNOWN", "claimed_type", "has_zip_at_end", "identify", "library_version"]

UNKNOWN: Final = "application/octet-stream"
"""The type of bytes that are nothing known."""

_EMPTY: Final = "application/x-empty"
_HEAD: Final = 1 << 13
_ZIP: Final = "application/zip"
_PROGRAMS: Final = (
    "application/x-dosexec",
    "application/vnd.microsoft.portable-executable",
    "application/x-executable",
    "application/x-pie-executable",
    "application/x-sharedlib",
    "application/x-mach-binary",
)


def identify(data: bytes) -> str:
    """Return the media type of a file's bytes, as registered with IANA where it is registered.

    Structure comes first: it is right where a table of magic numbers is not. Anything unknown is
    `application/octet-stream`, nothing at all is `application/x-empty`.
    """
    if not data:
        return _EMPTY
    found = compound(data) or zipped(data) or signature(data) or sealed(data) or packed(data) or openpgp(data)
    if found is not None:
        return found
    head = readable(data)
    # A mail may hold attachments as they are: that it is no text says nothing about its header.
    found = mail(data[:_HEAD].decode("latin-1") if head is None else head, data)
    found = found or (markup(head, data) if head is not None else None) or portable(data)
    if found is not None:
        return found
    known = "text/plain" if head is not None else ask(data)
    if known.startswith("text/") or (known == UNKNOWN and padded(data)):
        # What holds control characters is text only by libmagic's word; that word is good enough to read it.
        known = "text/plain"
    # A program or script with a ZIP behind it is an archive that unpacks itself.
    if known in {"text/plain", UNKNOWN, *_PROGRAMS} and has_zip_at_end(data):
        return _ZIP
    return known

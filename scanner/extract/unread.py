"""Takes every kind of document that no reader knows: says so, and yields what strings can be found in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract import xml
from scanner.extract._budget import Budget
from scanner.extract._strings import document_strings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"*/*", "image/vnd.dwg", "image/vnd.dxf", "image/vnd.djvu", "image/x-dwg"})
_XML: Final = re.compile(r".*[+-]xml")
_SEALED: Final = frozenset(
    {
        "application/x-ole-encrypted",
        "application/pgp-encrypted",
        "application/pgp",
        "application/x-microsoft-rpmsg-message",
    }
)
_AES_IN_7Z: Final = b"\x06\xf1\x07\x01"
_RAR4: Final = b"Rar!\x1a\x07\x00"
_RAR5: Final = b"Rar!\x1a\x07\x01\x00"
_RAR4_HEADERS_LOCKED: Final = 0x80
_RAR5_LOCK_BLOCK: Final = 4
_TAIL: Final = 1 << 16


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the readable strings, and the problem that the document could not be read."""
    if _XML.fullmatch(blob.media_type):
        yield from xml.extract(blob, budget)
        return
    found = document_strings(blob.data)
    if found:
        budget.text(len(found))
        yield Segment(replace(blob.place, part=Part.RAW), found)
    if blob.media_type in _SEALED or _is_locked(blob):
        yield Problem(blob.place, Reason.ENCRYPTED, "needs a password")
    else:
        yield Problem(blob.place, Reason.UNSUPPORTED, f"no reader yet for {blob.media_type}")


def _is_locked(blob: Blob) -> bool:
    """Tell whether the header of a 7z or RAR archive says that it is encrypted.

    7-Zip names its method AES-256 with SHA-256 in the header at the end; RAR marks encrypted headers in the
    first block (RAR 4: flag 0x0080 of the archive header, RAR 5: a block of type 4).
    """
    data = blob.data
    if data.startswith(b"7z\xbc\xaf\x27\x1c"):
        return _AES_IN_7Z in data[-_TAIL:]
    if data.startswith(_RAR4):
        return len(data) > 11 and bool(data[10] & _RAR4_HEADERS_LOCKED)  # noqa: PLR2004 - as long as that header's flags
    return data.startswith(_RAR5) and data[12:16].find(bytes((_RAR5_LOCK_BLOCK,))) in {1, 2}

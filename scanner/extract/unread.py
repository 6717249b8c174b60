"""Takes every kind of document that no reader knows: says so, and yields what strings can be found in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract import xml
from scanner.extract._budget import Budget
from scanner.extract._text.strings import document_strings
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
        "application/x-microsoft-pfile",
        "application/x-openssl-encrypted",
        "application/x-age-encrypted",
        "application/x-ansible-vault",
        "application/x-luks-volume",
        "application/x-bitlocker-volume",
        "application/x-apple-encrypted-image",
        "application/x-android-backup-encrypted",
        "application/x-axcrypt",
        "application/x-aescrypt",
        "application/x-scrypt-encrypted",
        "application/x-vim-encrypted",
        "application/x-ecryptfs",
        "application/x-git-crypt",
        "application/x-keepass",
    }
)
_WORDPERFECT: Final = "application/vnd.wordperfect"


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the readable strings, and the problem that the document could not be read."""
    if _XML.fullmatch(blob.media_type):
        yield from xml.extract(blob, budget)
        return
    found = document_strings(blob.data)
    if found:
        budget.text(len(found))
        yield Segment(replace(blob.place, part=Part.RAW), found)
    if blob.media_type in _SEALED or _has_key(blob):
        yield Problem(blob.place, Reason.ENCRYPTED, "needs a password")
    else:
        yield Problem(blob.place, Reason.UNSUPPORTED, f"no reader yet for {blob.media_type}")


def _has_key(blob: Blob) -> bool:
    """Tell whether a document of WordPerfect is locked: its header has a checksum of the password then, else zeros."""
    return blob.media_type == _WORDPERFECT and any(blob.data[12:14])

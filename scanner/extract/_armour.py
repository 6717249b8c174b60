"""Finds messages of PGP and CMS that stand in a text, in letters and digits."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.model.document import Blob, Member, Problem, Reason

_PGP: Final = re.compile(rb"^-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_CMS: Final = re.compile(
    rb"^-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----[ \t]*\r?\n([A-Za-z0-9+/=\s]{1,100000000}+)", re.MULTILINE
)
_MOST: Final = 1_000


def armour(blob: Blob) -> Iterator[Member | Problem]:
    """Yield the messages of CMS (RFC 7468, sections 8 and 9), and a problem for one of PGP (RFC 9580, section 6.2)."""
    if b"-----BEGIN " not in blob.data:
        return
    if _PGP.search(blob.data):
        yield Problem(blob.place, Reason.ENCRYPTED, "an encrypted message stands in the text")
    for number, match in enumerate(_CMS.finditer(blob.data), 1):
        if number > _MOST:
            yield Problem(blob.place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST} messages stand in the text")
            return
        place = replace(blob.place, members=(*blob.place.members, f"message {number}.p7m"))
        try:
            yield Member(place, binascii.a2b_base64(match[1]))
        except binascii.Error:
            yield Problem(place, Reason.CORRUPT, "its letters and digits are damaged")

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
# A whole file of letters and digits that begins as a structure of more than 255 bytes does.
_BARE: Final = re.compile(rb"[\r\n\t ]{0,64}MI[A-Za-z0-9+/=\r\n\t ]{60,}+")
_KINDS: Final = b"\x2a\x86\x48\x86\xf7\x0d\x01"
_KINDS_REACH: Final = 32
_MOST: Final = 1_000


def armour(blob: Blob) -> Iterator[Member | Problem]:
    """Yield the messages of CMS (RFC 7468, sections 8 and 9), and a problem for one of PGP (RFC 9580, section 6.2)."""
    yield from _bare(blob)
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


def _bare(blob: Blob) -> Iterator[Member]:
    """Yield the message of CMS that a whole file is, without a line that says so."""
    if _BARE.fullmatch(blob.data) is None:
        return
    try:
        found = binascii.a2b_base64(blob.data)
    except binascii.Error:
        return
    if _KINDS in found[:_KINDS_REACH]:
        yield Member(replace(blob.place, members=(*blob.place.members, "message.p7m")), found)

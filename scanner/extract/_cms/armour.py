"""Finds messages of PGP and CMS that stand in a text, in letters and digits."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract.pgp import extract as read_pgp
from scanner.model.document import Blob, Member, Problem, Reason

_PGP: Final = re.compile(
    rb"^-----BEGIN PGP MESSAGE-----(?:[ \t]*\r?\n(?:[A-Za-z]{1,20}: [^\r\n]{0,200}\r?\n){0,20}[ \t]*\r?\n"
    rb"([A-Za-z0-9+/\s]{1,100000000}+={0,2}))?",
    re.MULTILINE,
)
# Packets that open a message which needs no key: signatures, compressed data, a marker, the file (RFC 9580, section 5).
_OPEN_TAGS: Final = frozenset({2, 4, 8, 10, 11})
# The same in a page, in a quotation or in a string: what stands between the lines is no part of it.
_ELSEWHERE: Final = re.compile(
    rb"-----BEGIN PGP MESSAGE-----(?:[\s>]|<[^<>]{0,200}>|\\[nrt]|&[a-z0-9#]{1,8};"
    rb"|(?:Version|Comment|Hash|Charset|MessageID): [^\r\n<\\]{0,200}+){1,80}+([A-Za-z0-9+/]{4})[A-Za-z0-9+/]{28}"
)
_CMS: Final = re.compile(
    rb"^-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----[ \t]*\r?\n([A-Za-z0-9+/=\s]{1,100000000}+)", re.MULTILINE
)
# A whole file of letters and digits that begins as a structure of more than 255 bytes does.
_BARE: Final = re.compile(rb"[\r\n\t ]{0,64}MI[A-Za-z0-9+/=\r\n\t ]{60,}+")
_KINDS: Final = b"\x2a\x86\x48\x86\xf7\x0d\x01"
_KINDS_REACH: Final = 32
_MOST: Final = 1_000


def armour(blob: Blob, budget: Budget) -> Iterator[Member | Problem]:
    """Yield messages of CMS (RFC 7468, sections 8 and 9) and what those of PGP hold (RFC 9580, section 6.2).

    One of PGP that needs a key is a problem.
    """
    yield from _bare(blob)
    if b"-----BEGIN " not in blob.data:
        return
    locked = False
    for number, match in enumerate(_PGP.finditer(blob.data), 1):
        data = _decoded(match[1] or b"")
        if number > _MOST or not data or _tag(data[0]) not in _OPEN_TAGS:
            locked = True
            continue
        place = replace(blob.place, members=(*blob.place.members, f"message {number}.pgp"))
        yield from read_pgp(Blob(place, "application/x-pgp-message", data), budget)
    if locked or has_locked_message(blob.data):
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
            if found := _decoded(_whole(match[1])):
                yield Member(place, found)


def has_locked_message(data: bytes) -> bool:
    """Tell whether a message of PGP that needs a key stands anywhere in a page or text."""
    found = islice(_ELSEWHERE.finditer(data), _MOST) if b"-----BEGIN PGP MESSAGE" in data else ()
    return any(_tag(_decoded(match[1])[0]) not in _OPEN_TAGS for match in found)


def _decoded(digits: bytes) -> bytes:
    try:
        return binascii.a2b_base64(digits + b"==")
    except binascii.Error:
        return b""


def _whole(digits: bytes) -> bytes:
    """Return as many letters and digits as make whole bytes; four make three."""
    kept = b"".join(digits.split()).partition(b"=")[0]
    return kept[: len(kept) & -4]


def _tag(first: int) -> int:
    """Return the tag in the first byte of a packet, 0 where there is none (section 4.2)."""
    if not first & 0x80:
        return 0
    return first & 0x3F if first & 0x40 else first >> 2 & 0xF


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

"""Finds what stands in a text in base64 or in hexadecimal digits: text is read at once, files become members.

Only what decodes to text or opens like a known kind of file counts; certificates, keys, hashes and signatures do not.
"""

import binascii
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._text.data_uri import from_base64
from scanner.model.document import Member, Segment
from scanner.model.place import Place

_LONGEST: Final = 32 << 20
_MOST: Final = 500
_SHORTEST: Final = 9
_LONG: Final = 1 << 10
# Words joined by signs of the second alphabet are runs, too; what they decode to is no text.
_RUN: Final = re.compile(
    # Lines, as long as the next one is of nothing else, and the last however short it is; else one line.
    r"(?<![A-Za-z0-9+/_-])(?:(?:[A-Za-z0-9+/]{40,}+(?:\\r)?(?:\\n|\r?\n)[ \t>]{0,20}"
    r"(?=[A-Za-z0-9+/_-]++={0,2}[ \t]{0,20}(?:[\r\n\\\"'<]|\Z)))++[A-Za-z0-9+/_-]++|[A-Za-z0-9+/_-]{12,}+)={0,2}"
)
_BEGUN: Final = re.compile(b"bbbbbbbbbbbbb*")
_CALL: Final = re.compile(
    r"(?:atob|b64decode|base64_decode|FromBase64String|base64)['\"(,:\s]{1,6}([A-Za-z0-9+/]{4,11}+={0,2})(?![A-Za-z0-9+/])"
)
_HEX: Final = re.compile(r"(?<![0-9A-Fa-f])(?:0x)?((?:[0-9A-Fa-f]{2}){8,}+)(?![0-9A-Fa-f])")
_DUMP: Final = re.compile(r"(?:\b[0-9A-Fa-f]{2}[ :,-]){7,4000}[0-9A-Fa-f]{2}\b")
_ALPHABET: Final = bytes(98 if re.match(rb"[A-Za-z0-9+/_-]", bytes((code,))) else 46 for code in range(256))
_DIGITS: Final = bytes(
    104 if re.match(rb"[0-9A-Fa-f]", bytes((code,))) else 115 if code in b" :,-" else 46 for code in range(256)
)
_MIXED: Final = re.compile(r"(?=.*[A-Z])(?=.*[a-z])", re.DOTALL)
_CONTAINERS: Final = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"{\\rtf",
    b"\x1f\x8b\x08",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\xfd7zXZ\x00",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"RIFF",
    b"\x78\x9f\x3e\x22",
)
_SMALLEST_FILE: Final = 24
_MARKED: Final = (b"\xff\xfe", b"\xfe\xff")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_DOCUMENT: Final = re.compile(
    r"\s*(?:<[!?A-Za-z]|BEGIN:V|%!PS|(?:From|To|Subject|Received|MIME-Version|Content-Type):)"
)


def embedded(
    place: Place, text: str, budget: Budget, files: int = 0, known: Collection[bytes] = ()
) -> Iterator[Segment | Member]:
    """Yield the texts that stand coded in a text, as one segment, and the files as members.

    Looks at the first 32 Mi characters, and at 500 files at most; `files` were found in the document before. What is
    in `known` was told already: a file in a file in a file, each told twice, would be told a thousand times.
    """
    found: list[str] = []
    for data in _decoded(text[:_LONGEST]):
        if data in known:
            continue
        if data.startswith(_CONTAINERS) and len(data) >= _SMALLEST_FILE:
            said = None
        elif (said := _text(data)) is None:
            continue
        if said is not None and len(said) < _LONG and not _DOCUMENT.match(said):
            found.append(said)
        elif files < _MOST:
            files += 1
            budget.expand(len(data))
            yield Member(replace(place, members=(*place.members, f"coded {files}")), data)
    whole = "\n".join(dict.fromkeys(found))
    if whole.strip():
        budget.text(len(whole))
        yield Segment(place, whole)


def _decoded(text: str) -> Iterator[bytes]:
    text = _without_armour(text)
    # Looking for a class of signs is quick in bytes of which each is its class.
    classes = text.encode("latin-1", "replace")
    digits = classes.translate(_DIGITS)
    if coded := b"b" * 12 in (signs := classes.translate(_ALPHABET)):
        for run in _runs(text, signs):
            if _MIXED.match(run[:200]) or run.endswith("="):
                yield from_base64(run.replace("\\r", "").replace("\\n", "").encode("ascii"))
    if "atob" in text or "b64" in text or "ase64" in text:
        for match in _CALL.finditer(text):
            yield from_base64(match[1].encode("ascii"))
    if coded and b"h" * 16 in digits:
        for match in _HEX.finditer(text):
            yield binascii.unhexlify(match[1])
    if b"hhs" * 7 in digits:
        for match in _DUMP.finditer(text):
            yield binascii.unhexlify(re.sub(r"[ :,-]", "", match[0]))


def _runs(text: str, signs: bytes) -> Iterator[str]:
    """Yield what `_RUN` finds: it begins only where signs of its alphabet do, and those are found fast."""
    at = 0
    for begun in _BEGUN.finditer(signs):
        match = _RUN.match(text, begun.start()) if begun.start() >= at else None
        if match is not None:
            at = match.end()
            yield match[0]


def _without_armour(text: str) -> str:
    """Return a text without its keys, certificates and signatures (RFC 7468)."""
    kept: list[str] = []
    at = 0
    while (start := text.find("-----BEGIN ", at)) >= 0 and (end := text.find("-----END ", start)) >= 0:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]]) if kept else text


def _text(data: bytes) -> str | None:
    """Return the text that bytes are: UTF-8, or what a shell takes for a command in UTF-16; None for others."""
    if data.startswith(_MARKED) or (len(data) >= _SHORTEST and data[1::2].count(0) > len(data) * 0.45):
        text = data.decode("utf-16" if data.startswith(_MARKED) else "utf-16-le", "replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None
    return text if len(text) >= _SHORTEST // 2 and _CONTROL.search(text) is None else None

"""Reads PostScript roughly: the strings that its program shows, and its comments; the program is not run."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.extract._text.segments import distinct, with_codes
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"application/postscript", "application/eps", "image/x-eps"})
_LONGEST: Final = 32 << 20
_DEEPEST: Final = 100
_TOKEN: Final = re.compile(rb"\(|<[0-9A-Fa-f\s]{2,}>|%[^\r\n]*|[^\s()<>%\[\]{}/]+|[\[\]{}]")
_INSIDE: Final = re.compile(rb"[()]|\\(?:[0-7]{1,3}|\r\n|.)", re.DOTALL)
_NUMBER: Final = re.compile(rb"[-+]?[0-9]*\.?[0-9]+")
_SIGNS: Final = {b"n": b"\n", b"r": b"\n", b"t": b"\t", b"b": b"", b"f": b"\n", b"\n": b"", b"\r": b"", b"\r\n": b""}
_NEW_LINE: Final = frozenset(b"moveto rmoveto showpage m Td TD T* Tm ' \" a y bop eop l newpath translate".split())
# As far as this, in thousandths of a letter's height, letters of one word are set apart.
_KERN: Final = 200


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the strings, those set side by side joined, the comments, and that the program was not run."""
    data = blob.data[:_LONGEST]
    shown, said = _walk(data)
    for place, text in ((blob.place, shown), (replace(blob.place, part=Part.COMMENT), said)):
        readings = [(Segment(place, reading),) for reading in decodings(text)]
        for (segment,) in readings:
            budget.text(len(segment.text))
        kept = (item for item in distinct(readings) if item.text.strip())
        yield from with_codes(kept, budget)
    yield Problem(blob.place, Reason.UNSUPPORTED, "a program draws it: only the strings in it were read")


def _walk(data: bytes) -> tuple[bytes, bytes]:
    """Return what the strings say, and the comments."""
    shown: list[bytes] = []
    said: list[bytes] = []
    at = 0
    far = 0.0
    while (token := _TOKEN.search(data, at)) is not None:
        word = token[0]
        at = token.end()
        if word == b"(":
            text, at = _string(data, at)
            shown.append(b" " + text if abs(far) > _KERN else text)
            far = 0.0
        elif word.startswith(b"<"):
            digits = re.sub(rb"\s", b"", word[1:-1])
            shown.append(bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")))
        elif word.startswith(b"%"):
            said.append(word.lstrip(b"% "))
        elif _NUMBER.fullmatch(word):
            far = float(word)
        elif word in _NEW_LINE:
            shown.append(b"\n")
            far = 0.0
    return re.sub(rb"\n+", b"\n", b"".join(shown)), b"\n".join(said)


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """Return a string in parentheses, which may stand in it in pairs (PLRM, 3rd edition, 3.2.2), and where it ends."""
    pieces: list[bytes] = []
    depth = 1
    start = at
    while (found := _INSIDE.search(data, at)) is not None and depth <= _DEEPEST:
        at = found.end()
        sign = found[0]
        depth += (sign == b"(") - (sign == b")")
        if sign == b")" and depth == 0:
            pieces.append(data[start : found.start()])
            return b"".join(pieces), at
        if sign.startswith(b"\\"):
            pieces.append(data[start : found.start()])
            code = sign[1:]
            pieces.append(bytes((int(code, 8) & 0xFF,)) if code[:1] in b"01234567" else _SIGNS.get(code, code))
            start = at
    return b"".join((*pieces, data[start:])), len(data)

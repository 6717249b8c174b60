"""Plain texts, tables and RTF that are hard to look at: no lines, odd letters, groups in groups, near misses."""

import base64
import binascii
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

from bench.hostile import BOMB, MARKED, MARKING, Hostile

_LINE = f"\n{MARKING}\n"
_M = 1_000_000


def documents() -> Iterator[Hostile]:
    """Yield the texts."""
    yield from _plain()
    yield from _coded()
    yield from _rich()


def _plain() -> Iterator[Hostile]:
    yield Hostile("one-line-of-60m.txt", _long_line, MARKED, heavy=True)
    yield Hostile("lines-5m.txt", lambda: "\n" * 5 * _M + _LINE, MARKED, heavy=True)
    yield Hostile("file-of-600m.txt", _large, BOMB | MARKED, heavy=True)
    for name, text in {
        "slashes": "/" * _M,
        "brackets": "(" * _M,
        "closing-brackets": ")" * _M,
        "almost": "SECRET/" * 150_000,
        "almost-spaced": "S E C R E T / / " * 60_000,
        "levels": "TOP SECRE\n" * 100_000,
        "words": "NOFORN " * 150_000,
        "capitals": "A" * _M,
        "digits": "4111111111111111" * 60_000,
        "digits-and-blanks": "4 1 1 1 " * 100_000,
        "blanks": " " * _M,
        "blanks-and-tabs": " \t" * 500_000,
        "hyphens": "-" * _M,
        "mail-addresses": "a@" * 300_000,
        "dots": "a." * 300_000,
        "commas": "REL TO USA, " * 80_000,
        "joiners": "\u200b" * 400_000,
        "accents": "a" + "\u0301" * 400_000,
        "widths": "\uff33\uff25\uff23" * 100_000,
        "directions": "\u202e" * 200_000,
        "nested-directions": "\u2067" * 100_000 + "x" + "\u2069" * 100_000,
        "ligatures": "\ufdfa" * 50_000,
        "private": "\ue000" * 300_000,
        "returns": "\r" * 500_000,
        "feeds": "\f\v\x85\u2028" * 100_000,
    }.items():
        yield Hostile(f"{name}.txt", partial(_with_line, text), MARKED)
    yield Hostile("marking-3-times.txt", lambda: f"{MARKING}\n" * 3, MARKED)
    yield Hostile("zeros.txt", lambda: b"\0" * 500_000 + _LINE.encode(), MARKED)
    yield Hostile("rows-of-formulas.csv", lambda: "=cmd|' /C calc'!A0,@SUM(1),+1,-1\n" * 20_000 + _LINE, MARKED)
    yield Hostile("quotes-open.csv", lambda: '"a,' * 300_000 + _LINE, MARKED)
    yield Hostile("surrogates.txt", lambda: b"\xed\xa0\x80" * 100_000 + _LINE.encode(), MARKED)
    yield Hostile("bytes-of-all-kinds.txt", lambda: bytes(range(128, 256)) * 2000 + _LINE.encode(), MARKED)
    yield Hostile("marks-many.txt", lambda: b"\xef\xbb\xbf" * 100_000 + _LINE.encode(), MARKED)
    yield Hostile("escapes-of-iso-2022.txt", lambda: b"\x1b$B" * 100_000 + b"\x1b(B" + _LINE.encode(), MARKED)
    yield Hostile("findings-100000.txt", lambda: f"({MARKING}) para.\n" * 100_000, MARKED, heavy=True)


def _with_line(text: str) -> str:
    return text + _LINE


def _long_line() -> Iterator[bytes]:
    yield from (b"word " * 200_000 for _ in range(60))
    yield _LINE.encode()


def _large() -> Iterator[bytes]:
    yield _LINE.encode()
    yield from (b"a line of words, and not much more\n" * 30_000 for _ in range(600))


def _coded() -> Iterator[Hostile]:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-7", "cp037", "cp500"):
        yield Hostile(f"{encoding}.txt", partial(_encoded, encoding), MARKED)
    yield Hostile("base64.txt", lambda: base64.encodebytes(f"a few words{_LINE}and some behind it".encode()), MARKED)
    yield Hostile("base64-20-times.txt", _often_coded)
    yield Hostile(
        "hexadecimal.txt",
        lambda: binascii.hexlify(f"a few words{_LINE}and some behind it".encode()),
        MARKED,
    )
    yield Hostile("percent.txt", lambda: "".join(f"%{ord(c):02X}" for c in MARKING), MARKED)
    yield Hostile("percent-30-times.txt", _often_quoted)


def _encoded(encoding: str) -> bytes:
    return f"A few words before it.{_LINE}And some behind.\n".encode(encoding)


def _often_coded() -> bytes:
    data = _LINE.encode()
    for _ in range(20):
        data = base64.encodebytes(data)
    return data


def _often_quoted() -> str:
    text = "".join(f"%{ord(c):02X}" for c in MARKING)
    for _ in range(30):
        text = quote(text)
    return text


def _rich() -> Iterator[Hostile]:
    head = "{\\rtf1\\ansi "
    said = f"{MARKING}\\par "
    yield Hostile("groups-5000-deep.rtf", lambda: head + "{" * 5000 + said + "}" * 5001, MARKED)
    yield Hostile("groups-1m-deep.rtf", lambda: head + said + "{" * _M, BOMB | MARKED)
    yield Hostile("groups-closed-1m.rtf", lambda: head + said + "}" * _M, MARKED)
    yield Hostile("binary-2g.rtf", lambda: head + said + "\\bin2147483647 x", MARKED)
    yield Hostile("binary-negative.rtf", lambda: head + "\\bin-5 " + said + "}", MARKED)
    yield Hostile("words-500000.rtf", lambda: head + "\\b" * 500_000 + " " + said + "}", MARKED)
    yield Hostile("word-of-1m.rtf", lambda: head + "\\" + "a" * _M + " \\par " + said + "}", MARKED)
    yield Hostile("number-of-1m.rtf", lambda: head + "\\u" + "9" * _M + " \\par " + said + "}", MARKED)
    yield Hostile("letters-by-number.rtf", lambda: head + "".join(f"\\u{ord(c)}?" for c in MARKING) + "}", MARKED)
    yield Hostile("letters-by-code.rtf", lambda: head + "".join(f"\\'{ord(c):02x}" for c in MARKING) + "}", MARKED)
    yield Hostile("letters-in-groups.rtf", lambda: head + "".join(f"{{\\b {c}}}" for c in MARKING) + "}", MARKED)
    yield Hostile(
        "object-of-20m.rtf",
        lambda: head + said + "{\\object{\\*\\objdata " + "0105000002000000" * 2_500_000 + "}}}",
        MARKED,
        heavy=True,
    )
    yield Hostile("objects-30-deep.rtf", _objects, heavy=False)
    yield Hostile(
        "fields-20000-deep.rtf",
        lambda: head + "{\\field{\\*\\fldinst x}{\\fldrslt " * 4000 + said + "}}" * 4001,
        MARKED,
    )
    yield Hostile(
        "fonts-200000.rtf",
        lambda: head + "{\\fonttbl" + "".join(f"{{\\f{n} F{n};}}" for n in range(100_000)) + "}" + said + "}",
        MARKED,
    )
    yield Hostile("fallback-99999.rtf", lambda: head + "\\uc99999\\u65 " + said * 3 + "}")
    yield Hostile(
        "picture-of-20m.rtf",
        lambda: head + said + "{\\pict\\pngblip " + "89504e47" * 5_000_000 + "}}",
        MARKED,
        heavy=True,
    )
    yield Hostile("object-open.rtf", lambda: head + said + "{\\object{\\*\\objdata " + "01" * 500_000, BOMB | MARKED)
    yield Hostile("cut.rtf", lambda: head + said + "{\\*\\generator", MARKED)


def _objects() -> str:
    """Return RTF with RTF packed in it as an object, and so on; each level doubles the digits."""
    text = "{\\rtf1 " + MARKING + "}"
    for _ in range(16):
        text = "{\\rtf1{\\object{\\*\\objdata " + text.encode().hex() + "}}}"
    return text

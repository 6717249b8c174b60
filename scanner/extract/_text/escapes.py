"""Reads what is written in escapes: of programs, JSON, style sheets, addresses, HTML, LaTeX, and mistaken UTF-8.

Where a text holds such escapes, its lines are read a second time with what they stand for.
"""

import html
import quopri
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

_LONGEST: Final = 16 << 20
_LONG_LINE: Final = 20_000
_CODE_POINT: Final = 0x10FFFF

_BACKSLASH: Final = re.compile(
    r"\\(?:u\{(?P<braced>[0-9A-Fa-f]{1,6})\}|u(?P<four>[0-9A-Fa-f]{4})|U(?P<eight>[0-9A-Fa-f]{8})"
    r"|x\{?(?P<two>[0-9A-Fa-f]{2,4})\}?|(?P<octal>[0-3][0-7]{2})|(?P<sign>[nrt\"'/\\]))"
)
_UTF8_BYTES: Final = re.compile(r"(?:\\x[89a-fA-F][0-9A-Fa-f]){2,}|(?:\\[23][0-7]{2}){2,}")
_TELLING: Final = re.compile(r"\\(?:[uU][0-9A-Fa-f{]|x[0-9A-Fa-f{]{2}|[0-3][0-7]{2})")
_SIGNS: Final = {"n": "\n", "r": "\n", "t": "\t"}
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2}){1,1200}")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_QUOTED: Final = re.compile(r"=\r?\n|=[89A-F][0-9A-F]=[0-9A-F]{2}|=20\r?\n|=3D")
_CODES: Final = re.compile(
    r"(?:fromCharCode|fromCodePoint|[Cc]hr|CHR|CHAR|char|bytes|[Aa]rray)\s{0,3}\(?\s{0,3}[\[({]?\s{0,3}"
    r"((?:0x[0-9A-Fa-f]{1,6}|[0-9]{1,7})(?:\s*,\s*(?:0x[0-9A-Fa-f]{1,6}|[0-9]{1,7})){2,1000})"
)
_SPELLED: Final = (
    "CharCode",
    "CodePoint",
    "chr(",
    "Chr(",
    "CHR(",
    "CHAR(",
    "char(",
    "char ",
    "bytes(",
    "rray(",
    "rray[",
)
_JOINED: Final = re.compile(r"(?P<quote>[\"'`])[ \t]*(?:\+|&)[ \t]*(?:_?[ \t]*\r?\n[ \t]*)?(?P=quote)")
_MISTAKEN: Final = re.compile(
    "[\u00c2-\u00f4\u0102\u0110\u010f\u0111][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]"
)
_TEX: Final = re.compile(r"\\(?P<accent>[`'^\"~=.]|[cvHuk](?=[{\s]))\s*\{?\\?(?P<letter>[A-Za-z])\}?")
_TEX_SIGN: Final = re.compile(r"\\(?P<sign>ss|ae|AE|oe|OE|aa|AA|o|O|l|L)(?![A-Za-z])(?:\{\}|\s)?")
_TEX_SIGNS: Final = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł"
}  # fmt: skip
_TEX_ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "H": "\u030b", "v": "\u030c", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
_CSS: Final = re.compile(r"\\([0-9A-Fa-f]{1,6})\s?|\\(.)", re.DOTALL)
_CSS_CONTENT: Final = re.compile(r"content\s*:\s*([^;}]{0,4000})", re.IGNORECASE)
_CSS_STRING: Final = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'", re.DOTALL)


def unescaped(text: str) -> str:
    """Return the lines of a text that read differently when their escapes are resolved; nothing where none do."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST]
    again = text
    for hint, resolve in _KINDS:
        if hint in again:
            again = resolve(again)
    if again == text:
        return ""
    known = set(text.split("\n"))
    return "\n".join(dict.fromkeys(line for line in again.split("\n") if line not in known))


def css_strings(source: str) -> Iterator[str]:
    """Yield the texts that a style sheet puts on the page, neighbours joined (CSS 2.2, 12.2 and 4.1.3)."""
    if "content" not in source.lower():
        return
    for match in _CSS_CONTENT.finditer(source):
        pieces = [one or two for one, two in _CSS_STRING.findall(match[1])]
        if pieces:
            yield _CSS.sub(_css, "".join(pieces))


def _css(match: re.Match[str]) -> str:
    return _character(int(match[1], 16)) if match[1] else match[2]


def _backslashes(text: str) -> str:
    if _TELLING.search(text) is None:
        return text
    text = _UTF8_BYTES.sub(_utf8_bytes, text)
    text = _BACKSLASH.sub(_backslash, text)
    # Two halves of one character beyond the first 65,536.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _utf8_bytes(match: re.Match[str]) -> str:
    codes = match[0].split("\\")[1:]
    data = bytes(int(code[1:], 16) if code[0] == "x" else int(code, 8) for code in codes)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _backslash(match: re.Match[str]) -> str:
    if match["sign"]:
        return _SIGNS.get(match["sign"], match["sign"])
    if match["octal"]:
        return _character(int(match["octal"], 8))
    return _character(int(match["braced"] or match["four"] or match["eight"] or match["two"], 16))


def _character(code: int) -> str:
    return chr(code) if 0 < code <= _CODE_POINT else "\ufffd"


def _percents(text: str) -> str:
    return _PERCENT.sub(_percent, text)


def _percent(match: re.Match[str]) -> str:
    data = unquote_to_bytes(match[0])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _entities(text: str) -> str:
    return html.unescape(text) if _ENTITY.search(text) else text


def _quoted(text: str) -> str:
    if _QUOTED.search(text) is None:
        return text
    return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _codes(text: str) -> str:
    def spelled(match: re.Match[str]) -> str:
        codes = [int(code, 0 if code[:2] in {"0x", "0X"} else 10) for code in re.split(r"\s*,\s*", match[1])]
        return "".join(map(_character, codes))

    return _CODES.sub(spelled, text) if any(name in text for name in _SPELLED) else text


def _concatenated(text: str) -> str:
    return _JOINED.sub("", text)


def _tex(text: str) -> str:
    if "\\begin{" not in text and "\\document" not in text and "\\section" not in text and "\\input" not in text:
        return text
    text = _TEX.sub(lambda match: unicodedata.normalize("NFC", match["letter"] + _TEX_ACCENTS[match["accent"]]), text)
    return _TEX_SIGN.sub(lambda match: _TEX_SIGNS[match["sign"]], text)


def _mistaken(text: str) -> str:
    """Return a text whose lines are UTF-8 that somebody took for windows-1252 as what they were before."""
    if text.isascii() or _MISTAKEN.search(text) is None:
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _MISTAKEN.search(line):
            lines[number] = _meant(line)
    return "\n".join(lines)


def _meant(line: str) -> str:
    try:
        if len(line) > _LONG_LINE:
            return line.encode("cp1252").decode("utf-8")
        # What windows-1252 leaves open stands for itself.
        data = b"".join(sign.encode("latin-1" if "\x7f" < sign < "\xa0" else "cp1252") for sign in line)
        return data.decode("utf-8")
    except UnicodeError:
        return line


# What stands inside another kind comes after it.
_KINDS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("\\", _tex),
    ("=", _quoted),
    ("\\", _backslashes),
    (",", _codes),
    ("+", _concatenated),
    ("&", _concatenated),
    ("&", _entities),
    ("%", _percents),
    ("", _mistaken),
)

"""Decodes text of unknown encoding: not one guess, but every decoding that could be what was meant.

Guessing from a handful of bytes is wrong more often than right; looking at each plausible decoding costs little.
"""

import codecs
import re
from typing import Final

from scanner.extract._text.ebcdic import ebcdic
from scanner.extract._text.mixed import mixed, wide_runs
from scanner.extract._text.plausible import plausibility
from scanner.extract._text.rank import decoded, ranked

_SAMPLE: Final = 1 << 11
# A few characters can be much; they cost nothing to read often.
_FEW: Final = 64
_MOST_OF_FEW: Final = 12
# Of a long text there is enough to tell by, and too much to read eight times: bytes, and readings up to there.
_LONG: Final = ((1 << 20, 8), (16 << 20, 3))
_FULL_UNICODE: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STATEFUL: Final = (
    (re.compile(rb"\x1b[$(]"), ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr")),
    (re.compile(rb"~\{[!-w][!-~]"), ("hz",)),
    (re.compile(rb"\+[A-Za-z0-9+/]{3,}-"), ("utf-7",)),
)
# Without one of these, ASCII is nothing else.
_TELLING: Final = (b"\x00", b"\x1b", b"~{", b"+")
# Without a zero among its bytes, a text can only be of the first two.
_WIDE: Final = (("utf-16-le", 2), ("utf-16-be", 2), ("utf-32-le", 4), ("utf-32-be", 4))
_WIDE_SCORE: Final = 0.85
_ERROR_SHARE: Final = 0.02
_LONGEST_NAME: Final = 40  # of an encoding


def decodings(data: bytes, declared: str | None = None) -> tuple[str, ...]:
    """Return every plausible decoding of a text, most likely first; never none, all different.

    `declared` is the encoding that the document names for itself; it is believed where it fits. Bytes that do
    not fit become U+FFFD, so that nothing around them is lost.
    """
    if data.isascii() and not any(sign in data for sign in _TELLING):
        return (data.decode("ascii"),)
    for mark, codec in _FULL_UNICODE:
        if data.startswith(mark) and (codec != "utf-8-sig" or decoded(data, codec) is not None):
            return (data.decode(codec, "replace"),)
    data = data.removeprefix(codecs.BOM_UTF8)
    declared = _known(declared)
    stateful = _stateful(data, declared)
    if b"\x00" not in data and (text := decoded(data, "utf-8")) is not None:
        return _different([*stateful, text] if stateful else [text])
    found = [*stateful, *(text for codec in _wide(data) if (text := decoded(data, codec, "replace")) is not None)]
    if b"\x00" in data:
        return _different(found) if found and b"\x00" in data[:_SAMPLE] else _with_nuls(data, declared)
    return _different([*found, *_narrow(data, declared)])


def _with_nuls(data: bytes, declared: str | None) -> tuple[str, ...]:
    """Return the decodings of a text that is filled up with zeros, or has words in two bytes a character in it."""
    inside = wide_runs(data)
    plain = data.replace(b"\x00", b"\n")
    while b"\n\n" in plain:
        plain = plain.replace(b"\n\n", b"\n")
    return _different([*decodings(plain.strip(b"\n"), declared), *([inside] if inside else [])])


def _narrow(data: bytes, declared: str | None) -> list[str]:
    """Return the decodings in one- and two-byte encodings, those of EBCDIC before the others."""
    mainframe, certain = ebcdic(data)
    if certain:
        return [*mainframe]
    most = next((most for size, most in _LONG if len(data) <= size), 1)
    kept = ranked(data, declared)[: most if len(data) > _FEW else _MOST_OF_FEW]
    both = mixed(data)
    if both is not None:
        # Lines in UTF-8 among others: those are certain, and the others are read by themselves.
        others = ranked(both.rest, declared)[:most]
        return [*(both.text(codec) for codec in others), *(data.decode(codec, "replace") for codec in kept[:2])]
    found = [*mainframe, *(data.decode(codec, "replace") for codec in kept)]
    return found or [data.decode("cp1252", "replace")]


def _known(declared: str | None) -> str | None:
    try:
        # A codec that makes bytes of bytes (`rot13`, `zlib`) is no encoding. Python keeps every name it is asked for.
        sought = declared.strip(" \"'") if declared else ""
        name = codecs.lookup(sought).name if 0 < len(sought) <= _LONGEST_NAME else None
        return _WIDER.get(name, name) if name and isinstance(b"x".decode(name, "replace"), str) else None
    except (LookupError, UnicodeError, ValueError):
        return None


# What names itself by the first is in truth mostly the second, its superset.
_WIDER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
}


def _stateful(data: bytes, declared: str | None) -> list[str]:
    """Return decodings in encodings that write everything in ASCII bytes."""
    found = []
    for pattern, codecs_ in _STATEFUL:
        if not pattern.search(data) or data.find(b"\x00", 0, _SAMPLE) >= 0:
            continue
        for codec in codecs_:
            text = decoded(data, codec)
            if text is not None and not text.isascii() and (codec == declared or plausibility(text) > _WIDE_SCORE):
                found.append(text)
                break
    return found


def _wide(data: bytes) -> list[str]:
    """Return those of UTF-16 and UTF-32 without a byte order mark that fit, best first."""
    sample = data[: _SAMPLE & ~3]
    scored = []
    zeros = b"\x00" in data
    if not zeros and len(data) % 2:
        return []
    for codec, width in _WIDE if zeros else _WIDE[:2]:
        if len(sample) < width:
            continue
        text = decoded(sample[: len(sample) // width * width], codec, "replace")
        if text is None or text.count("�") > len(text) * _ERROR_SHARE:
            continue
        score = plausibility(text, _WIDE_SCORE) * (1 - text.count("\x00") / len(text))
        if score >= _WIDE_SCORE:
            scored.append((-score, codec))
    return [codec for _, codec in sorted(scored, key=lambda entry: entry[0])]


def _different(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


# All codecs are loaded with this module: a worker in its sandbox can open nothing later on.
for _codec in (
    *(codec for _, names in _STATEFUL for codec in names),
    *(codec for codec, _ in _WIDE),
    *_WIDER,
    "iso2022_jp",
    "utf-32",
):
    codecs.lookup(_codec)

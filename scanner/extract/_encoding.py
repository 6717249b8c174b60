"""Decodes text of unknown encoding: not one guess, but every decoding that could be what was meant.

Guessing from a handful of bytes is wrong more often than right; looking at each plausible decoding costs little.
"""

import codecs
import math
import re
from collections import Counter
from functools import cache
from typing import Final

from scanner.extract._ebcdic import ebcdic
from scanner.extract._mixed import mixed, wide_runs
from scanner.extract._plausible import plausibility, worth

_SAMPLE: Final = 1 << 11
_MOST: Final = 8
# A few characters can be much; they cost nothing to read often.
_FEW: Final = 64
_MOST_OF_FEW: Final = 12
# Of a long text there is enough to tell by, and too much to read eight times: bytes, and readings up to there.
_LONG: Final = ((1 << 20, 8), (16 << 20, 3))
_MOST_A_SCRIPT: Final = 5
_FULL_UNICODE: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The order decides between equals: what is more common on file servers comes first.
_LEGACY: Final = {
    "gb18030": "Chinese",
    "cp950": "Traditional Chinese",
    "cp932": "Japanese",
    "cp949": "Korean",
    "euc_jp": "Japanese",
    "cp1252": "Latin",
    "cp1251": "Cyrillic",
    "cp1250": "Latin",
    "koi8_u": "Cyrillic",
    "cp1253": "Greek",
    "cp1254": "Latin",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp1257": "Latin",
    "cp1258": "Latin",
    "cp874": "Thai",
    "cp866": "Cyrillic",
    "cp850": "Latin",
    "cp852": "Latin",
    "iso8859_2": "Latin",
    "iso8859_5": "Cyrillic",
    "iso8859_6": "Arabic",
    "mac_roman": "Latin",
    "mac_cyrillic": "Cyrillic",
    "johab": "Korean",
    "cp437": "Latin",
    "cp857": "Latin",
    "cp855": "Cyrillic",
    "cp737": "Greek",
    "cp869": "Greek",
    "cp862": "Hebrew",
    "cp864": "Arabic",
    "cp775": "Latin",
    "iso8859_7": "Greek",
    "mac_greek": "Greek",
    "mac_latin2": "Latin",
    "mac_turkish": "Latin",
    "euc_jis_2004": "Japanese",
    "big5hkscs": "Traditional Chinese",
}
_STATEFUL: Final = (
    (re.compile(rb"\x1b[$(]"), ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr")),
    (re.compile(rb"~\{[!-w][!-~]"), ("hz",)),
    (re.compile(rb"\+[A-Za-z0-9+/]{3,}-"), ("utf-7",)),
)
_NULS: Final = re.compile(rb"\x00+")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_GAP: Final = re.compile(rb"[ \n]")
_NEAR: Final = 24
_MOST_LOOKED_AT: Final = 4_000
_ASCII: Final = bytes(range(128))
_ENOUGH: Final = 8
_CERTAIN: Final = 0.97
# Without a zero among its bytes, a text can only be of the first two.
_WIDE: Final = (("utf-16-le", 2), ("utf-16-be", 2), ("utf-32-le", 4), ("utf-32-be", 4))
_WIDE_SCORE: Final = 0.85
_MARGIN: Final = 0.08
_ERRORS_NEED: Final = 50
_ERROR_SHARE: Final = 0.02


def decodings(data: bytes, declared: str | None = None) -> tuple[str, ...]:
    """Return every plausible decoding of a text, most likely first; never none, all different.

    `declared` is the encoding that the document names for itself; it is believed where it fits. Bytes that do
    not fit become U+FFFD, so that nothing around them is lost.
    """
    for mark, codec in _FULL_UNICODE:
        if data.startswith(mark):
            return (data.decode(codec, "replace"),)
    declared = _known(declared)
    stateful = _stateful(data, declared)
    if b"\x00" not in data and (text := _decode(data, "utf-8")) is not None:
        return _different([*stateful, text] if stateful else [text])
    found = [*stateful, *(text for codec in _wide(data) if (text := _decode(data, codec, "replace")) is not None)]
    if b"\x00" in data:
        return _different(found) if found and b"\x00" in data[:_SAMPLE] else _with_nuls(data, declared)
    return _different([*found, *_narrow(data, declared)])


def _with_nuls(data: bytes, declared: str | None) -> tuple[str, ...]:
    """Return the decodings of a text that is filled up with zeros, or has words in two bytes a character in it."""
    inside = wide_runs(data)
    return _different([*decodings(_NULS.sub(b"\n", data).strip(b"\n"), declared), *([inside] if inside else [])])


def _narrow(data: bytes, declared: str | None) -> list[str]:
    """Return the decodings in one- and two-byte encodings, those of EBCDIC before the others."""
    mainframe, certain = ebcdic(data)
    if certain:
        return [*mainframe]
    most = next((most for size, most in _LONG if len(data) <= size), 1)
    ranked = _ranked(data, declared)[: most if len(data) > _FEW else _MOST_OF_FEW]
    both = mixed(data)
    if both is not None:
        # Lines in UTF-8 among others: those are certain, and the others are read by themselves.
        others = _ranked(both.rest, declared)[:most]
        return [*(both.text(codec) for codec in others), *(data.decode(codec, "replace") for codec in ranked[:2])]
    found = [*mainframe, *(data.decode(codec, "replace") for codec in ranked)]
    return found or [data.decode("cp1252", "replace")]


def _known(declared: str | None) -> str | None:
    try:
        # A codec that makes bytes of bytes (`rot13`, `zlib`) is no encoding.
        name = codecs.lookup(declared.strip(" \"'")).name if declared else None
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


def _decode(data: bytes, codec: str, errors: str = "strict") -> str | None:
    try:
        return data.decode(codec, errors)
    except (UnicodeError, LookupError):
        return None


def _stateful(data: bytes, declared: str | None) -> list[str]:
    """Return decodings in encodings that write everything in ASCII bytes."""
    found = []
    for pattern, codecs_ in _STATEFUL:
        if not pattern.search(data) or data.find(b"\x00", 0, _SAMPLE) >= 0:
            continue
        for codec in codecs_:
            text = _decode(data, codec)
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
        text = _decode(sample[: len(sample) // width * width], codec, "replace")
        if text is None or text.count("�") > len(text) * _ERROR_SHARE:
            continue
        score = plausibility(text) * (1 - text.count("\x00") / len(text))
        if score >= _WIDE_SCORE:
            scored.append((-score, codec))
    return [codec for _, codec in sorted(scored, key=lambda entry: entry[0])]


def _ranked(data: bytes, declared: str | None) -> list[str]:
    """Return the one- and two-byte encodings that come near the best, best first."""
    sample = _telling(data)
    if declared is not None and _fits(sample, declared):
        return [declared]
    order = {codec: number for number, codec in enumerate(dict.fromkeys([*_some(declared), "utf-8", *_LEGACY]))}
    high = Counter(sample.translate(None, _ASCII))
    margin = _MARGIN + 1 / math.sqrt(max(1, high.total()))
    scored = [(-score, order[codec], codec) for score, codec in _scores(sample, high, tuple(order), declared, margin)]
    if not scored:
        return []
    scored.sort()
    least = scored[0][0] + margin
    few = len(data) <= _FEW
    kept: list[str] = []
    scripts: Counter[str] = Counter()
    for score, _, codec in scored:
        script = _LEGACY.get(codec, "")
        if score <= least and (few or scripts[script] < _MOST_A_SCRIPT):
            kept.append(codec)
            scripts[script] += 1
    return kept[: _MOST_OF_FEW if few else _MOST]


def _scores(
    sample: bytes, high: Counter[int], candidates: tuple[str, ...], declared: str | None, margin: float
) -> list[tuple[float, str]]:
    """Return how plausible a sample is in each encoding that can read it, but for those far from the best.

    What each of its bytes is worth says for an encoding of single bytes how plausible the sample is at most.
    """
    total = max(1, high.total())
    bounds = {
        codec: sum(worths[byte] * count for byte, count in high.items()) / total
        for codec in candidates
        if (worths := _worths(codec)) is not None
    }
    scored: list[tuple[float, str]] = []
    known: dict[str, float] = {}
    best = 0.0
    for codec in sorted(candidates, key=lambda codec: -bounds.get(codec, 2.0)):
        extra = (0.3 if codec == declared else 0) + (0.2 if codec == "utf-8" else 0)
        if bounds.get(codec, 2.0) + extra < best - margin:
            continue
        text = _decode(sample, codec, "replace")
        if text is None:
            continue
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        broken = text.count("�")
        if broken and (beyond < _ERRORS_NEED or broken > beyond * _ERROR_SHARE) and codec != "utf-8":
            continue
        if codec == "utf-8" and (beyond == broken or broken > beyond / 2):
            continue
        if text not in known:
            known[text] = plausibility(text)
        scored.append((known[text] + extra, codec))
        best = max(best, known[text] + extra)
    return scored


@cache
def _worths(codec: str) -> tuple[float, ...] | None:
    """Return what each byte is worth in an encoding of single bytes; None for others."""
    if _LEGACY.get(codec) not in {"Latin", "Cyrillic", "Greek", "Hebrew", "Arabic", "Thai"}:
        return None
    return tuple(worth(bytes((byte,)).decode(codec, "replace")) for byte in range(256))


def _some(declared: str | None) -> list[str]:
    return [] if declared is None else [declared]


def _fits(sample: bytes, declared: str) -> bool:
    """Tell whether an encoding reads a sample so well that no other need be tried."""
    text = _decode(sample, declared)
    return (
        text is not None
        and len(text) - len(text.encode("ascii", "ignore")) >= _ENOUGH
        and plausibility(text) >= _CERTAIN
    )


def _telling(data: bytes) -> bytes:
    """Return up to a sample's worth of the words that are not plain ASCII, each with its neighbours."""
    words: dict[bytes, None] = {}
    at = size = looked = 0
    while size < _SAMPLE and looked < _MOST_LOOKED_AT and (found := _HIGH.search(data, at)) is not None:
        # No encoding has a space or a line feed within a character: there it can be cut.
        before = data[max(at, found.start() - _NEAR) : found.start()]
        start = (
            found.start() - len(before)
            if found.start() - at < _NEAR
            else found.start() - len(before.partition(b" ")[2])
        )
        end = _GAP.search(data, found.start() + _NEAR)
        at = min(end.start() if end else len(data), start + _SAMPLE)
        looked += 1
        if data[start:at] not in words:
            words[data[start:at]] = None
            size += at - start
    if size < _SAMPLE // 2:
        # The same few words again and again: how often they are right counts, too.
        words[data[: data.rfind(b"\n", 0, _SAMPLE // 2) + 1]] = None
    return b"\n".join(words) if size else data[:_SAMPLE]


def _different(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


# All codecs are loaded with this module: a worker in its sandbox can open nothing later on.
for _codec in (*_LEGACY, *(codec for _, names in _STATEFUL for codec in names), "gb2312", "big5", "euc_kr", "utf-32"):
    codecs.lookup(_codec)

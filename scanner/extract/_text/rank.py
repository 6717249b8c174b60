"""Ranks the encodings that a text of bytes could be in, by how much its readings look like what people write."""

import codecs
import math
import re
from collections import Counter
from functools import cache
from typing import Final

from scanner.extract._text.plausible import plausibility, worth

_SAMPLE: Final = 1 << 11
_MOST: Final = 8
_FEW: Final = 64
_MOST_OF_FEW: Final = 12
_NOISE: Final = 0.4
_MOST_OF_NOISE: Final = 2
_MOST_A_SCRIPT: Final = 5
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_GAP: Final = re.compile(rb"[ \n]")
_NEAR: Final = 24
_MOST_LOOKED_AT: Final = 4_000
_ASCII: Final = bytes(range(128))
_ENOUGH: Final = 8
_CERTAIN: Final = 0.97
_MARGIN: Final = 0.08
_TINY: Final = 1e-9
_ERRORS_NEED: Final = 50
_ERROR_SHARE: Final = 0.02
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
    "big5hkscs": "Traditional Chinese",
}
_LATIN: Final = tuple(codec for codec, script in _LEGACY.items() if script == "Latin")
_PAIR: Final = re.compile(rb"[\x80-\xff]{2}")


def ranked(data: bytes, declared: str | None) -> list[str]:
    """Return the one- and two-byte encodings that come near the best, best first."""
    sample = _telling(data)
    # An accent here and there: only encodings of Latin letters can be meant, and a name for one is believed.
    single = _PAIR.search(sample) is None
    if declared is not None and _fits(sample, declared, 1 if single and declared in _LATIN else _ENOUGH):
        return [declared]
    others = _LATIN if single else ("utf-8", *_LEGACY)
    order = {codec: number for number, codec in enumerate(dict.fromkeys([*_some(declared), *others]))}
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
    if len(data) > _SAMPLE and -scored[0][0] < _NOISE:
        # No text at all: one look or two are enough.
        return kept[:_MOST_OF_NOISE]
    return kept[: _MOST_OF_FEW if few else _MOST]


def decoded(data: bytes, codec: str, errors: str = "strict") -> str | None:
    """Return a text in an encoding, None where it is not in it."""
    try:
        return data.decode(codec, errors)
    except (UnicodeError, LookupError):
        return None


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
    perfect: Counter[str] = Counter()
    best = 0.0
    for codec in sorted(candidates, key=lambda codec: -bounds.get(codec, 2.0)):
        extra = (0.3 if codec == declared else 0) + (0.2 if codec == "utf-8" else 0)
        script = _LEGACY.get(codec, "")
        if bounds.get(codec, 2.0) + extra < best - margin or perfect[script] >= _MOST_A_SCRIPT:
            continue
        text = decoded(sample, codec, "replace")
        if text is None:
            continue
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        broken = text.count("�")
        if broken and (beyond < _ERRORS_NEED or broken > beyond * _ERROR_SHARE) and codec != "utf-8":
            continue
        if codec == "utf-8" and (beyond == broken or broken > beyond / 2):
            continue
        score = known.get(text)
        if score is None:
            # What is sure to stay too far from the best need not be known exactly.
            least = best - margin - extra - _TINY
            score = plausibility(text, least)
            if score < least:
                continue
            known[text] = score
        scored.append((score + extra, codec))
        perfect[script] += len(sample) > _FEW and score >= 1.0
        best = max(best, score + extra)
    return scored


@cache
def _worths(codec: str) -> tuple[float, ...] | None:
    """Return what each byte is worth in an encoding of single bytes; None for others."""
    if _LEGACY.get(codec) not in {"Latin", "Cyrillic", "Greek", "Hebrew", "Arabic", "Thai"}:
        return None
    return tuple(map(worth, bytes(range(256)).decode(codec, "replace")))


def _some(declared: str | None) -> list[str]:
    return [] if declared is None else [declared]


def _fits(sample: bytes, declared: str, enough: int) -> bool:
    """Tell whether an encoding reads a sample so well that no other need be tried."""
    text = decoded(sample, declared)
    return (
        text is not None
        and len(text) - len(text.encode("ascii", "ignore")) >= enough
        and plausibility(text, _CERTAIN) >= _CERTAIN
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


for _codec in _LEGACY:
    codecs.lookup(_codec)

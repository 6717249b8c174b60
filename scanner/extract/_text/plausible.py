"""Tells how much a text looks like something people write, as opposed to bytes decoded wrongly."""

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import Final

_LONG_ENOUGH: Final = 60
_PLAIN_RUNS: Final = re.compile(r"[\t\n\f\r -~]+")
_PLAIN_LETTERS: Final = re.compile(r"[A-Za-z]+")


def plausibility(text: str, least: float = 0.0) -> float:
    """Tell how much the characters beyond ASCII look like something people write; 1.0 is perfect, 0 is noise.

    Where it is sure to be below `least`, it may come out higher than it is, but below that all the same.
    """
    others = _PLAIN_RUNS.sub("", text)
    total = len(others)
    if not total:
        return 1.0
    counts = Counter(others)
    good = sum([worth(character) * count for character, count in counts.items()])
    most = max(0.0, good / total)
    if most < least:
        return most
    accented = capitals = small = 0
    for character, count in counts.items():
        if "\u2e80" <= character < "\ua000":
            # Ideographs and kana are neither capital nor small.
            continue
        # In every language that is written in Latin letters, most of them are plain ones.
        accented += count * ("\u00c0" <= character <= "\u024f")
        capitals += count * character.isupper()
        small += count * character.islower()
    overloaded = 0
    if accented > 2:  # noqa: PLR2004 - so many need no plain ones
        overloaded = max(0, accented - 2 - len(text) + len(_PLAIN_LETTERS.sub("", text)))
    # So a text looks whose lower case was taken for upper case.
    shouting = 0.15 if total >= _LONG_ENOUGH and capitals > small else 0.0
    return max(0.0, (good - 2 * _clashes(text) - 0.5 * overloaded) / total - shouting)


_LETTER_BLOCKS: Final = re.compile(
    "[\u00c0-\u024f\u0386-\u03ce\u0400-\u045f\u0490\u0491\u05d0-\u05ea\u0621-\u064a\u0e01-\u0e5b\u1ea0-\u1ef9]"
)
# Letters that few languages have, and wrong decodings much of.
_RARE_LETTERS: Final = frozenset("ÐÞÝðþýÿΐΰђѓѕљњћќџЂЃЅЉЊЋЌЏ")
_PUNCTUATION: Final = frozenset(
    " §°«»·¿¡–—‘’‚“”„•…‹›€™©®£№、。〈〉《》「」『』【】〔〕★☆●○◆◇※→！（），－．／：；？～　"
)


@lru_cache(1 << 16)
def worth(character: str) -> float:
    """Tell how likely a character beyond ASCII is in a text: 1 for everyday letters, 0 for what nobody types."""
    if character in everyday() or character in _PUNCTUATION or _LETTER_BLOCKS.match(character):
        return 0.6 if character in _RARE_LETTERS else 1.0
    category = unicodedata.category(character)
    if category in {"Cc", "Cn", "Co", "Cs"} or character == "�":
        return -1.0
    if category[0] == "L":
        # Rare ideographs and half-width kana are what a wrong decoding is made of.
        return 0.35 if character < "\uff00" else 0.2
    return 0.3


@cache
def everyday() -> frozenset[str]:
    """Return kana and the ideographs and syllables that the national standards rank as common."""
    common = {chr(code) for code in range(0x3041, 0x30FF)}
    for codec, first, last, trails in (
        ("gb2312", 0xB0, 0xD7, (0xA1, 0xFE)),
        ("big5", 0xA4, 0xC6, (0x40, 0xFE)),
        ("euc_jp", 0xB0, 0xCF, (0xA1, 0xFE)),
        ("euc_kr", 0xB0, 0xC8, (0xA1, 0xFE)),
    ):
        pairs = ((lead, trail) for lead in range(first, last + 1) for trail in range(trails[0], trails[1] + 1))
        # Decoded at once; a line feed keeps a pair that is no character from taking the next one along.
        common.update(b"\n".join(map(bytes, pairs)).decode(codec, "ignore"))
    return frozenset(character for character in common if character > "\u2fff")


_CLASH: Final = re.compile(
    r"(?=[^\x00-\x7f]|[\x00-\x7f][^\x00-\x7f])(?:"  # two plain characters never clash
    r"[A-Za-zÀ-ÿ](?=[\u0370-\u06ff\u0e01-\u0e5b])"  # two alphabets in one word
    r"|[\u0370-\u06ff\u0e01-\u0e5b](?=[A-Za-zÀ-ÿ])"
    r"|ς(?=[α-ωά-ώ])"  # the sigma of ends inside
    r"|[ß-öø-ÿа-ёα-ώ](?=[А-ЯA-ZÀ-ÖØ-Þ])|[a-z](?=[А-ЯÀ-ÖØ-Þ])"  # a capital inside a word
    r"|[\u00a1-\u00bf\u2018-\u2122](?=[\u00a1-\u00bf])"  # signs in a row
    r"|[A-Za-zÀ-ÿ\u0400-\u04ff](?=[\u2500-\u25ff¢-¦¨-¯±-¶¸-¾€√≈])"  # a sign inside a word
    r"|[A-Za-z][–—†‡•…\u3400-\uffef](?=[A-Za-z])"  # a dash or one ideograph inside a Latin word
    r")"
)


def _clashes(text: str) -> int:
    return len(_CLASH.findall(text))

"""Tells writing that a machine reads otherwise than a person: letters of other alphabets, unseen characters."""

import re
import unicodedata
from typing import Final

from scanner.detect._alike import latin

# Soft hyphens, joiners, blanks of no width, directions: nobody sees them, and a search for the word fails.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_SHAPED: Final = re.compile("[\uff21-\uff3a\uff41-\uff5a\u2460-\u24ff\U0001d400-\U0001d7ff\U0001f110-\U0001f189]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_OVERLAID: Final = re.compile("[\u0300-\u036f]")


def is_disguised(text: str) -> bool:
    """Tell whether a marking was written so that a search would pass over it.

    Letters set apart do not count, because typists did that for emphasis.
    """
    if text.isascii():
        return False
    if _UNSEEN.search(text) or _SHAPED.search(text):
        return True
    composed = unicodedata.normalize("NFC", text)
    return _OVERLAID.search(composed) is not None or any(map(_is_mixed, _WORD.findall(composed)))


def _is_mixed(word: str) -> bool:
    """Tell a word of two alphabets that looks like one of a single alphabet."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return (
        "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK"}) and any(latin(letter) != letter for letter in word)
    )

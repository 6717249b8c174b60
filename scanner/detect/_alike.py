"""Characters that look or mean the same: what is dropped, what stands for what, which letters pass for Latin."""

import re
import unicodedata
from bisect import bisect_right
from typing import Final

DASHES: Final = "‐‑‒–—―−﹘﹣－⁃⸺⸻"
SLASHES: Final = "⁄∕／⧸╱"
STARS: Final = "★☆✩✪✫✬✭✮✯⭐✰⋆⭑⭒"
QUOTES: Final = "“”„‟«»〝〞"

# Letters of other scripts drawn like Latin capitals: Unicode TR 39, reduced to what a keyboard or a forger offers.
_LATIN: Final = dict(
    zip("АВЕЅІЈКМНОРСТХУԚԜҮ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ" + "ӀҺ", "ABESIJKMHOPCTXYQWY" + "ABEZHIKMNOPTYXCM" + "IH", strict=True)
)
# Small letters that look Latin though their capitals do not.
_LATIN_SMALL: Final = dict(zip("асеорхуіјѕԁԛԝһοναυ", "aceopxyijsdqwhovau", strict=True))
# Latin letters that no decomposition takes apart.
_BASES: Final = {"Ł": "L", "Ø": "O", "Đ": "D", "Ð": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ẞ": "SS", "ſ": "S", "İ": "I"}

# The first character of each block, and the first after it.
_CJK: Final = "\u2e80\u2fe0\u3005\u3008\u3040\u3100\u3400\u4dc0\u4e00\ua000\uac00\ud7b0\uf900\ufb00"
_HIDDEN: Final = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
# Letters and marks by their category that nobody sees: fillers, and what chooses between shapes of a character.
_UNDRAWN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def shown(character: str) -> str:
    """Return what one character is folded to: nothing for an invisible one, a blank for any white space."""
    if character in "\t\v\f\r\u0085\u2028\u2029" or character.isspace():
        return "\n" if character == "\n" else " "
    for family, one in ((DASHES, "-"), (SLASHES, "/"), (STARS, "★"), (QUOTES, '"')):
        if character in family:
            return one
    if unicodedata.category(character) in _HIDDEN or _UNDRAWN.match(character):
        return ""
    return unicodedata.normalize("NFKC", character)


def latin(letter: str) -> str:
    """Return the Latin letter that a Cyrillic or Greek one is drawn like, or the letter itself."""
    if letter in _LATIN_SMALL:
        return _LATIN_SMALL[letter]
    return _LATIN.get(letter, letter)


def is_cjk(character: str) -> bool:
    """Tell a character of a script that is written without blanks between words."""
    return character >= _CJK[0] and bisect_right(_CJK, character) % 2 == 1


class Keys(dict[int, str]):
    """Maps a character to its letters and digits: upper-case, no diacritics, look-alikes as Latin; all else to nothing.

    A table for `str.translate` that fills itself; line feeds stay, so that line numbers hold.
    """

    def __missing__(self, code: int) -> str:
        """Work out one character, once."""
        character = chr(code)
        key = "\n" if character == "\n" else "".join(map(_key, shown(character).upper()))
        self[code] = key
        return key


def _key(character: str) -> str:
    letters = _BASES.get(character) or unicodedata.normalize("NFKD", character)
    return "".join(_LATIN.get(letter, letter) for letter in letters if letter.isalnum())


KEYS: Final = Keys()

"""Builds the one expression that finds every line that could hold a marking, in a single pass at the speed of C.

RE2 turns all spellings of all schemes into one automaton, so that a text is read once however many schemes there are.
A letter with a diacritic stands for the bare one, too, and signs may stand between words. What is written in some other
way (letters set apart or of several alphabets, characters that nobody sees) is found by that, whatever it says; so are
lines in capitals, whose names may be damaged, and lines that begin with a bracket. A match ends where its line does.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Protocol

import re2

from scanner.detect._alike import KEYS, is_cjk
from scanner.detect._scheme_rule import Scheme, Spelling, Strength
from scanner.detect.normalize import key

# Bytes, at most, of an automaton's states: for one that sees whole texts, and for one that sees a few lines of them.
_MEMORY: Final = 40 << 20
_FEW_LINES: Final = 8 << 20
_SIGNS: Final = r"(?:[ \t!-/:;=_]|\x{a0}|\x{3000}|[\x{2010}-\x{2015}])*"
# Marks that belong to the letter before them are signs, too: the vowels of Indian scripts. Only beside letters of such
# a script, because each class of many characters makes the automaton larger wherever it stands.
_MARKS: Final = r"[ \x{900}-\x{903}\x{93a}-\x{94f}\x{962}\x{963}]*"
_INDIAN: Final = re.compile("[\u0904-\u0939]")
_BLANKS: Final = r"(?:[ \t]|\x{3000}|\x{a0})*"
_ALONE: Final = r"[^\pL\n]*"
_ALPHABETS: Final = r"[A-Z\x{c0}-\x{24f}\x{370}-\x{52f}\x{5d0}-\x{5ea}\x{ff21}-\x{ff3a}]"
_SET_APART: Final = rf"(?:^|[^\pL\n]){_ALPHABETS}(?:[ .:/\-·_\x{{a0}}\x{{3000}}]{{1,3}}{_ALPHABETS}){{2}}(?:[^\pL\n]|$)"
# Line breaks that nobody looks for on their own: they are too rare to pass over a text once more.
_RARE_BREAK: Final = r"[\x{85}\x{2028}\x{2029}]"
# What nobody sees inside a word: soft hyphens, zero width, directions, marks set over a letter.
_UNSEEN: Final = (
    r"\pL[\x{ad}\x{300}-\x{36f}\x{61c}\x{180b}-\x{180f}\x{200b}-\x{200f}\x{202a}-\x{202d}\x{2060}-\x{206f}"
    r"\x{fe00}-\x{fe0f}\x{feff}]|\x{202e}"
)
# Letters in shapes of their own: full width, enclosed, mathematical. And words of two alphabets or widths.
_SHAPED: Final = (
    r"[\x{2100}-\x{214f}\x{2460}-\x{24ff}\x{ff21}-\x{ff5a}\x{1d400}-\x{1d7ff}\x{1f110}-\x{1f189}]{3}"
    r"|[\x{3280}-\x{32b0}]"
)
_MIXED: Final = (
    r"[A-Z][\x{370}-\x{52f}]|[\x{370}-\x{52f}][A-Z]"
    r"|[\x{ff21}-\x{ff3a}][\x{c0}-\x{24f}]|[\x{c0}-\x{24f}][\x{ff21}-\x{ff3a}]"
)
_TO_WIDE: Final = 0xFEE0
_MOST_LETTERS: Final = 4096  # kept; the names of all schemes have some hundred
_NEVER: Final = r"[^\x{0}-\x{10ffff}]"
# What the capitals of a character that is no letter of its own are: small letters without one, and ligatures.
_CAPITALS_OF: Final = {"SS": "ß", "FF": "\ufb00", "FI": "\ufb01", "FL": "\ufb02", "ST": "\ufb06"}
_LIGATURE: Final = re.compile("|".join(_CAPITALS_OF))
_DOTLESS: Final = "[I\u0131]"
# At most two small letters, as a 1 or I is often read, or signs that are frequent in code. Some signs no stamp has.
_SMALL: Final = r"[a-zà-ÿ'\"<>#{}]"
_SIGN: Final = r"(?:[^A-Za-zà-ÿ'\"<>#{}\n=_`\\]|={2,}|_+[^A-Za-zà-ÿ0-9'\"<>#{}\n=_`\\])*"
_OTHERS: Final = rf"(?:[A-Z]|{_SIGN[:-1]})*"
_IN_CAPITALS: Final = (
    rf"^_*(?:{_SIGN}[A-Z]{_OTHERS}(?:{_SMALL}{_OTHERS}){{0,2}}"
    rf"|{_SIGN}{_SMALL}{_SIGN}[A-Z]{_OTHERS}(?:{_SMALL}{_OTHERS})?"
    rf"|{_SIGN}{_SMALL}{_SIGN}{_SMALL}{_SIGN}[A-Z]{_OTHERS})_*$"
)
_SPACE: Final = r"(?:[\t\v\r ]|\x{a0}|\x{3000})*"
_BRACKET: Final = (
    rf"^{_SPACE}(?:[\pL\pN_.]{{1,6}}[.)]|\([\pL\pN_]{{1,4}}\)|[•*\-–])?{_SPACE}"
    r"[(（\[][ \t]?/{0,2}[A-ZΑ-ΩА-Я]"
)


class Expression(Protocol):
    """What of a compiled RE2 expression is used."""

    def search(self, text: bytes, pos: int) -> "re.Match[bytes] | None":
        """Return the first match from an offset on."""
        ...

    def finditer(self, text: bytes) -> Iterator["re.Match[bytes]"]:
        """Yield all matches."""
        ...


def searched(schemes: Iterable[Scheme]) -> list[Spelling]:
    """Return the spellings that are looked for in text."""
    return [
        spelling
        for scheme in schemes
        for rule in scheme.levels
        for spelling in rule.spellings
        if spelling.strength not in {Strength.LABEL, Strength.SHORT} and spelling.words
    ]


def stems(spellings: Iterable[Spelling]) -> dict[str, tuple[str, ...]]:
    """Return the words of each spelling that holds no other one, by its key."""
    found: dict[str, tuple[str, ...]] = {}
    names: dict[tuple[str, ...], str] = {}
    for spelling in spellings:
        names.setdefault(tuple(map(key, spelling.words)), spelling.key)
        found.setdefault(spelling.key, spelling.words)
    unspaced = [name for name in found if len(name) > 1 and _is_unspaced(name)]
    for words, name in names.items():
        parts = {words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
        if (parts - {words}) & names.keys() or any(other in name and other != name for other in unspaced):
            found.pop(name, None)
    return found


def expression(spelled: Iterable[tuple[str, ...]], short: str) -> Expression:
    """Compile the expression over UTF-8 text; `short` matches where a line with an abbreviation begins."""
    every = sorted(set(spelled))
    bounded = "|".join(_word_pattern(words) for words in every if not _is_unspaced(words[0])) or _NEVER
    others = [_word_pattern(words) for words in every if _is_unspaced(words[0])]
    within = rf"(?:^|[^\pL\pN\n])(?:{bounded})(?:[^\pL\pN\n]|$)"
    of_any_size = "|".join((within, *others, _SET_APART, _UNSEEN, _SHAPED, _MIXED, short, _RARE_BREAK))
    return compiled(rf"(?:(?i:{of_any_size})|{_IN_CAPITALS}|{_BRACKET})[^\n]*")


def keys_expression(keys: Iterable[str]) -> Expression:
    """Compile an expression that finds any of the keys in the key of a line."""
    return compiled("|".join(sorted(map(re.escape, keys))) or _NEVER, _FEW_LINES)


def keys_of(lines: Sequence[str]) -> bytes:
    """Return the keys of lines, one a line: all are looked at together, which is many times faster."""
    joined = "\n".join(lines)
    # One letter that is not ASCII makes all of a string slower.
    return (key(joined) if joined.isascii() else "\n".join(map(key, lines))).encode("utf-8", "replace")


def holding(expression: Expression, letters: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield, of lines given as `keys_of` does, the number of each that holds a match, the first match, and the line."""
    found = expression.search(letters, 0)
    place = counted = 0
    while found is not None:
        first, last = found.span()
        place += letters.count(b"\n", counted, first)
        counted = first
        end = letters.find(b"\n", last)
        start = letters.rfind(b"\n", 0, first) + 1
        yield place, letters[first:last], letters[start:] if end < 0 else letters[start:end]
        found = expression.search(letters, end) if end >= 0 else None


def compiled(pattern: str, memory: int = _MEMORY) -> Expression:
    """Compile an expression over UTF-8 text, in which `^` and `$` are the ends of a line.

    `memory` bounds in bytes what the automaton keeps of its states; one that needs more forgets and starts again.
    """
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    found: Expression = re2.compile(f"(?m){pattern}", options)
    return found


def _word_pattern(words: tuple[str, ...]) -> str:
    whole = "".join(words)
    if len(whole) == 1 and _is_unspaced(whole):
        return rf"^{_ALONE}{whole}(?:[^\pL\n]|$)|(?:^|[^\pL\n]){whole}{_ALONE}$"
    unspaced = _is_unspaced(whole)
    return (_MARKS if _INDIAN.search(whole) else _SIGNS).join(
        (_BLANKS if _is_unspaced(word) else "").join(_letters(word, unspaced=unspaced)) for word in words
    )


def _letters(word: str, *, unspaced: bool) -> Iterator[str]:
    """Yield an expression for each letter of a word, or for two that are also written as one character."""
    at = 0
    while at < len(word):
        both = None if unspaced else _LIGATURE.match(word, at)
        if both is not None:
            yield f"(?:{both[0].replace('I', _DOTLESS)}|{_CAPITALS_OF[both[0]]})"
        else:
            yield _letter(word[at], unspaced=unspaced)
        at += 1 if both is None else len(both[0])


def _is_unspaced(text: str) -> bool:
    return not text.isascii() and any(map(is_cjk, text))


@lru_cache(maxsize=_MOST_LETTERS)
def _letter(letter: str, *, unspaced: bool) -> str:
    """Return an expression for a letter as it is written, or bare; among unspaced ones an ASCII one may be wide."""
    if letter == "I" and not unspaced:
        return _DOTLESS
    if letter.isascii():
        return f"(?:{letter}|{chr(ord(letter) + _TO_WIDE)})" if unspaced else letter
    bare = {letter, unicodedata.normalize("NFKD", letter)[0]}
    if unicodedata.name(letter, "").startswith("GREEK"):
        # Capitals are written without the accent that small letters carry.
        bare.update(filter(str.isalpha, (unicodedata.normalize("NFC", letter + "\u0301"),)))
    if unicodedata.name(letter, "").startswith(("LATIN", "ROMAN")):
        bare.add(KEYS[ord(letter)])
        bare.add("".join(chr(ord(one) + _TO_WIDE) for one in KEYS[ord(letter)]))
    return f"(?:{'|'.join(sorted(bare))})" if len(bare) > 1 else letter

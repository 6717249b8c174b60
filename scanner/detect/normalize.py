"""Folds text to the form that markings are compared in, and maps every folded span back to the original.

Folding unifies what a writer, a font or a forger can vary without changing what a reader sees: Unicode compatibility
forms, dashes, slashes, stars and white space; invisible characters; letters of other scripts inside Latin words; and
letters set apart (`S E C R E T`, `S-E-C-R-E-T`).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.detect._alike import DASHES, KEYS, QUOTES, SLASHES, STARS, latin, shown

_ASCII_KEYS: Final = bytes(range(128)).upper() + bytes(128)
_ASCII_DROPPED: Final = bytes(code for code in range(128) if not chr(code).isalnum() and chr(code) != "\n")
_MOST_PASSES: Final = 16
_PLAIN: Final = re.compile(r"[!-~]*(?: [!-~]+)*")
BACKWARDS: Final = "\u202e"
# What ends a turned run: the end of the override, another one, the end of the line.
_TURNING: Final = frozenset("\u202c\u202d\u202e\n")
# What folding changes though it is normal: signs that are unified, what nobody sees, white space, marks, rare planes.
_FOLDED: Final = re.compile(
    f"[{re.escape(DASHES + SLASHES + STARS + QUOTES)}\x00-\x1f\x7f-\xa0\xad\u0300-\u036f\u0600-\u0605\u061c\u06dd\u070f"
    "\u08e2\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\uffff\U00010000-\U0010ffff]|  |^ | $"
)
_OTHER_THAN_PLAIN: Final = re.compile(rf"[^ -~]|[{re.escape(DASHES + SLASHES + STARS + QUOTES)}]")
_TWO_SCRIPTS: Final = re.compile("[A-Za-z\u00c0-\u024f][\u0370-\u052f]|[\u0370-\u052f][A-Za-z\u00c0-\u024f]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_BLANKS: Final = re.compile(r"  +")
# Three or more single characters one blank apart, or single letters held together by one sign: and where a text has
# such a run, its two-letter words are set the same way.
_SPACED: Final = re.compile(r"(?<!\S)\S(?: \S(?!\S)){2,}")
_SPACED_PAIR: Final = re.compile(r"(?<!\S)\S(?: \S(?!\S))+")
_SIGNED: Final = re.compile(r"(?<!\w)[^\W_]([-.·_])[^\W_](?:\1[^\W_](?!\w))+(?!\w)")
_SIGNED_PAIR: Final = re.compile(r"(?<!\w)[^\W_]([-.·_])[^\W_](?:\1[^\W_](?!\w))*(?!\w)")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `origins[i]` is the span of the original that character i came from, as a pair of offsets."""

    text: str
    origins: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original behind a span of the folded text that is not empty."""
        return self.origins[start][0], self.origins[end - 1][1]


def fold(text: str) -> Folded:
    """Return the folded form of a line; folding again changes nothing."""
    if BACKWARDS in text:
        return _fold_backwards(text)
    if (_PLAIN.fullmatch(text) or _is_plain(text)) and not _is_set_apart(text):
        return Folded(text, tuple((offset, offset + 1) for offset in range(len(text))))
    if not _OTHER_THAN_PLAIN.search(text):
        blanks = {at for match in _BLANKS.finditer(text) for at in range(match.start() + 1, match.end())}
        kept = [at for at in range(len(text)) if at not in blanks]
        collapsed = "".join([text[at] for at in kept])
        if not _is_set_apart(collapsed):
            return Folded(collapsed, tuple((at, at + 1) for at in kept))
    folded = _fold(text)
    for _ in range(_MOST_PASSES):
        again = _fold(folded.text)
        if again.text == folded.text:
            break
        folded = Folded(again.text, tuple((folded.origins[s][0], folded.origins[e - 1][1]) for s, e in again.origins))
    return folded


def read_order(text: str) -> str:
    """Return a text with what stands behind an override of direction in the order in which it is read."""
    return "".join(text[at] for at, _ in _order(text)) if BACKWARDS in text else text


def key(text: str) -> str:
    """Return the letters and digits of a text as markings are looked up by.

    Upper-case, bare of diacritics, look-alikes as Latin letters; line feeds stay, so that line numbers hold. Works at
    the speed of `str.translate`, for a first look at a whole text.
    """
    if text.isascii():
        return text.encode("ascii").translate(_ASCII_KEYS, _ASCII_DROPPED).decode("ascii")
    return text.translate(KEYS)


def _fold_backwards(text: str) -> Folded:
    """Fold a line in reading order; every character of a turned run stands for the whole run."""
    order = list(_order(text))
    folded = fold("".join(text[at] for at, _ in order))
    return Folded(folded.text, tuple((order[start][1][0], order[end - 1][1][1]) for start, end in folded.origins))


def _order(text: str) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the offset of each character in reading order, with the span that it stands for."""
    at = 0
    while at < len(text):
        if text[at] != BACKWARDS:
            yield at, (at, at + 1)
            at += 1
            continue
        end = next((place for place in range(at + 1, len(text)) if text[place] in _TURNING), len(text))
        yield from ((place, (at, end)) for place in range(end - 1, at, -1))
        at = end + (end < len(text) and text[end] != BACKWARDS)


def _is_plain(text: str) -> bool:
    """Tell a text of any script that folding would leave as it is."""
    return not _FOLDED.search(text) and unicodedata.is_normalized("NFKC", text) and not _TWO_SCRIPTS.search(text)


def _is_set_apart(text: str) -> bool:
    return _SPACED.search(text) is not None or _SIGNED.search(text) is not None


def _fold(text: str) -> Folded:
    characters: list[str] = []
    origins: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        cluster = text[start:end]
        unified = shown(cluster) if len(cluster) == 1 else unicodedata.normalize("NFKC", "".join(map(shown, cluster)))
        characters.extend(unified)
        origins.extend([(start, end)] * len(unified))
    _to_latin(characters)
    # Marks that belong to no letter: they are drawn over it.
    for at, character in enumerate(characters):
        if "\u0300" <= character <= "\u036f":
            characters[at] = ""
    origins = [origin for origin, character in zip(origins, characters, strict=True) if character]
    unified = "".join(characters)
    dropped = _dropped(unified)
    kept = [at for at in range(len(unified)) if at not in dropped]
    return Folded("".join(unified[at] for at in kept), tuple(origins[at] for at in kept))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each character with the marks that combine with it."""
    start = 0
    for at in range(1, len(text)):
        if not unicodedata.combining(text[at]):
            yield start, at
            start = at
    if text:
        yield start, len(text)


def _to_latin(characters: list[str]) -> None:
    """Replace, in words that hold a Latin letter, the letters that only look Latin, where nothing else is left."""
    text = "".join(characters)
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        letters = list(map(latin, word[0]))
        if any(map(str.isascii, word[0])) and all(
            letter.isascii() or unicodedata.name(letter, "").startswith("LATIN") for letter in letters
        ):
            characters[word.start() : word.end()] = letters


def _dropped(text: str) -> frozenset[int]:
    """Return the offsets of blanks and signs between letters set apart, and of blanks after a blank."""
    found: set[int] = set()
    for long_run, run in ((_SPACED, _SPACED_PAIR), (_SIGNED, _SIGNED_PAIR)):
        if long_run.search(text):
            for match in run.finditer(text):
                found.update(range(match.start() + 1, match.end(), 2))
    for match in _BLANKS.finditer(text):
        found.update(range(match.start() + 1, match.end()))
    return frozenset(found)

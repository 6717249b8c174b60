"""Tells whether two roots can stand for one and the same folder."""

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from scanner.model.root import ANY_DEPTH, Root

_STAR = "*"
_SET = re.compile(r"\[!?\]?[^\]]*\]", re.DOTALL)
_FILLERS = ("qzx", "QZX", "719", "\u9f98", ".qzx 719")
KINDS = len(_FILLERS)
_ELSE = "\N{REPLACEMENT CHARACTER}"  # a character that nobody writes in a root


def meet(one: Root, other: Root) -> bool:
    """Tell whether there is a folder that both stand for."""
    return _both_stand(one.parts, other.parts, ANY_DEPTH, _names_meet)


def samples(special: str) -> Iterator[str]:
    """Yield names of several kinds that a name of a root stands for: what is none of its own is each kind of letter."""
    for filler in _FILLERS:
        yield "".join(_sample(token, filler) for token in _tokens(special))


def _sample(token: str, filler: str) -> str:
    if token == _STAR:
        return filler
    return next((sign for sign in (*filler, *_around(token)) if _is(sign, token)), "")


def _names_meet(one: str, other: str) -> bool:
    signs = {*_around(one), *_around(other), _ELSE}

    def meet_(ours: str, theirs: str) -> bool:
        return any(_is(sign, ours) and _is(sign, theirs) for sign in signs)

    return _both_stand(tuple(_tokens(one)), tuple(_tokens(other)), _STAR, meet_)


def _both_stand(ours: Sequence[str], theirs: Sequence[str], any_: str, meet_: Callable[[str, str], bool]) -> bool:
    """Tell whether there is a row that two patterns stand for; `any_` stands for any number of parts, also none."""

    @cache
    def from_(our: int, their: int) -> bool:
        if our == len(ours) and their == len(theirs):
            return True
        if our < len(ours) and ours[our] == any_:
            return from_(our + 1, their) or (their < len(theirs) and from_(our, their + 1))
        if their < len(theirs) and theirs[their] == any_:
            return from_(our, their + 1) or (our < len(ours) and from_(our + 1, their))
        if our == len(ours) or their == len(theirs):
            return False
        return meet_(ours[our], theirs[their]) and from_(our + 1, their + 1)

    return from_(0, 0)


def _tokens(name: str) -> Iterator[str]:
    """Take a name of a root apart into what stands for one character each, and stars."""
    place = 0
    while place < len(name):
        known = _SET.match(name, place) if name[place] == "[" else None
        end = known.end() if known is not None else place + 1
        yield name[place:end]
        place = end


def _around(text: str) -> Iterator[str]:
    """Yield the characters of a text and their neighbours: of two ranges that share any, they share one of these."""
    for sign in text:
        yield from (chr(code) for code in (ord(sign) - 1, ord(sign), ord(sign) + 1) if 0 < code < 0x110000)  # noqa: PLR2004 - all of Unicode


def _is(sign: str, token: str) -> bool:
    return re.match(fnmatch.translate(token), sign) is not None

"""Builds the expression that finds what is left of a damaged name: a cheap first look, because most lines hold none."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Final

from scanner.detect._anchors import Expression, compiled
from scanner.detect._misread import CONFUSED, DRAWN_ALIKE, EDGE, WHOLE

# Bytes, at most, of an automaton's states. Two automata of few states: one for both would have as many as the product.
_MEMORY: Final = 16 << 20


class Near:
    """Expressions of which one finds, in the key of a line, any name that is not farther off than it may be.

    They find others, too. `names` gives the most that the errors in a name may cost; there are two at most. Where one
    of them may be of any kind, half of the name is as it was; so it is where both are in one half. Usual confusions in
    different halves leave half of each as it was. Errors at both ends leave what is between. A short name can only have
    lost or changed the letter at one end. Digits that are drawn like a letter may stand for it anywhere.
    """

    def __init__(self, names: Mapping[str, float]) -> None:
        """Compile the one that nearly every document needs; the other takes twice as long, and is for capitals only."""
        self._names = names
        self.least = min((len(name) * 3 // 4 for name, most in names.items() if most >= WHOLE), default=0)
        """Letters and digits of the shortest line in which the expression for capitals finds anything."""
        self.halves = _either(pattern for name, most in names.items() for pattern in _halves(name, most))

    @cached_property
    def quarters(self) -> Expression:
        """Finds names with two usual confusions in different halves."""
        return _either(pattern for name, most in self._names.items() if most >= WHOLE for pattern in _quarters(name))


def _either(patterns: Iterable[str]) -> Expression:
    return compiled("|".join(sorted(set(patterns))) or r"[^\x{0}-\x{10ffff}]", _MEMORY)


def _halves(name: str, most: float) -> Iterator[str]:
    if most >= WHOLE:
        first, second, third, last = (part.translate(_AS_DIGIT) for part in _parts(name))
        yield from (first + second, second + third, third + last)
        return
    yield name.translate(_LIKE) if most else re.escape(name)
    if most >= EDGE:
        yield name[1:].translate(_AS_DIGIT)
        yield name[:-1].translate(_AS_DIGIT)


def _quarters(name: str) -> Iterator[str]:
    parts = _parts(name)
    first, second, third, last = (part.translate(_AS_DIGIT) for part in parts)
    left, right = (part.translate(_LIKE) for part in parts[1:3])
    yield f"{first}{left}{third}"
    yield f"{second}{right}{last}"
    yield f"{first}{left}{right}{last}"


def _parts(name: str) -> tuple[str, ...]:
    cuts = [len(name) * part // 4 for part in range(5)]
    return tuple(name[start:end] for start, end in pairwise(cuts))


class _Classes(dict[int, str]):
    """Maps a letter to an expression for itself and what it is read as; a table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        """Work out a letter that is read as nothing else, once."""
        self[code] = found = re.escape(chr(code))
        return found


def _classes(most: float) -> _Classes:
    """Return, for each letter, an expression for itself and what it is read as at such a cost."""
    pairs = [pair for pair, cost in CONFUSED.items() if cost <= most]
    letters = sorted(set().union(*pairs))
    return _Classes(
        (ord(letter), f"[{''.join(sorted(set().union(*(pair for pair in pairs if letter in pair))))}]")
        for letter in letters
    )


_LIKE: Final = _classes(WHOLE)
_AS_DIGIT: Final = _classes(DRAWN_ALIKE)

"""Builds the expression that finds what is left of a damaged name: a cheap first look, because most lines hold none."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from scanner.detect._anchors import Expression, compiled
from scanner.detect._misread import CONFUSED, DRAWN_ALIKE, EDGE, WHOLE

# Bytes, at most, of an automaton's states. Two automata of few states: one for both would have as many as the product.
_MEMORY: Final = 16 << 20


def near_expressions(names: Mapping[str, float]) -> tuple[Expression, ...]:
    """Compile expressions of which one finds, in the key of a line, any name that is not farther off than it may be.

    They find others, too. `names` gives the most that the errors in a name may cost; there are two at most. Where one
    of them may be of any kind, half of the name is as it was; so it is where both are in one half. Usual confusions in
    different halves leave half of each as it was. Errors at both ends leave what is between. A short name can only have
    lost or changed the letter at one end. Digits that are drawn like a letter may stand for it anywhere.
    """
    halves = {pattern for name, most in names.items() for pattern in _halves(name, most)}
    quarters = {pattern for name, most in names.items() if most >= WHOLE for pattern in _quarters(name)}
    return tuple(compiled("|".join(sorted(found)) or r"[^\x{0}-\x{10ffff}]", _MEMORY) for found in (halves, quarters))


def _halves(name: str, most: float) -> Iterator[str]:
    if most >= WHOLE:
        first, second, third, last = _parts(name)
        yield from map(_digits, (first + second, second + third, third + last))
        return
    yield _confused(name) if most else re.escape(name)
    if most >= EDGE:
        yield from map(_digits, (name[1:], name[:-1]))


def _quarters(name: str) -> Iterator[str]:
    first, second, third, last = _parts(name)
    yield f"{_digits(first)}{_confused(second)}{_digits(third)}"
    yield f"{_digits(second)}{_confused(third)}{_digits(last)}"
    yield f"{_digits(first)}{_confused(second + third)}{_digits(last)}"


def _parts(name: str) -> tuple[str, ...]:
    cuts = [len(name) * part // 4 for part in range(5)]
    return tuple(name[start:end] for start, end in pairwise(cuts))


def _confused(letters: str) -> str:
    return "".join(_LIKE.get(letter, re.escape(letter)) for letter in letters)


def _digits(letters: str) -> str:
    return "".join(_AS_DIGIT.get(letter, re.escape(letter)) for letter in letters)


def _classes(most: float) -> dict[str, str]:
    """Return, for each letter, an expression for itself and what it is read as at such a cost."""
    pairs = [pair for pair, cost in CONFUSED.items() if cost <= most]
    letters = sorted(set().union(*pairs))
    return {
        letter: f"[{''.join(sorted(set().union(*(pair for pair in pairs if letter in pair))))}]" for letter in letters
    }


_LIKE: Final = _classes(WHOLE)
_AS_DIGIT: Final = _classes(DRAWN_ALIKE)

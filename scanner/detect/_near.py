"""Builds the expression that finds what is left of a damaged name: a cheap first look, because most lines hold none."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from scanner.detect._anchors import Expression, compiled

EDGE: Final = 0.6
WHOLE: Final = 1.0
# What one letter is read as, and how far that is; measured on 36,000 released files of the 1960s.
CONFUSED: Final = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.1, "I1 L1 O0 S5 S8 B8 Z2 G6 E3 A4 T7"),
        (0.3, "CG TI RH RK EF CO TL RP IL DO UV NM UM HN"),
        (0.4, "SB EB CE TY ES EI TE TF"),
    )
    for pair in pairs.split()
}
_MEMORY: Final = 16 << 20  # bytes, at most, of the automaton's states
_ANY: Final = "[0-9A-Z]"


def near_expression(names: Mapping[str, float]) -> Expression:
    """Compile an expression that finds, in the key of a line, any name that is not farther off than it may be.

    It finds others, too. `names` gives the most that the errors in a name may cost. A wrong letter that is no usual
    confusion costs so much that a long name holds one of them: of its three parts two are left as they were but for
    such confusions. Where two are allowed, two of four parts are. Letters wrong at both ends cost less. A short name
    can only have lost or changed the letter at one end.
    """
    found = {pattern for name, most in names.items() for pattern in _alternatives(name, most)}
    return compiled("|".join(sorted(found)) or r"[^\x{0}-\x{10ffff}]", _MEMORY)


def _alternatives(name: str, most: float) -> Iterator[str]:
    if most >= WHOLE:
        wrong = 2 if most >= WHOLE + EDGE else 1
        yield from _of_parts(name, wrong)
        yield _confused(name[1:-1])
        return
    yield _confused(name) if most else re.escape(name)
    if most >= EDGE:
        yield from map(re.escape, (name[1:], name[:-1]))


def _of_parts(name: str, wrong: int) -> Iterator[str]:
    """Yield an expression for each two parts that are whole when so many letters are wrong."""
    count = wrong + 2
    cuts = [len(name) * part // count for part in range(count + 1)]
    for first, second in combinations(range(count), 2):
        between = cuts[second] - cuts[first + 1]
        gap = f"{_ANY if name.isascii() else '.'}{{{max(0, between - wrong)},{between + wrong}}}" if between else ""
        yield f"{_confused(name[cuts[first] : cuts[first + 1]])}{gap}{_confused(name[cuts[second] : cuts[second + 1]])}"


def _confused(letters: str) -> str:
    return "".join(_LIKE.get(letter, re.escape(letter)) for letter in letters)


_LIKE: Final = {
    letter: f"[{''.join(sorted(set().union(*(pair for pair in CONFUSED if letter in pair))))}]"
    for letter in sorted(set().union(*CONFUSED))
}

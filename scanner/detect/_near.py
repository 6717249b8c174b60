"""Builds the expression that finds what is left of a damaged name: a cheap first look, because most lines hold none."""

import re
from collections.abc import Iterable, Mapping
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
_ENOUGH: Final = 8  # letters of a half; more tell no more


def near_expression(names: Mapping[str, float]) -> Expression:
    """Compile an expression that finds, in the key of a line, any name that is not farther off than it may be.

    It finds others, too. `names` gives the most that the errors in a name may cost. A wrong letter that is no usual
    confusion costs so much that one half of a long name, without the letter at its end, is left as it was but for
    such confusions, or one third, where two wrong letters are allowed. A short name can only have lost or changed the
    letter at one end.
    """
    return compiled("|".join(sorted(set(_alternatives(names.items())))) or r"[^\x{0}-\x{10ffff}]")


def _alternatives(names: Iterable[tuple[str, float]]) -> Iterable[str]:
    for name, most in names:
        half, third = len(name) // 2, len(name) // 3
        if most >= WHOLE + EDGE:
            yield _confused(name[:third][-_ENOUGH:])
            yield _confused(name[third : 2 * third][:_ENOUGH])
            yield _confused(name[2 * third :][:_ENOUGH])
            continue
        if most >= WHOLE:
            yield _confused(name[1:half][-_ENOUGH:])
            yield _confused(name[half:-1][:_ENOUGH])
            continue
        yield _confused(name) if most else re.escape(name)
        if most >= EDGE:
            yield from map(re.escape, (name[1:], name[:-1]))


def _confused(letters: str) -> str:
    return "".join(_LIKE.get(letter, re.escape(letter)) for letter in letters)


_LIKE: Final = {
    letter: f"[{''.join(sorted(set().union(*(pair for pair in CONFUSED if letter in pair))))}]"
    for letter in sorted(set().union(*CONFUSED))
}

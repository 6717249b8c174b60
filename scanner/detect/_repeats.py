"""Tells a regular expression that repeats what is repeated already: on some texts it runs for years.

RE2 would know no such text, but its words and their edges are those of ASCII, and it cannot look around.
"""

import re
from typing import Final

NESTED: Final = (
    "repeats what is repeated already, which takes years on some texts; give one of the two a limit below 16"
)
"""What to tell the author of such an expression."""

# An escape, a class, the beginning or the end of a group, and what may stand behind each.
_TOKEN: Final = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?#[^)]*\))|[^()*+?{\\\[])|(?P<open>\((?:\?[^:=!)>]*[:=!>])?)|(?P<close>\))"
    r"|(?P<many>(?:[*+]|\{\d*,\d*\}|\{\d+\}|\?)[+?]?)|(?P<other>.)",
    re.DOTALL,
)
_MOST: Final = 15


# What parts the turns of a group, so that there is one way only to take them: `(?:-[A-Z0-9]+)*`.
_SIGNS: Final = frozenset(" -/,;:_#@")
_RANGE: Final = re.compile(r"(?<=\w)-(?=\w)")
_ANY_SIGN: Final = re.compile(r"\.|\||\[\^|\\[WSDs]")


def is_nested(pattern: str) -> bool:
    """Tell whether an expression that compiles repeats a group without a small limit that holds such a repetition.

    A group that begins or ends with a sign which stands nowhere else in it may be repeated.
    """
    inside = [False]
    begun = [0]
    closed = False
    for token in _TOKEN.finditer(pattern):
        if token["open"] is not None:
            inside.append(False)
            begun.append(token.end())
        many = token["many"] is not None and _is_many(token[0])
        if many and closed:
            return True
        inside[-1] = inside[-1] or many
        closed = False
        if token["close"] is not None and len(inside) > 1:
            closed = inside.pop()
            inside[-1] = inside[-1] or closed
            closed = closed and not _is_parted(pattern[begun.pop() : token.start()])
    return False


def _is_parted(body: str) -> bool:
    text = _RANGE.sub("", body)
    return _ANY_SIGN.search(text) is None and any(end in _SIGNS and text.count(end) == 1 for end in (text[0], text[-1]))


def _is_many(quantifier: str) -> bool:
    """Tell a quantifier without a small limit; a possessive one gives nothing back, and tries nothing again."""
    if quantifier[-1] == "+" and len(quantifier) > 1:
        return False
    if quantifier[0] in "*+":
        return True
    numbers = quantifier.strip("{}?+").split(",")
    return bool(numbers[-1] and int(numbers[-1]) > _MOST) or (len(numbers) > 1 and not numbers[-1])

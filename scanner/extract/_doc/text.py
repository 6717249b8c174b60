"""Turns the characters of a Word document into lines: its special characters are breaks, marks and fields (2.4.1)."""

import re
from collections.abc import Callable
from typing import Final

_BREAKS: Final = (
    ("\r", "\n"),
    ("\x07", "\n"),
    ("\x0b", "\n"),
    ("\x0c", "\f"),
    ("\x0e", "\n"),
    ("\x1e", "-"),
    ("\x1f", ""),
)
_SIGNS: Final = re.compile("[\x00-\x06\x08\x0e-\x1f]")
# A field: what it does, and what came of it (2.8.25). Fields within are replaced first.
_FIELD: Final = re.compile("\x13([^\x13-\x15]*)(?:\x14([^\x13-\x15]*))?\x15")
_FIELD_SIGNS: Final = re.compile("[\x13-\x15]")
_DEEPEST: Final = 32
_BUTTON: Final = re.compile(r"(?:MACROBUTTON|GOTOBUTTON)\s+\S+(.*)", re.DOTALL | re.IGNORECASE)
_FORMULA: Final = re.compile(r"EQ\b", re.IGNORECASE)
_SWITCH: Final = re.compile(r'\\\*\s*(?:"[^"]*"|\S+)|\\[a-z]+\s*-?[0-9]*', re.IGNORECASE)
_READING: Final = re.compile(r"\\s\\up", re.IGNORECASE)
_ARGUMENT: Final = re.compile(r"[(),;]")
_EMBEDDED: Final = re.compile(r"EMBED\b|OCX\b|CONTROL\b", re.IGNORECASE)
# Letters set in a font of symbols are moved to a private area.
_SYMBOLS: Final = re.compile("[\uf020-\uf07e]{3,}")


def clean(text: str, code: Callable[[str], None]) -> tuple[str, int]:
    """Return the lines that characters stand for, and how many pictures stand among them.

    What fields do is handed to `code`. A form feed stands where a page or a section ends.
    """
    if "\x13" in text:
        text = _without_fields(text, code)
    pictures = text.count("\x01") + text.count("\x08")
    for sign, meaning in _BREAKS:
        if sign in text:
            text = text.replace(sign, meaning)
    text = _SIGNS.sub("", text)
    return (text if text.isascii() else _SYMBOLS.sub(_moved, text)), pictures


def _without_fields(text: str, code: Callable[[str], None]) -> str:
    def result(match: re.Match[str]) -> str:
        said = _SIGNS.sub("", match[1]).strip()
        if said:
            code(said)
        if match[2] is None:
            return _shown(said)
        # What shows an embedded file is no picture of the document's own.
        return match[2].replace("\x01", "") if _EMBEDDED.match(said) else match[2]

    for _ in range(_DEEPEST):
        changed = _FIELD.sub(result, text)
        if len(changed) == len(text):
            break
        text = changed
    return _FIELD_SIGNS.sub(" ", text)


def _shown(code: str) -> str:
    """Return what a field shows that has no result: buttons and formulas have it in their code."""
    button = _BUTTON.fullmatch(code)
    if button is not None:
        return button[1].strip()
    if not _FORMULA.match(code):
        return ""
    words = [word.strip() for word in _ARGUMENT.split(_SWITCH.sub("", _FORMULA.sub("", code)))]
    words = [word for word in words if word]
    # A reading aid stands before what it is for.
    return " ".join(words[-1:] if _READING.search(code) else words)


def _moved(match: re.Match[str]) -> str:
    return "".join(chr(ord(character) - 0xF000) for character in match[0])

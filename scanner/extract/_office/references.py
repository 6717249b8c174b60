"""Resolves the references of XML to characters, where a text is read without a parser."""

import re
from typing import Final

_REFERENCE: Final = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_ODD: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CHARACTERS: Final = ((0x9, 0xA, 0xD), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))


def resolved(text: str) -> str:
    """Return a text with its references resolved; what is none stays as it is."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def has_odd_references(text: str) -> bool:
    """Tell whether a text refers to entities, or to what is no character (XML 1.0, section 2.2)."""
    if "&" not in text:
        return False
    return _ODD.search(text) is not None or any(
        _code(match) is None for match in _REFERENCE.finditer(text) if not match[1]
    )


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    code = _code(match)
    return match[0] if code is None else chr(code)


def _code(match: re.Match[str]) -> int | None:
    code = int(match[2]) if match[2] else int(match[3], 16)
    return code if any(code in some for some in _CHARACTERS) else None

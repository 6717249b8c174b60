"""Makes text safe to show: what a terminal would obey, or an eye would miss, is written out."""

import unicodedata

_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian and Indic names and emoji need them, and they move nothing
_LAST_ASCII = 0x7F
_BYTES = range(0xDC80, 0xDD00)


def visible(text: str) -> str:
    r"""Return text with no line break, control, direction mark or lone surrogate in it, for anything a person reads.

    A byte of a file name that is not UTF-8 (a lone surrogate of PEP 383) becomes `\xe9`, any other such character
    `\x1b` or `\u202e`. A backslash stays as it is: this is for reading, and cannot be turned back.
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN or character in _JOINERS:
        return character
    code = ord(character)
    if code in _BYTES:
        return f"\\x{code & 0xFF:02x}"
    if code <= _LAST_ASCII:
        return _SHORT.get(character, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the end of the basic plane

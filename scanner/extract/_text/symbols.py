"""Turns characters of symbol fonts into the ordinary characters they look like."""

import sys
from typing import Final

# Only those that carry meaning in markings and forms: stars, boxes and ticks.
_LOOKS: Final = {
    ("wingdings", 0xAB): "★",
    ("wingdings", 0xA8): "☐",
    ("wingdings", 0x6F): "☐",
    ("wingdings", 0x71): "☐",
    ("wingdings", 0xFE): "☑",
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0x78): "☒",
    ("wingdings", 0xFC): "✓",
    ("wingdings", 0xFB): "✗",
    ("wingdings 2", 0xA3): "☐",
    ("wingdings 2", 0x52): "☑",
    ("wingdings 2", 0x54): "☒",
    ("wingdings 2", 0x50): "✓",
}
_PRIVATE: Final = range(0xF000, 0xF100)
_SURROGATES: Final = range(0xD800, 0xE000)


def symbol(font: str, code: str) -> str:
    """Return what a `w:sym` shows (ECMA-376 part 1, section 17.3.3.30); `code` is hexadecimal."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if number in _PRIVATE:
        return _LOOKS.get((font.lower(), number & 0xFF), "�")
    return chr(number) if number <= sys.maxunicode and number not in _SURROGATES else ""

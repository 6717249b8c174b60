"""Reads the characters of rich text: in the encoding of their font, by their number, or under a name."""

import binascii
import re
from functools import lru_cache
from typing import Final

from scanner.extract._rtf.fonts import Font, fonts
from scanner.extract._rtf.groups import group_end
from scanner.extract._rtf.text import Codec, RichText
from scanner.extract._text.code_page import codec_of
from scanner.extract._text.symbols import symbol

_VALUE: Final = re.compile(rb"\\u(-?[0-9]{1,6})")
_MOST_FALLBACK: Final = 64
_SIGNS: Final = re.compile("[\uf000-\uf0ff]")
_NAMELESS: Final = Font("", None)
_NUMBER: Final = 3

Match = re.Match[bytes]


class RtfCharacters:
    """Knows the fonts. `font` and `fallback` hold within a group; a match is one of a control word."""

    def __init__(self, data: bytes, text: RichText) -> None:
        """Write to `text`, which is read from `data`."""
        self._data = data
        self._text = text
        self._fonts: dict[int, Font] = {}
        self._default_font = 0
        self._default = text.codec
        self.font = _NAMELESS
        self.fallback = 1

    def escaped(self, run: bytes) -> None:
        r"""Take a run of bytes, each written as `\'hh`."""
        raw = binascii.unhexlify(run.replace(b"\\'", b""))
        if self.font.name.startswith("wingdings"):
            self._text.put("".join(symbol(self.font.name, f"F0{byte:02X}") for byte in raw))
        else:
            self._text.raw(raw)

    def unicode(self, match: Match, _: object) -> int:
        """Take characters by their number, without what stands for them in programs that know none."""
        run = _run_of(self.fallback).match(self._data, match.start())
        if run is None:
            return match.end()
        # Half a character may stand in this run and its other half in the next: they are put together with the line.
        numbers = [int(number) % 0x10000 for number in _VALUE.findall(run[0])]
        text = b"".join([number.to_bytes(2, "little") for number in numbers]).decode("utf-16-le", "surrogatepass")
        self._text.put(_SIGNS.sub(self._looks, text))
        return run.end()

    def count(self, match: Match, _: object) -> None:
        """Take how many characters stand behind one that is given by its number, to be passed over."""
        self.fallback = min(max(0, number_of(match, 1)), _MOST_FALLBACK)

    def table(self, match: Match, _: object) -> int:
        """Read the fonts, and return where their group ends."""
        end = group_end(self._data, match.end())
        self._fonts.update(fonts(self._data[match.end() : end]))
        self._use(self._default_font)
        return end

    def change(self, match: Match, _: object) -> None:
        """Change the font."""
        self._use(number_of(match, 0))

    def default(self, match: Match, _: object) -> None:
        """Take the number of the font that is used where none is named."""
        self._default_font = number_of(match, 0)

    def plain(self, _: Match, __: object) -> None:
        """End everything that single characters can be."""
        self._text.settle()
        self._text.hidden = self._text.deleted = False
        self._use(self._default_font)

    def code_page(self, match: Match, codec: str | None) -> None:
        """Take the encoding of the document."""
        name = codec or codec_of(number_of(match, 0))
        if name is not None:
            self._text.settle()
            self._default = self._text.codec = Codec(name, stated=True)

    def _use(self, number: int) -> None:
        font = self._fonts.get(number, _NAMELESS)
        codec = self._default if font.codec is None else Codec(font.codec, stated=True)
        if codec != self._text.codec:
            self._text.settle()
            self._text.codec = codec
        self.font = font

    def _looks(self, match: re.Match[str]) -> str:
        """Return what a character of a symbol font looks like."""
        looks = symbol(self.font.name, f"{ord(match[0]):X}")
        plain = chr(ord(match[0]) & 0xFF)
        return plain if looks == "\ufffd" and "!" <= plain <= "~" and "ding" not in self.font.name else looks


def number_of(match: Match, otherwise: int) -> int:
    """Return the number behind a control word."""
    return otherwise if match[_NUMBER] is None else int(match[_NUMBER])


@lru_cache(_MOST_FALLBACK + 1)
def _run_of(fallback: int) -> re.Pattern[bytes]:
    """Return the pattern of characters given by number, each with so many for other programs behind it."""
    return re.compile(
        rb"(?:\\u-?[0-9]{1,6} ?(?:[\r\n]*+(?:\\'[0-9a-fA-F]{2}|\\[~_-]|[^\\{}\r\n])){0,%d}+){1,4096}+" % fallback
    )

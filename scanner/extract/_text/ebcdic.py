"""Tells EBCDIC, the character code of mainframes, from others that use the upper half of the bytes, and decodes it."""

import codecs
from typing import Final

_SAMPLE: Final = 1 << 12
# Latin 1 of IBM's standard, of the United States (1047 differs from it in brackets), of Germany, and Turkish. They
# agree on plain letters, digits and most signs, and differ in accents; 1140 to 1149 are the same with a euro sign.
_VARIANTS: Final = ("cp500", "cp037", "cp273", "cp1026")
_SPACE: Final = b"\x40"
_NEW_LINES: Final = b"\x15\x25\x0d"
_LETTERS: Final = bytes(
    (*range(0x81, 0x8A), *range(0x91, 0x9A), *range(0xA2, 0xAA), *range(0xC1, 0xCA), *range(0xD1, 0xDA))
) + bytes(range(0xE2, 0xEA))
_DIGITS: Final = bytes(range(0xF0, 0xFA))
_SIGNS: Final = b"\x4b\x4c\x4d\x4e\x50\x5c\x5d\x5e\x60\x61\x6b\x6c\x6d\x6e\x6f\x7a\x7b\x7c\x7d\x7e\x7f"
_SHORT: Final = 40
_MOST_OTHERS: Final = 0.15
_LEAST_LETTERS: Final = 0.5
_LEAST_SPACES: Final = 0.06


def ebcdic(data: bytes) -> tuple[tuple[str, ...], bool]:
    """Return the decodings of a text in EBCDIC, none where it is no such text; True when it can be nothing else.

    New lines (0x15) and line feeds (0x25) both end lines.
    """
    sample = data[:_SAMPLE]
    if not is_ebcdic(sample):
        return (), False
    certain = len(sample) >= _SHORT and sample.count(_SPACE) >= len(sample) * _LEAST_SPACES
    texts = [data.decode(codec, "replace").replace("\x85", "\n") for codec in _VARIANTS]
    return tuple(dict.fromkeys(texts)), certain


def is_ebcdic(sample: bytes) -> bool:
    """Tell whether bytes are, nearly all of them, what letters, digits, spaces and line ends are in EBCDIC."""
    if not sample:
        return False
    letters = len(sample) - len(sample.translate(None, _LETTERS))
    plain = len(sample) - len(sample.translate(None, _LETTERS + _DIGITS + _SIGNS + _SPACE + _NEW_LINES))
    return letters >= len(sample) * _LEAST_LETTERS and len(sample) - plain <= len(sample) * _MOST_OTHERS


for _codec in _VARIANTS:
    codecs.lookup(_codec)

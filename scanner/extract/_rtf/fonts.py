"""Reads the font table of a rich text: a font decides in which encoding the bytes of its text are."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scanner.extract._text.code_page import codec_of

# RTF 1.9.1, "Font Table": \fcharset. 0 and 1 are whatever the document or the machine says; 2 is for symbols.
_CHARSETS: Final = {
    77: "mac_roman",
    78: "shift_jis",
    79: "euc_kr",
    80: "gb18030",
    81: "big5",
    82: "mac_roman",
    83: "mac_roman",
    84: "mac_roman",
    85: "mac_greek",
    86: "mac_turkish",
    87: "cp874",
    88: "mac_latin2",
    89: "mac_cyrillic",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    179: "cp1256",
    181: "cp1255",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp437",
}
# Word told fonts of other alphabets by the end of their name before there was \fcharset.
_ENDINGS: Final = (
    (" CE", "cp1250"),
    (" Cyr", "cp1251"),
    (" CYR", "cp1251"),
    (" Greek", "cp1253"),
    (" Tur", "cp1254"),
    (" (Hebrew)", "cp1255"),
    (" (Arabic)", "cp1256"),
    (" Baltic", "cp1257"),
    (" (Vietnamese)", "cp1258"),
)
_ENTRY: Final = re.compile(rb"\\f([0-9]{1,6})(?![0-9])(.*?)(?=\\f[0-9]|\Z)", re.DOTALL)
_CHARSET: Final = re.compile(rb"\\fcharset([0-9]{1,3})")
_PAGE: Final = re.compile(rb"\\cpg([0-9]{1,5})")
_NESTED: Final = re.compile(rb"\{[^{}]*\}?")
_CONTROL: Final = re.compile(rb"\\[a-z]+-?[0-9]* ?|[{}\r\n]")


@dataclass(frozen=True, slots=True)
class Font:
    """A font's name, in lower case, and the codec of its bytes; None where the document's own decides."""

    name: str
    codec: str | None


def fonts(table: bytes) -> Mapping[int, Font]:
    r"""Read a font table (`\fonttbl`), with or without groups around its entries."""
    found: dict[int, Font] = {}
    for match in _ENTRY.finditer(table):
        entry = match[2]
        name = _CONTROL.sub(b"", _NESTED.sub(b"", entry)).partition(b";")[0].strip().decode("cp1252", "replace")
        charset, page = _CHARSET.search(entry), _PAGE.search(entry)
        codec = codec_of(int(page[1])) if page else None
        codec = codec or (_CHARSETS.get(int(charset[1])) if charset else None)
        codec = codec or next((codec for ending, codec in _ENDINGS if name.endswith(ending)), None)
        found[int(match[1])] = Font(name.lower(), codec)
    return found


# All of them are loaded with this module: a worker in its sandbox can open nothing later on.
for _codec in _CHARSETS.values():
    codecs.lookup(_codec)

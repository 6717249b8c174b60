"""Knows the code pages of Windows and the Mac by number, and decodes short texts by them."""

import codecs
from typing import Final

from scanner.extract._text.encoding import decodings

UTF_16: Final = 1200
WESTERN: Final = 1252

_NAMES: Final = {
    437: "cp437", 737: "cp737", 775: "cp775", 850: "cp850", 852: "cp852", 855: "cp855", 857: "cp857", 858: "cp858",
    860: "cp860", 861: "cp861", 862: "cp862", 863: "cp863", 864: "cp864", 865: "cp865", 866: "cp866", 869: "cp869",
    874: "cp874", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 1200: "utf-16-le", 1201: "utf-16-be",
    1250: "cp1250", 1251: "cp1251", 1252: "cp1252", 1253: "cp1253", 1254: "cp1254", 1255: "cp1255", 1256: "cp1256",
    1257: "cp1257", 1258: "cp1258", 1361: "johab", 10000: "mac_roman", 10001: "shift_jis", 10002: "cp950",
    10003: "euc_kr", 10004: "mac_arabic", 10006: "mac_greek", 10007: "mac_cyrillic", 10008: "gb18030",
    10029: "mac_latin2", 10079: "mac_iceland", 10081: "mac_turkish", 20127: "ascii", 20866: "koi8_r",
    20932: "euc_jp", 20936: "gb18030", 21866: "koi8_u", 28591: "cp1252", 28592: "iso8859_2", 28593: "iso8859_3",
    28594: "iso8859_4", 28595: "iso8859_5", 28596: "iso8859_6", 28597: "iso8859_7", 28598: "iso8859_8",
    28599: "cp1254", 28603: "iso8859_13", 28605: "iso8859_15", 51932: "euc_jp", 51936: "gb18030", 51949: "euc_kr",
    52936: "hz", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
}  # fmt: skip


def codec_of(page: int) -> str | None:
    """Return the codec of a code page, None for one that is not known."""
    return _NAMES.get(page)


def decode_page(raw: bytes, page: int) -> str:
    """Return a text by its code page, or by the likeliest encoding where it does not fit."""
    codec = _NAMES.get(page)
    if page != UTF_16 and raw.isascii() and codec not in {"utf-16-be", "utf-7", "hz"}:
        return raw.decode("ascii")
    if codec is not None and (page != UTF_16 or len(raw) % 2 == 0):
        try:
            return raw.decode(codec)
        except UnicodeError:
            pass
    return decodings(raw, codec)[0]


# All of them are loaded with this module: a worker in its sandbox can open nothing later on.
for _codec in _NAMES.values():
    codecs.lookup(_codec)

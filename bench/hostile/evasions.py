"""A marking that is written, named or wrapped so that a scanner passes it by."""

import base64
import binascii
import codecs
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from bench.hostile import MARKED, MARKING, Hostile
from bench.hostile import _packing as p
from bench.hostile._packages import document
from bench.hostile._pdf import usual, written

_CYRILLIC = str.maketrans("TOPSECRNF", "\u0422\u041e\u0420\u0405\u0415\u0421R\u041d\u0424")
_GREEK = str.maketrans("TOPEN", "\u03a4\u039f\u03a1\u0395\u039d")
_PLAIN = f"A line before it.\n{MARKING}\nAnd a line behind it.\n"
_BODY = f"<w:p><w:r><w:t>{MARKING}</w:t></w:r></w:p>"


def documents() -> Iterator[Hostile]:
    """Yield the documents."""
    for name, (change, miss) in _LETTERS.items():
        yield Hostile(f"letters-{name}.txt", partial(_text, change), MARKED, miss)
    for name, (change, miss) in _LETTERS.items():
        if name in _IN_DOCUMENTS:
            yield Hostile(f"letters-{name}.docx", partial(_docx, change), MARKED, miss)
    yield from _names()
    yield from _heads()
    yield from _polyglots()


def _text(change: Callable[[str], str]) -> str:
    return f"A line before it.\n{change(MARKING)}\nAnd a line behind it.\n"


def _docx(change: Callable[[str], str]) -> bytes:
    return document(f"<w:p><w:r><w:t>{change(MARKING)}</w:t></w:r></w:p>")


def _between(sign: str) -> Callable[[str], str]:
    return sign.join


def _shifted(first: int) -> Callable[[str], str]:
    """Return a change of capitals to those that begin at a code point."""
    return lambda text: "".join(chr(first + ord(c) - 65) if "A" <= c <= "Z" else c for c in text)


_REORDERED = "text that only looks right when it is drawn is not put in its drawn order"
_OTHER = "text in another code is not looked for"
_LETTERS: dict[str, tuple[Callable[[str], str], str]] = {
    "cyrillic": (lambda text: text.translate(_CYRILLIC), ""),
    "greek": (lambda text: text.translate(_GREEK), ""),
    "wide": (_shifted(0xFF21), ""),
    "bold": (_shifted(0x1D400), ""),
    "italic": (_shifted(0x1D434), ""),
    "sans": (_shifted(0x1D5A0), ""),
    "typewriter": (_shifted(0x1D670), ""),
    "circled": (_shifted(0x24B6), ""),
    "squared": (_shifted(0x1F130), ""),
    "zero-width-spaces": (_between("\u200b"), ""),
    "zero-width-joiners": (_between("\u200d"), ""),
    "word-joiners": (_between("\u2060"), ""),
    "soft-hyphens": (_between("\u00ad"), ""),
    "byte-order-marks": (_between("\ufeff"), ""),
    "selectors": (_between("\ufe0f"), ""),
    "tags": (_between("\U000e0061"), ""),
    "accents": (_between("\u0336"), ""),
    "blanks": (lambda text: " ".join(text.replace(" ", "  ")), ""),
    "no-break-blanks": (lambda text: text.replace(" ", "\u00a0"), ""),
    "thin-blanks": (lambda text: text.replace(" ", "\u2009"), ""),
    "two-blanks": (lambda text: text.replace(" ", "   "), ""),
    "tab": (lambda text: text.replace(" ", "\t"), ""),
    "line-break": (lambda text: text.replace(" ", "\n"), ""),
    "small": (str.lower, ""),
    "title": (str.title, ""),
    "other-slashes": (lambda text: text.replace("/", "\u2215"), ""),
    "wide-slashes": (lambda text: text.replace("/", "\uff0f"), ""),
    "bars": (lambda text: text.replace("//", "||"), "bars do not divide a marking"),
    "quotes": (lambda text: f'"{text}"', ""),
    "brackets": (lambda text: f"[[[{text}]]]", ""),
    "stars": (lambda text: f"***{text}***", ""),
    "override": (lambda text: f"\u202e{text[::-1]}\u202c", ""),
    "isolates": (lambda text: f"\u2067{text}\u2069", ""),
    "backwards": (lambda text: text[::-1], _REORDERED),
    "digits": (lambda text: text.replace("O", "0").replace("E", "3"), ""),
    "rot13": (lambda text: codecs.encode(text, "rot13"), _OTHER),
    "hexadecimal": (lambda text: binascii.hexlify(text.encode()).decode(), ""),
    "references": (lambda text: "".join(f"&#{ord(c)};" for c in text), ""),
    "escapes": (lambda text: "".join(f"\\u{ord(c):04x}" for c in text), ""),
    "controls": (_between("\x08"), ""),
    "down-the-page": (_between("\n"), "one letter a line"),
}
_IN_DOCUMENTS = {
    "cyrillic",
    "wide",
    "zero-width-spaces",
    "soft-hyphens",
    "no-break-blanks",
    "bold",
    "accents",
    "isolates",
}


def _names() -> Iterator[Hostile]:
    for ending in ("jpg", "exe", "dll", "tmp", "mp4", "png", "bak", "txt", "pdf", "001", "so", "iso"):
        yield Hostile(f"document-called.{ending}", partial(document, _BODY), MARKED)
    for ending in ("jpg", "docx", "zip", "png", "xlsx", "gz"):
        yield Hostile(f"text-called.{ending}", lambda: _PLAIN, MARKED)
    yield Hostile("no-ending", lambda: written(usual()), MARKED)
    yield Hostile(".hidden", lambda: _PLAIN, MARKED)
    yield Hostile("~$lock.docx", partial(document, _BODY), MARKED)
    yield Hostile(f"{MARKING.replace('/', '_')}.txt", lambda: "x\n")
    yield Hostile("gpj.\u202etxt", lambda: _PLAIN, MARKED)


def _heads() -> Iterator[Hostile]:
    kinds = {
        "gif": b"GIF89a\1\0\1\0\0\0\0;",
        "png": b"\x89PNG\r\n\x1a\n",
        "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        "program": b"MZ\x90\0" + bytes(60),
        "elf": b"\x7fELF\2\1\1" + bytes(57),
        "java": b"\xca\xfe\xba\xbe\0\0\0\x34",
        "pdf": b"%PDF-1.7\n",
        "mp3": b"ID3\3\0\0\0\0\0\0",
        "sqlite": b"SQLite format 3\0",
        "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
        "rar": b"Rar!\x1a\x07\0",
        "compound": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "script": b"#!/bin/sh\n",
        "rtf": b"{\\rtf1 ",
        "zero-bytes": bytes(3000),
    }
    for name, head in kinds.items():
        miss = "it is told to be damaged, and not read as another format" if name in {"gzip", "rar", "rtf"} else ""
        yield Hostile(f"text-behind-a-head-of-{name}.bin", partial(bytes, head + _PLAIN.encode()), MARKED, miss)


def _polyglots() -> Iterator[Hostile]:
    packed = p.zipped({"a.txt": _PLAIN.encode()})
    clean = p.zipped({"a.txt": b"nothing\n"})
    page = b"<html><body><p>nothing</p></body></html>\n"
    for name, data in {
        "gif-and-zip.gif": b"GIF89a\1\0\1\0\0\0\0;" + packed,
        "png-and-zip.png": b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xae\x42\x60\x82" + packed,
        "jpeg-and-zip.jpg": b"\xff\xd8\xff\xd9" + packed,
        "pdf-and-zip.pdf": written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})
        + packed,
        "zip-and-pdf.pdf": clean + written(usual()),
        "page-and-zip.html": page + packed,
        "page-and-pdf.html": page + written(usual()),
        "zip-and-zip.zip": clean + packed,
        "pdf-and-page.pdf": written(usual()) + page,
        "gzip-and-text.gz": p.gzipped(b"nothing\n") + _PLAIN.encode(),
        "rtf-and-text.rtf": b"{\\rtf1 nothing}\n" + _PLAIN.encode(),
        "zip-and-text.zip": clean + _PLAIN.encode(),
        "text-and-zip.txt": b"A text, and not more.\n" * 20 + packed,
        "pdf-behind-1000.txt": b"words, line by line\n" * 50 + written(usual()),
        "pdf-and-text.pdf": written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})
        + _PLAIN.encode(),
        "mail-of-a-picture.eml": b"From: a@b\nTo: c@d\nSubject: x\nDate: x\nContent-Type: image/png\n\n"
        + _PLAIN.encode(),
        "compressed-text.z": zlib.compress(_PLAIN.encode()),
        "base64-in-a-text.txt": b"data follows\n" + base64.encodebytes(_PLAIN.encode()),
    }.items():
        miss = "a PDF behind a page is read as text" if name == "page-and-pdf.html" else ""
        yield Hostile(name, partial(bytes, data), MARKED, miss)

"""Finds the runs of readable characters in bytes that nobody knows how to read."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.extract._text.mixed import letters
from scanner.extract._text.plausible import plausibility

_MOST: Final = 8 << 20
_REACH: Final = 32 << 20
_DEEP: Final = 16 << 20
_PLAIN: Final = bytes((0x09, *range(0x20, 0x7F)))
# A byte beyond ASCII counts only inside a word, or noise would be half of what is found.
_WESTERN: Final = re.compile(rb"(?:[\t\x20-\x7e]|[\x84\x93\x94\x96\x97\xa0\xa7\xab\xbb\xc0-\xff](?=[\x20-\x7e])){6,}")
_UTF8: Final = re.compile(rb"(?:[\t\x20-\x7e]|[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}){4,}")
_CHINESE: Final = re.compile(rb"(?:[\xb0-\xf7\xa1-\xa3][\xa1-\xfe]|[\x20-\x7e]){4,}")
# Without one of these a text in the encoding is ASCII, and that is found before.
_IN_UTF8: Final = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_IN_CHINESE: Final = re.compile(rb"[\xb0-\xf7\xa1-\xa3][\xa1-\xfe]")
_PLAUSIBLE: Final = 0.75


def strings(data: bytes) -> str:
    """Return the runs of at least six ASCII characters, written in one byte each or in two, a line each.

    Looks at the first 32 MiB and stops after 8 MiB of them.
    """
    return _joined(_runs(data[:_REACH]))


def document_strings(data: bytes) -> str:
    """Return the runs of readable characters in a document whose structure is not known, in any of its encodings.

    Besides what `strings` finds: UTF-16 text in any script, and text in UTF-8, windows-1252 and GB 18030.
    Looks at the first 16 MiB and stops after 8 MiB of text.
    """
    return _joined(_deep_runs(data[:_DEEP]))


def _runs(data: bytes) -> Iterator[str]:
    classes = data.translate(_CLASSES)
    for match in _SIX.finditer(classes):
        yield data[match.start() : match.end()].decode("ascii")
    for match in _SIX_WIDE.finditer(classes):
        yield data[match.start() : match.end() : 2].decode("ascii")


def _deep_runs(data: bytes) -> Iterator[str]:
    for start, end in _spans(data, _WESTERN_CLASSES):
        for match in _WESTERN.finditer(data, start, end):
            yield match[0].decode("cp1252", "replace")
    yield from _beyond(data)
    for start in (0, 1):
        for run in letters().finditer(data[start:].decode("utf-16-le", "replace")):
            if run[0].isascii() or plausibility(run[0]) >= _PLAUSIBLE:
                yield run[0]


def _beyond(data: bytes) -> Iterator[str]:
    """Yield what has characters beyond ASCII in it and several bytes for each of them."""
    for needed, classes, pattern, codec in (
        (_IN_UTF8, _UTF8_CLASSES, _UTF8, "utf-8"),
        (_IN_CHINESE, _CHINESE_CLASSES, _CHINESE, "gb18030"),
    ):
        if needed.search(data) is None:
            continue
        for start, end in _spans(data, classes):
            for match in () if data[start:end].isascii() else pattern.finditer(data, start, end):
                text = "" if match[0].isascii() else match[0].decode(codec, "replace")
                if text and plausibility(text) >= _PLAUSIBLE:
                    yield text


def _spans(data: bytes, classes: bytes) -> Iterator[tuple[int, int]]:
    """Yield where runs of at least five bytes of a class begin and end."""
    for match in _FIVE.finditer(data.translate(classes)):
        yield match.span()


def _classes(members: bytes) -> bytes:
    """Return a table that makes an `a` of each byte of a class, a full stop of others, and leaves zeros."""
    return bytes(97 if code in members else 46 if code else 0 for code in range(256))


# Looking for one byte in a row is ten times quicker than for a class of bytes.
_CLASSES: Final = _classes(_PLAIN)
_WESTERN_CLASSES: Final = _classes(_PLAIN + b"\x84\x93\x94\x96\x97\xa0\xa7\xab\xbb" + bytes(range(0xC0, 0x100)))
_UTF8_CLASSES: Final = _classes(_PLAIN + bytes((*range(0x80, 0xC0), *range(0xC3, 0xF0))))
_CHINESE_CLASSES: Final = _classes(_PLAIN[1:] + bytes(range(0xA1, 0xFF)))
_FIVE: Final = re.compile(b"aaaaaa*")
_SIX: Final = re.compile(b"aaaaaaa*")
_SIX_WIDE: Final = re.compile(rb"a\x00a\x00a\x00a\x00a\x00a\x00(?:a\x00)*")


def _joined(runs: Iterator[str]) -> str:
    kept: list[str] = []
    size = 0
    for run in runs:
        kept.append(run)
        size += len(run) + 1
        if size > _MOST:
            break
    return "\n".join(kept)

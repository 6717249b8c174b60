"""Finds the runs of readable characters in bytes that nobody knows how to read."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.extract._text.mixed import letters
from scanner.extract._text.plausible import plausibility

_MOST: Final = 8 << 20
_REACH: Final = 32 << 20
_DEEP: Final = 16 << 20
_ASCII: Final = re.compile(rb"[\t\x20-\x7e]{6,}")
_WIDE: Final = re.compile(rb"(?:[\t\x20-\x7e]\x00){6,}")
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
    for match in _ASCII.finditer(data):
        yield match[0].decode("ascii")
    for match in _WIDE.finditer(data):
        yield match[0].decode("utf-16-le")


def _deep_runs(data: bytes) -> Iterator[str]:
    for match in _WESTERN.finditer(data):
        yield match[0].decode("cp1252", "replace")
    for needed, pattern, codec in ((_IN_UTF8, _UTF8, "utf-8"), (_IN_CHINESE, _CHINESE, "gb18030")):
        if needed.search(data) is None:
            continue
        for match in pattern.finditer(data):
            if match[0].isascii():
                continue
            text = match[0].decode(codec, "replace")
            if plausibility(text) >= _PLAUSIBLE:
                yield text
    for start in (0, 1):
        for run in letters().finditer(data[start:].decode("utf-16-le", "replace")):
            if run[0].isascii() or plausibility(run[0]) >= _PLAUSIBLE:
                yield run[0]


def _joined(runs: Iterator[str]) -> str:
    kept: list[str] = []
    size = 0
    for run in runs:
        kept.append(run)
        size += len(run) + 1
        if size > _MOST:
            break
    return "\n".join(kept)

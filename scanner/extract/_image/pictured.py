"""Reads what a picture within a document says: the texts a metafile draws, and the words about any other."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.extract._image.metafile import drawing, is_metafile
from scanner.extract._image.picture import metadata

_VALUES: Final = re.compile(r">([^<>]{2,})<|=\s*\"([^\"<>]{2,})\"|=\s*'([^'<>]{2,})'")
_TELLS: Final = re.compile(r"\w{2}")


def pictured(data: bytes) -> Iterator[tuple[bool, str]]:
    """Yield the texts of a picture, True with those that it shows. The beginning of its file is mostly enough."""
    if is_metafile(data[:64]):
        text = drawing(data).text()
        if text.strip():
            yield True, text
        return
    found = metadata(data)
    for _, text in found.texts:
        if _TELLS.search(text):
            yield False, text
    for packet in dict.fromkeys(found.xmp):
        values = ("".join(match).strip() for match in _VALUES.findall(packet.decode("utf-8", "replace")))
        text = "\n".join(dict.fromkeys(value for value in values if value))
        if text:
            yield False, text

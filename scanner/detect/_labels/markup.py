"""Walks XML that may hold a label, within bounds: nothing is fetched, nothing is kept, faults end it quietly."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol
from xml.parsers import expat

from scanner.detect._labels.said import Seen
from scanner.model.place import Place

_HEAD: Final = 64
_LARGEST: Final = 64 << 20
_MOST_TEXT: Final = 4096
_CODED: Final = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")


class Watcher(Protocol):
    """Is told of elements by their local name in lower case."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element; its attributes have their full names."""
        ...

    def end(self, name: str, text: str) -> None:
        """Leave an element; `text` is what stood directly before its end, shortened."""
        ...


def documents(seen: Seen, namespace: bytes) -> Iterator[tuple[Place, bytes]]:
    """Yield the document itself, where it is XML that names a namespace or its beginning."""
    data = seen.blob.data
    if len(data) <= _LARGEST and is_markup(data) and speaks_of(data, namespace):
        yield seen.blob.place, data


def is_markup(data: bytes) -> bool:
    """Tell whether bytes begin as XML does, whatever their encoding."""
    return data[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<")


def speaks_of(data: bytes, namespace: bytes) -> bool:
    """Tell whether XML names a namespace, in one byte a character or two."""
    return namespace in data or (b"\x00" in data[:_HEAD] and namespace in data.replace(b"\x00", b""))


def walk(data: bytes, watcher: Watcher) -> None:
    """Tell a watcher of every element up to the end or the first fault."""
    texts: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        texts.clear()
        watcher.start(_local(name), attributes)

    def end(name: str) -> None:
        watcher.end(_local(name), "".join(texts).strip())
        texts.clear()

    def text(said: str) -> None:
        if len(texts) < _MOST_TEXT:
            texts.append(said[: 1 << 20])

    _parse(data, start, end, text)


def decoded(text: str) -> Iterator[bytes]:
    """Yield what is written in Base64 in a header field, of either alphabet, however it was folded."""
    for run in _CODED.findall("".join(text.split()).replace("<", " ").replace(";", " ")):
        try:
            yield base64.b64decode(run + "=" * (-len(run) % 4), altchars=b"-_" if {"-", "_"} & set(run) else None)
        except (binascii.Error, ValueError):
            continue


def _parse(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position
    except (expat.ExpatError, ValueError, LookupError):
        return  # the reader of the document tells that it is broken; what came before stands


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()

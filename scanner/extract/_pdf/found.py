"""Finds where the objects in the bytes of a PDF begin and end."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.extract._pdf.syntax import Value, parse

_S: Final = rb"[\0\t\n\f\r ]"
_REF: Final = rb"[0-9]+%b+[0-9]+%b+R" % (_S, _S)
_HEADER: Final = re.compile(rb"([0-9]{1,10}+)%b++([0-9]{1,5}+)%b*+obj\Z" % (_S, _S))
_NEXT: Final = re.compile(
    rb"%b*+(?:endstream%b*+)?+(?:endobj%b*+)?+([0-9]{1,10}+)%b++([0-9]{1,5}+)%b*+obj" % (_S, _S, _S, _S, _S)
)
_HEADER_LENGTH: Final = 24
# Each way begins with a letter of its own, so that a search can skip to one.
_END: Final = re.compile(
    rb"endobj|>>%b*stream(?:\r\n|[\r\n ]?)|obj\b(?<=%bobj)|xref\b(?<!\wxref)|trailer\b(?<!\wtrailer)" % (_S, _S)
)
# What may end an object before its `endobj` has one of these.
_ENDS: Final = (b"stream", b"obj", b"xref", b"trailer")
_SHORT: Final = 2048
_BEFORE: Final = re.compile(rb"%b[0-9]+%b+[0-9]+%b+\Z" % (_S, _S, _S))
_LENGTH: Final = re.compile(rb"/Length%b+(?!%b)([0-9]{1,10})(?![0-9])" % (_S, _REF))
_LINE_END: Final = re.compile(rb"(?:\r\n|[\r\n])\Z")
_END_OF_STREAM: Final = re.compile(rb"%b{0,4}endstream" % _S)
# An object with none of these has no string and leads to none.
_TELLING: Final = re.compile(
    rb"\(|<(?<!<<)(?!<)"
    rb"|/(?:EF|XFA|JS|RC|RV|Annots|Kids|Pages|Metadata|RF|OnInstantiate|AP|V|Stamp|Dests|PieceInfo|Private|Trapped|FDF)\b"
)


class Found(NamedTuple):
    """An object as it stands in a file: its number, its source without a stream's bytes, and where these are.

    `at` orders the objects of a file, newest last. `packed`: it stood in an object stream, where strings are not
    encrypted on their own. `telling`: it has a string, or leads to one.

    A named tuple and no dataclass: a frozen one sets each field by a call, and a file may have half a million objects.
    """

    number: int
    generation: int
    at: int
    source: bytes
    stream: tuple[int, int] | None = None
    packed: bool = False
    telling: bool = True

    def value(self) -> Value:
        """Parse it."""
        return parse(self.source)


def objects_in(data: bytes) -> Iterator[Found]:
    """Yield the objects of a file, object streams packed as they are."""
    position = 0
    while (header := _next(data, position)) is not None:
        start = header.end()
        stop = data.find(b"endobj", start, start + _SHORT)
        if stop >= 0 and not any(map(data[start:stop].__contains__, _ENDS)):
            # So most are, and this takes less time than the search below.
            position = stop + len(b"endobj")
            source = data[start:stop]
            yield Found(int(header[1]), int(header[2]), header.start(1), source, telling=is_telling(source))
            continue
        end, stop = _end(data, start)
        stream = None
        if end is None or end[0].startswith((b"endobj", b"xref", b"trailer")):
            position = end.end() if end else len(data)
        elif end[0].startswith(b">>"):
            stop += 2
            stream = _stream(data, data[start:stop], end.end())
            position = stream[1]
        else:
            position = stop
        source = data[start:stop]
        yield Found(int(header[1]), int(header[2]), header.start(1), source, stream, telling=is_telling(source))


def is_telling(source: bytes) -> bool:
    """Tell whether an object may have a string or lead to one."""
    return b"(" in source or _TELLING.search(source) is not None


def _next(data: bytes, position: int) -> re.Match[bytes] | None:
    """Return the header of the next object: right here, as most are, or behind whatever comes before it."""
    header = _NEXT.match(data, position)
    while header is None and (at := data.find(b"obj", position)) >= 0:
        position = at + 3
        if data[at - 1 : at] != b"d":  # endobj
            header = _HEADER.search(data, max(0, at - _HEADER_LENGTH), position)
    return header


def _end(data: bytes, start: int) -> tuple[re.Match[bytes] | None, int]:
    """Return what ends an object, and where: the next object does, too, with the number before its mark."""
    for end in _END.finditer(data, start):
        if end[0] != b"obj":
            return end, end.start()
        low = max(start, end.start() - _HEADER_LENGTH)
        if (number := _BEFORE.search(data[low : end.start()])) is not None:
            return end, low + number.start()
    return None, len(data)


def _stream(data: bytes, attributes: bytes, start: int) -> tuple[int, int]:
    """Return where the bytes of a stream are: by its length where that is true, else as far as its end mark."""
    said = _LENGTH.search(attributes)
    if said is not None:
        end = start + int(said[1])
        if _END_OF_STREAM.match(data, end):
            return start, end
    end = data.find(b"endstream", start)
    if end < 0:
        end = data.find(b"endobj", start)
    if end < 0:
        return start, len(data)
    if b"/Filter" in attributes:
        # The end of line before the mark is none of the data, but the last byte of it may look like one.
        return start, end
    return start, start + len(_LINE_END.sub(b"", data[start:end]))

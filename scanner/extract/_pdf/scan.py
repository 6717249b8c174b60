"""Finds all objects in the bytes of a PDF, also those that no cross-reference table leads to any more.

A viewer reads the newest state of a file only. What an incremental save replaced, or left over, still stands in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from scanner.extract._budget import Budget
from scanner.extract._pdf.crypt import Decipher, decipher
from scanner.extract._pdf.stream import unpacked
from scanner.extract._pdf.syntax import Ref, Value, parse
from scanner.extract._unreadable import UnreadableError

MOST_OBJECTS: Final = 500_000
_MOST_RESOURCES: Final = 500

_S: Final = rb"[\0\t\n\f\r ]"
_REF: Final = rb"[0-9]+%b+[0-9]+%b+R" % (_S, _S)
_HEADER: Final = re.compile(rb"([0-9]{1,10}+)%b++([0-9]{1,5}+)%b*+\Z" % (_S, _S))
_HEADER_LENGTH: Final = 24
_BLOCK: Final = 16
# Each way begins with a letter of its own, so that a search can skip to one.
_END: Final = re.compile(
    rb"endobj|>>%b*stream(?:\r\n|[\r\n ]?)|obj\b(?<=%bobj)|xref\b(?<!\wxref)|trailer\b(?<!\wtrailer)" % (_S, _S)
)
_BEFORE: Final = re.compile(rb"%b[0-9]+%b+[0-9]+%b+\Z" % (_S, _S, _S))
_LENGTH: Final = re.compile(rb"/Length%b+(?!%b)([0-9]{1,10})(?![0-9])" % (_S, _REF))
_LINE_END: Final = re.compile(rb"(?:\r\n|[\r\n])\Z")
_END_OF_STREAM: Final = re.compile(rb"%b{0,4}endstream" % _S)
_REFERENCE: Final = re.compile(rb"([0-9]{1,10}+)%b++[0-9]{1,5}+%b++R" % (_S, _S))
_KIND: Final = re.compile(rb"/(?:Type|Subtype)%b*/(ObjStm|XRef|Image)\b" % _S)
_PAGE: Final = re.compile(rb"/Type%b*/(Page|Template)\b" % _S)
# What two of these begin, or a header, is syntax.
_REMARK: Final = re.compile(rb"(?<![^\r\n])%(?!%|PDF-|FDF-)[ \t]*([^\r\n]{4,1000})")
_PAIR: Final = re.compile(rb"([0-9]+)%b+([0-9]+)" % _S)
# An object with none of these has no string and leads to none.
_TELLING: Final = re.compile(
    rb"\(|<(?<!<<)(?!<)"
    rb"|/(?:EF|XFA|JS|RC|RV|Annots|Kids|Pages|Metadata|RF|OnInstantiate|AP|V|Stamp|Dests|PieceInfo|Private|Trapped|FDF)\b"
)
# These have no string, but what leads to them makes no sense without them.
_LINKS: Final = re.compile(rb"/(?:U?F(?=%b)%b*%b|(?:XYZ|Fit[BHRV]{0,2}|AI[A-Z][A-Za-z]*Data[0-9]*)\b)" % (_S, _S, _REF))
_LINK_LIST: Final = re.compile(rb"%b*\[%b*%b" % (_S, _S, _REF))
# What a page shows can only change with one of these.
_SHOWN: Final = re.compile(rb"/(?:Page|Pages|Filter|Length|Contents|Font)\b|\A%b*\[" % _S)


class Found(NamedTuple):
    """An object as it stands in a file: its number, its source without a stream's bytes, and where these are.

    `at` orders the objects of a file, newest last. `packed`: it stood in an object stream, where strings are not
    encrypted on their own. `telling`: it has a string, or leads to one.
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


@dataclass(slots=True)
class Scanned:
    """What is in a file.

    `objects` are those worth a look, oldest first, `newest` the last of them by number. `latest` is where the last
    object of each number stands, `referenced` the numbers that some object refers to, in digits, `pages`
    those of all pages, `templates` the sources of those kept to make more of.
    `replaced` are pairs of where an object stood and where it stands again, `resources` sources that name fonts,
    `remarks` what stands between objects. `broken` counts object streams that could not be read to their end.
    """

    objects: list[Found] = field(default_factory=list)
    newest: dict[int, Found] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)
    referenced: set[bytes] = field(default_factory=set)
    replaced: list[tuple[int, int]] = field(default_factory=list)
    remarks: list[bytes] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    templates: dict[int, bytes] = field(default_factory=dict)
    resources: list[bytes] = field(default_factory=list)
    trailers: list[tuple[int, dict[str, Value]]] = field(default_factory=list)
    decipher: Decipher | None = None
    locked: bool = False
    cut: bool = False
    broken: int = 0

    def is_newest(self, found: Found) -> bool:
        """Tell whether no later object has the same number."""
        return self.latest.get(found.number) == found.at

    def is_referenced(self, found: Found) -> bool:
        """Tell whether some object refers to this one."""
        return b"%d" % found.number in self.referenced

    def links(self, key: str) -> list[int]:
        """Return the numbers of the objects that the trailers name by a key, the newest first, each once."""
        links = (trailer.get(key) for _, trailer in sorted(self.trailers, key=lambda pair: -pair[0]))
        return list(dict.fromkeys(link.number for link in links if isinstance(link, Ref)))


def scanned(data: bytes, budget: Budget) -> Scanned:
    """Find the objects of a file, those in object streams too.

    Raises:
        LimitReachedError: its object streams unpack to more than the budget allows.
    """
    found = Scanned()
    if b"/Encrypt" in data:
        found.decipher = decipher(data)
        found.locked = found.decipher is None
    for count, item in enumerate(every_object(data, budget, found)):
        if count >= MOST_OBJECTS:
            found.cut = True
            break
        _note(found, item)
    for start in _trailers(data):
        _trailer(found, start, data[start : start + _TRAILER_LENGTH])
    found.referenced |= {number.lstrip(b"0") for number in found.referenced if number.startswith(b"0")}
    found.locked = found.locked and any("Encrypt" in trailer for _, trailer in found.trailers)
    return found


def every_object(data: bytes, budget: Budget, found: Scanned) -> Iterator[Found]:
    """Yield every object of a file, those in object streams too; trailers and remarks go to what was found.

    Raises:
        LimitReachedError: its object streams unpack to more than the budget allows.
    """
    position = 0
    for item in _objects(data):
        if data.find(b"%", position, item.at) >= 0:
            found.remarks += _REMARK.findall(data, position, item.at)
        position = item.stream[1] if item.stream else item.at + len(item.source)
        kind = _KIND.search(item.source) if item.stream else None
        if kind and kind[1] == b"ObjStm":
            yield from _packed(data, item, found, budget)
        elif kind and kind[1] == b"XRef":
            _trailer(found, item.at, item.source)
        else:
            yield item
    found.remarks += _REMARK.findall(data, position)


def _note(found: Scanned, item: Found) -> None:
    before = found.latest.get(item.number)
    if before is not None and _SHOWN.search(item.source):
        found.replaced.append((before, item.at))
    found.latest[item.number] = item.at
    if b"R" in item.source:
        found.referenced.update(_REFERENCE.findall(item.source))
    if (b"/Page" in item.source or b"/Template" in item.source) and (page := _PAGE.search(item.source)) is not None:
        if page[1] == b"Page":
            found.pages.add(item.number)
        elif len(found.templates) < _MOST_RESOURCES:
            found.templates[item.number] = item.source
    if len(found.resources) < _MOST_RESOURCES and b"/Font" in item.source:
        found.resources.append(item.source)
    if item.stream is not None or item.telling or _links(item.source):
        found.objects.append(item)
        found.newest[item.number] = item


def _links(source: bytes) -> bool:
    return _LINK_LIST.match(source) is not None or _LINKS.search(source) is not None


def _objects(data: bytes) -> Iterator[Found]:
    position = 0
    while (at := data.find(b"obj", position)) >= 0:
        position = at + 3
        if not at or data[at - 1 : at] == b"d":  # endobj
            continue
        low = max(0, at - _HEADER_LENGTH)
        header = _HEADER.search(data, low, at)
        if header is None:
            continue
        start = position
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
        telling = _TELLING.search(source) is not None
        yield Found(int(header[1]), int(header[2]), header.start(), source, stream, telling=telling)


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


def _packed(data: bytes, item: Found, found: Scanned, budget: Budget) -> Iterator[Found]:
    """Yield the objects in an object stream (ISO 32000-1, 7.5.7)."""
    attributes = parse(item.source)
    if not isinstance(attributes, dict):
        return
    try:
        content, whole = unpacked(attributes, raw(data, item, attributes, found.decipher), budget)
    except UnreadableError:
        found.broken += 1
        return
    first = attributes.get("First")
    if not isinstance(first, int):
        return
    pairs = [(int(number), int(offset)) for number, offset in _PAIR.findall(content[:first])]
    ends = [*sorted({first + offset for _, offset in pairs}), len(content)]
    following = dict(pairwise(ends))
    found.broken += not whole
    for number, offset in pairs:
        start = first + offset
        if start < len(content):
            source = content[start : following.get(start)]
            yield Found(number, 0, item.at, source, packed=True, telling=_TELLING.search(source) is not None)


def raw(data: bytes, item: Found, attributes: dict[str, Value], key: Decipher | None) -> bytes:
    """Return the bytes of a stream, decrypted where the file is encrypted."""
    start, end = item.stream or (0, 0)
    if key is None or attributes.get("Type") == "XRef":
        return data[start:end]
    # AES knows whole blocks only; what is more is the end of line before the mark.
    for length in (end - start, (end - start) // _BLOCK * _BLOCK):
        try:
            return key(item.number, item.generation, data[start : start + length], attributes)
        except Exception:  # noqa: BLE001, S112 - pdfminer raises whatever broken bytes make it
            continue
    return data[start:end]


_TRAILER_LENGTH: Final = 4096
_MOST_TRAILERS: Final = 1000


def _trailers(data: bytes) -> Iterator[int]:
    at = -1
    for _ in range(_MOST_TRAILERS):
        at = data.find(b"trailer", at + 1)
        if at < 0:
            return
        yield at + len(b"trailer")


def _trailer(found: Scanned, at: int, source: bytes) -> None:
    value = parse(source)
    if isinstance(value, dict):
        found.trailers.append((at, value))
        found.referenced.update(_REFERENCE.findall(source))

"""Finds all objects in the bytes of a PDF, also those that no cross-reference table leads to any more.

A viewer reads the newest state of a file only. What an incremental save replaced, or left over, still stands in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._pdf.crypt import Decipher, decipher
from scanner.extract._pdf.found import Found, is_telling, objects_in
from scanner.extract._pdf.stream import unpacked
from scanner.extract._pdf.syntax import Ref, Value, parse
from scanner.extract._unreadable import UnreadableError

MOST_OBJECTS: Final = 500_000
_MOST_RESOURCES: Final = 500

_S: Final = rb"[\0\t\n\f\r ]"
_REF: Final = rb"[0-9]+%b+[0-9]+%b+R" % (_S, _S)
_BLOCK: Final = 16
# Backwards: a search can skip to a letter, but hardly to a digit.
_REFERENCE: Final = re.compile(rb"R%b++[0-9]{1,5}+%b++([0-9]{1,10}+)" % (_S, _S))
_KIND: Final = re.compile(rb"/(?:Type|Subtype)%b*/(ObjStm|XRef|Image)\b" % _S)
_PAGE: Final = re.compile(rb"/Type%b*/(Page|Template)\b" % _S)
# What two of these begin, or a header, is syntax.
_REMARK: Final = re.compile(rb"(?<![^\r\n])%(?!%|PDF-|FDF-)[ \t]*([^\r\n]{4,1000})")
_PAIR: Final = re.compile(rb"([0-9]+)%b+([0-9]+)" % _S)
# These have no string, but what leads to them makes no sense without them.
_LINKS: Final = re.compile(rb"/(?:U?F(?=%b)%b*%b|(?:XYZ|Fit[BHRV]{0,2}|AI[A-Z][A-Za-z]*Data[0-9]*)\b)" % (_S, _S, _REF))
_LINK_LIST: Final = re.compile(rb"%b*\[%b*%b" % (_S, _S, _REF))
# What a page shows can only change with one of these.
_SHOWN: Final = re.compile(rb"/(?:Page|Pages|Filter|Length|Contents|Font)\b|\A%b*\[" % _S)


@dataclass(slots=True)
class Scanned:
    """What is in a file.

    `objects` are those worth a look, oldest first, `newest` the last of them by number. `latest` is where the last
    object of each number stands, `referenced` the numbers that some object refers to, in digits, last first.
    `pages` are the numbers of all pages, `in_order` those in the page tree, once they are asked for, `templates` the
    sources of those kept to make more of. `replaced` are pairs of where an object stood and where it stands again,
    `resources` sources that name fonts, `remarks` what stands between objects. `broken` counts object streams that
    could not be read to their end. `password` is what opens the file.
    """

    objects: list[Found] = field(default_factory=list)
    newest: dict[int, Found] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)
    referenced: set[bytes] = field(default_factory=set)
    replaced: list[tuple[int, int]] = field(default_factory=list)
    in_order: list[int] | None = None
    remarks: list[bytes] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    templates: dict[int, bytes] = field(default_factory=dict)
    resources: list[bytes] = field(default_factory=list)
    trailers: list[tuple[int, dict[str, Value]]] = field(default_factory=list)
    decipher: Decipher | None = None
    password: str = field(default="", repr=False)
    locked: bool = False
    cut: bool = False
    broken: int = 0

    def is_newest(self, found: Found) -> bool:
        """Tell whether no later object has the same number."""
        return self.latest.get(found.number) == found.at

    def is_referenced(self, found: Found) -> bool:
        """Tell whether some object refers to this one."""
        return (b"%d" % found.number)[::-1] in self.referenced

    def links(self, key: str) -> list[int]:
        """Return the numbers of the objects that the trailers name by a key, the newest first, each once."""
        links = (trailer.get(key) for _, trailer in sorted(self.trailers, key=lambda pair: -pair[0]))
        return list(dict.fromkeys(link.number for link in links if isinstance(link, Ref)))


def scanned(data: bytes, budget: Budget, password: str = "") -> Scanned:
    """Find the objects of a file, those in object streams too.

    Raises:
        LimitReachedError: its object streams unpack to more than the budget allows.
    """
    found = Scanned(password=password)
    if b"/Encrypt" in data:
        found.decipher = decipher(data, password)
        found.locked = found.decipher is None
    for count, item in enumerate(every_object(data, budget, found)):
        if count >= MOST_OBJECTS:
            found.cut = True
            break
        _note(found, item)
    for start in _trailers(data):
        _trailer(found, start, data[start : start + _TRAILER_LENGTH])
    found.referenced |= {number.rstrip(b"0") for number in found.referenced if number.endswith(b"0")}
    found.locked = found.locked and any("Encrypt" in trailer for _, trailer in found.trailers)
    return found


def every_object(data: bytes, budget: Budget, found: Scanned) -> Iterator[Found]:
    """Yield every object of a file, those in object streams too; trailers and remarks go to what was found.

    Raises:
        LimitReachedError: its object streams unpack to more than the budget allows.
    """
    position = 0
    for item in objects_in(data):
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
        found.referenced.update(_REFERENCE.findall(item.source[::-1]))
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
            yield Found(number, 0, item.at, source, packed=True, telling=is_telling(source))


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
        found.referenced.update(_REFERENCE.findall(source[::-1]))

"""Takes out what is embedded in rich text: objects, data of fields, and the XML that forms keep."""

import binascii
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._binary import HEAD, is_picture
from scanner.extract._budget import Budget
from scanner.extract._ole.compound import OLE_MAGIC, open_compound
from scanner.extract._ole.objects import read_native
from scanner.extract._text.strings import strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

_SPACE: Final = b" \t\r\n\x00"
_BINARY: Final = re.compile(rb"\\bin([0-9]{1,10}) ?")
_BRACE: Final = re.compile(rb"[{}]")
_CONTROL: Final = re.compile(rb"\\(?:[a-zA-Z]+-?[0-9]* ?|'[0-9a-fA-F]{2}|.)?", re.DOTALL)
_NO_DIGIT: Final = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_LINKED: Final = 1
_EMBEDDED: Final = 2
_PIECE: Final = 1 << 20
_LONGEST_NAME: Final = 1 << 12
_MOST_ITEMS: Final = 1000

Item = Segment | Member | Problem


def hexadecimal(data: bytes, start: int, end: int) -> bytes:
    """Return the bytes written in hexadecimal digits; what else stands between them, as in attacks, is left out."""
    out = bytearray()
    odd = b""
    for at in range(start, end, _PIECE):
        digits = odd + data[at : min(at + _PIECE, end)].translate(None, _SPACE)
        even = len(digits) & ~1
        try:
            out += binascii.unhexlify(digits[:even])
        except binascii.Error:
            return _tolerant(data[start:end])
        odd = digits[even:]
    return bytes(out)


def read_hexadecimal(kind: bytes, data: bytes, place: Place, number: int, budget: Budget) -> Iterator[Item]:
    """Yield what the data of a destination of that name holds; `number` counts the document's objects from 1."""
    if kind == b"datafield":
        found = strings(data)
        if found:
            budget.text(len(found))
            yield Segment(replace(place, part=Part.METADATA, title="field data"), found)
    elif kind == b"datastore":
        yield from _store(data, place)
    elif data:
        yield from _object(data, place, number, budget)


@dataclass(frozen=True, slots=True)
class _Header:
    """What an object says of itself ([MS-OLEDS] 2.2.4), and where its data starts."""

    format: int
    names: tuple[bytes, bytes, bytes]
    end: int


def _object(data: bytes, place: Place, number: int, budget: Budget) -> Iterator[Item]:
    header = _header(data)
    start = data.find(OLE_MAGIC)
    if header is None:
        # What is damaged on purpose is still opened by programs that look for a signature.
        yield Member(_named(place, f"object {number}"), data[start:] if start >= 0 else data)
        return
    words = "\n".join(text for name in header.names if (text := name.decode("cp1252", "replace").strip()))
    if words:
        budget.text(len(words))
        yield Segment(replace(place, part=Part.METADATA, title="object"), words)
    if header.format != _EMBEDDED or header.end + 4 > len(data):
        return
    (size,) = struct.unpack_from("<I", data, header.end)
    native = data[header.end + 4 : header.end + 4 + size]
    if header.names[0].lower() == b"package":
        yield from _package(native, place, number, budget)
    elif native and not is_picture(native[:HEAD]):
        yield Member(_named(place, f"object {number}"), native)
    if len(native) < size:
        yield Problem(place, Reason.CORRUPT, f"object {number} breaks off")
    rest = data[header.end + 4 + size :]
    if OLE_MAGIC in rest:
        yield Member(_named(place, f"object {number} rest"), rest[rest.find(OLE_MAGIC) :])


def _header(data: bytes) -> _Header | None:
    if len(data) < 20:  # noqa: PLR2004 - as long as a header without names
        return None
    (kind,) = struct.unpack_from("<I", data, 4)
    at = 8
    names: list[bytes] = []
    for _ in range(3):
        if at == len(data):
            # A link may be cut to the name of the program.
            names.append(b"")
            continue
        if at + 4 > len(data):
            return None
        (size,) = struct.unpack_from("<I", data, at)
        if size > _LONGEST_NAME or at + 4 + size > len(data):
            return None
        names.append(data[at + 4 : at + 4 + size].rstrip(b"\x00"))
        at += 4 + size
    return _Header(kind, (names[0], names[1], names[2]), at) if kind in {_LINKED, _EMBEDDED} else None


def _package(native: bytes, place: Place, number: int, budget: Budget) -> Iterator[Item]:
    """Yield a file that the packager of Windows put in: as in a native stream, without the size before it."""
    found = read_native(struct.pack("<I", len(native)) + native)
    if found.paths:
        words = "\n".join(found.paths)
        budget.text(len(words))
        yield Segment(replace(place, part=Part.METADATA, title="embedded file"), words)
    if found.data and (found.name or not is_picture(found.data[:HEAD])):
        yield Member(_named(place, found.name or f"object {number}"), found.data)
    if not found.whole:
        yield Problem(place, Reason.CORRUPT, f"object {number} breaks off")


def _store(data: bytes, place: Place) -> Iterator[Item]:
    """Yield the XML that stands beside the text, such as what the fields of a form are bound to."""
    start = data.find(OLE_MAGIC)
    if start < 0:
        return
    try:
        compound = open_compound(data[start:])
        for number, path in enumerate(compound.streams[:_MOST_ITEMS], 1):
            if item := compound.read(*path):
                yield Member(_named(place, f"custom XML {number}.xml"), item)
    except UnreadableError as error:
        yield Problem(place, error.reason, error.detail)


def _tolerant(written: bytes) -> bytes:
    """Return the bytes that digits stand for, and those that are written as they are."""
    out = bytearray()
    at = 0
    while (match := _BINARY.search(written, at)) is not None:
        out += _digits(written[at : match.start()])
        at = match.end() + int(match[1])
        out += written[match.end() : at]
    return bytes(out + _digits(written[at:]))


def _digits(written: bytes) -> bytes:
    """Return the bytes whose digits stand outside of groups within, control words and escapes left out."""
    pieces: list[bytes] = []
    depth = at = 0
    for brace in _BRACE.finditer(written):
        if not depth:
            pieces.append(written[at : brace.start()])
        depth = depth + 1 if brace[0] == b"{" else max(0, depth - 1)
        at = brace.end()
    if not depth:
        pieces.append(written[at:])
    digits = _CONTROL.sub(b"", b"".join(pieces)).translate(None, _NO_DIGIT)
    return binascii.unhexlify(digits[: len(digits) & ~1])


def _named(place: Place, name: str) -> Place:
    return replace(place, members=(*place.members, name))

"""Writes Outlook's message files and TNEF streams, for which there is no free writer ([MS-OXMSG], [MS-OXTNEF])."""

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scanner.extract._ole.pack import PackedEntry, pack

TEXT, WIDE, BINARY, OBJECT, NUMBER = 0x001E, 0x001F, 0x0102, 0x000D, 0x0003
HEADERS_SET = bytes.fromhex("8603020000000000c000000000000046")
PUBLIC_SET = bytes.fromhex("2903020000000000c000000000000046")
APPOINTMENT_SET = bytes.fromhex("0220060000000000c000000000000046")
_GIVEN_SETS = 3
_RUN = 8


@dataclass(frozen=True, slots=True)
class Property:
    """One property; a named one has the set it is in, and a word or a number as its name. `many` gives it a list."""

    tag: int
    value: str | bytes | int
    kind: int = WIDE
    set: bytes = b""
    name: str | int = ""
    many: bool = False

    @property
    def raw(self) -> bytes:
        """The value as it is stored."""
        if isinstance(self.value, int):
            return self.value.to_bytes(4, "little")
        if isinstance(self.value, str):
            return self.value.encode("utf-16-le" if self.kind == WIDE else "cp1252")
        return self.value


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, a message or streams of another program, with the properties beside it."""

    properties: Sequence[Property] = ()
    message: "Message | None" = None
    streams: Sequence[tuple[str, bytes]] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What goes into one message."""

    properties: Sequence[Property]
    recipients: Sequence[Sequence[Property]] = ()
    attachments: Sequence[Attachment] = field(default=())


def outlook(message: Message) -> bytes:
    """Return a message as a `.msg`."""
    named = list(_named(message))
    entries = [PackedEntry((), bytes(16), None), *_names(named), *_storage((), message, 32, named)]
    return pack(entries)


def _named(message: Message) -> Iterator[Property]:
    yield from (each for each in message.properties if each.set)
    for attachment in message.attachments:
        if attachment.message is not None:
            yield from _named(attachment.message)


def _names(named: Sequence[Property]) -> Iterator[PackedEntry]:
    storage = "__nameid_version1.0"
    sets = list(dict.fromkeys(each.set for each in named if each.set != PUBLIC_SET))
    words = b""
    table = b""
    for index, each in enumerate(named):
        number = 2 if each.set == PUBLIC_SET else _GIVEN_SETS + sets.index(each.set)
        if isinstance(each.name, str):
            raw = each.name.encode("utf-16-le")
            table += struct.pack("<IHH", len(words), number << 1 | 1, index)
            words += struct.pack("<I", len(raw)) + raw + bytes(-len(raw) % 4)
        else:
            table += struct.pack("<IHH", each.name, number << 1, index)
    yield PackedEntry((storage,), bytes(16), None)
    for name, data in (("00020102", b"".join(sets)), ("00030102", table), ("00040102", words)):
        yield PackedEntry((storage, f"__substg1.0_{name}"), b"", data)


def _storage(path: tuple[str, ...], message: Message, header: int, named: Sequence[Property]) -> Iterator[PackedEntry]:
    yield from _properties(path, message.properties, header, named)
    for number, recipient in enumerate(message.recipients):
        below = (*path, f"__recip_version1.0_#{number:08X}")
        yield PackedEntry(below, bytes(16), None)
        yield from _properties(below, recipient, 8, named)
    for number, attachment in enumerate(message.attachments):
        below = (*path, f"__attach_version1.0_#{number:08X}")
        yield PackedEntry(below, bytes(16), None)
        yield from _properties(below, attachment.properties, 8, named)
        inner = (*below, "__substg1.0_3701000D")
        if attachment.message is not None or attachment.streams:
            yield PackedEntry(inner, bytes(16), None)
        if attachment.message is not None:
            yield from _storage(inner, attachment.message, 24, named)
        for name, data in attachment.streams:
            yield PackedEntry((*inner, name), b"", data)


def _properties(
    path: tuple[str, ...], properties: Sequence[Property], header: int, named: Sequence[Property]
) -> Iterator[PackedEntry]:
    table = bytes(header)
    for each in properties:
        tag = 0x8000 + next(number for number, known in enumerate(named) if known is each) if each.set else each.tag
        if each.kind == NUMBER:
            table += struct.pack("<HHI", each.kind, tag, 6) + each.raw.ljust(8, b"\x00")
            continue
        name = f"__substg1.0_{tag:04X}{each.kind | 0x1000 * each.many:04X}"
        table += struct.pack("<HHIII", each.kind, tag, 6, len(each.raw), 0)
        if each.many:
            yield PackedEntry((*path, name), b"", struct.pack("<I", len(each.raw)))
            name += "-00000000"
        yield PackedEntry((*path, name), b"", each.raw)
    yield PackedEntry((*path, "__properties_version1.0"), b"", table)


def compressed(text: bytes) -> bytes:
    """Return rich text as [MS-OXRTFCP] packs it, without a single reference but the one that ends it."""
    out = b""
    at = 0
    while len(text) - at >= _RUN:
        out += b"\x00" + text[at : at + _RUN]
        at += _RUN
    rest = text[at:]
    end = (207 + len(text)) % 4096 << 4
    out += bytes((1 << len(rest),)) + rest + end.to_bytes(2, "big")
    return struct.pack("<4I", len(out) + 12, len(text), 0x75465A4C, 0) + out


def tnef(attributes: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return a TNEF stream of attributes: the level, the number with its type, the data."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    for level, tag, data in attributes:
        out += struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return out


def property_list(properties: Sequence[Property]) -> bytes:
    """Return properties as TNEF writes them ([MS-OXTNEF] 2.1.3.4)."""
    out = struct.pack("<I", len(properties))
    for each in properties:
        out += struct.pack("<HH", each.kind | 0x1000 * each.many, each.tag)
        if each.set:
            out += each.set
            if isinstance(each.name, str):
                raw = each.name.encode("utf-16-le") + b"\x00\x00"
                out += struct.pack("<II", 1, len(raw)) + raw + bytes(-len(raw) % 4)
            else:
                out += struct.pack("<II", 0, each.name)
        if each.kind == NUMBER:
            out += each.raw
        else:
            raw = each.raw + {WIDE: b"\x00\x00", TEXT: b"\x00"}.get(each.kind, b"")
            out += struct.pack("<II", 1, len(raw)) + raw + bytes(-len(raw) % 4)
    return out


def docx(text: str) -> bytes:
    """Return the least that is a Word document."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        types = "http://schemas.openxmlformats.org/package/2006/content-types"
        override = f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{types}">{override}</Types>')
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        body = f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}">{body}</w:document>')
    return buffer.getvalue()

"""Names the properties of Outlook's messages, and decodes their values ([MS-OXPROPS], [MS-OXCDATA] 2.11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._text.code_page import codec_of
from scanner.extract._text.encoding import decodings
from scanner.model.place import Part

HEADERS: Final = 0x007D
BODY: Final = 0x1000
COMPRESSED_RTF: Final = 0x1009
HTML: Final = 0x1013
ATTACHED: Final = 0x3701
INTERNET_PAGE: Final = 0x3FDE
MESSAGE_PAGE: Final = 0x3FFD
RECIPIENT_KIND: Final = 0x0C15

TEXT: Final = 0x001E
WIDE_TEXT: Final = 0x001F
BINARY: Final = 0x0102
OBJECT: Final = 0x000D
MANY: Final = 0x1000
"""A flag of a type: the property has several values."""

FILE_NAMES: Final = (0x3707, 0x3704, 0x3001)
"""Where the name of an attachment stands, the best first."""

NOT_TEXT: Final = frozenset({0x3701, 0x3702, 0x3709, 0x370A, 0x0FF8, 0x0FF9})
"""What attachments keep in bytes besides: the file, how it is shown, and how it is encoded."""

RECIPIENT_KINDS: Final = {0: "From", 1: "To", 2: "Cc", 3: "Bcc"}
"""The fields that recipients stand in ([MS-OXOMSG] 2.2.3.1)."""

INTERNET_HEADERS: Final = bytes.fromhex("8603020000000000c000000000000046")
"""The set of named properties that are fields of a mail's header (PS_INTERNET_HEADERS)."""

_WESTERN: Final = "cp1252"
_UTF_8: Final = 65001

# By the field of the header that shows the same.
_FIELDS: Final = {
    0x0037: "Subject", 0x0E1D: "Subject", 0x0070: "Thread-Topic", 0x003D: "Subject",
    0x0C1A: "From", 0x0C1F: "From", 0x5D01: "From", 0x0042: "From", 0x0065: "From", 0x5D02: "From",
    0x0E02: "Bcc", 0x0E03: "Cc", 0x0E04: "To", 0x0074: "To", 0x0073: "Cc", 0x0072: "Bcc",
    0x0050: "Reply-To", 0x004F: "Reply-To", 0x1035: "Message-ID", 0x1039: "References", 0x1042: "In-Reply-To",
    0x0040: "Received-By", 0x0044: "Received-By", 0x0075: "Received-By", 0x0076: "Received-By", 0x0078: "Received-By",
    0x1045: "List-Unsubscribe", 0x1043: "List-Help", 0x1044: "List-Subscribe", 0x1046: "Sender",
}  # fmt: skip
_NAMES: Final = {
    0x001A: "message class", 0x0E28: "account", 0x0E29: "account", 0x3001: "display name", 0x3003: "e-mail address",
    0x39FE: "e-mail address", 0x3703: "extension", 0x3704: "file name", 0x3707: "file name", 0x3708: "path",
    0x370D: "path", 0x370E: "media type", 0x3712: "content id", 0x3713: "content location", 0x370A: "encoding",
    0x3A06: "given name", 0x3A11: "surname", 0x3A16: "company", 0x3A17: "title", 0x3A18: "department",
    0x3A19: "office", 0x3004: "comment", 0x3FF8: "creator", 0x3FFA: "last modified by", 0x4022: "creator",
    0x4023: "last modified by", 0x0E0A: "sent mail", 0x1001: "report", 0x1080: "icon", 0x80FF: "form",
}  # fmt: skip
# Properties that are known by a number within a set ([MS-OXPROPS] 2, PidLid…).
_NUMBERED: Final = {
    0x8005: "file under", 0x8018: "home page", 0x801B: "work address", 0x8053: "yomi company", 0x8062: "messaging",
    0x8080: "e-mail", 0x8083: "e-mail address", 0x8084: "e-mail", 0x8090: "e-mail", 0x8093: "e-mail address",
    0x80A0: "e-mail", 0x80A3: "e-mail address", 0x811F: "owner", 0x8121: "task updates", 0x8208: "location",
    0x8232: "recurrence", 0x8234: "time zone", 0x8238: "all attendees", 0x823B: "attendees", 0x823C: "attendees",
    0x8240: "meeting", 0x8530: "flag", 0x8520: "voting", 0x8535: "billing", 0x8539: "companies", 0x853A: "contacts",
    0x8540: "form", 0x8554: "version", 0x8580: "internet account", 0x8700: "log type", 0x8712: "log type",
    0x0002: "where", 0x0024: "delegate",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapiName:
    """What a named property is called: a word, or a number within a set, and the set."""

    set: bytes = b""
    word: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class MapiValue:
    """One value of a property. `kind` is its type without the flag for many."""

    tag: int
    kind: int
    raw: bytes = field(repr=False)
    name: MapiName | None = None


def place_of(value: MapiValue) -> tuple[Part, str]:
    """Return the part that a property of a message is, and its title."""
    name = value.name
    if name is not None:
        if name.word:
            return Part.MAIL_HEADER if name.set == INTERNET_HEADERS else Part.PROPERTY, name.word
        return Part.PROPERTY, _NUMBERED.get(name.number, f"property {name.number:04X}")
    if value.tag in _FIELDS:
        return Part.MAIL_HEADER, _FIELDS[value.tag]
    if value.tag in _NAMES:
        return Part.PROPERTY, _NAMES[value.tag]
    return Part.METADATA, f"property {value.tag:04X}"


def title_of(value: MapiValue) -> str:
    """Return what a property of an attachment or a recipient is called."""
    return place_of(value)[1]


def texts(value: MapiValue, page: int) -> tuple[str, ...]:
    """Return a text value in every plausible reading, most likely first; `page` is the message's code page."""
    if value.kind == WIDE_TEXT:
        return (value.raw[: len(value.raw) & ~1].decode("utf-16-le", "replace").rstrip("\x00"),)
    raw = value.raw.rstrip(b"\x00")
    if raw.isascii() and b"\x1b" not in raw:
        return (raw.decode("ascii"),)
    return decodings(raw, codec_of(page) or _WESTERN)


def text(value: MapiValue, page: int) -> str:
    """Return a text value in its most likely reading."""
    return texts(value, page)[0]


def file_name(values: Sequence[MapiValue], page: int) -> str:
    """Return the best name that an attachment has, or nothing."""
    by_tag = {value.tag: text(value, page).strip() for value in values if value.tag in FILE_NAMES}
    return next((by_tag[tag] for tag in FILE_NAMES if by_tag.get(tag)), "")

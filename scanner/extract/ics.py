"""Reads calendars and address cards: fields as lines, values decoded, what is written into them as files."""

import html
import quopri
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._text.data_uri import from_base64, whole_uri
from scanner.extract._text.encoding import decodings
from scanner.extract._text.segments import distinct
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset(
    {
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/x-vcalendar",
        "text/x-vmessage",
        "text/x-vnote",
    }
)
# What a person reads first; all else is a property.
_BODY: Final = frozenset({"SUMMARY", "DESCRIPTION", "COMMENT", "NOTE", "LOCATION", "BODY", "X-ALT-DESC"})
_CLEAR: Final = frozenset({"SUMMARY", "DESCRIPTION"})
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_OLD: Final = re.compile(rb"(?im)^VERSION:(?:2\.1|1\.0)")
# An encoded line goes on after a sign of equality, or as other lines do.
_SOFT: Final = re.compile(rb"=[ \t]*\r?\n[ \t]?")
_QUOTED: Final = re.compile(
    rb"(?im)^([^:\r\n]{0,500}ENCODING=(?:QUOTED-PRINTABLE|Q)\b[^:\r\n]{0,500}:)((?:[^\n]*=[ \t]*\r?\n)*+[^\n]*)"
)
_LINE: Final = re.compile(
    r"(?P<group>[\w-]{1,60}\.)?(?P<name>[A-Za-z][\w-]{0,80})(?P<parameters>(?:;[^:;\"]*+(?:\"[^\"]*+\"[^:;\"]*+){0,50}+){0,200}+):(?P<value>.*)",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\([nN,;:\\\"])")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_CHARSET: Final = re.compile(rb"(?i);CHARSET=\"?([\w-]{1,40})")
_MOST_FILES: Final = 1_000


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield each field as `NAME: value`, and what is attached as members (RFC 5545, RFC 6350, vCard 2.1)."""
    data = blob.data if b"\x00" not in blob.data else decodings(blob.data)[0].encode("utf-8", "replace")
    data = _QUOTED.sub(_unquoted, data)
    # Up to vCard 2.1 and vCalendar 1.0 the space after a break belongs to the value.
    joint = b" " if _OLD.search(data) else b""
    named = _CHARSET.search(blob.data)
    texts = decodings(_FOLD.sub(joint, data), named[1].decode("ascii") if named else None)
    readings = [_Fields(blob.place, budget) for _ in texts]
    for fields, text in zip(readings, texts, strict=True):
        fields.read(text)
    yield from distinct(fields.segments() for fields in readings)
    yield from readings[0].members()


def _unquoted(match: re.Match[bytes]) -> bytes:
    value = quopri.decodestring(_SOFT.sub(b"", match[2]))
    return match[1] + value.replace(b"\r", b"").replace(b"\n", b"\\n")


class _Fields:
    """Collects the fields of one calendar or card."""

    def __init__(self, place: Place, budget: Budget) -> None:
        self._place = place
        self._lines = Lines(budget)
        self._files: list[bytes] = []

    def read(self, text: str) -> None:
        """Take the text, its folded lines put together."""
        for line in re.split(r"[\r\n]+", text):
            match = _LINE.fullmatch(line)
            if match is None:
                if line.strip():
                    self._lines.add(self._place, line)
                continue
            self._field(match["name"].upper(), match["parameters"], match["value"])

    def segments(self) -> Iterator[Segment]:
        """Yield the lines by the part they stand in."""
        yield from self._lines.rest()

    def members(self) -> Iterator[Member | Problem]:
        """Yield what is written into the fields as files."""
        for number, data in enumerate(self._files[:_MOST_FILES], 1):
            yield Member(replace(self._place, members=(*self._place.members, f"attached {number}")), data)
        if len(self._files) > _MOST_FILES:
            yield Problem(self._place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_FILES} files are written into it")

    def _field(self, name: str, parameters: str, value: str) -> None:
        said = parameters.upper()
        place = replace(self._place, part=Part.BODY if name in _BODY else Part.PROPERTY)
        inline = whole_uri(value.strip()) if value.lstrip()[:5].lower() == "data:" else None
        if "ENCODING=B" in said or "VALUE=BINARY" in said or re.search(r";BASE64\b", said):
            inline = from_base64(value.encode("ascii", "ignore"))
        if inline:
            self._files.append(inline)
            value = ""
        value = _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
        if parameters:
            # Names of people and addresses stand in the parameters.
            self._lines.add(replace(self._place, part=Part.METADATA), f"{name}{parameters}")
        self._lines.add(place, f"{name}: {value}")
        if name in _CLEAR:
            # A marking stands in a line of its own only without the field's name before it.
            self._lines.add(place, value)
        if "<" in value and _TAG.search(value):
            self._lines.add(place, html.unescape(_TAG.sub("", value)))

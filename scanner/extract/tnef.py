"""Reads TNEF, the `winmail.dat` that Outlook hangs on mails: the message as it was, and its attachments."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._outlook.mapi import (
    ATTACHED,
    INTERNET_PAGE,
    MESSAGE_PAGE,
    NOT_TEXT,
    OBJECT,
    RECIPIENT_KIND,
    RECIPIENT_KINDS,
    TEXT,
    MapiValue,
    file_name,
    text,
    title_of,
)
from scanner.extract._outlook.message import Pages, add_value, attachment_place, read_message
from scanner.extract._outlook.tnef import PropertyList, attributes
from scanner.extract._text.code_page import codec_of
from scanner.extract._text.segments import text_segments
from scanner.extract._text.strings import strings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/vnd.ms-tnef", "application/ms-tnef"})

# [MS-OXTNEF] 2.1.3.1, the numbers without the types.
_SUBJECT, _CLASS, _BODY = 0x8004, 0x8008, 0x800C
_DATA, _TITLE, _PICTURE = 0x800F, 0x8010, 0x8011
_FILE_NAME, _NEXT_FILE, _PROPERTIES, _RECIPIENTS, _FILE_PROPERTIES, _VERSION, _PAGE = range(0x9001, 0x9008)
_WORDS: Final = {
    _SUBJECT: (Part.MAIL_HEADER, "Subject"),
    _CLASS: (Part.PROPERTY, "message class"),
    0x0600: (Part.PROPERTY, "message class"),
}
_OF_FILES: Final = frozenset({_DATA, _TITLE, _FILE_NAME, _FILE_PROPERTIES})
_MESSAGE: Final = bytes.fromhex("0703020000000000c000000000000046")
_IDENTIFIER: Final = 16

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield what the message says, who it is to, and everything that is attached to it."""
    reader = _Tnef(blob.place, budget)
    yield from reader.items(blob.data)
    for fault in dict.fromkeys(reader.faults):
        yield Problem(blob.place, Reason.CORRUPT, fault)


@dataclass(slots=True)
class _File:
    """An attachment, as far as it has been read."""

    number: int
    title: str = ""
    data: list[bytes] = field(default_factory=list)
    values: list[MapiValue] = field(default_factory=list)


class _Tnef:
    """One stream while it is read."""

    def __init__(self, place: Place, budget: Budget) -> None:
        self._place = place
        self._budget = budget
        self._lines = Lines(budget)
        self._page = 0
        self._file: _File | None = None
        self._files = 0
        self.faults: list[str] = []

    def items(self, data: bytes) -> Iterator[Item]:
        for attribute in attributes(data):
            if not attribute.whole:
                self.faults.append("an attribute breaks off")
            tag, content = attribute.tag, attribute.data
            if tag == _NEXT_FILE:
                yield from self._end_file()
                self._begin_file()
            elif tag in _OF_FILES:
                self._of_file(tag, content)
            elif tag == _PAGE:
                self._page = int.from_bytes(content[:4], "little")
            elif tag == _BODY:
                yield from text_segments(self._place, content.rstrip(b"\x00"), self._budget, codec_of(self._page))
            elif tag == _PROPERTIES:
                yield from self._message(content)
            elif tag == _RECIPIENTS:
                self._recipients(content)
            elif tag != _PICTURE:
                self._other(tag, content)
            yield from self._lines.ready()
        yield from self._end_file()
        yield from self._lines.rest()

    def _other(self, tag: int, content: bytes) -> None:
        """Take an attribute from before there were properties: a text, or a sender among bytes."""
        if tag in _WORDS:
            part, title = _WORDS[tag]
            add_value(
                MapiValue(0, TEXT, content), self._page, self._lines, replace(self._place, part=part, title=title)
            )
        elif found := strings(content):
            self._lines.add(replace(self._place, part=Part.METADATA, title=f"attribute {tag:04X}"), found)

    def _message(self, content: bytes) -> Iterator[Item]:
        list_ = PropertyList(content)
        values = list_.row()
        if list_.fault:
            self.faults.append(list_.fault)
        stated = {value.tag: int.from_bytes(value.raw[:4], "little") for value in values if value.name is None}
        page = stated.get(MESSAGE_PAGE, 0) if any(value.tag == MESSAGE_PAGE for value in values) else self._page
        yield from read_message(values, Pages(page, stated.get(INTERNET_PAGE, 0)), self._place, self._budget)

    def _recipients(self, content: bytes) -> None:
        table = PropertyList(content)
        for row in table.rows():
            kind = next((value.raw[0] & 0xF for value in row if value.tag == RECIPIENT_KIND and value.raw), 1)
            place = replace(self._place, part=Part.MAIL_HEADER, title=RECIPIENT_KINDS.get(kind, "To"))
            for value in row:
                add_value(value, self._page, self._lines, place)
        if table.fault:
            self.faults.append(table.fault)

    def _begin_file(self) -> _File:
        self._files += 1
        self._file = _File(self._files)
        return self._file

    def _of_file(self, tag: int, content: bytes) -> None:
        file = self._file or self._begin_file()
        if tag == _DATA:
            file.data.append(content)
        elif tag == _FILE_PROPERTIES:
            list_ = PropertyList(content)
            file.values += list_.row()
            if list_.fault:
                self.faults.append(list_.fault)
        else:
            name = text(MapiValue(0, TEXT, content), self._page)
            file.title = file.title or name
            place = attachment_place(self._place, file.number, "file name")
            self._lines.add(place, name)

    def _end_file(self) -> Iterator[Member]:
        file, self._file = self._file, None
        if file is None:
            return
        for value in file.values:
            if value.tag not in NOT_TEXT:
                place = attachment_place(self._place, file.number, title_of(value))
                add_value(value, self._page, self._lines, place)
        name = file_name(file.values, self._page) or file.title or f"attachment {file.number}"
        attached = [_unwrapped(value) for value in file.values if value.tag == ATTACHED and value.name is None]
        for data, ending in [(b"".join(file.data), ""), *attached]:
            if data:
                self._budget.expand(len(data))
                yield Member(replace(self._place, members=(*self._place.members, name + ending)), data)


def _unwrapped(value: MapiValue) -> tuple[bytes, str]:
    """Return what an object holds, after the identifier of its kind, and an ending for its name: one for a message."""
    if value.kind != OBJECT:
        return value.raw, ""
    return value.raw[_IDENTIFIER:], ".dat" if value.raw.startswith(_MESSAGE) else ""

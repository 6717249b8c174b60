"""Reads Outlook's message files: mails, contacts, appointments and tasks, with all their properties and attachments."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import Compound, Path, open_compound
from scanner.extract._ole.objects import embedded
from scanner.extract._outlook.mapi import (
    ATTACHED,
    INTERNET_PAGE,
    MESSAGE_PAGE,
    NOT_TEXT,
    RECIPIENT_KIND,
    RECIPIENT_KINDS,
    MapiName,
    MapiValue,
    file_name,
    title_of,
)
from scanner.extract._outlook.message import Pages, add_value, attachment_place, read_message
from scanner.extract._outlook.storage import PROPERTIES, names, nested, numbers, values
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/vnd.ms-outlook"})
_RECIPIENT: Final = re.compile(r"__recip_version1\.0_#[0-9A-Fa-f]{1,8}")
_ATTACHMENT: Final = re.compile(r"__attach_version1\.0_#[0-9A-Fa-f]{1,8}")

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield what a message says, who it is from and to, and everything that is attached to it."""
    try:
        compound = open_compound(blob.data)
    except UnreadableError as error:
        found = document_strings(blob.data)
        budget.text(len(found))
        yield Segment(replace(blob.place, part=Part.RAW), found)
        yield Problem(blob.place, error.reason, error.detail)
        return
    reader = _Message(compound, blob.place, budget)
    yield from reader.items()
    for fault in dict.fromkeys((*reader.faults, *compound.faults)):
        yield Problem(blob.place, Reason.CORRUPT, fault)


class _Message:
    """One message file while it is read."""

    def __init__(self, compound: Compound, place: Place, budget: Budget) -> None:
        self._compound = compound
        self._place = place
        self._budget = budget
        self._lines = Lines(budget)
        self._named: Mapping[int, MapiName] = names(compound)
        self._files = 0
        self.faults: list[str] = []
        stated = numbers(compound, ())
        internet = stated.get(INTERNET_PAGE, 0)
        self._pages = Pages(stated.get(MESSAGE_PAGE, 0) or internet, internet)

    def items(self) -> Iterator[Item]:
        yield from read_message(self._values(()), self._pages, self._place, self._budget)
        within = self._compound.inside()
        for storage in within:
            if _RECIPIENT.fullmatch(storage[-1]) and self._compound.has_storage(*storage):
                self._recipient(storage)
                yield from self._lines.ready()
        yield from self._lines.rest()
        for storage in within:
            if _ATTACHMENT.fullmatch(storage[-1]) and self._compound.has_storage(*storage):
                yield from self._attachment(storage)
                yield from self._lines.ready()
        yield from self._lines.rest()

    def _values(self, storage: Path) -> Sequence[MapiValue]:
        return tuple(values(self._compound, storage, self._named, self.faults))

    def _recipient(self, storage: Path) -> None:
        kind = numbers(self._compound, storage).get(RECIPIENT_KIND, 1) & 0xF
        place = replace(self._place, part=Part.MAIL_HEADER, title=RECIPIENT_KINDS.get(kind, "To"))
        for value in self._values(storage):
            add_value(value, self._pages.text, self._lines, place)

    def _attachment(self, storage: Path) -> Iterator[Item]:
        self._files += 1
        found = self._values(storage)
        for value in found:
            if value.tag not in NOT_TEXT:
                place = attachment_place(self._place, self._files, title_of(value))
                add_value(value, self._pages.text, self._lines, place)
        name = file_name(found, self._pages.text)
        place = replace(self._place, members=(*self._place.members, name or f"attachment {self._files}"))
        for value in found:
            if value.tag == ATTACHED:
                self._budget.expand(len(value.raw))
                yield Member(place, value.raw)
        for inner in self._compound.inside(*storage):
            if self._compound.has_storage(*inner):
                yield from self._stored(inner, name)

    def _stored(self, storage: Path, name: str) -> Iterator[Item]:
        """Yield what is attached as a storage: another message, or a document of another program."""
        if not self._compound.has(*storage, PROPERTIES):
            yield from embedded(self._compound, storage, self._lines, self._place, self._budget)
            return
        data = nested(self._compound, storage, self.faults)
        self._budget.expand(len(data))
        name = name or f"attachment {self._files}"
        name = name if name.lower().endswith(".msg") else f"{name}.msg"
        yield Member(replace(self._place, members=(*self._place.members, name)), data)

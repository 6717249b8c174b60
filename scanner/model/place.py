"""Where in a document something was found, as a value that can be written down and read back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Part(StrEnum):
    """The part of a document a text stands in; position is evidence.

    The value is also the word a person reads, so `deleted text` and not `deleted_text`.
    """

    BODY = "body"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    COMMENT = "comment"
    TEXT_BOX = "text box"
    DELETED = "deleted text"
    HIDDEN = "hidden text"
    SPEAKER_NOTES = "speaker notes"
    MASTER = "slide master"
    WATERMARK = "watermark"
    PROPERTY = "property"
    MAIL_HEADER = "mail header"
    NAME = "name"
    ATTACHMENT = "attachment"
    ANNOTATION = "annotation"
    FORM_FIELD = "form field"
    SHEET = "sheet"
    SLIDE = "slide"
    CODE = "code"
    METADATA = "metadata"
    RAW = "bytes"

    # Places are looked up by the line; the hash that enumerations bring along takes longer than the rest of that.
    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a document: the file, the members it is packed in, and the part of the last of them.

    `file` is the file's name without its folders. `number` counts parts of one kind from 1 (footnote 2),
    `page` counts pages from 1, `title` names the part where it has a name (a sheet, a property).
    """

    file: str
    members: tuple[str, ...] = ()
    part: Part = Part.BODY
    number: int | None = None
    page: int | None = None
    title: str | None = None

    def __str__(self) -> str:
        """Return the form that `parse` reads back: `report.zip!/a.docx#footnote 2`."""
        path = "!/".join(_escape(name) for name in (self.file, *self.members))
        fragment = self._fragment()
        return f"{path}#{fragment}" if fragment else path

    def _fragment(self) -> str:
        words: list[str] = []
        if self.part is not Part.BODY or self.number is not None or self.title is not None:
            words.append(self.part.value)
        if self.number is not None:
            words.append(str(self.number))
        if self.title is not None:
            words.append(f'"{_escape(self.title)}"')
        if self.page is not None:
            words.append(f"page {self.page}")
        return " ".join(words)

    def words(self) -> str:
        """Return the place as a person says it: `mail.eml ▸ a.zip ▸ b.docx, header`."""
        return place_words(self.file, self.members, self.part, self.number, self.page, self.title)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str` wrote.

        Raises:
            ValueError: the text is no place.
        """
        path, _, fragment = text.partition("#")
        names = [_unescape(name) for name in path.split("!/")]
        match = _FRAGMENT.fullmatch(fragment)
        if match is None:
            message = f"not a place: {text!r}"
            raise ValueError(message)
        number, page, title = match["number"], match["page"], match["title"]
        return cls(
            file=names[0],
            members=tuple(names[1:]),
            part=Part(match["part"]) if match["part"] else Part.BODY,
            number=int(number) if number else None,
            page=int(page) if page else None,
            title=None if title is None else _unescape(title),
        )


def place_words(  # noqa: PLR0913, PLR0917 - they are what a place is
    file: str, members: Sequence[str], part: str, number: int | None, page: int | None, title: str | None
) -> str:
    """Return a place as a person says it, out of what it is made of; `part` is the value of a `Part`."""
    where = " ▸ ".join((file, *members)) if members else file
    if part != _BODY or number is not None or title is not None:
        counted = "" if number is None else f" {number}"
        named = "" if title is None else f" “{title}”"
        where = f"{where}, {part}{counted}{named}"
    return where if page is None else f"{where}, page {page}"


_BODY = Part.BODY.value
_PARTS = "|".join(re.escape(part.value) for part in sorted(Part, key=len, reverse=True))
_FRAGMENT = re.compile(
    rf"""(?:(?P<part>{_PARTS}))? (?:\ ?\b(?P<number>\d+))? (?:\ ?"(?P<title>[^"]*)")?
         (?:\ ?\bpage\ (?P<page>\d+))?""",
    re.VERBOSE,
)


def _escape(name: str) -> str:
    return re.sub(r'[%#!"]', lambda match: f"%{ord(match[0]):02x}", name)


def _unescape(name: str) -> str:
    return re.sub(r"%([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), name)

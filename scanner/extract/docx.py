"""Reads Word documents: every place of a `.docx` and its macro and template kin where a marking can stand."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import Walker, attribute, is_true
from scanner.extract._office.flow import FlowWalker
from scanner.extract._office.ooxml import read_office
from scanner.extract._office.package import Package, PackagePart
from scanner.extract._office.word_outline import Sections, Styles
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
        "application/vnd.ms-word.document.macroEnabled.12",
        "application/vnd.ms-word.template.macroEnabled.12",
    }
)

_NUMBERED: Final = {"header": Part.HEADER, "footer": Part.FOOTER}
_NOTES: Final = {
    "footnotes": {"footnote": Part.FOOTNOTE},
    "endnotes": {"endnote": Part.ENDNOTE},
    "comments": {"comment": Part.COMMENT},
}


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield body, headers, footers, notes, comments, text boxes, watermarks, deletions, properties and the rest."""
    return read_office(blob, budget, _Word)


class _Word:
    order: tuple[str, ...] = ("settings", "styles", "main", *_NUMBERED, *_NOTES)

    def __init__(self, package: Package, lines: Lines, place: Place) -> None:
        self._lines = lines
        self._place = place
        self._glossaries = tuple(
            posixpath.dirname(part.name) + "/" for part in package.parts if part.kind == "glossarydocument"
        )
        main = next((part.name for part in package.parts if part.kind == "main"), "")
        self._sections = Sections(lambda: package.relationships.get(main))
        self._styles = Styles(lines, place)

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        if self._glossaries and part.name.startswith(self._glossaries):
            # Building blocks to choose from, such as the watermarks Word offers: not what this document says.
            return FlowWalker(self._lines, replace(self._place, part=Part.METADATA, title="glossary"), aside=True)
        hiding = self._styles.vanishing()
        if part.kind == "main":
            return FlowWalker(self._lines, self._place, paged=True, watch=self._sections.note, vanishing=hiding)
        if part.kind in _NUMBERED:
            title = self._sections.title(part.name)
            place = Place(self._place.file, self._place.members, _NUMBERED[part.kind], number, None, title)
            return FlowWalker(self._lines, place, vanishing=hiding)
        if part.kind in _NOTES:
            counted = _NOTES[part.kind]
            place = Place(self._place.file, self._place.members, next(iter(counted.values())))
            return FlowWalker(self._lines, place, counted=counted, vanishing=hiding)
        if part.kind == "settings":
            place = Place(self._place.file, self._place.members, Part.METADATA, None, None, "settings")
            return FlowWalker(self._lines, place, watch=self._setting)
        return self._styles if part.kind == "styles" else None

    def last(self) -> None:
        """Everything has been written."""

    def _setting(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "evenAndOddHeaders":
            self._sections.even = is_true(attribute(attributes, "val"))

"""Reads Word documents: every place of a `.docx` and its macro and template kin where a marking can stand."""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._flow import FlowWalker
from scanner.extract._lines import Lines
from scanner.extract._ooxml import read_office
from scanner.extract._package import Package, PackagePart
from scanner.extract._xml import Walker
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
    order: tuple[str, ...] = ("main", *_NUMBERED, *_NOTES)

    def __init__(self, package: Package, lines: Lines, place: Place) -> None:
        self._lines = lines
        self._place = place
        self._glossaries = tuple(
            posixpath.dirname(part.name) + "/" for part in package.parts if part.kind == "glossarydocument"
        )

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        if self._glossaries and part.name.startswith(self._glossaries):
            # Building blocks to choose from, such as the watermarks Word offers: not what this document says.
            return FlowWalker(self._lines, replace(self._place, part=Part.METADATA, title="glossary"), aside=True)
        if part.kind == "main":
            return FlowWalker(self._lines, self._place, paged=True)
        if part.kind in _NUMBERED:
            return FlowWalker(self._lines, replace(self._place, part=_NUMBERED[part.kind], number=number))
        if part.kind in _NOTES:
            counted = _NOTES[part.kind]
            return FlowWalker(self._lines, replace(self._place, part=next(iter(counted.values()))), counted=counted)
        return None

    def last(self) -> None:
        """Everything has been written."""

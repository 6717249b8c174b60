"""Reads the labels of Boldon James Classifier (Fortra): the text people see, and the label in XML behind it.

Observed in documents: `bjDocumentSecurityLabel` holds the text, `bjDocumentLabelXML` and its continuations `-0`, `-1`
the elements of the label, which each organisation numbers itself.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.detect._labels.markup import documents, walk
from scanner.detect._labels.said import Said, Seen
from scanner.model.place import Place

TABLE: Final = "boldon_james"

_SHOWN: Final = frozenset({"bjdocumentsecuritylabel"})
_LABEL: Final = "bjdocumentlabelxml"
_HEADERS: Final = ("x-boldonjames", "x-bj-")
_NAMESPACE: Final = b"http://www.boldonjames.com/2008/01/sie/"
_NONE: Final = re.compile(r"no (?:classification|marking|label)|not (?:classified|marked)|^none$", re.IGNORECASE)
_LONGEST: Final = 200
_MOST: Final = 50


class _Elements:
    """Collects the numbers of a label's elements."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        number = attributes.get("uid", "")
        if name == "element" and number and len(self.numbers) < _MOST:
            self.numbers.append(number)

    def end(self, name: str, text: str) -> None:
        """Everything stands in attributes."""


def find(seen: Seen) -> Iterator[Said]:
    """Yield one label for the properties together, and those of parts in XML and of header fields."""
    pieces = sorted((one for one in seen.fields if one.name.startswith(_LABEL)), key=lambda one: one.name)
    numbers = _numbers("".join(piece.text for piece in pieces).encode("utf-8", "replace"))
    for one in seen.named(_SHOWN):
        shown = " ".join(one.text[:_LONGEST].split())
        if shown and not _NONE.search(shown):
            yield _said(one.place, shown, (*numbers, shown))
            numbers = ()
    if numbers:
        yield _said(pieces[0].place, "", numbers)
    for place, data in documents(seen, _NAMESPACE):
        if found := _numbers(data):
            yield _said(place, "", found)
    for one in seen.fields:
        if one.name.startswith(_HEADERS):
            shown = " ".join(one.text[:_LONGEST].split())
            yield Said(one.place, "boldon_james", shown, table=TABLE, ids=(shown,), company=True, told=False)


def _said(place: Place, shown: str, ids: tuple[str, ...]) -> Said:
    return Said(place, "boldon_james", shown, table=TABLE, ids=ids, company=True)


def _numbers(data: bytes) -> tuple[str, ...]:
    elements = _Elements()
    if data:
        walk(data, elements)
    return tuple(elements.numbers)

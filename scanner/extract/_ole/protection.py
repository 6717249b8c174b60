"""Tells documents sealed by rights management, and reads what stands in clear beside them: label and licence."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._markup.xml import read_xml
from scanner.extract._office.properties import LabelWalker
from scanner.extract._ole.compound import Compound
from scanner.extract._text.strings import strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Problem, Reason, Segment
from scanner.model.place import Part, Place

# [MS-OFFCRYPTO] 2.6.5.4, and the transforms of rights management (2.2.6).
_LABEL: Final = "labelinfo"
_LICENCE: Final = "\x06primary"
_SMALLEST_LICENCE: Final = 512
# The document itself, beside a stand-in that says so ([MS-OFFCRYPTO] 1.3.2).
_RIGHTS: Final = ("\tDRMContent", "\tDRMViewerContent")


def rights(compound: Compound, place: Place) -> Iterator[Problem]:
    """Yield a problem where the document proper is sealed, and what else is in the file only says so."""
    if any(map(compound.has, _RIGHTS)):
        yield Problem(place, Reason.ENCRYPTED, "sealed by rights management")


def protection(compound: Compound, lines: Lines, base: Place) -> Iterator[Segment | Problem]:
    """Yield what is said about the protection in clear: the sensitivity label, and the licence with its names."""
    place = replace(base, part=Part.METADATA, title="protection")
    for path in compound.streams:
        name = path[-1].casefold()
        try:
            if _LABEL in name:
                yield from read_xml([compound.read(*path)], LabelWalker(lines, base), lines, place)
            elif name == _LICENCE and compound.size(*path) > _SMALLEST_LICENCE:
                lines.add(place, strings(compound.read(*path)))
        except UnreadableError as error:
            yield Problem(place, error.reason, error.detail)

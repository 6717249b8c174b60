"""Reads what a Word document keeps outside its own streams: embedded objects, custom XML, and what nobody knows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._doc.fib import table_name
from scanner.extract._lines import Lines
from scanner.extract._markup.record import RecordWalker
from scanner.extract._markup.xml import read_xml
from scanner.extract._ole.compound import Compound, Path
from scanner.extract._ole.objects import embedded, speak
from scanner.extract._ole.properties import PROPERTY_SIGN
from scanner.extract._ole.protection import protection
from scanner.extract._ole.vba import macro_projects
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Member, Problem, Segment
from scanner.model.place import Part, Place

_POOL: Final = "objectpool"
_CUSTOM: Final = "msodatastore"
_OWN: Final = frozenset({"worddocument", "data", "\tdrmcontent"})
_STRUCTURES: Final = "\x06"

Item = Segment | Member | Problem


def other_streams(compound: Compound, lines: Lines, base: Place, budget: Budget) -> Iterator[Item]:
    """Yield embedded files, and the text of every stream that is no part of the document as such."""
    for storage in compound.inside(_POOL):
        if compound.has_storage(*storage):
            yield from embedded(compound, storage, lines, base, budget)
    known = {_POOL, *_OWN, table_name(_beginning(compound)).casefold()}
    known |= {path[0].casefold() for path in macro_projects(compound) if path}
    for path in compound.streams:
        first = path[0].casefold()
        if first in known or first.startswith((PROPERTY_SIGN, _STRUCTURES)) or speak(compound, path, lines, base):
            continue
        yield from _other(compound, path, lines, base)
    yield from protection(compound, lines, base)
    yield from lines.rest()


def _beginning(compound: Compound) -> bytes:
    try:
        return compound.read("WordDocument")[:32]
    except UnreadableError:
        return b""


def _other(compound: Compound, path: Path, lines: Lines, base: Place) -> Iterator[Item]:
    place = replace(base, part=Part.METADATA, title="/".join(path))
    try:
        raw = compound.read(*path)
    except UnreadableError as error:
        yield Problem(place, error.reason, error.detail)
        return
    if path[0].casefold() == _CUSTOM and raw:
        place = replace(place, title="custom XML")
        yield from read_xml([raw], RecordWalker(lines, place), lines, place)
    else:
        lines.add(place, document_strings(raw))
        yield from lines.ready()

"""Reads what stands in a compound file beside its main document: embedded files, custom XML, and streams of others."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import Compound, Path
from scanner.extract._ole.objects import embedded
from scanner.extract._ole.vba import macro_projects
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Member, Problem, Reason
from scanner.model.place import Part, Place

_CONTROLS = "ctls"
_DATA_STORE = "msodatastore"
# Property sets and what says how an embedded object is shown: others read them.
_SIGNS = ("\x01", "\x02", "\x03", "\x05")


def rest_of(
    compound: Compound, known: Collection[str], lines: Lines, base: Place, budget: Budget
) -> Iterator[Member | Problem]:
    """Yield what stands right below the root but the names in `known`, which are in lower case, and the macros.

    Raises:
        LimitReachedError: a budget is spent.
    """
    macros = {path[:1] for path in macro_projects(compound)}
    for path in compound.inside():
        name = path[-1].casefold()
        if name in known or name.startswith(_SIGNS) or path in macros:
            continue
        if compound.has(*path):
            yield from _loose(compound, path, lines, base)
        elif name == _DATA_STORE:
            yield from _custom_xml(compound, name, base, budget)
        else:
            yield from embedded(compound, path, lines, base, budget)


def _loose(compound: Compound, path: Path, lines: Lines, base: Place) -> Iterator[Problem]:
    """Write the readable characters of a stream; some hold what controls on a sheet or a slide say."""
    try:
        data = compound.read(*path)
    except UnreadableError as error:
        yield Problem(base, error.reason, error.detail)
        return
    if path[-1].casefold() == _CONTROLS:
        place = replace(base, part=Part.FORM_FIELD, title="control")
    else:
        place = replace(base, part=Part.METADATA, title=path[-1])
    lines.add(place, document_strings(data))


def _custom_xml(compound: Compound, store: str, base: Place, budget: Budget) -> Iterator[Member | Problem]:
    for path in compound.streams:
        if path[0].casefold() != store:
            continue
        try:
            data = compound.read(*path)
        except UnreadableError as error:
            yield Problem(base, error.reason, error.detail)
            continue
        if data:
            budget.expand(len(data))
            yield Member(replace(base, members=(*base.members, "/".join(path))), data)


def faults_of(compound: Compound, base: Place) -> Iterator[Problem]:
    """Yield a problem for everything that is damaged in what has been read of a compound file."""
    for fault in compound.faults:
        yield Problem(base, Reason.CORRUPT, fault)

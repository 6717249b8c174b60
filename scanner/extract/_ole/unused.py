"""Reads what stands in a compound file and belongs to no stream: earlier states of streams, and files hung behind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.appended import appended
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import MOST_FREE, Compound
from scanner.extract._text.strings import document_strings
from scanner.model.document import Blob, Member, Problem, Reason
from scanner.model.place import Part

# A directory of earlier days has names of streams in it, and nothing else.
_NAMES_ONLY: Final = "Root Entry".encode("utf-16-le")
_LEAST: Final = 16


def unused_space(blob: Blob, compound: Compound, lines: Lines, budget: Budget) -> Iterator[Member | Problem]:
    """Write the readable strings of free sectors to `lines`, and yield archives behind the last sector."""
    free = list(compound.free_sectors())
    if sum(map(len, free)) >= MOST_FREE:
        yield Problem(blob.place, Reason.PARTIAL, f"only the first {MOST_FREE} bytes of unused space were read")
    raw = b"".join(sector for sector in free if not sector.startswith(_NAMES_ONLY))
    if len(raw) - raw.count(0) >= _LEAST:
        lines.add(replace(blob.place, part=Part.DELETED, title="unused space"), document_strings(raw))
    tail = compound.tail()
    if len(tail) - tail.count(0) >= _LEAST:
        lines.add(replace(blob.place, part=Part.RAW, title="behind the end"), document_strings(tail))
        yield from appended(replace(blob, data=tail), budget)

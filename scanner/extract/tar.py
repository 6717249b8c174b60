"""Reads tape archives from memory; nothing is ever written to disk."""

import io
import tarfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._encoding import decodings
from scanner.extract._member import BROKEN, unpack
from scanner.model.document import Blob, Member, Problem, Reason

MEDIA_TYPES: Final = frozenset({"application/x-tar"})
_BLOCK: Final = 512


def extract(blob: Blob, budget: Budget) -> Iterator[Member | Problem]:
    """Yield every regular file, also of archives written one behind the other; links and devices hold nothing."""
    start: int | None = 0
    while start is not None:
        start = yield from _archive(blob, start, budget)


def _archive(blob: Blob, start: int, budget: Budget) -> Generator[Member | Problem, None, int | None]:
    """Yield the files of one archive; return where another one starts behind it, if any does."""
    place = blob.place
    stream = io.BytesIO(blob.data)
    stream.seek(start)
    end = start
    try:
        with tarfile.open(fileobj=stream, mode="r:", encoding="utf-8", errors="surrogateescape") as archive:
            while (info := archive.next()) is not None:
                end = archive.offset
                archive.members = []  # type: ignore[attr-defined] # or a million empty entries are kept
                if not info.isreg():
                    continue
                inside = replace(place, members=(*place.members, _name(info.name)))
                file = archive.extractfile(info)
                if file is not None:
                    yield from unpack(inside, file, budget)
            end = max(end, archive.offset)
    except BROKEN as error:
        yield Problem(place, Reason.CORRUPT, f"the archive breaks off: {type(error).__name__}")
        return None
    rest = blob.data[end:].lstrip(b"\x00")
    behind = (len(blob.data) - len(rest)) // _BLOCK * _BLOCK
    if rest and behind <= end:
        # Where a header should stand there is something else; the library takes it for the end.
        yield Problem(place, Reason.CORRUPT, "the archive breaks off: damaged header")
        return None
    return behind if rest else None


def _name(name: str) -> str:
    raw = name.encode("utf-8", "surrogateescape")
    return decodings(raw)[0]

"""Reads Unix archives (`ar`): static libraries, and Debian packages, whose parts are tapes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.member import cut
from scanner.extract._archive.names import Names
from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Place

MEDIA_TYPES: Final = frozenset(
    {
        "application/x-archive",
        "application/x-unix-archive",
        "application/vnd.debian.binary-package",
        "application/x-debian-package",
    }
)
_MAGIC: Final = b"!<arch>\n"
_HEADER: Final = 60
_SIZE: Final = re.compile(rb"[0-9]{1,10} *\x60\n")
_LONG_NAMES: Final = b"//"
_IN_TABLE: Final = re.compile(rb"/([0-9]{1,10}) *")
_IN_FRONT: Final = re.compile(rb"#1/([0-9]{1,10}) *")
_MOST_ENTRIES: Final = 200_000


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield every member, the tables of names and symbols among them."""
    place, data = blob.place, blob.data
    names = Names()
    table = b""
    at = len(_MAGIC)
    for _ in range(_MOST_ENTRIES):
        header = data[at : at + _HEADER]
        if not header.strip(b"\n\x00"):
            break
        if len(header) < _HEADER or not _SIZE.fullmatch(header[48:]):
            yield Problem(place, Reason.CORRUPT, "the archive breaks off: damaged header")
            yield Member(_inside(place, "behind"), data[at:])
            break
        raw, size = header[:16], int(header[48:58])
        start = at + _HEADER
        at = start + size + size % 2
        if raw.startswith(_LONG_NAMES):
            table = data[start : start + size]
        shift, name = _name(raw, table, data[start : start + min(size, 1 << 16)])
        readings = decodings(name)
        names.add(readings[1:])
        yield from cut(_inside(place, readings[0]), data, start + shift, start + size, budget)
    else:
        yield Problem(place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_ENTRIES} entries")
    yield from names.segments(place, budget)


def _name(raw: bytes, table: bytes, content: bytes) -> tuple[int, bytes]:
    """Return how far in the content begins, and the name: GNU keeps long ones in a table, BSD before the content."""
    if match := _IN_TABLE.fullmatch(raw):
        long = table[int(match[1]) :].partition(b"\n")[0]
        return 0, long.removesuffix(b"/") or raw.strip()
    if match := _IN_FRONT.fullmatch(raw):
        length = min(int(match[1]), len(content))
        return length, content[:length].rstrip(b"\x00") or raw.strip()
    return 0, raw.strip().removesuffix(b"/") or raw.strip()


def _inside(place: Place, name: str) -> Place:
    return replace(place, members=(*place.members, name))

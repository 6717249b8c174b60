"""Reads single compressed files: gzip, bzip2, xz, Zstandard and more, each with all the streams that stand in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from scanner.extract._archive.lzw import unlzw
from scanner.extract._archive.member import Pieces, unpack
from scanner.extract._archive.names import Names
from scanner.extract._archive.streams import MACHINES, Unpacked
from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.extract._text.segments import text_segments
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

_COMPRESS: Final = "application/x-compress"
MEDIA_TYPES: Final = frozenset({*MACHINES, "application/lzip", "application/x-lzip", _COMPRESS})
_SHORT: Final = {
    ".tgz": ".tar",
    ".tbz": ".tar",
    ".tbz2": ".tar",
    ".txz": ".tar",
    ".tlz": ".tar",
    ".tzst": ".tar",
    ".taz": ".tar",
    ".svgz": ".svg",
    ".emz": ".emf",
    ".wmz": ".wmf",
}
_ENDINGS: Final = frozenset({".gz", ".bz2", ".xz", ".lzma", ".z", ".zlib", ".zst", ".zstd", ".lz4", ".lz"})
_NAMED: Final = 0x08
_COMMENTED: Final = 0x10
_EXTRA: Final = 0x04
_FLAGS: Final = 3
_FIXED_HEADER: Final = 10
_MOST_SAID: Final = 1 << 16
_MOST_HEADERS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Said:
    """What the header of a gzip stream says in words."""

    name: bytes = b""
    comment: bytes = b""


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the one file that is in it, under the name it had or else its own without the ending, and its comments."""
    place, data = blob.place, blob.data
    is_gzip = blob.media_type == "application/gzip"
    name = decodings(_said(data, 0).name[:255])[0] if is_gzip else ""
    outer = place.members[-1] if place.members else place.file
    inside = replace(place, members=(*place.members, name or _without_ending(outer)))
    if blob.media_type == _COMPRESS:
        yield from unpack(inside, Pieces(unlzw(data)), budget)
        return
    stream = Unpacked(data, blob.media_type.replace("/x-lzip", "/lzip"))
    broken = False
    for item in unpack(inside, stream, budget):
        broken = broken or isinstance(item, Problem)
        yield item
    if is_gzip:
        yield from _headers(blob, stream.starts, budget)
    if stream.end < len(data) and not broken and stream.starts:
        yield Member(replace(place, members=(*place.members, "behind")), data[stream.end :])
        yield Problem(place, Reason.CORRUPT, "something else stands behind the compressed data")


def _headers(blob: Blob, starts: list[int], budget: Budget) -> Iterator[Segment]:
    """Yield the comments of all streams, and the names that are not the first's."""
    names = Names()
    for at in starts[:_MOST_HEADERS]:
        said = _said(blob.data, at)
        names.add(decodings(said.name)[0 if at else 1 :] if said.name else ())
        if said.comment:
            yield from text_segments(replace(blob.place, part=Part.COMMENT), said.comment, budget)
    yield from names.segments(blob.place, budget)


def _said(data: bytes, at: int) -> _Said:
    """Return the name and the comment in a gzip header (RFC 1952, section 2.3)."""
    if len(data) < at + _FIXED_HEADER:
        return _Said()
    flags = data[at + _FLAGS]
    start = at + _FIXED_HEADER
    if flags & _EXTRA:
        start += 2 + int.from_bytes(data[start : start + 2], "little")
    found: list[bytes] = []
    for flag in (_NAMED, _COMMENTED):
        stop = data.find(b"\x00", start, start + _MOST_SAID)
        if not flags & flag or stop < 0:
            found.append(b"")
            continue
        found.append(data[start:stop])
        start = stop + 1
    return _Said(*found)


def _without_ending(name: str) -> str:
    path = PurePosixPath(name)
    ending = path.suffix.lower()
    if ending in _SHORT:
        return path.stem + _SHORT[ending]
    return path.stem if ending in _ENDINGS else "content"

"""Reads ZIP archives: every member, also those that the directory hides or has lost."""

import io
import struct
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._encoding import decodings
from scanner.extract._member import BROKEN, unpack
from scanner.extract._salvage import ENCRYPTED, recover, salvage
from scanner.extract._text import text_segments
from scanner.extract._zipped import CENTRAL, MOST_ENTRIES, span
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset(
    {
        "application/zip",
        "application/java-archive",
        "application/epub+zip",
        "application/vnd.android.package-archive",
        "application/vnd.ms-xpsdocument",
        "application/oxps",
        "application/vnd.apple.pages",
        "application/vnd.apple.numbers",
        "application/vnd.apple.keynote",
    }
)

Item = Segment | Member | Problem

_UTF8: Final = 0x800
_UNICODE_PATH: Final = 0x7075
# Kept for files in iWork packages: what is in them only Apple's programs read.
_OPAQUE_PARTS: Final = (".iwa",)
_MOST_NAMED: Final = 100


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield the comment, every member, and a problem for each that is locked, damaged or packed strangely."""
    place, data = blob.place, blob.data
    if data.count(CENTRAL) > MOST_ENTRIES:
        yield Problem(place, Reason.TOO_MANY_MEMBERS, f"more than {MOST_ENTRIES} entries")
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*BROKEN, NotImplementedError):
        yield Problem(place, Reason.CORRUPT, "the directory of the archive is damaged or missing")
        yield from salvage(place, data, [], budget)
        return
    with archive:
        if archive.comment:
            yield from text_segments(replace(place, part=Part.COMMENT), archive.comment, budget)
        taken, damaged = yield from _members(place, archive, data, budget)
    for item in salvage(place, data, taken, budget):
        # What the directory has wrong may still stand there, whole.
        damaged.discard(item.place)
        yield item
    for lost in sorted(damaged, key=str)[:_MOST_NAMED]:
        yield Problem(lost, Reason.CORRUPT, "its entry is damaged")
    if len(damaged) > _MOST_NAMED:
        yield Problem(place, Reason.CORRUPT, f"{len(damaged)} entries are damaged")
    if any(name.endswith(_OPAQUE_PARTS) for name in archive.namelist()):
        yield Problem(place, Reason.UNSUPPORTED, "no reader yet for iWork archives")


def member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: as UTF-8 where it says so, else in whatever encoding is plausible."""
    if not info.flag_bits & _UTF8:
        if (unicode_name := _unicode_path(info.extra)) is not None:
            return unicode_name
        try:
            return decodings(info.orig_filename.encode("cp437"))[0].replace("\x00", "")
        except UnicodeEncodeError:
            pass
    return info.filename


def _members(
    place: Place, archive: zipfile.ZipFile, data: bytes, budget: Budget
) -> Generator[Item, None, tuple[list[tuple[int, int]], set[Place]]]:
    """Yield the members the directory lists; return the byte ranges they stand in, and those it has wrong."""
    taken: list[tuple[int, int]] = []
    damaged: set[Place] = set()
    overlapping = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        inside = replace(place, members=(*place.members, member_name(info)))
        start, stop = span(info)
        if taken and start < taken[-1][1]:
            # Only bombs read the same bytes twice, and nothing else gives some of them away.
            overlapping += 1
            continue
        taken.append((start, stop))
        if info.is_dir() and not info.file_size:
            continue
        if info.flag_bits & ENCRYPTED:
            yield Problem(inside, Reason.ENCRYPTED, "needs a password")
            continue
        try:
            stream = archive.open(info)
        except (NotImplementedError, RuntimeError):
            yield Problem(inside, Reason.UNSUPPORTED, "packed by a method that cannot be unpacked here")
        except BROKEN:
            taken.pop()
            damaged.add(inside)
        else:
            with stream:
                items = list(unpack(inside, stream, budget))
            if not any(isinstance(item, Member) for item in items):
                yield from recover(inside, data, info.header_offset, budget)
            yield from items
    if overlapping:
        yield Problem(place, Reason.CORRUPT, f"{overlapping} entries overlap others")
    return taken, damaged


def _unicode_path(extra: bytes) -> str | None:
    """Return the name from Info-ZIP's extra field for UTF-8 names (APPNOTE 6.3.10, section 4.6.9)."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and size > 5:  # noqa: PLR2004 - a version and a checksum stand before the name
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return None
